// Made by `npm run generate` from alerts.sql, counters.sql, figures.sql, reports.sql, scaling.sql, starvations.sql, watch.sql; do not edit.
// sources: 1b84f1d407c3abd63736d4f0b8594c2d
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListAlertsParams = Record<string, never>;
export interface ListAlertsRow {
  readonly id: string;
  readonly queue_id: number | null;
  readonly name: string;
  readonly metric: string;
  readonly comparison: string;
  readonly threshold: number;
  readonly for_s: number;
  readonly severity: string;
}
export const listAlerts = defineQuery<ListAlertsParams, ListAlertsRow>('queue/promise.list_alerts', [], `select a.id, a.queue_id as "queue_id", a.name, a.metric, a.comparison, a.threshold, a.for_s, a.severity from queue.queue_alerts a where a.is_enabled`);

export type ListOpenAlertsParams = Record<string, never>;
export interface ListOpenAlertsRow {
  readonly alert_id: string;
  readonly queue_id: number | null;
}
export const listOpenAlerts = defineQuery<ListOpenAlertsParams, ListOpenAlertsRow>('queue/promise.list_open_alerts', [], `select h.alert_id, h.queue_id as "queue_id" from queue.queue_alert_histories h where h.resolved is null`);

export interface FireAlertsParams {
  readonly fired: string;
}
export interface FireAlertsRow {
  readonly id: string;
  readonly alert_id: string;
  readonly queue_id: number | null;
}
/**
 * Two leaders never fire one twice: it is open once.
 */
export const fireAlerts = defineQuery<FireAlertsParams, FireAlertsRow>('queue/promise.fire_alerts', ['fired'], `insert into queue.queue_alert_histories (alert_id, queue_id, value, threshold, cause)
select a.id, f.queue_id, f.value, a.threshold, f.cause
  from jsonb_to_recordset($1::jsonb) as f (alert_id uuid, queue_id int2, value float8, cause text)
  join queue.queue_alerts a on a.id = f.alert_id
 where f.queue_id is null or exists (select from queue.job_queues q where q.id = f.queue_id)
    on conflict (alert_id, queue_id) where resolved is null do nothing
returning id, alert_id, queue_id as "queue_id"`);

export interface ResolveAlertsParams {
  readonly resolved: string;
}
export type ResolveAlertsRow = Record<string, never>;
export const resolveAlerts = defineQuery<ResolveAlertsParams, ResolveAlertsRow>('queue/promise.resolve_alerts', ['resolved'], `update queue.queue_alert_histories h set resolved = now()
  from jsonb_to_recordset($1::jsonb) as r (alert_id uuid, queue_id int2)
 where h.alert_id = r.alert_id and h.queue_id is not distinct from r.queue_id and h.resolved is null`);

export interface NoteAlertsToldParams {
  readonly ids: readonly string[];
}
export type NoteAlertsToldRow = Record<string, never>;
export const noteAlertsTold = defineQuery<NoteAlertsToldParams, NoteAlertsToldRow>('queue/promise.note_alerts_told', ['ids'], `update queue.queue_alert_histories h set notified = now() where h.id = any ($1::uuid[])`);

export interface ListAlertHistoryParams {
  readonly most: number;
}
export interface ListAlertHistoryRow {
  readonly name: string;
  readonly metric: string;
  readonly severity: string;
  readonly queue: string | null;
  readonly fired: Date;
  readonly resolved: Date | null;
  readonly value: number;
  readonly threshold: number;
  readonly cause: string | null;
}
export const listAlertHistory = defineQuery<ListAlertHistoryParams, ListAlertHistoryRow>('queue/promise.list_alert_history', ['most'], `select a.name, a.metric, a.severity, q.name as "queue", h.fired, h.resolved as "resolved", h.value, h.threshold, h.cause as "cause"
  from queue.queue_alert_histories h join queue.queue_alerts a on a.id = h.alert_id
  left join queue.job_queues q on q.id = h.queue_id
 order by h.resolved is null desc, h.fired desc limit $1::int4`);

export type ListAlertRulesParams = Record<string, never>;
export interface ListAlertRulesRow {
  readonly id: string;
  readonly name: string;
  readonly queue: string | null;
  readonly metric: string;
  readonly comparison: string;
  readonly threshold: number;
  readonly for_s: number;
  readonly severity: string;
  readonly is_enabled: boolean;
  readonly fired: number;
  readonly last_fired: Date | null;
  readonly is_firing: boolean;
}
/**
 * With how often each fired in the last 30 days; those of one queue behind those of all.
 */
export const listAlertRules = defineQuery<ListAlertRulesParams, ListAlertRulesRow>('queue/promise.list_alert_rules', [], `select a.id, a.name, q.name as "queue", a.metric, a.comparison, a.threshold, a.for_s, a.severity, a.is_enabled,
  (select count(*) from queue.queue_alert_histories h where h.alert_id = a.id and h.fired > now() - interval '30 days') as "fired",
  (select max(h.fired) from queue.queue_alert_histories h where h.alert_id = a.id) as "last_fired",
  exists (select from queue.queue_alert_histories h where h.alert_id = a.id and h.resolved is null) as "is_firing"
from queue.queue_alerts a left join queue.job_queues q on q.id = a.queue_id
order by a.name, q.name nulls first`);

