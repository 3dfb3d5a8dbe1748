-- name: count_places
-- Jobs by where they are, save the ready ones, which are watched anyhow. Of each place at most so many: a page of figures costs the same however much waits.
select q.name as "queue!", c.place as "place!", sum(c.jobs)::int8 as "jobs!"
from (
  select d.queue_id, case d.reason when 'retry' then 'retrying' else 'scheduled' end as place, count(*) as jobs
  from (select o.queue_id, o.reason from queue.job_delayed o limit :most::int4) d group by 1, 2
  union all
  select p.queue_id, 'parked', count(*) from (select o.queue_id from queue.job_parked o limit :most::int4) p group by 1
  union all
  select b.queue_id, 'blocked', count(*) from (select o.queue_id from queue.job_blocked o limit :most::int4) b group by 1
  union all
  select l.queue_id, 'running', count(*) from queue.job_leases l cross join unnest(l.items) i
  -- plinth:allow unpruned a job of any month may be running
  where l.finished is null and i.id is not null
    and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
  group by 1
  union all
  -- plinth:allow unpruned a letter may be as old as the trail
  select n.id, 'dead', count(*) from (select o.queue_name from queue.dead_letter_jobs o where o.redriven is null limit :most::int4) d
  join queue.job_queues n on n.name = d.queue_name group by 1
) c join queue.job_queues q on q.id = c.queue_id
group by q.name, c.place;

-- name: read_minutes
-- What came and ended, minute by minute. A minute in which nothing did has no row.
select q.name as queue, m.begun, sum(m.enqueued)::int8 as "enqueued!", sum(m.completed)::int8 as "completed!", sum(m.failed)::int8 as "failed!",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
  sum(m.retried)::int8 as "retried!"
from queue.job_metrics m join queue.job_queues q on q.id = m.queue_id
where m.begun > :since::timestamptz
group by q.name, m.begun;

-- name: read_histograms
-- Of each queue the sums of its buckets.
select q.name as queue, b.bucket::int4 as "bucket!", coalesce(sum(b.waits), 0)::int8 as "waits!", coalesce(sum(b.runs), 0)::int8 as "runs!"
from queue.job_metrics m
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
cross join lateral rows from (unnest(m.wait_histogram), unnest(m.run_histogram)) with ordinality b (waits, runs, bucket)
join queue.job_queues q on q.id = m.queue_id
where m.begun > :since::timestamptz
group by q.name, b.bucket;

-- name: read_clock
select clock_timestamp() as "now!";

-- name: list_waiting_lanes
-- The lanes whose oldest job waits longest, with how many wait behind it, at most so many counted.
with heads as materialized (
  select h.queue_id, h.band, h.tenant_id, h.due from queue.lane_heads() h order by h.due limit :lanes::int4
)
select q.name as queue, h.band as "band!", t.slug as tenant, h.due as "due!", n.jobs as "jobs!", w.cause as "cause?", e.causes[h.band + 1] as "band_cause?"
from heads h
join queue.job_queues q on q.id = h.queue_id
join tenancy.tenants t on t.id = h.tenant_id
left join queue.queue_health e on e.queue_id = h.queue_id and e.sampled > now() - interval '15 s'
left join queue.job_starvations w on w.queue_id = h.queue_id and w.band = h.band and w.tenant_id = h.tenant_id and w.resolved is null
cross join lateral (
  select sum(c.jobs)::int8 as jobs from generate_series(0, 2) s (slot)
  cross join lateral (
    select count(*) as jobs from (
      select from queue.job_ready r
      where r.slot = s.slot and r.queue_id = h.queue_id and r.band = h.band and r.tenant_id = h.tenant_id limit :most::int4) o) c) n
order by h.due, t.slug;

-- name: list_held_lanes
-- What something holds, by tenant and by what it is: a limit by its name alone, for its key may say who somebody's customers are.
select q.name as queue, p.band as "band!", t.slug as tenant, split_part(p.key, ':', 1) as "held_by!",
  case when p.key like 'limit:%' then split_part(p.key, ':', 3) end as "limit_name?", count(*) as "jobs!", min(p.due) as "due!"
