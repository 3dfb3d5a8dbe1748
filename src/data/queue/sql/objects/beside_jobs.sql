-- Tables of products with one row a job, as its definition names them (`details`).
create or replace function queue.details_of(tenant_ids uuid[], job_ids uuid[])
returns table (tenant_id uuid, job_id uuid, part oid, kept_in text, details jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  kept record;
begin
  for kept in
    select distinct t.details as name, to_regclass(t.details) as id from queue.job_types t where to_regclass(t.details) is not null order by 1
  loop
    return query execute format(
      '-- plinth:allow unpruned the months are told by the ids, which are parameters
       select d.tenant_id, d.job_id, d.tableoid, %L::text, to_jsonb(d) - ''{tenant_id,job_id}''::text[]
         from unnest($1, $2) g (tenant_id, job_id) join %s d on d.tenant_id = g.tenant_id and d.job_id = g.job_id', kept.name, kept.id)
      using tenant_ids, job_ids;
  end loop;
end
$$;
comment on function queue.details_of(uuid[], uuid[]) is 'What products keep beside these jobs: the table, its partition, and the row without its key.';
revoke execute on function queue.details_of(uuid[], uuid[]) from public;

create or replace function queue.forget_details(tenant_ids uuid[], job_ids uuid[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  kept regclass;
begin
  for kept in select distinct to_regclass(t.details) from queue.job_types t where to_regclass(t.details) is not null
  loop
    execute format(
      '-- plinth:allow unpruned the months are told by the ids, which are parameters
       delete from %s d using unnest($1, $2) g (tenant_id, job_id) where d.tenant_id = g.tenant_id and d.job_id = g.job_id', kept)
      using tenant_ids, job_ids;
  end loop;
end
$$;
comment on function queue.forget_details(uuid[], uuid[]) is 'Deletes what products keep beside these jobs.';
revoke execute on function queue.forget_details(uuid[], uuid[]) from public;
