-- name: add_job_metrics
-- In order of the keys, so that processes that write at the same time never wait in a circle.
insert into queue.job_metrics as m (begun, type_id, queue_id, enqueued, completed, failed, retried, run_ms_sum, run_histogram, wait_histogram)
select :minute::timestamptz, c.type_id, c.queue_id, c.enqueued, c.completed, c.failed, c.retried, c.run_ms, c.runs, c.waits
  from jsonb_to_recordset(:counted::jsonb)
    as c (type_id int2, queue_id int2, enqueued int8, completed int8, failed int8, retried int8, run_ms float8, runs int8[], waits int8[])
  join queue.job_types t on t.id = c.type_id
  join queue.job_queues q on q.id = c.queue_id
 order by c.type_id, c.queue_id
    on conflict (begun, type_id, queue_id) do update
   set enqueued = m.enqueued + excluded.enqueued, completed = m.completed + excluded.completed, failed = m.failed + excluded.failed,
       retried = m.retried + excluded.retried, run_ms_sum = m.run_ms_sum + excluded.run_ms_sum,
       run_histogram = queue.add_histograms(m.run_histogram, excluded.run_histogram),
       wait_histogram = queue.add_histograms(m.wait_histogram, excluded.wait_histogram);

-- name: add_queue_metrics
insert into queue.queue_metrics as m (begun, queue_id, band, completed, failed, retried, wait_histogram, wait_p50_ms, wait_p95_ms, wait_p99_ms,
                                      wait_max_ms, throughput)
select date_trunc('hour', :minute::timestamptz, 'UTC'), c.queue_id, c.band, c.completed, c.failed, c.retried, c.waits,
       queue.histogram_quantile(c.waits, 0.5), queue.histogram_quantile(c.waits, 0.95), queue.histogram_quantile(c.waits, 0.99),
       c.wait_max_ms, (c.completed + c.failed) / 3600.0
  from jsonb_to_recordset(:counted::jsonb)
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
       wait_max_ms = greatest(m.wait_max_ms, excluded.wait_max_ms), throughput = m.throughput + excluded.throughput;

-- name: add_tenant_times
-- Of a tenant that is being erased nothing is written any more.
insert into queue.tenant_times as m (begun, queue_id, band, tenant_id, run_ms)
select :minute::timestamptz, c.queue_id, c.band, t.id, c.run_ms
  from jsonb_to_recordset(:times::jsonb) as c (queue_id int2, band int2, tenant_id uuid, run_ms float8)
  join tenancy.tenants t on t.id = c.tenant_id and t.state not in ('erasing', 'erased')
 order by t.id, c.queue_id, c.band
    on conflict (tenant_id, begun, queue_id, band) do update set run_ms = m.run_ms + excluded.run_ms;

-- name: forget_tenant_times
delete from queue.tenant_times where begun < :before::timestamptz;

-- name: set_mean_run_times
-- A moving mean over about the last hundred runs; a change that nobody would notice is not written.
update queue.job_types t
   set mean_run_ms = new.mean
  from (select c.type_id, b.mean_run_ms + (sum(c.run_ms) / sum(c.runs) - b.mean_run_ms) * (1 - power(0.98, least(sum(c.runs), 1000))) as mean
          from jsonb_to_recordset(:counted::jsonb) as c (type_id int2, runs float8, run_ms float8)
          join queue.job_types b on b.id = c.type_id
         where c.runs > 0
         group by c.type_id, b.mean_run_ms) new
 where t.id = new.type_id and abs(new.mean - t.mean_run_ms) > 0.05 * t.mean_run_ms;

-- name: put_worker_performance
insert into queue.worker_performances as p (begun, worker_id, pool, completed, failed, busy_ratio, cpu_ratio, loop_lag_ms, connection_waits, lease_losses,
                                            uptime_s, rss_bytes)
values (:minute::timestamptz, :worker_id::uuid, :pool, :completed::int8, :failed::int8, :busy_ratio::float8, :cpu_ratio::float8, :loop_lag_ms::float8,
        :connection_waits::int4, :lease_losses::int4, :uptime_s::int4, :rss_bytes::int8)
    on conflict (begun, worker_id) do update
   set pool = excluded.pool, completed = p.completed + excluded.completed, failed = p.failed + excluded.failed, busy_ratio = excluded.busy_ratio,
       cpu_ratio = excluded.cpu_ratio, loop_lag_ms = greatest(p.loop_lag_ms, excluded.loop_lag_ms), connection_waits = excluded.connection_waits,
       lease_losses = p.lease_losses + excluded.lease_losses, uptime_s = excluded.uptime_s, rss_bytes = excluded.rss_bytes;