from (select o.queue_id, o.band, o.tenant_id, o.key, o.due from queue.job_parked o limit :most::int4) p
join queue.job_queues q on q.id = p.queue_id
join tenancy.tenants t on t.id = p.tenant_id
group by q.name, p.band, t.slug, 4, 5
order by min(p.due), t.slug
limit :lanes::int4;

-- name: list_paused
-- Tenants of which nothing begins, by whose word, with how many of their jobs are due; the platform's own among them.
select t.slug as tenant, p.paused, p.paused_by,
  (select count(*) from (select from queue.job_parked j where j.tenant_id = p.tenant_id and j.key = 'paused' limit :most::int4) o) as "jobs!"
from queue.paused_tenants p join tenancy.tenants t on t.id = p.tenant_id
order by p.paused;

-- name: list_tenant_times
-- Processing time of the last minutes: the tenants that had most of it, with how many there were and what all of them had.
select t.slug as tenant, m.run_ms as "run_ms!", count(*) over () as "tenants!", sum(m.run_ms) over () as "sum!"
from (
  select o.tenant_id, sum(o.run_ms)::float8 as run_ms from queue.tenant_times o
  where o.begun > now() - :minutes::int4 * interval '1 minute' group by o.tenant_id
) m join tenancy.tenants t on t.id = m.tenant_id
order by m.run_ms desc, t.slug
limit :most::int4;

-- name: list_dead_groups
-- Dead letters that nobody has redriven, by what they died of, the largest group first; and what became of those that were tried again in the last day.
with groups as materialized (
  select d.signature, count(*) as jobs, count(distinct d.tenant_id)::int4 as tenants, min(d.failed) as first_failed, max(d.failed) as last_failed,
    array_agg(distinct d.reason) as reasons
  from queue.dead_letter_jobs d
  -- plinth:allow unpruned a letter may be as old as the trail
  where d.redriven is null
  group by d.signature
  order by count(*) desc, d.signature
  limit :most::int4
)
select g.signature as "signature!", g.jobs as "jobs!", g.tenants as "tenants!", g.first_failed as "first_failed!", g.last_failed as "last_failed!",
  g.reasons as "reasons!", l.job_id as last_job_id, l.slug as last_tenant, l.job_type, l.queue_name, l.last_error,
  coalesce(f.findings, '{}') as "findings!", coalesce(f.hours, '{}') as "hours!", coalesce(f.counts, '{}') as "counts!",
  r.redriven as "redriven!", r.completed as "completed!", r.failed as "failed!"
from groups g
cross join lateral (
  select d.job_id, t.slug, d.job_type, d.queue_name, d.errors -> -1 as last_error
  from queue.dead_letter_jobs d join tenancy.tenants t on t.id = d.tenant_id
  where d.signature = g.signature and d.redriven is null
  order by d.failed desc limit 1
) l
left join lateral (
  select array(select distinct v from queue.job_failure_patterns e, unnest(e.findings) v
      where e.signature = g.signature and e.hour > now() - interval '1 day' order by v) as findings,
    array_agg(p.hour order by p.hour) as hours, array_agg(p.count order by p.hour) as counts
  from queue.job_failure_patterns p
  where p.signature = g.signature and p.hour > now() - interval '1 day'
) f on true
cross join lateral (
  select count(*) as redriven, count(*) filter (where s.state = 'completed') as completed,
    count(*) filter (where s.state in ('dead', 'retrying', 'discarded')) as failed
  from (
    select d.tenant_id, d.redriven_as from queue.dead_letter_jobs d
    where d.signature = g.signature and d.redriven > now() - interval '1 day' order by d.redriven desc limit 100
  ) o join queue.job_states s on s.tenant_id = o.tenant_id and s.id = o.redriven_as
) r
order by g.jobs desc, g.signature;

-- name: list_effects
select e.name, e.attempt, e.intended, e.answered, e.answer
from queue.job_effects e where e.tenant_id = :tenant_id and e.job_id = :job_id order by e.intended, e.name;
