// Made by `npm run generate` from counters.sql, figures.sql; do not edit.
// sources: 63781f126459c6d579573d4560d1240c
import { defineQuery } from '../../../../../kernel/index.ts';

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

export type ReadDesiredSlotsParams = Record<string, never>;
export interface ReadDesiredSlotsRow {
  readonly pool: string;
  readonly desired: number;
  readonly workers: number;
}
/**
 * Slots that each pool should have over all processes, by the last decision.
 */
export const readDesiredSlots = defineQuery<ReadDesiredSlotsParams, ReadDesiredSlotsRow>('queue/promise.read_desired_slots', [], `select p.pool as "pool", d.desired as "desired", p.workers::int4 as "workers"
  from (select unnest(string_to_array(w.pool, ',')) as pool, count(*) as workers
          from queue.queue_workers w where w.seen > now() - interval '30 s' and not w.is_draining group by 1) p
 cross join lateral (select s.desired from queue.queue_scaling_decisions s where s.pool = p.pool order by s.id desc limit 1) d`);

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
