-- name: list_watched_queues
-- With the slots of their pools: as last decided where live workers share it out, else as they say.
select q.id, q.name, q.pool, q.weights, q.slo_ms, q.is_paused, clock_timestamp() as "read!",
       case when p.workers > 0 then coalesce(d.desired, p.slots) else 0 end::int4 as "slots!", coalesce(p.workers, 0)::int4 as "workers!"
  from queue.job_queues q
  left join (select w.pool, sum(w.slots) as slots, count(*) as workers from queue.pool_workers w group by w.pool) p on p.pool = q.pool
  left join lateral (select s.desired from queue.queue_scaling_decisions s where s.pool = q.pool order by s.id desc limit 1) d on true
 order by q.id;

-- name: list_watched_types
select t.id, t.mean_run_ms, t.is_paused,
       exists (select from queue.queue_workers w where w.seen > now() - interval '15 s' and t.name = any (w.types)) as "has_handler!"
  from queue.job_types t;

-- name: count_ready
select c.queue_id as "queue_id!", c.band as "band!", c.type_id as "type_id!", c.jobs as "jobs!", c.overdue as "overdue!", c.is_capped as "is_capped!"
  from queue.count_ready(:most::int4) c;

-- name: size_of_ready
select coalesce(sum(pg_relation_size(i.inhrelid) / 8192), 0)::int8 as "pages!" from pg_inherits i where i.inhparent = 'queue.job_ready'::regclass;

-- name: estimate_ready
-- From some pages of the table: good for what is too many to be counted.
select r.queue_id, r.band, r.type_id, (count(*) * 100 / :percent::float8)::int8 as "jobs!",
       (count(*) filter (where r.due < now() - interval '3 hours') * 100 / :percent::float8)::int8 as "overdue!"
  from queue.job_ready r tablesample system (:percent::float8)
 group by r.queue_id, r.band, r.type_id;

-- name: read_lanes
-- Per band its oldest job and how many lanes starve; with a tenant: lanes that wait for a quarter of an hour, the oldest first.
with heads as materialized (select h.queue_id, h.band, h.tenant_id, h.due from queue.lane_heads() h)
select h.queue_id as "queue_id!", h.band as "band!", null::uuid as "tenant_id?", min(h.due) as "due!",
       count(*) filter (where h.due < now() - interval '2 hours') as "starving!", now() as "read!"
  from heads h group by h.queue_id, h.band
union all
(select o.queue_id, o.band, o.tenant_id, o.due, 0, now()
   from heads o where o.due < now() - interval '15 minutes' order by o.due limit :most::int4);

-- name: read_parked
-- What something holds, by what it is; of very many a part is read.
select p.queue_id, p.band, split_part(p.key, ':', 1) as "held_by!", count(*) as "jobs!", min(p.due) as "due!"
  from (select j.queue_id, j.band, j.key, j.due from queue.job_parked j limit :most::int4) p
 group by p.queue_id, p.band, split_part(p.key, ':', 1);

-- name: read_recent_runs
-- Of the last five minutes, minute by minute.
select m.queue_id, m.begun, sum(m.completed)::int8 as "completed!", sum(m.failed)::int8 as "failed!", sum(m.failed - m.retried)::int8 as "dead!",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       sum(m.run_ms_sum) as "run_ms!", jsonb_agg(m.run_histogram) as "histograms!", now() as "read!"
  from queue.job_metrics m
 where m.begun > now() - interval '6 minutes'
 group by m.queue_id, m.begun;

-- name: read_fairness
-- Of tenants whose lanes waited through the last whole minute: how many, and the sum and squares of the processing time each had of its band.
with waiting as materialized (
  select h.queue_id, h.band, h.tenant_id from queue.lane_heads() h where h.due < date_trunc('minute', now()) - interval '1 minute'
)
select w.queue_id as "queue_id!", w.band as "band!", count(*)::int4 as "tenants!", coalesce(sum(t.run_ms), 0)::float8 as "sum!",
       coalesce(sum(t.run_ms * t.run_ms), 0)::float8 as "squares!"
  from waiting w
  left join queue.tenant_times t
    on t.tenant_id = w.tenant_id and t.queue_id = w.queue_id and t.band = w.band and t.begun = date_trunc('minute', now()) - interval '1 minute'
 group by w.queue_id, w.band;

-- name: read_surroundings
select (select coalesce(sum(pg_stat_get_dead_tuples(i.inhrelid)), 0)::int8 from pg_inherits i where i.inhparent = 'queue.job_ready'::regclass) as "dead_tuples!",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       coalesce(extract(epoch from now() - least(
         (select min(a.xact_start) from pg_stat_activity a where a.backend_xmin is not null and a.datname = current_database() and a.pid <> pg_backend_pid()),
         (select min(x.prepared) from pg_prepared_xacts x where x.database = current_database()))), 0)::float8 * 1000 as "horizon_age_ms!",
       pg_notification_queue_usage() as "notify_usage!",
       (select extract(epoch from partition.covered_until('queue.jobs')::timestamptz - now()) / 86400)::float8 as "covered_days!",
       (select coalesce(max(p.loop_lag_ms), 0) from queue.worker_performances p where p.begun > now() - interval '2 minutes')::float8 as "loop_lag_ms!",
       (select coalesce(sum(p.lease_losses), 0) from queue.worker_performances p where p.begun > now() - interval '6 minutes')::float8 as "lease_losses!";

-- name: read_health
select h.queue_id, h.level, h.level_changed, h.breaches from queue.queue_health h;

-- name: put_health
insert into queue.queue_health as h
      (queue_id, sampled, critical_jobs, high_jobs, normal_jobs, low_jobs, background_jobs, parked_jobs, oldest, work_ms, overdue_work_ms, slots,
       workers, starving_lanes, overdue_share, predicted_wait_ms, level, level_changed, weights, promise_state, cause, promise_states, causes, fairness,
       error_rate, finished_per_s, dead_tuples, horizon_age_ms)
select q.id, clock_timestamp(), s.jobs[1], s.jobs[2], s.jobs[3], s.jobs[4], s.jobs[5], s.parked_jobs, s.oldest, s.work_ms, s.overdue_work_ms, s.slots,
       s.workers, s.starving_lanes, s.overdue_share, s.predicted_wait_ms, s.level, s.level_changed, s.weights, s.promise_state, s.cause, s.promise_states,
       s.causes, s.fairness, s.error_rate, s.finished_per_s, s.dead_tuples, s.horizon_age_ms
  from jsonb_to_recordset(:health::jsonb)
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
       horizon_age_ms = excluded.horizon_age_ms;
