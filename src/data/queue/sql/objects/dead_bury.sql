create or replace function queue.signature_of(reason text, job_type text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select left(encode(sha256(convert_to(reason || chr(31) || job_type, 'UTF8')), 'hex'), 16)
$$;
comment on function queue.signature_of(text, text) is
  'Signature of jobs of a type that have no error of their own to be told by: those whose worker was lost, or that nobody can run.';

create or replace function queue.bury(tenant_ids uuid[], job_ids uuid[], reasons text[], handler_versions text[]) returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  with given as (
    select g.tenant_id, g.job_id, g.reason, g.handler_version
    from unnest(tenant_ids, job_ids, reasons, handler_versions) g (tenant_id, job_id, reason, handler_version)
  ), buried as (
    insert into queue.dead_letter_jobs (tenant_id, job_id, queue_name, job_type, reason, signature, band, payload_version, max_attempts,
      payload, errors, handler_version)
    select j.tenant_id, j.id, j.queue_name, j.job_type, g.reason,
      coalesce(case when r.last_status = 'dead' then r.errors -> -1 ->> 'signature' end, queue.signature_of(g.reason, j.job_type)),
      j.band, j.payload_version, j.max_attempts, j.payload, coalesce(r.errors, '[]'), g.handler_version
    from given g
    join queue.jobs j on j.tenant_id = g.tenant_id and j.id = g.job_id
    cross join lateral (
      select jsonb_agg(e.error || jsonb_build_object('attempt', e.attempt, 'failed', e.completed) order by e.attempt) filter (where e.error is not null) as errors,
        (array_agg(e.status order by e.attempt desc))[1] as last_status
      from queue.job_results e
      where e.tenant_id = g.tenant_id and e.job_id = g.job_id
    ) r
    on conflict do nothing
    returning 1
  )
  select count(*)::integer from buried
$$;
comment on function queue.bury(uuid[], uuid[], text[], text[]) is
  'Makes dead letters of jobs, with the errors of all their runs: in the transaction, or in the statement, that ends them. It is volatile, so it '
  'sees the results that a WITH of the same statement has written, where it is called on rows of that WITH. It neither writes results nor '
  'states of jobs, and does nothing for a job that is a dead letter already. Gives how many it made. Versions may be the empty string.';
revoke execute on function queue.bury(uuid[], uuid[], text[], text[]) from public;