export interface LockAlertParams {
  readonly name: string;
  readonly queue: string | null;
}
export interface LockAlertRow {
  readonly metric: string;
  readonly threshold: number;
  readonly for_s: number;
  readonly severity: string;
  readonly is_enabled: boolean;
}
export const lockAlert = defineQuery<LockAlertParams, LockAlertRow>('queue/promise.lock_alert', ['name', 'queue'], `select a.metric, a.threshold, a.for_s, a.severity, a.is_enabled
from queue.queue_alerts a left join queue.job_queues q on q.id = a.queue_id
where a.name = $1 and q.name is not distinct from $2::text for update of a`);

export interface SetAlertParams {
  readonly threshold: number;
  readonly for_s: number;
  readonly severity: string;
  readonly is_enabled: boolean;
  readonly name: string;
  readonly queue: string | null;
}
export type SetAlertRow = Record<string, never>;
export const setAlert = defineQuery<SetAlertParams, SetAlertRow>('queue/promise.set_alert', ['threshold', 'for_s', 'severity', 'is_enabled', 'name', 'queue'], `update queue.queue_alerts a set threshold = $1, for_s = $2, severity = $3, is_enabled = $4
where a.name = $5 and a.queue_id is not distinct from (select q.id from queue.job_queues q where q.name = $6::text)`);

export interface AuditAlertParams {
  readonly name: string;
  readonly details: string;
  readonly by: string;
}
export type AuditAlertRow = Record<string, never>;
export const auditAlert = defineQuery<AuditAlertParams, AuditAlertRow>('queue/promise.audit_alert', ['name', 'details', 'by'], `insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
values ('00000000-0000-0000-0000-000000000000', 'alert', 'alert', $1, $2::jsonb, $3)`);

export interface AddJobMetricsParams {
  readonly minute: Date;
  readonly counted: string;
}
export type AddJobMetricsRow = Record<string, never>;
/**
 * In order of the keys, so that processes that write at the same time never wait in a circle.
 */
export const addJobMetrics = defineQuery<AddJobMetricsParams, AddJobMetricsRow>('queue/promise.add_job_metrics', ['minute', 'counted'], `insert into queue.job_metrics as m (begun, type_id, queue_id, enqueued, completed, failed, retried, run_ms_sum, run_histogram, wait_histogram)
select $1::timestamptz, c.type_id, c.queue_id, c.enqueued, c.completed, c.failed, c.retried, c.run_ms, c.runs, c.waits
  from jsonb_to_recordset($2::jsonb)
    as c (type_id int2, queue_id int2, enqueued int8, completed int8, failed int8, retried int8, run_ms float8, runs int8[], waits int8[])
  join queue.job_types t on t.id = c.type_id
  join queue.job_queues q on q.id = c.queue_id
 order by c.type_id, c.queue_id
    on conflict (begun, type_id, queue_id) do update
   set enqueued = m.enqueued + excluded.enqueued, completed = m.completed + excluded.completed, failed = m.failed + excluded.failed,
       retried = m.retried + excluded.retried, run_ms_sum = m.run_ms_sum + excluded.run_ms_sum,
       run_histogram = queue.add_histograms(m.run_histogram, excluded.run_histogram),
       wait_histogram = queue.add_histograms(m.wait_histogram, excluded.wait_histogram)`);

export interface AddQueueMetricsParams {
  readonly minute: Date;
  readonly counted: string;
}
export type AddQueueMetricsRow = Record<string, never>;
export const addQueueMetrics = defineQuery<AddQueueMetricsParams, AddQueueMetricsRow>('queue/promise.add_queue_metrics', ['minute', 'counted'], `insert into queue.queue_metrics as m (begun, queue_id, band, completed, failed, retried, wait_histogram, wait_p50_ms, wait_p95_ms, wait_p99_ms,
                                      wait_max_ms, throughput)
select date_trunc('hour', $1::timestamptz, 'UTC'), c.queue_id, c.band, c.completed, c.failed, c.retried, c.waits,
       queue.histogram_quantile(c.waits, 0.5), queue.histogram_quantile(c.waits, 0.95), queue.histogram_quantile(c.waits, 0.99),
       c.wait_max_ms, (c.completed + c.failed) / 3600.0
  from jsonb_to_recordset($2::jsonb)
    as c (queue_id int2, band int2, completed int8, failed int8, retried int8, waits int8[], wait_max_ms float8)
  join queue.job_queues q on q.id = c.queue_id
 where c.completed + c.failed > 0
 order by c.queue_id, c.band
    on conflict (begun, queue_id, band) do update
   set completed = m.completed + excluded.completed, failed = m.failed + excluded.failed, retried = m.retried + excluded.retried,
       wait_histogram = queue.add_histograms(m.wait_histogram, excluded.wait_histogram),
       wait_p50_ms = queue.histogram_quantile(queue.add_histograms(m.wait_histogram, excluded.wait_histogram), 0.5),
       wait_p95_ms = queue.histogram_quantile(queue.add_histograms(m.wait_histogram, excluded.wait_histogram), 0.95),
       wait_p99_ms = queue.histogram_quantile(queue.add_histograms(m.wait_histogram, excluded.wait_histogram), 0.99),
       wait_max_ms = greatest(m.wait_max_ms, excluded.wait_max_ms), throughput = m.throughput + excluded.throughput`);

