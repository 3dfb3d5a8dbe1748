create or replace function queue.redrive(
  ids uuid[], in_tenant uuid, with_signature text, of_type text, since timestamptz, before timestamptz, most integer, per_second double precision, already integer)
returns table (tenant_id uuid, job_id uuid, redriven_as uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    with chosen as materialized (
      -- Who redrives the same at this moment is waited for; then it is not there any more.
      select d.tenant_id, d.job_id, d.queue_name, d.job_type, d.band, d.payload_version, d.max_attempts, d.payload, d.failed
      from queue.dead_letter_jobs d
      where d.redriven is null and d.job_type in (select t.name from queue.job_types t) and d.queue_name in (select q.name from queue.job_queues q)
        and (ids is null or d.job_id = any (ids)) and (in_tenant is null or d.tenant_id = in_tenant)
        and (with_signature is null or d.signature = with_signature) and (of_type is null or d.job_type = of_type)
        and (since is null or d.failed >= since) and (before is null or d.failed < before)
      order by d.failed, d.job_id limit most for update
    ), placed as materialized (
      select c.*, uuidv7() as new_id, q.id as queue_id, t.id as type_id,
        now() + make_interval(secs => (already + row_number() over (order by c.failed, c.job_id) - 1) / per_second) as due
      from chosen c join queue.job_queues q on q.name = c.queue_name join queue.job_types t on t.name = c.job_type
    ), made as (
      insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, origin_id)
      select p.tenant_id, p.new_id, p.queue_name, p.job_type, p.band, p.payload_version, p.max_attempts, p.payload, p.due, p.job_id from placed p
    ), ready as (
      insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
      select s.slot, p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.new_id from placed p cross join queue.ready_slots s where p.due <= now()
    ), delayed as (
      insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
      select p.due, p.new_id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.due > now()
    ), marked as (
      update queue.dead_letter_jobs d set redriven = now(), redriven_as = p.new_id
      from placed p where d.tenant_id = p.tenant_id and d.job_id = p.job_id
    ), woken as materialized (
      select queue.wake_queues(array_agg(p.queue_id)) from placed p where p.due <= now() having count(*) > 0
    )
    select p.tenant_id, p.job_id, p.new_id from placed p left join woken on true;
end
$$;
comment on function queue.redrive(uuid[], uuid, text, text, timestamptz, timestamptz, integer, double precision, integer) is
  'Enqueues dead letters again as new jobs, oldest first and each once, so many a second: what is beyond becomes due later. `already`: as many went before '
  'in the same redrive. Those of a job type or queue that is gone are left.';
revoke execute on function queue.redrive(uuid[], uuid, text, text, timestamptz, timestamptz, integer, double precision, integer) from public;
