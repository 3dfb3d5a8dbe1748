-- The end of a job in a transaction of its own tenant, together with what its handler wrote there. Who calls it has to know the id of the lease,
-- which nobody but its worker can read, and can end no job but one of the tenant whose sealed context it is in.
create or replace function queue.finish_in_transaction(lease uuid, place integer, duration_ms integer, result jsonb, log jsonb) returns boolean
language plpgsql volatile security definer parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Handlers work without a user.
  tenant constant uuid := tenancy.current_tenant_id('service');
  at_time constant timestamptz := clock_timestamp();
  held queue.job_leases;
  ended queue.leased_job;
  owed jsonb;
begin
  -- Held until the caller's commit: renewing does not wait for this lock, taking the lease away does.
  select * into held from queue.job_leases l where l.id = lease and l.finished is null for key share;
  ended := held.items[place];
  if ended.id is null or ended.tenant_id is distinct from tenant then
    return false;
  end if;

  insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, result)
  values (ended.tenant_id, ended.id, ended.attempt + 1, 'completed', duration_ms, at_time - make_interval(secs => duration_ms / 1000.0), at_time,
          held.worker_id, case when pg_column_size(result) <= 65536 then result end);
  insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message, fields)
  select ended.tenant_id, ended.id, ended.attempt + 1, g.line, at_time - make_interval(secs => g.age_ms / 1000.0), g.level, g.message, g.fields
    from jsonb_to_recordset(log) g(line smallint, age_ms float8, level text, message text, fields jsonb);
  select j.follow into owed from queue.jobs j where j.tenant_id = ended.tenant_id and j.id = ended.id;
  if owed is not null then
    perform queue.settle(array[ended.tenant_id], array[ended.id], array['completed'], array[owed]);
  end if;
  return true;
end
$$;
comment on function queue.finish_in_transaction(uuid, integer, integer, jsonb, jsonb) is
  'Ends a job of a lease as completed, with its result and its log, in the transaction of its tenant; false where it is not the caller''s any more: '
  'then nothing of that transaction may be committed.';

create or replace function queue.has_ended(lease uuid, tenant uuid, job uuid, run smallint) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A transaction that ends the job and is about to commit holds its lease: it is waited for.
  perform from queue.job_leases l where l.id = lease for update;
  return exists (select from queue.job_results r where r.tenant_id = tenant and r.job_id = job and r.attempt = run);
end
$$;
comment on function queue.has_ended(uuid, uuid, uuid, smallint) is
  'Whether a run of a job has a result; for who does not know whether the transaction that was to end it was committed.';
revoke execute on function queue.has_ended(uuid, uuid, uuid, smallint) from public;