export interface AddTenantTimesParams {
  readonly minute: Date;
  readonly times: string;
}
export type AddTenantTimesRow = Record<string, never>;
/**
 * Of a tenant that is being erased nothing is written any more.
 */
export const addTenantTimes = defineQuery<AddTenantTimesParams, AddTenantTimesRow>('queue/promise.add_tenant_times', ['minute', 'times'], `insert into queue.tenant_times as m (begun, queue_id, band, tenant_id, run_ms)
select $1::timestamptz, c.queue_id, c.band, t.id, c.run_ms
  from jsonb_to_recordset($2::jsonb) as c (queue_id int2, band int2, tenant_id uuid, run_ms float8)
  join tenancy.tenants t on t.id = c.tenant_id and t.state not in ('erasing', 'erased')
 order by t.id, c.queue_id, c.band
    on conflict (tenant_id, begun, queue_id, band) do update set run_ms = m.run_ms + excluded.run_ms`);

export interface ForgetTenantTimesParams {
  readonly before: Date;
}
export type ForgetTenantTimesRow = Record<string, never>;
export const forgetTenantTimes = defineQuery<ForgetTenantTimesParams, ForgetTenantTimesRow>('queue/promise.forget_tenant_times', ['before'], `delete from queue.tenant_times where begun < $1::timestamptz`);

export interface SetMeanRunTimesParams {
  readonly counted: string;
}
export type SetMeanRunTimesRow = Record<string, never>;
/**
 * A moving mean over about the last hundred runs; a change that nobody would notice is not written.
 */
export const setMeanRunTimes = defineQuery<SetMeanRunTimesParams, SetMeanRunTimesRow>('queue/promise.set_mean_run_times', ['counted'], `update queue.job_types t
   set mean_run_ms = new.mean
  from (select c.type_id, b.mean_run_ms + (sum(c.run_ms) / sum(c.runs) - b.mean_run_ms) * (1 - power(0.98, least(sum(c.runs), 1000))) as mean
          from jsonb_to_recordset($1::jsonb) as c (type_id int2, runs float8, run_ms float8)
          join queue.job_types b on b.id = c.type_id
         where c.runs > 0
         group by c.type_id, b.mean_run_ms) new
 where t.id = new.type_id and abs(new.mean - t.mean_run_ms) > 0.05 * t.mean_run_ms`);

export interface PutWorkerPerformanceParams {
  readonly minute: Date;
  readonly worker_id: string;
  readonly pool: string;
  readonly completed: number;
  readonly failed: number;
  readonly busy_ratio: number;
  readonly cpu_ratio: number;
  readonly loop_lag_ms: number;
  readonly connection_waits: number;
  readonly lease_losses: number;
  readonly uptime_s: number;
  readonly rss_bytes: number;
}
export type PutWorkerPerformanceRow = Record<string, never>;
export const putWorkerPerformance = defineQuery<PutWorkerPerformanceParams, PutWorkerPerformanceRow>('queue/promise.put_worker_performance', ['minute', 'worker_id', 'pool', 'completed', 'failed', 'busy_ratio', 'cpu_ratio', 'loop_lag_ms', 'connection_waits', 'lease_losses', 'uptime_s', 'rss_bytes'], `insert into queue.worker_performances as p (begun, worker_id, pool, completed, failed, busy_ratio, cpu_ratio, loop_lag_ms, connection_waits, lease_losses,
                                            uptime_s, rss_bytes)
values ($1::timestamptz, $2::uuid, $3, $4::int8, $5::int8, $6::float8, $7::float8, $8::float8,
        $9::int4, $10::int4, $11::int4, $12::int8)
    on conflict (begun, worker_id) do update
   set pool = excluded.pool, completed = p.completed + excluded.completed, failed = p.failed + excluded.failed, busy_ratio = excluded.busy_ratio,
       cpu_ratio = excluded.cpu_ratio, loop_lag_ms = greatest(p.loop_lag_ms, excluded.loop_lag_ms), connection_waits = excluded.connection_waits,
       lease_losses = p.lease_losses + excluded.lease_losses, uptime_s = excluded.uptime_s, rss_bytes = excluded.rss_bytes`);

export type ReadFiguresParams = Record<string, never>;
export interface ReadFiguresRow {
  readonly queue_id: number;
  readonly depth: number;
  readonly weights: number[];
  readonly oldest: Date[];
  readonly overdue_share: number;
  readonly predicted_wait_ms: number | null;
  readonly age_ms: number;
}
/**
 * The age is told by the clock of the database, which wrote it.
 */
export const readFigures = defineQuery<ReadFiguresParams, ReadFiguresRow>('queue/promise.read_figures', [], `select h.queue_id, h.critical_jobs + h.high_jobs + h.normal_jobs + h.low_jobs + h.background_jobs as "depth", h.weights, h.oldest,
       h.overdue_share, h.predicted_wait_ms as "predicted_wait_ms", extract(epoch from clock_timestamp() - h.sampled)::float8 * 1000 as "age_ms"
  from queue.queue_health h`);

