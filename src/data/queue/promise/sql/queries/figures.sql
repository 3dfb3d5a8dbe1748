-- name: read_figures
-- The age is told by the clock of the database, which wrote it.
select h.queue_id, h.critical_jobs + h.high_jobs + h.normal_jobs + h.low_jobs + h.background_jobs as "depth!", h.weights, h.oldest,
       h.overdue_share, h.predicted_wait_ms as "predicted_wait_ms?", extract(epoch from clock_timestamp() - h.sampled)::float8 * 1000 as "age_ms!"
  from queue.queue_health h;

-- name: read_own_slots
-- What each pool should have over all processes by the last decision, and which of its live workers this one is.
select p.pool as "pool!", d.desired as "desired!", p.workers::int4 as "workers!", p.position::int4 as "position!"
  from (select w.pool, w.worker_id, count(*) over (partition by w.pool) as workers,
               row_number() over (partition by w.pool order by w.worker_id) - 1 as position
          from queue.pool_workers w) p
 cross join lateral (select s.desired from queue.queue_scaling_decisions s where s.pool = p.pool order by s.id desc limit 1) d
 where p.worker_id = :worker_id::uuid;

-- name: count_waiting_jobs
-- Of a tenant, up to the given number: its lanes are looked for in the index, queue by queue.
select count(*)::int4 as "waiting!"
  from (select 1 from generate_series(0, 2) s (slot)
         cross join queue.job_queues q cross join generate_series(0, 4) b (band)
         cross join lateral (select 1 from queue.job_ready r
                              where r.slot = s.slot and r.queue_id = q.id and r.band = b.band and r.tenant_id = :tenant_id::uuid limit :most::int4) r
         limit :most::int4) lanes;
