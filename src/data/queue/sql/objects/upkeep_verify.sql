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
  ), members as materialized (
    select j.tenant_id, j.follow ->> 'batch' as batch_id, count(*) as jobs
      from queue.jobs j
     where j.status = 'open' and j.follow ? 'batch' and not exists (select from ended e where e.tenant_id = j.tenant_id and e.id = j.id)
     group by 1, 2
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
    union all
    -- What ended is in the counts of its batch or beside them; all else of it is open.
    select 'counted wrong', b.tenant_id, b.id, format('%s of %s jobs of a %s have not ended, and %s are open', b.total - b.ended, b.total, b.kind, m.open)
      from (select b.tenant_id, b.id, b.kind, b.state, b.total, b.completed + b.failed + b.cancelled + coalesce(c.ended, 0) as ended
              from queue.job_batches b
                left join (select c.tenant_id, c.batch_id, sum(c.completed + c.failed + c.cancelled) as ended
                             from queue.job_counts c where c.target_id = c.batch_id group by 1, 2) c on c.tenant_id = b.tenant_id and c.batch_id = b.id
             where b.state = 'open') b
        cross join lateral (select coalesce((select o.jobs from members o where o.tenant_id = b.tenant_id and o.batch_id = b.id::text), 0) as open) m
     where b.total - b.ended <> m.open
    union all
    select 'waits for a wrong number', w.tenant_id, w.id, format('%s steps, of which %s are open', w.open_parents - coalesce(c.ended, 0), p.open)
      from queue.job_blocked w
        left join (select c.tenant_id, c.target_id, sum(c.completed + c.failed + c.cancelled) as ended from queue.job_counts c group by 1, 2) c
          on c.tenant_id = w.tenant_id and c.target_id = w.id
        join queue.job_steps s on s.tenant_id = w.tenant_id and s.batch_id = w.batch_id and s.job_id = w.id
        cross join lateral (
          select count(*) as open from queue.job_dependencies d
            join queue.job_steps o on o.tenant_id = d.tenant_id and o.batch_id = d.batch_id and o.key = d.parent_key and o.state = 'open'
           where d.tenant_id = s.tenant_id and d.batch_id = s.batch_id and d.key = s.key) p
     where w.open_parents - coalesce(c.ended, 0) <> p.open
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
  'Whether each open job is in exactly one place, and batches and steps count what is open, in one snapshot: how many are where, how many are wrong in which way, and some of those. Reads '
  'all tables, and holds the horizon of vacuum while it does.';
revoke execute on function queue.verify(integer) from public;