export interface ReadOwnSlotsParams {
  readonly worker_id: string;
}
export interface ReadOwnSlotsRow {
  readonly pool: string;
  readonly desired: number;
  readonly workers: number;
  readonly position: number;
}
/**
 * What each pool should have over all processes by the last decision, and which of its live workers this one is.
 */
export const readOwnSlots = defineQuery<ReadOwnSlotsParams, ReadOwnSlotsRow>('queue/promise.read_own_slots', ['worker_id'], `select p.pool as "pool", d.desired as "desired", p.workers::int4 as "workers", p.position::int4 as "position"
  from (select w.pool, w.worker_id, count(*) over (partition by w.pool) as workers,
               row_number() over (partition by w.pool order by w.worker_id) - 1 as position
          from queue.pool_workers w) p
 cross join lateral (select s.desired from queue.queue_scaling_decisions s where s.pool = p.pool order by s.id desc limit 1) d
 where p.worker_id = $1::uuid`);

export interface CountWaitingJobsParams {
  readonly tenant_id: string;
  readonly most: number;
}
export interface CountWaitingJobsRow {
  readonly waiting: number;
}
/**
 * Of a tenant, up to the given number: its lanes are looked for in the index, queue by queue.
 */
export const countWaitingJobs = defineQuery<CountWaitingJobsParams, CountWaitingJobsRow>('queue/promise.count_waiting_jobs', ['tenant_id', 'most'], `select count(*)::int4 as "waiting"
  from (select 1 from generate_series(0, 2) s (slot)
         cross join queue.job_queues q cross join generate_series(0, 4) b (band)
         cross join lateral (select 1 from queue.job_ready r
                              where r.slot = s.slot and r.queue_id = q.id and r.band = b.band and r.tenant_id = $1::uuid limit $2::int4) r
         limit $2::int4) lanes`);

export type ListHealthParams = Record<string, never>;
export interface ListHealthRow {
  readonly name: string;
  readonly pool: string;
  readonly is_paused: boolean;
  readonly weights: number[];
  readonly slo_ms: number[];
  readonly sampled: Date | null;
  readonly read: Date;
  readonly jobs: number[];
  readonly parked_jobs: number | null;
  readonly oldest: Date[] | null;
  readonly slots: number | null;
  readonly workers: number | null;
  readonly level: string | null;
  readonly predicted_wait_ms: number | null;
  readonly in_force: number[] | null;
  readonly promise_state: string | null;
  readonly cause: string | null;
  readonly promise_states: string[] | null;
  readonly causes: string[] | null;
  readonly starving_lanes: number | null;
  readonly breaches: number | null;
  readonly fairness: number | null;
  readonly error_rate: number | null;
  readonly finished_per_s: number | null;
  readonly dead_tuples: number | null;
  readonly horizon_age_ms: number | null;
}
export const listHealth = defineQuery<ListHealthParams, ListHealthRow>('queue/promise.list_health', [], `select q.name, q.pool, q.is_paused, q.weights, q.slo_ms, h.sampled as "sampled", clock_timestamp() as "read",
       array[h.critical_jobs, h.high_jobs, h.normal_jobs, h.low_jobs, h.background_jobs] as "jobs", h.parked_jobs as "parked_jobs", h.oldest as "oldest",
       h.slots as "slots", h.workers as "workers", h.level as "level", h.predicted_wait_ms as "predicted_wait_ms", h.weights as "in_force",
       h.promise_state as "promise_state", h.cause as "cause", h.promise_states as "promise_states", h.causes as "causes",
       h.starving_lanes as "starving_lanes", h.breaches as "breaches", h.fairness as "fairness", h.error_rate as "error_rate",
       h.finished_per_s as "finished_per_s", h.dead_tuples as "dead_tuples", h.horizon_age_ms as "horizon_age_ms"
  from queue.job_queues q left join queue.queue_health h on h.queue_id = q.id
 order by q.name`);

export type ListWorkersParams = Record<string, never>;
export interface ListWorkersRow {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly slots: number;
  readonly busy: number;
  readonly is_draining: boolean;
  readonly started: Date;
  readonly seen: Date;
  readonly rss_bytes: number;
  readonly loop_lag_ms: number;
  readonly completed: number | null;
  readonly failed: number | null;
  readonly error_rate: number | null;
  readonly busy_ratio: number | null;
  readonly cpu_ratio: number | null;
  readonly lease_losses: number | null;
}
export const listWorkers = defineQuery<ListWorkersParams, ListWorkersRow>('queue/promise.list_workers', [], `select w.id, w.pool, w.host, w.pid, w.version, w.slots, w.busy, w.is_draining, w.started, w.seen, w.rss_bytes, w.loop_lag_ms,
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       p.completed as "completed", p.failed as "failed", p.error_rate as "error_rate", p.busy_ratio as "busy_ratio", p.cpu_ratio as "cpu_ratio",
       p.lease_losses as "lease_losses"
  from queue.queue_workers w
  left join lateral (select f.* from queue.worker_performances f
                      where f.worker_id = w.id and f.begun > now() - interval '5 minutes' order by f.begun desc limit 1) p on true
 order by w.started, w.id`);

