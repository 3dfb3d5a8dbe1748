create or replace function queue.settle(tenant_ids uuid[], job_ids uuid[], statuses text[], follows jsonb[])
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform queue.release_unique(array_agg(g.tenant_id), array_agg((g.follow ->> 'unique')::uuid), array_agg(g.job_id))
     from unnest(tenant_ids, job_ids, follows) g(tenant_id, job_id, follow)
    where g.follow ? 'unique'
   having count(*) > 0;
end
$$;
comment on function queue.settle(uuid[], uuid[], text[], jsonb[]) is
  'What the end of jobs has to settle beside their results, as the column follow of each says: frees the keys of unique jobs.';
