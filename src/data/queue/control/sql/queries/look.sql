-- name: list_jobs
-- One tenant's, newest first. A parameter that is null asks for nothing.
select s.id as "id!", s.queue_name as "queue_name!", s.job_type as "job_type!", s.band as "band!", s.state as "state!", s.due as "due!", s.queued as "queued!",
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  s.started, s.completed, s.next_due
from queue.job_states s
where s.tenant_id = :tenant_id and (:before?::uuid is null or s.id < :before?::uuid)
  and (:queue_name?::text is null or s.queue_name = :queue_name?) and (:job_type?::text is null or s.job_type = :job_type?)
  and (:states?::text[] is null or s.state = any(:states?::text[]))
  and (:since?::timestamptz is null or s.id >= partition.uuid_floor(:since?::timestamptz))
  and (:until?::timestamptz is null or s.id < partition.uuid_floor(:until?::timestamptz))
order by s.id desc
limit :limit;

-- name: find_tenant_of
-- plinth:allow unpruned the month is told by the id, which is a parameter
select j.tenant_id from queue.jobs j where j.id = :id;

-- name: show_job
-- plinth:allow unpruned the month is told by the id, which is a parameter
select j.tenant_id, j.id, j.queue_name, j.job_type, j.band, j.payload, j.payload_version, j.max_attempts, j.due, j.queued, j.trace, j.origin_id, j.follow,
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  s.state as "state!", s.started, s.completed, s.next_due,
  (select p.key from queue.job_parked p where p.tenant_id = j.tenant_id and p.id = j.id limit 1) as held_by,
  (select b.open_parents from queue.job_blocked b where b.tenant_id = j.tenant_id and b.id = j.id) as open_parents,
  (select d.redriven_as from queue.dead_letter_jobs d where d.tenant_id = j.tenant_id and d.job_id = j.id) as redriven_as,
  w.effective_band, w.effective_priority
from queue.jobs j join queue.job_states s on s.tenant_id = j.tenant_id and s.id = j.id
  left join queue.waiting_jobs w on w.tenant_id = j.tenant_id and w.id = j.id
where j.tenant_id = :tenant_id and j.id = :id;

-- name: list_attempts
select r.attempt, r.status, r.started, r.completed, r.duration_ms, r.worker_id, r.result, r.error
from queue.job_results r where r.tenant_id = :tenant_id and r.job_id = :id order by r.attempt;

-- name: list_lines
select l.attempt, l.line, l.logged, l.level, l.message, l.fields
from queue.job_logs l where l.tenant_id = :tenant_id and l.job_id = :id order by l.attempt, l.logged, l.line limit :limit;

-- name: find_running
select l.worker_id, l.leased, l.expires, w.host, w.pid, coalesce(:id = any(l.cancelled), false) as "is_cancelled!"
from queue.job_leases l cross join unnest(l.items) i left join queue.queue_workers w on w.id = l.worker_id
where l.finished is null and i.tenant_id = :tenant_id and i.id = :id;

-- name: read_depths
-- Per queue and band; what is ready is counted where it is.
select q.id as "queue_id!", q.name as "queue!", q.is_paused as "is_paused!", q.slo_ms as "slo_ms!", b.band::smallint as "band!", coalesce(r.jobs, 0) as "waiting!",
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  r.oldest, coalesce(d.scheduled, 0) as "scheduled!", coalesce(d.retrying, 0) as "retrying!", coalesce(p.jobs, 0) as "parked!",
  coalesce(l.jobs, 0) as "running!"
from queue.job_queues q
cross join generate_series(0, 4) b (band)
left join (select queue_id, band, count(*) as jobs, min(due) as oldest from queue.job_ready group by 1, 2) r on r.queue_id = q.id and r.band = b.band
left join (
  select queue_id, band, count(*) filter (where reason <> 'retry') as scheduled, count(*) filter (where reason = 'retry') as retrying
  from queue.job_delayed group by 1, 2
) d on d.queue_id = q.id and d.band = b.band
left join (select queue_id, band, count(*) as jobs from queue.job_parked group by 1, 2) p on p.queue_id = q.id and p.band = b.band
left join (
  select l.queue_id, i.band, count(*) as jobs from queue.job_leases l cross join unnest(l.items) i
  where l.finished is null and i.id is not null
    and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
  group by 1, 2
) l on l.queue_id = q.id and l.band = b.band
order by q.name, b.band;

-- name: count_dead
select d.queue_name as "queue!", count(*) as "jobs!" from queue.dead_letter_jobs d
-- plinth:allow unpruned all that nobody has redriven yet
where d.redriven is null group by 1;

-- name: list_paused_tenants
select p.tenant_id, p.paused, p.paused_by, (select count(*) from queue.job_parked j where j.tenant_id = p.tenant_id and j.key = 'paused') as "parked!"
from queue.paused_tenants p order by p.paused;

-- name: list_queues
select q.id, q.name, q.group_name, q.pool, q.weights, q.slo_ms, q.on_overload, q.is_paused from queue.job_queues q order by q.name;

-- name: list_types
-- With how many wait; a type that no worker has a handler of is told by its workers.
select t.name, q.name as queue, t.band, t.max_attempts, t.is_paused, t.mean_run_ms, t.unhandled_ms, coalesce(r.jobs, 0) as "waiting!", r.oldest,
  (select count(*) from queue.queue_workers w where t.name = any(w.types) and w.seen > now() - interval '1 minute') as "workers!"
from queue.job_types t join queue.job_queues q on q.id = t.queue_id
left join (select type_id, count(*) as jobs, min(due) as oldest from queue.job_ready group by 1) r on r.type_id = t.id
order by r.jobs desc nulls last, t.name
limit :limit;

-- name: list_workers
select w.id, w.pool, w.host, w.pid, w.version, w.types, w.slots, w.busy, w.loop_lag_ms, w.rss_bytes, w.started, w.seen, w.is_draining
from queue.queue_workers w order by w.started;

-- name: count_running_of
select count(*) as "jobs!" from queue.job_leases l cross join unnest(l.items) i
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where l.queue_id = :queue_id and l.finished is null and i.id is not null
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1);

-- name: list_limits
-- Those that somebody waits for, and those that are used; most waiting first.
select l.tenant_id, l.name, l.key, l.kind, l.most, l.used, l.parked, l.per, l.zone, l.per_ms, l.window_ends
from queue.job_limits l
where (:tenant_id?::uuid is null or l.tenant_id = :tenant_id?::uuid) and (l.parked > 0 or l.used > 0)
order by l.parked desc, l.used::float8 / greatest(l.most, 1) desc, l.tenant_id, l.name, l.key
limit :limit;