export interface ListMinutesParams {
  readonly minutes: number;
}
export interface ListMinutesRow {
  readonly begun: Date;
  readonly job_type: string;
  readonly queue: string;
  readonly enqueued: number;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly run_ms_sum: number;
  readonly run_p50_ms: number | null;
  readonly run_p95_ms: number | null;
  readonly run_p99_ms: number | null;
  readonly wait_p50_ms: number | null;
  readonly wait_p95_ms: number | null;
  readonly wait_p99_ms: number | null;
}
export const listMinutes = defineQuery<ListMinutesParams, ListMinutesRow>('queue/promise.list_minutes', ['minutes'], `select m.begun, t.name as job_type, q.name as queue, m.enqueued, m.completed, m.failed, m.retried, m.run_ms_sum,
       queue.histogram_quantile(m.run_histogram, 0.5) as "run_p50_ms", queue.histogram_quantile(m.run_histogram, 0.95) as "run_p95_ms",
       queue.histogram_quantile(m.run_histogram, 0.99) as "run_p99_ms", queue.histogram_quantile(m.wait_histogram, 0.5) as "wait_p50_ms",
       queue.histogram_quantile(m.wait_histogram, 0.95) as "wait_p95_ms", queue.histogram_quantile(m.wait_histogram, 0.99) as "wait_p99_ms"
  from queue.job_metrics m
  join queue.job_types t on t.id = m.type_id
  join queue.job_queues q on q.id = m.queue_id
 where m.begun > now() - $1::int4 * interval '1 minute'
 order by m.begun desc, t.name, q.name`);

export interface ListHoursParams {
  readonly hours: number;
}
export interface ListHoursRow {
  readonly begun: Date;
  readonly queue: string;
  readonly band: number;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly wait_p50_ms: number | null;
  readonly wait_p95_ms: number | null;
  readonly wait_p99_ms: number | null;
  readonly wait_max_ms: number;
}
export const listHours = defineQuery<ListHoursParams, ListHoursRow>('queue/promise.list_hours', ['hours'], `select m.begun, q.name as queue, m.band, m.completed, m.failed, m.retried, m.wait_p50_ms as "wait_p50_ms", m.wait_p95_ms as "wait_p95_ms",
       m.wait_p99_ms as "wait_p99_ms", m.wait_max_ms
  from queue.queue_metrics m join queue.job_queues q on q.id = m.queue_id
 where m.begun > now() - $1::int4 * interval '1 hour'
 order by m.begun desc, q.name, m.band`);

export type ListDecisionsParams = Record<string, never>;
export interface ListDecisionsRow {
  readonly pool: string;
  readonly decided: Date;
  readonly slots: number;
  readonly desired: number;
  readonly reason: string;
  readonly inputs: unknown;
}
/**
 * The last twenty of each pool.
 */
export const listDecisions = defineQuery<ListDecisionsParams, ListDecisionsRow>('queue/promise.list_decisions', [], `select p.pool as "pool", d.decided, d.slots, d.desired, d.reason, d.inputs
  from (select distinct q.pool from queue.job_queues q) p
 cross join lateral (select s.* from queue.queue_scaling_decisions s where s.pool = p.pool order by s.id desc limit 20) d
 order by p.pool, d.id desc`);

export type ReadPoolsParams = Record<string, never>;
export interface ReadPoolsRow {
  readonly pool: string;
  readonly slots: number;
  readonly workers: number;
  readonly cpu_ratio: number;
  readonly connection_waits: number;
  readonly busy_ratio: number;
  readonly desired: number | null;
}
/**
 * Live workers, how the busiest of them is, and what was decided last.
 */
export const readPools = defineQuery<ReadPoolsParams, ReadPoolsRow>('queue/promise.read_pools', [], `select p.pool as "pool", sum(p.slots)::int4 as "slots", count(*)::int4 as "workers", coalesce(max(l.cpu_ratio), 0)::float8 as "cpu_ratio",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       coalesce(sum(l.connection_waits), 0)::int4 as "connection_waits", coalesce(max(l.busy_ratio), 0)::float8 as "busy_ratio",
       (select d.desired from queue.queue_scaling_decisions d where d.pool = p.pool order by d.id desc limit 1) as "desired"
  from queue.pool_workers p
  left join lateral (select f.cpu_ratio, f.connection_waits, f.busy_ratio from queue.worker_performances f
                      where f.worker_id = p.worker_id and f.begun > now() - interval '2 minutes' order by f.begun desc limit 1) l on true
 group by p.pool`);

export interface AddDecisionParams {
  readonly pool: string;
  readonly slots: number;
  readonly desired: number;
  readonly reason: string;
  readonly inputs: string;
}
export type AddDecisionRow = Record<string, never>;
export const addDecision = defineQuery<AddDecisionParams, AddDecisionRow>('queue/promise.add_decision', ['pool', 'slots', 'desired', 'reason', 'inputs'], `insert into queue.queue_scaling_decisions (pool, slots, desired, reason, inputs)
values ($1, $2::int4, $3::int4, $4, $5::jsonb)`);

export type ForgetOldFiguresParams = Record<string, never>;
export type ForgetOldFiguresRow = Record<string, never>;
/**
 * A few rows at a time; what is cut by month goes with its month. Breaches stay for ever.
 */
