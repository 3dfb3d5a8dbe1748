-- name: insert_jobs
-- What is there already stays as it is, and is not given back. An empty tenant: that of the context; an empty due time: now.
with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  select coalesce(nullif(g.tenant_id, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name, g.job_type,
    g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()), nullif(g.trace, '')
  from unnest(:tenant_ids::text[], :ids::uuid[], :queue_names::text[], :job_types::text[], :bands::smallint[], :payload_versions::smallint[],
    :max_attempts::smallint[], :payloads::jsonb[], :dues::text[], :traces::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  on conflict (tenant_id, id, queue_name) do nothing
  returning tenant_id, id, queue_name, job_type, band, due
), placed as (
  select m.tenant_id, m.id, q.id as queue_id, t.id as type_id, m.band, m.due
  from made m join queue.job_queues q on q.name = m.queue_name join queue.job_types t on t.name = m.job_type
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.id from placed p where p.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select p.due, p.id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.due > now()
)
select m.id as "id!" from made m;

-- name: notify_queues
-- It holds nothing that a crash may not lose.
select set_config('synchronous_commit', 'off', true), count(pg_notify('plinth_queue', q.id)) from unnest(:queue_ids::text[]) q (id);

-- name: notify_within
select count(pg_notify('plinth_queue', q.id)) from unnest(:queue_ids::text[]) q (id);
