create or replace function queue.enqueue_again(ids uuid[], in_tenant uuid) returns table (tenant_id uuid, id uuid, again_as uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    with placed as materialized (
      select j.tenant_id, j.id, j.queue_name, j.job_type, j.band, j.payload_version, j.max_attempts, j.payload, uuidv7() as new_id, q.id as queue_id, t.id as type_id
      from queue.jobs j
      join queue.job_states s on s.tenant_id = j.tenant_id and s.id = j.id
      join queue.job_queues q on q.name = j.queue_name join queue.job_types t on t.name = j.job_type
      where j.id = any (ids) and (in_tenant is null or j.tenant_id = in_tenant) and s.state in ('completed', 'cancelled', 'discarded')
    ), made as (
      insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, origin_id)
      select p.tenant_id, p.new_id, p.queue_name, p.job_type, p.band, p.payload_version, p.max_attempts, p.payload, now(), p.id from placed p
    ), ready as (
      insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
      select s.slot, p.queue_id, p.band, p.type_id, now(), p.tenant_id, p.new_id from placed p cross join queue.ready_slots s
    ), woken as materialized (
      select queue.wake_queues(array_agg(p.queue_id)) from placed p having count(*) > 0
    )
    select p.tenant_id, p.id, p.new_id from placed p left join woken on true;
end
$$;
comment on function queue.enqueue_again(uuid[], uuid) is 'Enqueues jobs that have ended, save dead letters, once more as new jobs.';
revoke execute on function queue.enqueue_again(uuid[], uuid) from public;