export const forgetOldFigures = defineQuery<ForgetOldFiguresParams, ForgetOldFiguresRow>('queue/promise.forget_old_figures', [], `with decisions as (
  delete from queue.queue_scaling_decisions where id in (select id from queue.queue_scaling_decisions where decided < now() - interval '400 days' limit 1000)
), histories as (
  delete from queue.queue_alert_histories where id in (select id from queue.queue_alert_histories where resolved < now() - interval '400 days' limit 1000)
)
delete from queue.job_starvations s using (
  select o.tenant_id, o.id from queue.job_starvations o where o.resolved < now() - interval '400 days' and o.level <> 'breach' limit 1000) o
 where s.tenant_id = o.tenant_id and s.id = o.id`);

export interface PutStarvationsParams {
  readonly starving: string;
}
export interface PutStarvationsRow {
  readonly queue_id: number;
  readonly band: number;
  readonly tenant_id: string;
}
/**
 * A lane has one open row, whose level only rises. Gives those that have become a breach now.
 */
export const putStarvations = defineQuery<PutStarvationsParams, PutStarvationsRow>('queue/promise.put_starvations', ['starving'], `with given as (
  select g.queue_id, g.band, g.tenant_id, g.due, g.level, g.cause, s.id, s.level as level_before,
         array_position('{stalled,warning,critical,breach}', g.level) > coalesce(array_position('{stalled,warning,critical,breach}', s.level), 0) as has_risen
    from jsonb_to_recordset($1::jsonb) as g (queue_id int2, band int2, tenant_id uuid, due timestamptz, level text, cause text)
    join tenancy.tenants t on t.id = g.tenant_id and t.state not in ('erasing', 'erased')
    join queue.job_queues q on q.id = g.queue_id
    left join queue.job_starvations s on s.queue_id = g.queue_id and s.band = g.band and s.tenant_id = g.tenant_id and s.resolved is null
), known as (
  update queue.job_starvations s
     set oldest_due = g.due, cause = g.cause, level = case when g.has_risen then g.level else s.level end
    from given g
   where s.tenant_id = g.tenant_id and s.id = g.id and (g.has_risen or s.oldest_due <> g.due or s.cause <> g.cause)
), found as (
  insert into queue.job_starvations (tenant_id, queue_id, band, oldest_due, level, cause)
  select g.tenant_id, g.queue_id, g.band, g.due, g.level, g.cause from given g where g.id is null
), over as (
  update queue.job_starvations s set resolved = now()
   where s.resolved is null and not exists (
     select from given g where s.queue_id = g.queue_id and s.band = g.band and s.tenant_id = g.tenant_id)
), breaches as (
  select g.queue_id, g.band, g.tenant_id from given g where g.level = 'breach' and g.level_before is distinct from 'breach'
), counted as (
  update queue.queue_health h set breaches = h.breaches + b.number
    from (select queue_id, count(*) as number from breaches group by 1) b where h.queue_id = b.queue_id
)
select b.queue_id as "queue_id", b.band as "band", b.tenant_id as "tenant_id" from breaches b`);

export interface ListStarvationsParams {
  readonly most: number;
}
export interface ListStarvationsRow {
  readonly tenant_id: string;
  readonly queue: string;
  readonly band: number;
  readonly oldest_due: Date;
  readonly level: string;
  readonly cause: string;
  readonly detected: Date;
  readonly resolved: Date | null;
}
export const listStarvations = defineQuery<ListStarvationsParams, ListStarvationsRow>('queue/promise.list_starvations', ['most'], `select s.tenant_id, q.name as queue, s.band, s.oldest_due, s.level, s.cause, s.detected, s.resolved as "resolved"
  from queue.job_starvations s join queue.job_queues q on q.id = s.queue_id
 where s.resolved is null
 order by s.oldest_due limit $1::int4`);

export type ListWatchedQueuesParams = Record<string, never>;
export interface ListWatchedQueuesRow {
  readonly id: number;
  readonly name: string;
  readonly pool: string;
  readonly weights: number[];
  readonly slo_ms: number[];
  readonly is_paused: boolean;
  readonly read: Date;
  readonly slots: number;
  readonly workers: number;
}
/**
 * With the slots of their pools: as last decided where live workers share it out, else as they say.
 */
export const listWatchedQueues = defineQuery<ListWatchedQueuesParams, ListWatchedQueuesRow>('queue/promise.list_watched_queues', [], `select q.id, q.name, q.pool, q.weights, q.slo_ms, q.is_paused, clock_timestamp() as "read",
       case when p.workers > 0 then coalesce(d.desired, p.slots) else 0 end::int4 as "slots", coalesce(p.workers, 0)::int4 as "workers"
  from queue.job_queues q
  left join (select w.pool, sum(w.slots) as slots, count(*) as workers from queue.pool_workers w group by w.pool) p on p.pool = q.pool
  left join lateral (select s.desired from queue.queue_scaling_decisions s where s.pool = q.pool order by s.id desc limit 1) d on true
 order by q.id`);

export type ListWatchedTypesParams = Record<string, never>;
export interface ListWatchedTypesRow {
  readonly id: number;
  readonly mean_run_ms: number;
  readonly is_paused: boolean;
  readonly has_handler: boolean;
}
export const listWatchedTypes = defineQuery<ListWatchedTypesParams, ListWatchedTypesRow>('queue/promise.list_watched_types', [], `select t.id, t.mean_run_ms, t.is_paused,
       exists (select from queue.queue_workers w where w.seen > now() - interval '15 s' and t.name = any (w.types)) as "has_handler"
  from queue.job_types t`);

