import { wordsOf } from './names/words.ts';

const people = new Set(
  `person people user member customer client contact employee staff worker patient student teacher pupil lead prospect subscriber guest visitor passenger driver
   applicant candidate participant attendee resident tenant citizen voter donor author doctor physician nurse child parent guardian beneficiary cardholder holder
   borrower insured recipient kunde mitarbeiter patienten benutzer personne utilisateur client cliente empleado usuario paciente`
    .trim()
    .split(/\s+/),
);

/** Whether a table's name says that its rows are people. */
export const isAboutPeople = (table: string): boolean => people.has(wordsOf(table).at(-1) ?? '');
