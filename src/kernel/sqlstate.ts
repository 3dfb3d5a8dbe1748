import { PlinthError } from './errors.ts';

interface Mapping {
  readonly name: string;
  readonly httpStatus: number;
  readonly retryable?: true;
}

// Exact states first, classes (two characters) as the fallback. The only place that knows SQLSTATEs by number.
const states: Readonly<Record<string, Mapping>> = {
  '23502': { name: 'NOT_NULL', httpStatus: 422 },
  '23503': { name: 'FOREIGN_KEY', httpStatus: 409 },
  '23505': { name: 'UNIQUE', httpStatus: 409 },
  '23514': { name: 'CHECK', httpStatus: 422 },
  '23P01': { name: 'EXCLUSION', httpStatus: 409 },
  '25006': { name: 'READ_ONLY', httpStatus: 503 },
  '3D000': { name: 'UNKNOWN_DATABASE', httpStatus: 500 },
  '40001': { name: 'SERIALIZATION', httpStatus: 503, retryable: true },
  '40P01': { name: 'DEADLOCK', httpStatus: 503, retryable: true },
  '42501': { name: 'FORBIDDEN', httpStatus: 403 },
  '42601': { name: 'SYNTAX', httpStatus: 500 },
  '42703': { name: 'UNKNOWN_COLUMN', httpStatus: 500 },
  '42883': { name: 'UNKNOWN_FUNCTION', httpStatus: 500 },
  '42P01': { name: 'UNKNOWN_TABLE', httpStatus: 500 },
  '53100': { name: 'DISK_FULL', httpStatus: 503 },
  '53200': { name: 'OUT_OF_MEMORY', httpStatus: 503, retryable: true },
  '53300': { name: 'TOO_MANY_CONNECTIONS', httpStatus: 503, retryable: true },
  '55P03': { name: 'LOCK_NOT_AVAILABLE', httpStatus: 503, retryable: true },
  '57014': { name: 'CANCELLED', httpStatus: 499 },
  '57P01': { name: 'SHUTTING_DOWN', httpStatus: 503, retryable: true },
  '57P02': { name: 'CRASHED', httpStatus: 503, retryable: true },
  '57P03': { name: 'STARTING_UP', httpStatus: 503, retryable: true },
  '08': { name: 'CONNECTION', httpStatus: 503, retryable: true },
  '22': { name: 'BAD_VALUE', httpStatus: 422 },
  '23': { name: 'CONSTRAINT', httpStatus: 409 },
  '28': { name: 'LOGIN_REFUSED', httpStatus: 500 },
  '42': { name: 'BAD_STATEMENT', httpStatus: 500 },
  '53': { name: 'RESOURCES', httpStatus: 503, retryable: true },
};

/** The five-character SQLSTATE of a driver error, or undefined for anything else (sockets, our own errors). */
export function sqlstateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * Turns a driver error into a PlinthError of code `PLINTH_SQL_<NAME>`.
 *
 * The server's `detail` stays out of message and details: for a unique or foreign key violation it holds
 * the values of a row that the caller may not be allowed to see. Anything that is not a driver error is
 * returned as it came.
 */
export function fromSqlError(error: unknown, doing?: string): unknown {
  const state = sqlstateOf(error);
  if (state === undefined || error instanceof PlinthError) return error;
  const refused = noPartition(error);
  if (refused) return refused;
  const mapping = states[state] ?? states[state.slice(0, 2)];
  const source = error as Error & { table?: string; constraint?: string; column?: string };
  return new PlinthError({
    code: `PLINTH_SQL_${mapping?.name ?? 'UNEXPECTED'}`,
    message: `${doing ? `${doing}: ` : ''}${source.message} (SQLSTATE ${state})`,
    httpStatus: mapping?.httpStatus,
    retryable: mapping?.retryable,
    details: { sqlstate: state, table: source.table, constraint: source.constraint, column: source.column },
    cause: error,
  });
}

// A row outside all ranges shares its SQLSTATE with failed checks; the place in the server that raises it tells them apart. The
// detail is the key of the caller's own row.
function noPartition(error: unknown): PlinthError | undefined {
  const { code, routine, table, schema, detail } = error as {
    code?: string;
    routine?: string;
    table?: string;
    schema?: string;
    detail?: string;
  };
  if (code !== '23514' || routine !== 'ExecFindPartition') return undefined;
  const name = `${schema}.${table}`;
  return new PlinthError({
    code: 'PLINTH_PARTITION_NO_RANGE',
    message:
      `No partition of ${name} takes this row${detail ? ` (${detail.replace(/^Partition key of the failing row contains /, '').replace(/\.$/, '')})` : ''}. ` +
      `See what is covered with: plinth partition status; make the range with: plinth partition ensure ${name} <from> <to>.`,
    httpStatus: 503,
    // Upkeep may make the range at any moment.
    retryable: true,
    details: { sqlstate: code, table: name },
    cause: error,
  });
}
