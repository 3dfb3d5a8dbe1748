import { type Executor, PlinthError } from '../../../kernel/index.ts';
import { enqueueErrors } from './errors.ts';
import { mostPayloadBytes, type NewJob } from './new-job.ts';
import { insertJobs } from './sql/queries/queries.gen.ts';

/** Writes jobs where they are not there yet; gives the ids of those that were not. */
export async function writeJobs(executor: Executor, jobs: readonly NewJob[]): Promise<ReadonlySet<string>> {
  const rows = await insertJobs.all(executor, {
    tenant_ids: jobs.map(({ tenantId = '' }) => tenantId),
    ids: jobs.map(({ id }) => id),
    queue_names: jobs.map(({ queue }) => queue.name),
    job_types: jobs.map(({ kind }) => kind.name),
    bands: jobs.map(({ band }) => band),
    payload_versions: jobs.map(({ payloadVersion }) => payloadVersion),
    max_attempts: jobs.map(({ maxAttempts }) => maxAttempts),
    payloads: jobs.map(({ payload }) => payload),
    dues: jobs.map(({ due }) => due),
    traces: jobs.map(({ trace }) => trace),
  });
  return new Set(rows.map(({ id }) => id));
}

/** Whether the data of some row was refused, not the work as a whole. */
export function isOfRow(error: unknown): boolean {
  const state = error instanceof PlinthError ? error.details.sqlstate : undefined;
  return typeof state === 'string' && /^2[23]/.test(state);
}

/** What the database says of one job, as its caller should hear it. */
export function toEnqueueError(error: unknown, { kind, id, tenantId = '' }: NewJob): unknown {
  if (!(error instanceof PlinthError) || !isOfRow(error)) return error;
  const { constraint, sqlstate, table } = error.details;
  const options = { cause: error };
  if (error.code === 'PLINTH_PARTITION_NO_RANGE') {
    const problem = `nothing is kept of the month it was made in any more, or not yet (${error.message})`;
    return table === 'queue.jobs' ? enqueueErrors.BAD_ID({ id, problem }, options) : error;
  }
  if (constraint === 'jobs_tenant_id_fk') return enqueueErrors.UNKNOWN_TENANT({ tenantId }, options);
  if (constraint === 'jobs_payload_check')
    return enqueueErrors.PAYLOAD_TOO_LARGE({ jobType: kind.name, mostBytes: mostPayloadBytes }, options);
  // A NUL or half a surrogate pair, which JSON allows and PostgreSQL does not.
  if (sqlstate === '22P02' || sqlstate === '22P05')
    return enqueueErrors.INVALID_PAYLOAD({ jobType: kind.name, path: '', problem: error.message }, options);
  return error;
}
