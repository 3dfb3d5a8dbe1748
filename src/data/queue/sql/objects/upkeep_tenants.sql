create or replace function queue.park_tenants(most integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  held record;
  moved integer := 0;
  batch integer;
begin
  for held in
    select t.id, 'tenant' as key from tenancy.tenants t where t.state in ('suspended', 'erasing')
    union all select p.tenant_id, 'paused' from queue.paused_tenants p
  loop
    with taken as materialized (
      select r.ctid as at, r.tableoid as part from queue.job_ready r where r.tenant_id = held.id limit most - moved for update skip locked
    ), gone as (
      delete from queue.job_ready r using taken k where r.ctid = k.at and r.tableoid = k.part returning r.*
    )
    insert into queue.job_parked (tenant_id, key, due, id, queue_id, type_id, band, attempt, crash_count)
    select g.tenant_id, held.key, g.due, g.id, g.queue_id, g.type_id, g.band, g.attempt, g.crash_count from gone g;
    get diagnostics batch = row_count;
    moved := moved + batch;
    exit when moved >= most;
  end loop;
  return moved;
end
$$;
comment on function queue.park_tenants(integer) is 'Parks at most so many ready jobs of tenants that are suspended or paused. Returns how many.';
revoke execute on function queue.park_tenants(integer) from public;

create or replace function queue.unpark_tenants(most integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  place record;
  moved integer := 0;
begin
  for place in
    with taken as materialized (
      select p.tenant_id, p.key, p.due, p.id from queue.job_parked p join tenancy.tenants t on t.id = p.tenant_id
       where p.key = 'tenant' and t.state = 'active'
          or p.key = 'paused' and not exists (select from queue.paused_tenants h where h.tenant_id = p.tenant_id)
       limit most for update of p skip locked
    ), gone as (
      delete from queue.job_parked p using taken k where p.tenant_id = k.tenant_id and p.key = k.key and p.due = k.due and p.id = k.id
      returning p.*
    )
    select g.queue_id, count(*)::integer as jobs,
           array_agg(row(g.tenant_id, g.id, g.due, g.band, g.type_id, g.attempt, g.crash_count)::queue.leased_job) as items
      from gone g group by g.queue_id
  loop
    perform queue.make_ready(place.queue_id, place.items);
    moved := moved + place.jobs;
  end loop;
  return moved;
end
$$;
comment on function queue.unpark_tenants(integer) is 'Makes at most so many jobs ready that were parked for a tenant that is active again, or goes on. Returns how many.';
revoke execute on function queue.unpark_tenants(integer) from public;

create or replace function queue.running_of(tenant uuid) returns integer
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer
    from queue.job_leases l cross join lateral unnest(l.items) i
   where l.finished is null and i.tenant_id = tenant
     and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
$$;
comment on function queue.running_of(uuid) is 'How many jobs of a tenant are claimed and have not ended.';
revoke execute on function queue.running_of(uuid) from public;

create or replace function queue.revoke_tenant(tenant uuid) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  lease queue.job_leases;
  places integer[];
  mine queue.leased_job[];
  revoked integer := 0;
begin
  for lease in
    select l.* from queue.job_leases l
     where exists (select from unnest(l.items) i where i.tenant_id = tenant) order by l.id for update
  loop
    if lease.cancelled is not null then
      lease := queue.end_marked(lease, 'Its tenant was suspended or erased after it was cancelled.');
    end if;
    select array_agg(i.place::integer),
           array_agg(row(i.tenant_id, i.id, i.due, i.band, i.type_id, i.attempt, i.crash_count)::queue.leased_job)
             filter (where lease.finished is null and not exists (
               select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1))
      into places, mine
      from unnest(lease.items) with ordinality i(tenant_id, id, due, band, type_id, attempt, crash_count, place)
     where i.tenant_id = tenant;
    update queue.jobs j set status = r.status, started = r.started, completed = r.completed
      from unnest(lease.items) i
        join queue.job_results r on r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1 and r.status <> 'failed'
     where i.tenant_id = tenant and j.tenant_id = i.tenant_id and j.id = i.id and j.status = 'open';
    update queue.job_leases l
       set items = queue.without_places(lease.items, coalesce(places, '{}')), cancelled = lease.cancelled, cancel_requested = lease.cancel_requested
     where l.id = lease.id;
    perform queue.make_ready(lease.queue_id, mine);
    revoked := revoked + coalesce(cardinality(mine), 0);
  end loop;
  return revoked;
end
$$;
comment on function queue.revoke_tenant(uuid) is
  'Takes the jobs of a tenant out of all leases: those that have not ended are parked or ready again, with no attempt used, and what their workers '
  'say of them is not recorded. Returns how many they were.';
revoke execute on function queue.revoke_tenant(uuid) from public;
