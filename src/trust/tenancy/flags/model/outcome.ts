import { PlinthError } from '../../../../kernel/index.ts';

/**
 * Whether what work threw is a fault of its code; undefined where that cannot be told: an outage, which is the same with and without a
 * flag, or a caller who went away.
 */
export function isFault(error: unknown): boolean | undefined {
  if (!(error instanceof PlinthError)) return (error as { name?: unknown } | null)?.name === 'AbortError' ? undefined : true;
  if (error.retryable || error.httpStatus === 499) return undefined;
  // A statement that the database refused was wrong, whatever a client would be told.
  return error.httpStatus >= 500 || error.code.startsWith('PLINTH_SQL_');
}
