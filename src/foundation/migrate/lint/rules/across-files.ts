import type { Rule } from '../types.ts';

/** Rules that look at the plan as a whole, or at the waivers themselves; their findings are made where that is read. */
export const acrossFilesRules: readonly Rule[] = [
  {
    id: 'L45',
    name: 'not-valid-never-validated',
    level: 'warning',
    why: 'A constraint that is not validated proves nothing about the rows that were there before it.',
    safeWay: 'VALIDATE CONSTRAINT in a later migration; 30 days after the one that added it this is an error.',
    template: 'constrain',
    on: [],
  },
  {
    id: 'L72',
    name: 'history-changed',
    level: 'error',
    why: 'What runs on a new database is not what ran on the old ones.',
    safeWay: 'The file as it was, and a new migration for the change.',
    on: [],
  },
  {
    id: 'W00',
    name: 'does-not-parse',
    level: 'error',
    why: 'PostgreSQL would refuse the file.',
    safeWay: 'Correct the statement.',
    on: [],
  },
  {
    id: 'W01',
    name: 'waiver-without-reason',
    level: 'error',
    why: 'Who reads the file in a year has to know why.',
    safeWay: '-- plinth:allow L27 <why it is right here>',
    on: [],
  },
  {
    id: 'W02',
    name: 'waiver-of-no-rule',
    level: 'error',
    why: 'It allows nothing.',
    safeWay: 'One of the ids in docs/reference/lint-rules.md.',
    on: [],
  },
  {
    id: 'W03',
    name: 'unused-waiver',
    level: 'warning',
    why: 'It would hide what comes later.',
    safeWay: 'Remove it.',
    on: [],
  },
];
