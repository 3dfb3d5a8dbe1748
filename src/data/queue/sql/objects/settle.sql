-- What the end of a run owes to others. Called wherever a run ends, inside its transaction, for jobs that have something to settle (jobs.follow).
create or replace function queue.settle(tenant_ids uuid[], job_ids uuid[], statuses text[], follows jsonb[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  ended record;
begin
  for ended in
    select coalesce(array_agg(g.tenant_id), '{}') as tenants, coalesce(array_agg(g.job_id), '{}') as jobs,
           coalesce(array_agg(g.follow), '{}') as follows, g.status in ('failed', 'snoozed', 'lost') as goes_on
      from unnest(tenant_ids, job_ids, statuses, follows) g(tenant_id, job_id, status, follow)
     where g.follow ? 'limits' and g.status <> 'withdrawn'
     group by goes_on
  loop
    perform queue.release_units(ended.tenants, ended.jobs, ended.follows, ended.goes_on);
  end loop;
  perform queue.release_holds(array_agg(g.tenant_id), array_agg(g.job_id))
     from unnest(tenant_ids, job_ids, statuses, follows) g(tenant_id, job_id, status, follow)
    where g.follow ? 'limits' and g.status = 'withdrawn'
   having count(*) > 0;
  perform queue.release_unique(array_agg(g.tenant_id), array_agg((g.follow ->> 'unique')::uuid), array_agg(g.job_id))
     from unnest(tenant_ids, job_ids, statuses, follows) g(tenant_id, job_id, status, follow)
    where g.follow ? 'unique' and g.status not in ('failed', 'snoozed', 'lost')
   having count(*) > 0;
  perform queue.settle_flows(array_agg(g.tenant_id), array_agg(g.job_id), array_agg(g.status), array_agg(g.follow))
     from unnest(tenant_ids, job_ids, statuses, follows) g(tenant_id, job_id, status, follow)
    where g.follow ? 'batch' and g.status not in ('failed', 'snoozed', 'lost')
   having count(*) > 0;
end
$$;
comment on function queue.settle(uuid[], uuid[], text[], jsonb[]) is
  'Settles what runs that ended owe: units of limits, unique keys, counts of batches. Statuses are those of results, and snoozed, lost for a run that ended with its worker or '
  'was given back, withdrawn for a job that ended without a run.';
revoke execute on function queue.settle(uuid[], uuid[], text[], jsonb[]) from public;
