-- name: redrive
select r.tenant_id as "tenant_id!", r.job_id as "job_id!", r.redriven_as as "redriven_as!"
from queue.redrive(:ids?::uuid[], :tenant_id?::uuid, :signature?::text, :job_type?::text, :since?::timestamptz, :until?::timestamptz, :most::integer,
  :per_second::float8, :already::integer) r;

-- name: list_letters
-- Newest first. A parameter that is null asks for nothing.
select d.tenant_id, d.job_id, d.queue_name, d.job_type, d.reason, d.signature, d.handler_version, d.failed, d.redriven, d.redriven_as,
  jsonb_array_length(d.errors) as "runs!", d.errors -> -1 as last_error
from queue.dead_letter_jobs d
-- plinth:allow unpruned a letter may be as old as the trail
where (:tenant_id?::uuid is null or d.tenant_id = :tenant_id?::uuid) and (:signature?::text is null or d.signature = :signature?)
  and (:job_type?::text is null or d.job_type = :job_type?) and (:is_open::boolean is false or d.redriven is null)
  and (:before?::timestamptz is null or (d.failed, d.job_id) < (:before?::timestamptz, :before_id?::uuid))
order by d.failed desc, d.job_id desc
limit :limit;

-- name: count_letters
select count(*) as "jobs!" from queue.dead_letter_jobs d
-- plinth:allow unpruned a letter may be as old as the trail
where d.redriven is null and (:tenant_id?::uuid is null or d.tenant_id = :tenant_id?::uuid) and (:signature?::text is null or d.signature = :signature?)
  and (:job_type?::text is null or d.job_type = :job_type?) and (:since?::timestamptz is null or d.failed >= :since?::timestamptz)
  and (:until?::timestamptz is null or d.failed < :until?::timestamptz) and (:ids?::uuid[] is null or d.job_id = any(:ids?::uuid[]));

-- name: judge_trial
-- What became of those that were redriven in the last day.
select count(*) filter (where s.state = 'completed') as "completed!", count(*) filter (where s.state in ('dead', 'retrying', 'discarded')) as "failed!",
  count(*) as "redriven!"
from (
  select d.tenant_id, d.redriven_as from queue.dead_letter_jobs d
  -- plinth:allow unpruned a letter may be as old as the trail
  where d.redriven > now() - interval '1 day' and (:tenant_id?::uuid is null or d.tenant_id = :tenant_id?::uuid)
    and (:signature?::text is null or d.signature = :signature?) and (:job_type?::text is null or d.job_type = :job_type?)
    and (:since?::timestamptz is null or d.failed >= :since?::timestamptz) and (:until?::timestamptz is null or d.failed < :until?::timestamptz)
  order by d.redriven desc limit 100
) t join queue.job_states s on s.tenant_id = t.tenant_id and s.id = t.redriven_as;

-- name: count_failures
-- Failed runs since the last count, by signature. What ends later than it says is left for the next time; what commits more than that late is missed.
with mark as materialized (
-- plinth:allow unpruned a job of any month may have failed in the last minutes
  select m.counted as since, least(now() - interval '5 seconds', m.counted + interval '10 minutes') as until from queue.pattern_marks m
), failed as materialized (
  select r.error ->> 'signature' as signature, r.tenant_id, r.job_id, r.completed, coalesce(w.version, '') as version, r.error
  from mark m join queue.job_results r on r.completed >= m.since and r.completed < m.until and r.error is not null
  left join queue.queue_workers w on w.id = r.worker_id
  where r.error ? 'signature'
), per_tenant as (
  select f.signature, f.tenant_id, count(*) as jobs from failed f group by 1, 2
), shares as (
  select p.signature, count(*)::integer as tenants, max(p.jobs)::float8 / sum(p.jobs)::float8 as top_share from per_tenant p group by 1
), grouped as (
  select f.signature, count(*) as jobs, min(f.job_id::text)::uuid as first_job_id, max(f.job_id::text)::uuid as last_job_id,
    array_agg(distinct f.version) as versions, (array_agg(f.error order by f.completed desc))[1] as error,
    (array_agg(f.tenant_id order by f.completed desc))[1] as a_tenant_id, (array_agg(f.job_id order by f.completed desc))[1] as a_job_id
  from failed f group by 1
)
select g.signature as "signature!", g.jobs as "jobs!", g.first_job_id as "first_job_id!", g.last_job_id as "last_job_id!", g.versions as "versions!",
  g.error as "error!", s.tenants as "tenants!", s.top_share as "top_share!", j.job_type as "job_type!", j.queue_name as "queue_name!",
  (select extract(epoch from m.until - m.since) / 60 from mark m)::float8 as "minutes!", coalesce(y.jobs, 0)::float8 as "day_jobs!", (case when y.first_hour is not null then least(extract(epoch from now() - y.first_hour) / 60, 1440) end)::float8 as known_minutes, coalesce(y.findings, '{}') as "findings!",
  (select coalesce(array_agg(distinct v), '{}') from queue.job_failure_patterns e, unnest(e.versions) v
    where e.job_type = j.job_type and e.hour > now() - interval '7 days') as "known_versions!"
