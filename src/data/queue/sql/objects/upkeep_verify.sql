create or replace function queue.verify(most integer) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
  with places as materialized (
    select 'ready' as place, p.tenant_id, p.id from queue.job_ready p
    union all select 'delayed', p.tenant_id, p.id from queue.job_delayed p
    union all select 'parked', p.tenant_id, p.id from queue.job_parked p
    union all select 'blocked', p.tenant_id, p.id from queue.job_blocked p
    -- A job that ended stays in its lease until the folder comes by, and one to be tried again until the batch is done.
    union all select 'leased', i.tenant_id, i.id
      from queue.job_leases l cross join lateral unnest(l.items) i
     where l.finished is null and i.id is not null
       and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
  ), ended as materialized (
    select r.tenant_id, r.job_id as id from queue.job_results r where r.status <> 'failed'
  ), placed as materialized (
    select p.tenant_id, p.id, count(*) as places, string_agg(p.place, ', ' order by p.place) as at from places p group by p.tenant_id, p.id
  ), problems as (
    select 'in two places' as problem, p.tenant_id, p.id, p.at from placed p where p.places > 1
    union all
    select 'in no place', j.tenant_id, j.id, j.job_type from queue.jobs j
     where j.status = 'open' and not exists (select from placed p where p.tenant_id = j.tenant_id and p.id = j.id)
       and not exists (select from ended e where e.tenant_id = j.tenant_id and e.id = j.id)
    union all
    select case when j.id is null then 'waits without a job' else 'waits though it ended' end, p.tenant_id, p.id, p.at
      from placed p left join queue.jobs j on j.tenant_id = p.tenant_id and j.id = p.id
     where j.id is null or j.status <> 'open' or exists (select from ended e where e.tenant_id = p.tenant_id and e.id = p.id)
    union all
    -- A dead letter has all that is needed of its job, and outlives it.
    select 'details without a job', d.tenant_id, d.id, string_agg(d.kind, ', ' order by d.kind)
      from (select 'result' as kind, r.tenant_id, r.job_id as id from queue.job_results r group by 2, 3
            union all select 'log', g.tenant_id, g.job_id from queue.job_logs g group by 2, 3) d
     where not exists (select from queue.jobs j where j.tenant_id = d.tenant_id and j.id = d.id)
     group by d.tenant_id, d.id
  ), counted as (
    select p.problem, count(*) as found from problems p group by p.problem
  )
  select jsonb_build_object(
    'counts', (select coalesce(jsonb_object_agg(c.place, c.found), '{}') from (select p.place, count(*) as found from places p group by p.place) c),
    'problems', (select coalesce(jsonb_object_agg(c.problem, c.found), '{}') from counted c),
    'examples', (select coalesce(jsonb_agg(jsonb_build_object('problem', e.problem, 'tenantId', e.tenant_id, 'jobId', e.id, 'where', e.at)), '[]')
                   from (select * from problems p order by p.problem, p.id limit most) e))
$$;
comment on function queue.verify(integer) is
  'Whether each open job is in exactly one place, in one snapshot: how many are where, how many are wrong in which way, and some of those. Reads '
  'all tables, and holds the horizon of vacuum while it does.';
revoke execute on function queue.verify(integer) from public;
