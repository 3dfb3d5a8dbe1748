import { defineErrors } from '../../../kernel/index.ts';

export const renameErrors = defineErrors('MIGRATE', {
  RENAME_MAP: {
    exitCode: 2,
    message: (d: { path: string; problem: string }) => `${d.path} is no map of renames: ${d.problem}. The guide of the product shows one.`,
  },
  RENAME_IN_THE_WAY: {
    exitCode: 4,
    message: (d: { tier: string; names: readonly string[] }) =>
      `Old and new names are both there in ${d.tier}: ${d.names.join(', ')}. Decide which one holds the data, move or drop the other, then run again; nothing was changed.`,
  },
  RENAME_VIEW: {
    message: (d: { views: readonly string[] }) =>
      `Old names could not be kept writable: ${d.views.join(', ')} would take no INSERT or UPDATE. Nothing was changed.`,
  },
  MERGE_INCOMPLETE: {
    exitCode: 4,
    message: (d: { source: string; into: string; missing: number; backfill: string }) =>
      `${d.missing} row(s) of ${d.source} are still missing in ${d.into}: they could not be inserted. "plinth migrate backfill list" shows ${d.backfill} with their errors; correct them and run again.`,
  },
  RENAME_HELD: {
    exitCode: 4,
    message: (d: { tier: string; hindrances: readonly string[] }) => `The old names in ${d.tier} must stay: ${d.hindrances.join('; ')}.`,
  },
});
