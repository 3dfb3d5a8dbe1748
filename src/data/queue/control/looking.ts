import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { isUuid, uuidv7Ms } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { readDetails } from '../details/index.ts';
import { type Follow, placeOf } from '../flows/index.ts';
import { type Band, bands } from '../model/bands.ts';
import type { JobState } from '../model/types.ts';
import { readProgress } from '../progress/index.ts';
import { controlErrors } from './errors.ts';
import {
  countDead,
  findRunning,
  findTenantOf,
  listAttempts,
  listAudits,
  listJobs,
  listLimits,
  listLines,
  listPausedTenants,
  listQueues,
  listTypes,
  listWorkers,
  readDepths,
  showJob,
} from './sql/queries/queries.gen.ts';
import { confinedTo } from './target.ts';
import type { Control, Depth, JobSummary, KeyLimit } from './types.ts';

type Looking = Pick<Control, 'list' | 'show' | 'limits' | 'status' | 'queues' | 'types' | 'workers'>;

const defaultPage = 50;
const longestPage = 500;
const mostLines = 1_000;

/** What can be seen of jobs and queues, without changing anything. */
export function openLooking(deps: { readonly connect: Connect; readonly tenancy: Tenancy }): Looking {
  const read = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    deps.connect.transaction({ tier: 'queue', as: 'owner', isReadOnly: true, tag: `queue.${tag}` }, work);

  return {
    async list({ tenantId, queue, type, states, since, until }, { before, limit = defaultPage } = {}) {
      const size = Math.max(1, Math.min(limit, longestPage));
      if (before !== undefined && !isUuid(before)) throw controlErrors.UNKNOWN_JOB({ id: before });
      const rows = await read('list', (tx) =>
        listJobs.all(tx, {
          tenant_id: confinedTo(deps, tenantId) ?? tenantId,
          before: before ?? null,
          queue_name: queue ?? null,
          job_type: type ?? null,
          states: states ? [...states] : null,
          since: since ?? null,
          until: until ?? null,
          limit: size + 1,
        }),
      );
      const jobs = rows.slice(0, size).map(summaryOf);
      const last = jobs.at(-1);
      return { jobs, ...(rows.length > size && last && { next: last.id }) };
    },

    async show(id, tenantId) {
      if (!isUuid(id)) throw controlErrors.UNKNOWN_JOB({ id });
      return read('show', async (tx) => {
        const tenant_id = confinedTo(deps, tenantId) ?? (await findTenantOf.first(tx, { id }))?.tenant_id;
        const row = tenant_id === undefined ? undefined : await showJob.first(tx, { tenant_id, id });
        if (!row) throw controlErrors.UNKNOWN_JOB({ id });
        const key = { tenant_id: row.tenant_id, id };
        const attempts = await listAttempts.all(tx, key);
        const lines = await listLines.all(tx, { ...key, limit: mostLines });
        const audits = await listAudits.all(tx, { tenant_id: row.tenant_id, job_id: id });
        const place = await placeOf(tx, row.tenant_id, row.follow as Follow | null);
        const progress = await readProgress.first(tx, { tenant_id: row.tenant_id, job_id: id });
        const details = await readDetails(tx, row.tenant_id, id);
        const lease = row.state === 'running' ? await findRunning.first(tx, key) : undefined;
        return {
          ...summaryOf(row),
          tenantId: row.tenant_id,
          payload: row.payload,
          payloadVersion: row.payload_version,
          maxAttempts: row.max_attempts,
          trace: row.trace,
          originId: row.origin_id,
          redrivenAs: row.redriven_as,
          ...(row.effective_band !== null &&
            row.effective_priority !== null && {
              effective: { band: bands[row.effective_band] as Band, priority: row.effective_priority },
            }),
          heldBy: row.held_by,
          openParents: row.open_parents,
          ...(place && { place }),
          ...(progress && { progress }),
          ...(details && { details }),
          ...(lease && {
            running: {
              workerId: lease.worker_id,
              host: lease.host,
              pid: lease.pid,
              leased: lease.leased,
              expires: lease.expires,
              isCancelled: lease.is_cancelled,
            },
          }),
          attempts: attempts.map((one) => ({
            attempt: one.attempt,
            status: one.status,
            started: one.started,
            completed: one.completed,
            durationMs: one.duration_ms,
            workerId: one.worker_id,
            result: one.result,
            error: one.error,
          })),
          log: lines.map(({ attempt, logged, level, message, fields }) => ({ attempt, logged, level, message, fields })),
          actions: audits.map((one) => ({ at: new Date(uuidv7Ms(one.id)), action: one.action, by: one.acted_by, details: one.details })),
        };
      });
    },

    async limits(tenantId, most = defaultPage) {
      const tenant_id = confinedTo(deps, tenantId) ?? tenantId ?? null;
      const rows = await read('limits', (tx) => listLimits.all(tx, { tenant_id, limit: Math.max(1, Math.min(most, longestPage)) }));
      return rows.map(
        (row): KeyLimit => ({
          tenantId: row.tenant_id,
          name: row.name,
          key: row.key,
          kind: row.kind as KeyLimit['kind'],
          most: row.most,
          used: row.used,
          waiting: row.parked,
          ...(row.per !== null && { per: `${row.per}, ${row.zone}` }),
          ...(row.per_ms !== null && { per: `${row.per_ms} ms` }),
          next: row.window_ends,
        }),
      );
    },

    async status() {
      const [depths, dead, workers, paused] = await read('status', async (tx) => [
        await readDepths.all(tx, {}),
        await countDead.all(tx, {}),
        await listWorkers.all(tx, {}),
        await listPausedTenants.all(tx, {}),
      ]);
      const deadOf = new Map(dead.map(({ queue, jobs }) => [queue, jobs]));
      const queues = [...Map.groupBy(depths, ({ queue }) => queue)].map(([name, rows]) => ({
        name,
        isPaused: rows[0]?.is_paused ?? false,
        dead: deadOf.get(name) ?? 0,
        bands: rows.map(
          (row): Depth => ({
            queue: name,
            band: bandOf(row.band),
            waiting: row.waiting,
            oldest: row.oldest,
            targetMs: row.slo_ms[row.band] ?? 0,
            scheduled: row.scheduled,
            retrying: row.retrying,
            parked: row.parked,
            running: row.running,
          }),
        ),
      }));
      const pausedTenants = paused.map((one) => ({ tenantId: one.tenant_id, since: one.paused, by: one.paused_by, parked: one.parked }));
      return { queues, workers: workers.length, pausedTenants };
    },

    queues: async () =>
      (await read('queues', (tx) => listQueues.all(tx, {}))).map((row) => ({
        id: row.id,
        name: row.name,
        group: row.group_name,
        pool: row.pool,
        weights: row.weights,
        sloMs: row.slo_ms,
        onOverload: row.on_overload,
        isPaused: row.is_paused,
      })),

    types: async (limit = 100) =>
      (await read('types', (tx) => listTypes.all(tx, { limit }))).map((row) => ({
        name: row.name,
        queue: row.queue,
        band: bandOf(row.band),
        maxAttempts: row.max_attempts,
        isPaused: row.is_paused,
        meanRunMs: row.mean_run_ms,
        waiting: row.waiting,
        oldest: row.oldest,
        workers: row.workers,
        unhandledMs: row.unhandled_ms,
      })),

    workers: async () =>
      (await read('workers', (tx) => listWorkers.all(tx, {}))).map((row) => ({
        id: row.id,
        pool: row.pool,
        host: row.host,
        pid: row.pid,
        version: row.version,
        types: row.types,
        slots: row.slots,
        busy: row.busy,
        loopLagMs: row.loop_lag_ms,
        rssBytes: row.rss_bytes,
        started: row.started,
        seen: row.seen,
        isDraining: row.is_draining,
      })),
  };
}

const bandOf = (number: number): Band => bands[number] ?? 'background';
interface SummaryRow {
  readonly id: string;
  readonly queue_name: string;
  readonly job_type: string;
  readonly band: number;
  readonly state: string;
  readonly due: Date;
  readonly queued: Date;
  readonly started: Date | null;
  readonly completed: Date | null;
  readonly next_due: Date | null;
}

const summaryOf = (row: SummaryRow): JobSummary => ({
  id: row.id,
  queue: row.queue_name,
  type: row.job_type,
  band: bandOf(row.band),
  state: row.state as JobState,
  due: row.due,
  queued: row.queued,
  started: row.started,
  completed: row.completed,
  nextDue: row.next_due,
});
