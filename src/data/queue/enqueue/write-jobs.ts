import { type Executor, PlinthError } from '../../../kernel/index.ts';
import type { Enqueued } from '../model/types.ts';
import { enqueueErrors } from './errors.ts';
import type { NewJob } from './new-job.ts';
import { mostPayloadBytes } from './payload-text.ts';
import { insertFresh, insertFreshUnique, insertJobs, insertUniqueJobs, notifyWithin, settleUniqueJobs } from './sql/queries/queries.gen.ts';

/** What became of a job: written, there already, or kept out by the job that has its key. */
export interface Outcome extends Enqueued {
  readonly isRejected?: true;
}

const parametersOf = (jobs: readonly NewJob[]) => ({
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

/** What most jobs are: due now, and with an id that nobody else can have used. */
export const isFresh = ({ isOwnId, isDelayed }: NewJob) => isOwnId && !isDelayed;

/** What jobs of a statement have in common is said once for all of them. `places`: of which group each is; null where there is one. */
function groupsOf(jobs: readonly NewJob[]): { groups: readonly NewJob[]; places: readonly number[] | null } {
  const [first] = jobs as [NewJob];
  const isLike = (a: NewJob, b: NewJob) => a.kind === b.kind && a.queue === b.queue && a.band === b.band && a.maxAttempts === b.maxAttempts;
  if (jobs.every((job) => isLike(job, first))) return { groups: [first], places: null };
  const groups: NewJob[] = [];
  const numbers = new Map<string, number>();
  const places = jobs.map((job) => {
    const { kind, queue, band, maxAttempts } = job;
    const key = `${kind.typeId} ${kind.payloadVersion} ${queue.id} ${band} ${maxAttempts}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    groups.push(job);
    numbers.set(key, groups.length);
    return groups.length;
  });
  return { groups, places };
}

/** Null: the jobs are of the tenant of the context. Undefined: some are and some are not. */
function tenantsOf(jobs: readonly NewJob[]): readonly string[] | null | undefined {
  const said = jobs.flatMap(({ tenantId }) => (tenantId === undefined ? [] : [tenantId]));
  if (said.length === 0) return null;
  return said.length === jobs.length ? said : undefined;
}

function freshParameters(jobs: readonly NewJob[], tenantIds: readonly string[] | null) {
  const { groups, places } = groupsOf(jobs);
  return {
    ids: jobs.map(({ id }) => id),
    payloads: jobs.map(({ payload }) => payload),
    tenant_ids: tenantIds,
    places,
    traces: jobs.some(({ trace }) => trace !== '') ? jobs.map(({ trace }) => trace) : null,
    queue_names: groups.map(({ queue }) => queue.name),
    queue_ids: groups.map(({ queue }) => queue.id),
    job_types: groups.map(({ kind }) => kind.name),
    type_ids: groups.map(({ kind }) => kind.typeId),
    bands: groups.map(({ band }) => band),
    payload_versions: groups.map(({ kind }) => kind.payloadVersion),
    max_attempts: groups.map(({ maxAttempts }) => maxAttempts),
  };
}

export interface WriteRequest {
  /** Workers are told with the commit. */
  readonly isTelling?: boolean;
  /** The jobs may be there already, by an earlier try of which nobody knows. */
  readonly isRepeated?: boolean;
}

/**
 * Writes jobs that are not there yet, in one statement unless they are unique or some of those that are to be told of are not fresh; outcomes
 * are in their order. They are all unique, or none is.
 */
export async function writeJobs(executor: Executor, jobs: readonly NewJob[], request: WriteRequest = {}): Promise<readonly Outcome[]> {
  const { isTelling = false, isRepeated = false } = request;
  const isUnique = jobs[0]?.kind.isUnique === true;
  const tenantIds = !isRepeated && jobs.every(isFresh) ? tenantsOf(jobs) : undefined;
  if (tenantIds !== undefined && !isUnique) return await writeFresh(executor, jobs, tenantIds, { isTelling });
  const outcomes = isUnique ? await writeUnique(executor, jobs, tenantIds) : await writeOthers(executor, jobs);
  const told = isTelling ? readyQueues(jobs) : [];
  if (told.length > 0) await notifyWithin.run(executor, { queue_ids: told.map(String) });
  return outcomes;
}

/** Queues in which some of the jobs can be run now. */
export function readyQueues(jobs: readonly NewJob[]): readonly number[] {
  const ids = new Set<number>();
  for (const { isDelayed, queue } of jobs) if (!isDelayed) ids.add(queue.id);
  return [...ids];
}

/** Writes jobs that are due now and whose ids nobody else can have used; `follow`, JSON, is what each owes when it has ended. */
export async function writeFresh(
  executor: Executor,
  jobs: readonly NewJob[],
  tenantIds: readonly string[] | null,
  { isTelling, follow = null }: { readonly isTelling: boolean; readonly follow?: string | null },
): Promise<readonly Outcome[]> {
  const told = isTelling ? readyQueues(jobs).map(String) : null;
  await insertFresh.run(executor, { ...freshParameters(jobs, tenantIds), told, follow });
  return jobs.map(({ id }) => ({ id, isNew: true }));
}

async function writeOthers(executor: Executor, jobs: readonly NewJob[]): Promise<readonly Outcome[]> {
  const made = new Set((await insertJobs.all(executor, parametersOf(jobs))).map(({ id }) => id));
  // One's own id was there already only where an earlier try of the same call came through.
  return jobs.map(({ id, isOwnId }) => ({ id, isNew: made.delete(id) || isOwnId }));
}

/** Unique jobs that are all fresh: writes those whose keys are free, in one statement, and gives their ids. */
export async function writeFree(executor: Executor, jobs: readonly NewJob[]): Promise<ReadonlySet<string>> {
  return insertFree(executor, jobs, tenantsOf(jobs) ?? null).catch((error) => {
    throw toEnqueueError(error, jobs);
  });
}

const insertFree = async (executor: Executor, jobs: readonly NewJob[], tenantIds: readonly string[] | null) =>
  new Set((await insertFreshUnique.all(executor, freshParameters(jobs, tenantIds))).map(({ id }) => id));

/** `tenantIds`: undefined where not all of them are fresh. */
async function writeUnique(
  executor: Executor,
  jobs: readonly NewJob[],
  tenantIds: readonly string[] | null | undefined,
): Promise<readonly Outcome[]> {
  const distinct = [...new Map(jobs.map((job) => [job.id, job])).values()];
  const made =
    tenantIds === undefined
      ? new Set((await insertUniqueJobs.all(executor, parametersOf(distinct))).map(({ id }) => id))
      : await insertFree(executor, jobs, tenantIds);
  const others = distinct.filter(({ id }) => !made.has(id));
  const settled = others.length === 0 ? [] : await settleUniqueJobs.all(executor, parametersOf(others));
  const byId = new Map(settled.map((row) => [row.id, row]));
  for (const { id, verdict } of settled) if (verdict === 'made') made.add(id);
  return jobs.map(({ id, isOwnId }) => {
    const { job_id: holder, verdict } = byId.get(id) ?? { job_id: id, verdict: 'made' };
    const isNew = made.delete(id) || (holder === id && isOwnId);
    return { id: holder, isNew, ...(verdict === 'reject' && { isRejected: true }) };
  });
}

/** Whether the data of some row was refused, not the work as a whole. */
export function isOfRow(error: unknown): boolean {
  const state = error instanceof PlinthError ? error.details.sqlstate : undefined;
  return typeof state === 'string' && /^2[23]/.test(state);
}

/** What the database says of a job, as its caller should hear it; of several it does not say which one it was. */
export function toEnqueueError(error: unknown, jobs: readonly NewJob[]): unknown {
  const [job] = jobs;
  if (!(error instanceof PlinthError) || !isOfRow(error) || !job) return error;
  const { kind, id, tenantId = '' } = job;
  const { constraint, sqlstate, table } = error.details;
  const options = { cause: error };
  if (constraint === 'jobs_tenant_id_fk' && jobs.every((other) => other.tenantId === job.tenantId))
    return enqueueErrors.UNKNOWN_TENANT({ tenantId }, options);
  if (jobs.length > 1) return error;
  if (error.code === 'PLINTH_PARTITION_NO_RANGE') {
    const problem = `nothing is kept of the month it was made in any more, or not yet (${error.message})`;
    return table === 'queue.jobs' ? enqueueErrors.BAD_ID({ id, problem }, options) : error;
  }
  if (constraint === 'jobs_payload_check')
    return enqueueErrors.PAYLOAD_TOO_LARGE({ jobType: kind.name, mostBytes: mostPayloadBytes }, options);
  // A NUL or half a surrogate pair, which JSON allows and PostgreSQL does not.
  if (sqlstate === '22P02' || sqlstate === '22P05')
    return enqueueErrors.INVALID_PAYLOAD({ jobType: kind.name, path: '', problem: error.message }, options);
  return error;
}