from grouped g
join shares s on s.signature = g.signature
join lateral (select o.job_type, o.queue_name from queue.jobs o where o.tenant_id = g.a_tenant_id and o.id = g.a_job_id limit 1) j on true
left join lateral (
  select sum(e.count) filter (where e.hour > now() - interval '1 day') as jobs, min(e.hour) as first_hour,
    (select h.findings from queue.job_failure_patterns h where h.signature = g.signature and h.hour = date_trunc('hour', now(), 'UTC')) as findings
  from queue.job_failure_patterns e where e.signature = g.signature and e.hour > now() - interval '30 days'
) y on true;

-- name: move_mark
update queue.pattern_marks m set counted = greatest(m.counted, least(now() - interval '5 seconds', m.counted + interval '10 minutes'));

-- name: put_patterns
insert into queue.job_failure_patterns as p (signature, hour, job_type, queue_name, kind, count, tenants, top_share, versions, first_job_id, last_job_id, findings)
select g.signature, date_trunc('hour', now(), 'UTC'), g.job_type, g.queue_name, g.kind, g.count, g.tenants, g.top_share, g.versions, g.first_job_id, g.last_job_id,
  g.findings
from jsonb_to_recordset(:patterns::jsonb) g (signature text, job_type text, queue_name text, kind text, count bigint, tenants integer, top_share real, versions text[],
  first_job_id uuid, last_job_id uuid, findings text[])
on conflict (signature, hour) do update
set count = p.count + excluded.count, tenants = greatest(p.tenants, excluded.tenants), top_share = greatest(p.top_share, excluded.top_share),
  versions = array(select distinct v from unnest(p.versions || excluded.versions) v), last_job_id = excluded.last_job_id, queue_name = excluded.queue_name,
  findings = array(select distinct f from unnest(p.findings || excluded.findings) f);

-- name: pause_types
-- Those that are to stop at what was found; each pause is on the trail.
with paused as (
  update queue.job_types t set is_paused = true, updated = now()
  from jsonb_to_recordset(:found::jsonb) f (job_type text, signature text, findings text[])
  where t.name = f.job_type and not t.is_paused and t.pausing_findings && f.findings
  returning t.name, f.signature, f.findings
), noted as (
  insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
  select '00000000-0000-0000-0000-000000000000', 'pause', 'type', p.name,
    jsonb_build_object('signature', p.signature, 'findings', to_jsonb(p.findings)), 'queue.patterns'
  from paused p
)
select p.name as "job_type!" from paused p;

-- name: list_patterns
select p.signature, min(p.job_type) as "job_type!", (array_agg(p.queue_name order by p.hour desc))[1] as "queue!", (array_agg(p.kind order by p.hour desc))[1] as "kind!",
-- plinth:allow unpruned a job of any month may have failed of late
  sum(p.count)::int8 as "count!", max(p.tenants) as "tenants!", max(p.top_share) as "top_share!", min(p.hour) as "first_hour!", max(p.hour) as "last_hour!",
  (array_agg(p.first_job_id order by p.hour))[1] as "first_job_id!", (array_agg(p.last_job_id order by p.hour desc))[1] as "last_job_id!",
  array(select distinct f from queue.job_failure_patterns e, unnest(e.findings) f where e.signature = p.signature and e.hour >= :since order by f) as "findings!",
  array(select distinct v from queue.job_failure_patterns e, unnest(e.versions) v where e.signature = p.signature and e.hour >= :since and v <> '' order by v) as "versions!",
  (select count(*) from queue.dead_letter_jobs d where d.signature = p.signature and d.redriven is null) as "dead!"
from queue.job_failure_patterns p
where p.hour >= :since and (:job_type?::text is null or p.job_type = :job_type?)
group by p.signature
order by sum(p.count) desc, p.signature
limit :limit;

-- name: note_handlers
-- Time counts while there are workers: an outage of all of them is nobody's missing handler.
update queue.job_types t
set unhandled_ms = case when h.has_handler then 0 else least(t.unhandled_ms + :elapsed_ms::int8, 4000000000) end
from (
  select t.id, exists (select from queue.queue_workers w where t.name = any(w.types) and w.seen > now() - interval '1 minute') as has_handler
  from queue.job_types t
) h
where h.id = t.id and (h.has_handler and t.unhandled_ms > 0
  or not h.has_handler and exists (select from queue.queue_workers w where w.seen > now() - interval '1 minute' and not w.is_draining));

-- name: bury_unhandled
-- Waiting jobs of types that nobody had a handler of for so long.
with types as materialized (
  select t.id from queue.job_types t where t.unhandled_ms >= :longest_ms::int8 and not t.is_paused
), taken as materialized (
  select w.* from types t cross join lateral queue.take_waiting(row(null, null, null, t.id, null, partition.uuid_floor(now() - :longest_ms::int8 * interval '1 ms'))::queue.job_filter, '{waiting}', :most) w
), ended as materialized (
  select queue.end_jobs(array_agg(t.tenant_id), array_agg(t.id), 'dead') as count,
    queue.bury(array_agg(t.tenant_id), array_agg(t.id), array_agg('no_handler'::text), array_agg(''::text)) as buried
  from taken t having count(*) > 0
)
select coalesce(max(e.buried), 0)::integer as "buried!" from ended e;

-- name: audit_redrive
insert into queue.job_audits (tenant_id, action, target_type, target, job_count, job_ids, details, acted_by)
select g.tenant_id, 'redrive', 'dead', :target, count(*), (array_agg(g.id order by g.id))[1:100], :details::jsonb, :by
from unnest(:tenant_ids::uuid[], :ids::uuid[]) g (tenant_id, id)
group by g.tenant_id;