export interface CountReadyParams {
  readonly most: number;
}
export interface CountReadyRow {
  readonly queue_id: number;
  readonly band: number;
  readonly type_id: number;
  readonly jobs: number;
  readonly overdue: number;
  readonly is_capped: boolean;
}
export const countReady = defineQuery<CountReadyParams, CountReadyRow>('queue/promise.count_ready', ['most'], `select c.queue_id as "queue_id", c.band as "band", c.type_id as "type_id", c.jobs as "jobs", c.overdue as "overdue", c.is_capped as "is_capped"
  from queue.count_ready($1::int4) c`);

export type SizeOfReadyParams = Record<string, never>;
export interface SizeOfReadyRow {
  readonly pages: number;
}
export const sizeOfReady = defineQuery<SizeOfReadyParams, SizeOfReadyRow>('queue/promise.size_of_ready', [], `select coalesce(sum(pg_relation_size(i.inhrelid) / 8192), 0)::int8 as "pages" from pg_inherits i where i.inhparent = 'queue.job_ready'::regclass`);

export interface EstimateReadyParams {
  readonly percent: number;
}
export interface EstimateReadyRow {
  readonly queue_id: number;
  readonly band: number;
  readonly type_id: number;
  readonly jobs: number;
  readonly overdue: number;
}
/**
 * From some pages of the table: good for what is too many to be counted.
 */
export const estimateReady = defineQuery<EstimateReadyParams, EstimateReadyRow>('queue/promise.estimate_ready', ['percent'], `select r.queue_id, r.band, r.type_id, (count(*) * 100 / $1::float8)::int8 as "jobs",
       (count(*) filter (where r.due < now() - interval '3 hours') * 100 / $1::float8)::int8 as "overdue"
  from queue.job_ready r tablesample system ($1::float8)
 group by r.queue_id, r.band, r.type_id`);

export interface ReadLanesParams {
  readonly most: number;
}
export interface ReadLanesRow {
  readonly queue_id: number;
  readonly band: number;
  readonly tenant_id: string | null;
  readonly due: Date;
  readonly starving: number;
  readonly read: Date;
}
/**
 * Per band its oldest job and how many lanes starve; with a tenant: lanes that wait for a quarter of an hour, the oldest first.
 */
export const readLanes = defineQuery<ReadLanesParams, ReadLanesRow>('queue/promise.read_lanes', ['most'], `with heads as materialized (select h.queue_id, h.band, h.tenant_id, h.due from queue.lane_heads() h)
select h.queue_id as "queue_id", h.band as "band", null::uuid as "tenant_id", min(h.due) as "due",
       count(*) filter (where h.due < now() - interval '2 hours') as "starving", now() as "read"
  from heads h group by h.queue_id, h.band
union all
(select o.queue_id, o.band, o.tenant_id, o.due, 0, now()
   from heads o where o.due < now() - interval '15 minutes' order by o.due limit $1::int4)`);

export interface ReadParkedParams {
  readonly most: number;
}
export interface ReadParkedRow {
  readonly queue_id: number;
  readonly band: number;
  readonly held_by: string;
  readonly jobs: number;
  readonly due: Date;
}
/**
 * What something holds, by what it is; of very many a part is read.
 */
export const readParked = defineQuery<ReadParkedParams, ReadParkedRow>('queue/promise.read_parked', ['most'], `select p.queue_id, p.band, split_part(p.key, ':', 1) as "held_by", count(*) as "jobs", min(p.due) as "due"
  from (select j.queue_id, j.band, j.key, j.due from queue.job_parked j limit $1::int4) p
 group by p.queue_id, p.band, split_part(p.key, ':', 1)`);

export type ReadRecentRunsParams = Record<string, never>;
export interface ReadRecentRunsRow {
  readonly queue_id: number;
  readonly begun: Date;
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  readonly run_ms: number;
  readonly histograms: unknown;
  readonly read: Date;
}
/**
 * Of the last five minutes, minute by minute.
 */
export const readRecentRuns = defineQuery<ReadRecentRunsParams, ReadRecentRunsRow>('queue/promise.read_recent_runs', [], `select m.queue_id, m.begun, sum(m.completed)::int8 as "completed", sum(m.failed)::int8 as "failed", sum(m.failed - m.retried)::int8 as "dead",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       sum(m.run_ms_sum) as "run_ms", jsonb_agg(m.run_histogram) as "histograms", now() as "read"
  from queue.job_metrics m
 where m.begun > now() - interval '6 minutes'
 group by m.queue_id, m.begun`);

export type ReadFairnessParams = Record<string, never>;
export interface ReadFairnessRow {
  readonly queue_id: number;
  readonly band: number;
  readonly tenants: number;
  readonly sum: number;
  readonly squares: number;
}
/**
 * Of tenants whose lanes waited through the last whole minute: how many, and the sum and squares of the processing time each had of its band.
 */
