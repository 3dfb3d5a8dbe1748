-- name: list_about
-- Jobs and dead letters whose payload names one of these people.
with kinds as (
-- plinth:allow unpruned a person is looked for in all months
  select t.name, t.subject_fields from queue.job_types t where t.subject_fields is not null
)
select j.tenant_id as "tenant_id!", j.id as "id!" from queue.jobs j join kinds k on k.name = j.job_type
 where queue.is_about(j.payload, k.subject_fields, :identifiers::jsonb, j.tenant_id)
union
select d.tenant_id, d.job_id from queue.dead_letter_jobs d join kinds k on k.name = d.job_type
 where queue.is_about(d.payload, k.subject_fields, :identifiers::jsonb, d.tenant_id)
order by 2;

-- name: list_parts_of
-- The tables that hold something of these jobs.
select distinct n.nspname as "schema!", c.relname as "table!"
-- plinth:allow unpruned the months are told by the ids, which are parameters
from unnest(:tenant_ids::uuid[], :ids::uuid[]) g (tenant_id, id)
  cross join lateral (
    select j.tableoid as part from queue.jobs j where j.tenant_id = g.tenant_id and j.id = g.id
    union all select r.tableoid from queue.job_results r where r.tenant_id = g.tenant_id and r.job_id = g.id
    union all select l.tableoid from queue.job_logs l where l.tenant_id = g.tenant_id and l.job_id = g.id
    union all select e.tableoid from queue.job_effects e where e.tenant_id = g.tenant_id and e.job_id = g.id
    union all select d.tableoid from queue.dead_letter_jobs d where d.tenant_id = g.tenant_id and d.job_id = g.id
    union all select d.part from queue.details_of(array[g.tenant_id], array[g.id]) d) p
  join pg_catalog.pg_class c on c.oid = p.part join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by 1, 2;

-- name: history_of
select queue.history_of(g.tenant_id, g.id) as "job!" from unnest(:tenant_ids::uuid[], :ids::uuid[]) g (tenant_id, id);

-- name: abort_jobs
-- Asks the workers of those that run to abort them, and tells how many there are.
select count(*) as "running!"
from queue.cancel_running(row(:ids::uuid[], null, null, null, null, null)::queue.job_filter);

-- name: running_among
select count(*) as "running!"
-- plinth:allow unpruned the months are told by the ids, which are parameters
from queue.job_leases l cross join unnest(l.items) i
where l.finished is null and i.id = any (:ids::uuid[])
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1);

-- name: erase_jobs
select queue.erase_jobs(:tenant_ids::uuid[], :ids::uuid[]) as "erased!";
