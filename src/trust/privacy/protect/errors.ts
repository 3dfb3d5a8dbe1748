import { defineErrors } from '../../../kernel/index.ts';

export const protectErrors = defineErrors('PRIVACY', {
  NOT_DUE: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { place: string; known: string }) =>
      `${d.place} is ${d.known}; what is encrypted is restricted and has to be. Classify it (plinth privacy classify ${d.place} restricted --encrypt --reason …), or say why all the same: --force <reason>.`,
  },
  CANNOT_PROTECT: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { place: string; problem: string; remedy: string }) => `${d.place} cannot be encrypted: ${d.problem}. ${d.remedy}.`,
  },
  NOT_APPLIED: {
    httpStatus: 409,
    exitCode: 4,
    message: (d: { place: string; migration: string }) =>
      `The next migration for ${d.place}, ${d.migration}, is written and not applied. Next: plinth migrate plan --write, plinth migrate up`,
  },
  SIDES_DIFFER: {
    httpStatus: 409,
    message: (d: { place: string; sealed: string; rows: readonly string[] }) =>
      `${d.place} and ${d.sealed} differ in rows ${d.rows.join('; ')}${d.rows.length < 10 ? '' : ' and maybe more'}. A program wrote one of them without the other. Set ${d.sealed} of a row to null to have it sealed from ${d.place}, then run this again.`,
  },
});
