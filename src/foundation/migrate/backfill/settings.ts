/**
 * How rows are seen and written as text wherever text is compared or kept: the same on every server and in every session, so that a key
 * or a row means the same when it is read again later or elsewhere. For the transaction. Under `row_security = off` a table whose policies
 * would hide rows is an error (42501) and not an empty result.
 */
export const canonicalSettings = [
  'set local search_path = pg_catalog',
  'set local row_security = off',
  "set local datestyle = 'ISO, YMD'",
  'set local intervalstyle = postgres',
  'set local timezone = UTC',
  'set local extra_float_digits = 1',
  'set local bytea_output = hex',
].join('; ');

/** A batch holds row locks: what does not come soon is given up and done in a smaller one. */
const statementTimeoutMs = 5_000;
const lockTimeoutMs = 1_000;

/**
 * Deferred constraints are checked at once: the row that fails must be known before the commit. Memory for the hash of the largest batch
 * with long keys: without it the server would go through the batch row by row.
 */
export const batchSettings = `${canonicalSettings}; set local work_mem = '32MB'; set local statement_timeout = ${statementTimeoutMs}; set local lock_timeout = ${lockTimeoutMs}; set constraints all immediate`;
