import { defineErrors, type PlinthError, sqlstateOf } from '../../kernel/index.ts';
import { stateOf } from '../migrate/index.ts';

export const partitionErrors = defineErrors('PARTITION', {
  REFUSED: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { problem: string; remedy: string }) => `${d.problem}. ${d.remedy}`,
  },
  NOT_MANAGED: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { table: string; known: readonly string[] }) =>
      `${d.table} is not looked after in any database${d.known.length > 0 ? `; these are: ${d.known.join(', ')}` : ''}. ` +
      'Declare it in a migration: select partition.manage(\'schema.table\', \'{"by": "time", "key": "created", "every": "month"}\').',
  },
  NOT_COVERED: {
    httpStatus: 503,
    retryable: true,
    message: (d: { failures: readonly string[] }) =>
      `Not every table is ready for the time to come: ${d.failures.join('; ')}. What was made stays; the next run goes on. See: plinth partition status.`,
  },
  NO_TIME: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { table: string; strategy: string }) =>
      `${d.table} is cut by ${d.strategy}, not by time; there are no limits in time for its key.`,
  },
  OLD_READER: {
    httpStatus: 503,
    retryable: true,
    message: (d: { part: string; reader: string }) =>
      `${d.part} is not detached behind ${d.reader}: its rows would be invisible for as long as that lasts. End that transaction, or wait for it.`,
  },
  BUSY: {
    httpStatus: 409,
    retryable: true,
    message: () => 'Another process looks behind the retention line of this database right now. Try again when it is done.',
  },
  NO_TABLE: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { table: string }) => `There is no table ${d.table} in any database. Name it with its schema.`,
  },
  UNKNOWN_PART: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { part: string }) => `There is no partition ${d.part} that this can be done with. See: plinth partition parts.`,
  },
  UNKNOWN_ARCHIVE: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { id: string }) => `There is no archive ${d.id}. See: plinth partition archive list.`,
  },
  ARCHIVE_DAMAGED: {
    message: (d: { place: string; reason: string }) =>
      `The archive at ${d.place} does not give back what was put in: ${d.reason}. The partition is kept; restore the file, or archive it again.`,
  },
  STILL_THERE: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { part: string; state: string }) =>
      `${d.part} is ${d.state}: its rows are still there. Attach it again with: plinth partition reattach ${d.part}.`,
  },
  OVERFLOW_HOLDS_ROWS: {
    httpStatus: 409,
    message: (d: { problem: string; remedy: string }) => `${d.problem}. ${d.remedy}`,
  },
});

/** Errors that functions of schema `partition` raise carry their remedy as the hint. Anything else is returned as it came. */
export function toPartitionError(error: unknown): PlinthError | unknown {
  const state = stateOf(error);
  if (state !== 'PN001' && state !== 'PN003') return error;
  const source = (sqlstateOf(error) ? error : (error as { cause: unknown }).cause) as Error & { hint?: string };
  const details = { problem: source.message, remedy: source.hint ?? '' };
  return (state === 'PN001' ? partitionErrors.REFUSED : partitionErrors.OVERFLOW_HOLDS_ROWS)(details, { cause: error });
}
