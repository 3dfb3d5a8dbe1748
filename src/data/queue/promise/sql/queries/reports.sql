-- name: list_health
select q.name, q.pool, q.is_paused, q.weights, q.slo_ms, h.sampled as "sampled?", clock_timestamp() as "read!",
       array[h.critical_jobs, h.high_jobs, h.normal_jobs, h.low_jobs, h.background_jobs] as "jobs!", h.parked_jobs as "parked_jobs?", h.oldest as "oldest?",
       h.slots as "slots?", h.workers as "workers?", h.level as "level?", h.predicted_wait_ms as "predicted_wait_ms?", h.weights as "in_force?",
       h.promise_state as "promise_state?", h.cause as "cause?", h.promise_states as "promise_states?", h.causes as "causes?",
       h.starving_lanes as "starving_lanes?", h.breaches as "breaches?", h.fairness as "fairness?", h.error_rate as "error_rate?",
       h.finished_per_s as "finished_per_s?", h.dead_tuples as "dead_tuples?", h.horizon_age_ms as "horizon_age_ms?"
  from queue.job_queues q left join queue.queue_health h on h.queue_id = q.id
 order by q.name;

-- name: list_workers
select w.id, w.pool, w.host, w.pid, w.version, w.slots, w.busy, w.is_draining, w.started, w.seen, w.rss_bytes, w.loop_lag_ms,
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       p.completed as "completed?", p.failed as "failed?", p.error_rate as "error_rate?", p.busy_ratio as "busy_ratio?", p.cpu_ratio as "cpu_ratio?",
       p.lease_losses as "lease_losses?"
  from queue.queue_workers w
  left join lateral (select f.* from queue.worker_performances f
                      where f.worker_id = w.id and f.begun > now() - interval '5 minutes' order by f.begun desc limit 1) p on true
 order by w.started, w.id;

-- name: list_minutes
select m.begun, t.name as job_type, q.name as queue, m.enqueued, m.completed, m.failed, m.retried, m.run_ms_sum,
       queue.histogram_quantile(m.run_histogram, 0.5) as "run_p50_ms?", queue.histogram_quantile(m.run_histogram, 0.95) as "run_p95_ms?",
       queue.histogram_quantile(m.run_histogram, 0.99) as "run_p99_ms?", queue.histogram_quantile(m.wait_histogram, 0.5) as "wait_p50_ms?",
       queue.histogram_quantile(m.wait_histogram, 0.95) as "wait_p95_ms?", queue.histogram_quantile(m.wait_histogram, 0.99) as "wait_p99_ms?"
  from queue.job_metrics m
  join queue.job_types t on t.id = m.type_id
  join queue.job_queues q on q.id = m.queue_id
 where m.begun > now() - :minutes::int4 * interval '1 minute'
 order by m.begun desc, t.name, q.name;

-- name: list_hours
select m.begun, q.name as queue, m.band, m.completed, m.failed, m.retried, m.wait_p50_ms as "wait_p50_ms?", m.wait_p95_ms as "wait_p95_ms?",
       m.wait_p99_ms as "wait_p99_ms?", m.wait_max_ms
  from queue.queue_metrics m join queue.job_queues q on q.id = m.queue_id
 where m.begun > now() - :hours::int4 * interval '1 hour'
 order by m.begun desc, q.name, m.band;

-- name: list_decisions
-- The last twenty of each pool.
select p.pool as "pool!", d.decided, d.slots, d.desired, d.reason, d.inputs
  from (select distinct q.pool from queue.job_queues q) p
 cross join lateral (select s.* from queue.queue_scaling_decisions s where s.pool = p.pool order by s.id desc limit 20) d
 order by p.pool, d.id desc;
