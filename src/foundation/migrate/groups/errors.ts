import { defineErrors } from '../../../kernel/index.ts';

export const groupErrors = defineErrors('MIGRATE', {
  GROUP_UNKNOWN: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string }) => `There is no group ${d.name} in any database. "plinth migrate group list" shows them.`,
  },
  GROUP_MOVED: {
    exitCode: 4,
    retryable: true,
    message: (d: { name: string; state: string }) =>
      `Group ${d.name} cannot become ${d.state} from the state it has: somebody else moved it meanwhile, or it is over. Look with "plinth migrate group status ${d.name}".`,
  },
  GROUP_NOT_FILLED: {
    exitCode: 4,
    message: (d: { name: string; rows: number; backfill: string; error: string }) =>
      `${d.rows} row(s) of group ${d.name} could not be filled (the first: ${d.error}). Correct them, then "plinth migrate group switch ${d.name}"; "plinth migrate backfill list" shows ${d.backfill}.`,
  },
  GROUP_DIFFERS: {
    exitCode: 4,
    message: (d: { name: string; keys: readonly string[]; ring: string }) =>
      `The two sides of group ${d.name} differ, e.g. in ${d.keys.join('; ')}. ${d.ring === 'none' ? 'Everybody reads the old side.' : `The new side is read by ring "${d.ring}" now.`} Correct these rows on either side, then "plinth migrate group switch ${d.name}".`,
  },
  GROUP_HELD: {
    exitCode: 4,
    message: (d: { name: string; hindrances: readonly string[] }) =>
      `The old side of group ${d.name} must stay: ${d.hindrances.join('; ')}.`,
  },
  GROUP_AT_END: {
    exitCode: 2,
    message: (d: { name: string; what: string; next: string }) => `Group ${d.name} ${d.what}. ${d.next}`,
  },
});