export const readFairness = defineQuery<ReadFairnessParams, ReadFairnessRow>('queue/promise.read_fairness', [], `with waiting as materialized (
  select h.queue_id, h.band, h.tenant_id from queue.lane_heads() h where h.due < date_trunc('minute', now()) - interval '1 minute'
)
select w.queue_id as "queue_id", w.band as "band", count(*)::int4 as "tenants", coalesce(sum(t.run_ms), 0)::float8 as "sum",
       coalesce(sum(t.run_ms * t.run_ms), 0)::float8 as "squares"
  from waiting w
  left join queue.tenant_times t
    on t.tenant_id = w.tenant_id and t.queue_id = w.queue_id and t.band = w.band and t.begun = date_trunc('minute', now()) - interval '1 minute'
 group by w.queue_id, w.band`);

export type ReadSurroundingsParams = Record<string, never>;
export interface ReadSurroundingsRow {
  readonly dead_tuples: number;
  readonly horizon_age_ms: number;
  readonly notify_usage: number;
  readonly covered_days: number;
  readonly loop_lag_ms: number;
  readonly lease_losses: number;
}
export const readSurroundings = defineQuery<ReadSurroundingsParams, ReadSurroundingsRow>('queue/promise.read_surroundings', [], `select (select coalesce(sum(pg_stat_get_dead_tuples(i.inhrelid)), 0)::int8 from pg_inherits i where i.inhparent = 'queue.job_ready'::regclass) as "dead_tuples",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       coalesce(extract(epoch from now() - least(
         (select min(a.xact_start) from pg_stat_activity a where a.backend_xmin is not null and a.datname = current_database() and a.pid <> pg_backend_pid()),
         (select min(x.prepared) from pg_prepared_xacts x where x.database = current_database()))), 0)::float8 * 1000 as "horizon_age_ms",
       pg_notification_queue_usage() as "notify_usage",
       (select extract(epoch from partition.covered_until('queue.jobs')::timestamptz - now()) / 86400)::float8 as "covered_days",
       (select coalesce(max(p.loop_lag_ms), 0) from queue.worker_performances p where p.begun > now() - interval '2 minutes')::float8 as "loop_lag_ms",
       (select coalesce(sum(p.lease_losses), 0) from queue.worker_performances p where p.begun > now() - interval '6 minutes')::float8 as "lease_losses"`);

export type ReadHealthParams = Record<string, never>;
export interface ReadHealthRow {
  readonly queue_id: number;
  readonly level: string;
  readonly level_changed: Date;
  readonly breaches: number;
}
export const readHealth = defineQuery<ReadHealthParams, ReadHealthRow>('queue/promise.read_health', [], `select h.queue_id, h.level, h.level_changed, h.breaches from queue.queue_health h`);

export interface PutHealthParams {
  readonly health: string;
}
export type PutHealthRow = Record<string, never>;
export const putHealth = defineQuery<PutHealthParams, PutHealthRow>('queue/promise.put_health', ['health'], `insert into queue.queue_health as h
      (queue_id, sampled, critical_jobs, high_jobs, normal_jobs, low_jobs, background_jobs, parked_jobs, oldest, work_ms, overdue_work_ms, slots,
       workers, starving_lanes, overdue_share, predicted_wait_ms, level, level_changed, weights, promise_state, cause, promise_states, causes, fairness,
       error_rate, finished_per_s, dead_tuples, horizon_age_ms)
select q.id, clock_timestamp(), s.jobs[1], s.jobs[2], s.jobs[3], s.jobs[4], s.jobs[5], s.parked_jobs, s.oldest, s.work_ms, s.overdue_work_ms, s.slots,
       s.workers, s.starving_lanes, s.overdue_share, s.predicted_wait_ms, s.level, s.level_changed, s.weights, s.promise_state, s.cause, s.promise_states,
       s.causes, s.fairness, s.error_rate, s.finished_per_s, s.dead_tuples, s.horizon_age_ms
  from jsonb_to_recordset($1::jsonb)
    as s (queue_id int2, jobs int8[], parked_jobs int8, oldest timestamptz[], work_ms float8, overdue_work_ms float8, slots int4, workers int4,
          starving_lanes int4, overdue_share real, predicted_wait_ms float8, level text, level_changed timestamptz, weights int4[], promise_state text,
          cause text, promise_states text[], causes text[], fairness real, error_rate real, finished_per_s real, dead_tuples int8, horizon_age_ms int8)
  join queue.job_queues q on q.id = s.queue_id
 order by q.id
    on conflict (queue_id) do update
   set sampled = excluded.sampled, critical_jobs = excluded.critical_jobs, high_jobs = excluded.high_jobs, normal_jobs = excluded.normal_jobs,
       low_jobs = excluded.low_jobs, background_jobs = excluded.background_jobs, parked_jobs = excluded.parked_jobs, oldest = excluded.oldest,
       work_ms = excluded.work_ms, overdue_work_ms = excluded.overdue_work_ms, slots = excluded.slots, workers = excluded.workers,
       starving_lanes = excluded.starving_lanes, overdue_share = excluded.overdue_share, predicted_wait_ms = excluded.predicted_wait_ms,
       level = excluded.level, level_changed = excluded.level_changed, weights = excluded.weights, promise_state = excluded.promise_state,
       cause = excluded.cause, promise_states = excluded.promise_states, causes = excluded.causes, fairness = excluded.fairness,
       error_rate = excluded.error_rate, finished_per_s = excluded.finished_per_s, dead_tuples = excluded.dead_tuples,
       horizon_age_ms = excluded.horizon_age_ms`);
