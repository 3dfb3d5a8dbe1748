import { defineErrors } from '../../../kernel/index.ts';

export const backfillErrors = defineErrors('MIGRATE', {
  BACKFILL_STATEMENT: {
    exitCode: 2,
    message: (d: { name: string; reason: string }) =>
      `The statement of backfill ${d.name} cannot be cut into batches: ${d.reason}. Write one UPDATE schema.table SET … [WHERE …], or one INSERT INTO schema.target (…) SELECT … FROM schema.source [WHERE …] [ON CONFLICT …].`,
  },
  BACKFILL_TABLE: {
    exitCode: 2,
    message: (d: { name: string; table: string }) =>
      `Backfill ${d.name} is about ${d.table}, which is no table of that database. Correct the name or the tier.`,
  },
  BACKFILL_NO_KEY: {
    exitCode: 2,
    message: (d: { name: string; table: string }) =>
      `Backfill ${d.name} walks ${d.table} by its primary key, and it has none. Add one first; without it no row can be found again after an interruption.`,
  },
  BACKFILL_DENIED: {
    message: (d: { name: string; table: string; reason: string }) =>
      `Backfill ${d.name} may not see all rows of ${d.table}: ${d.reason}. Under forced row security the role needs BYPASSRLS: grant it, and start again.`,
  },
  BACKFILL_DIFFERS: {
    exitCode: 2,
    message: (d: { name: string }) =>
      `There is a backfill ${d.name} already, with another statement. Give the new one a name of its own; what the old one did is recorded under it.`,
  },
  BACKFILL_UNKNOWN: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string }) => `There is no backfill ${d.name}. "plinth migrate backfill list" shows them.`,
  },
  BACKFILL_PAUSED: {
    message: (d: { name: string; reason: string }) =>
      `Backfill ${d.name} is paused: ${d.reason}. What it did is kept. Remove the cause, then "plinth migrate backfill resume ${d.name}".`,
  },
});
