-- name: insert_fresh
-- Jobs that are due now and whose ids nobody else can have used: most of all. What they have in common is said once, by groups; null for
-- the groups: all are of the first; for tenants: that of the context. Queues that are told here are told with the commit;
-- follow is what all of them owe when they have ended.
with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id,
    (:queue_names::text[])[coalesce(g.place, 1)], (:job_types::text[])[coalesce(g.place, 1)], (:bands::smallint[])[coalesce(g.place, 1)],
    (:payload_versions::smallint[])[coalesce(g.place, 1)], (:max_attempts::smallint[])[coalesce(g.place, 1)], g.payload, now(),
    :follow?::jsonb, nullif(g.trace, '')
  from unnest(:ids::uuid[], :payloads::jsonb[], :tenant_ids?::uuid[], :places?::smallint[], :traces?::text[]) as g (id, payload, tenant_id, place, trace)
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), (:queue_ids::smallint[])[coalesce(g.place, 1)], (:bands::smallint[])[coalesce(g.place, 1)],
    (:type_ids::smallint[])[coalesce(g.place, 1)], now(),
    coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id
  from unnest(:ids::uuid[], :tenant_ids?::uuid[], :places?::smallint[]) as g (id, tenant_id, place)
)
select count(pg_notify('plinth_queue', q.id)) from unnest(:told?::text[]) q (id);

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

-- name: insert_fresh_unique
-- The same of unique ones: those whose key was free. Keys are taken in their order, so that two who want the same do not wait for each other.
with given as materialized (
  select coalesce(g.tenant_id, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000') as tenant_id, g.id, g.payload,
    coalesce(g.place, 1) as place, nullif(g.trace, '') as trace, t.unique_scope, t.unique_ms, queue.unique_hash(t.name, t.unique_fields, g.payload) as key_hash
  from unnest(:ids::uuid[], :payloads::jsonb[], :tenant_ids?::uuid[], :places?::smallint[], :traces?::text[]) as g (id, payload, tenant_id, place, trace)
    join queue.job_types t on t.id = (:type_ids::smallint[])[coalesce(g.place, 1)]
), taken as (
  insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires)
  select g.tenant_id, g.key_hash, g.id, g.unique_scope, case when g.unique_scope = 'time' then clock_timestamp() + g.unique_ms * interval '1 millisecond' end
  from given g
  order by g.tenant_id, g.key_hash, g.id
  on conflict (tenant_id, key_hash) do nothing
  returning tenant_id, job_id
), free as materialized (
  select g.* from given g where g.id in (select k.job_id from taken k)
), made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select f.tenant_id, f.id, (:queue_names::text[])[f.place], (:job_types::text[])[f.place], (:bands::smallint[])[f.place],
    (:payload_versions::smallint[])[f.place], (:max_attempts::smallint[])[f.place], f.payload, now(),
    case when f.unique_scope <> 'time' then jsonb_build_object('unique', f.key_hash) end, f.trace
  from free f
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), (:queue_ids::smallint[])[f.place], (:bands::smallint[])[f.place], (:type_ids::smallint[])[f.place],
    now(), f.tenant_id, f.id
  from free f
)
select f.id as "id!" from free f;

-- name: insert_unique_jobs
-- Those whose key was free. Keys are taken in their order, so that two who want the same do not wait for each other.
with given as materialized (
-- plinth:allow unpruned the job that holds a key may be of any month; it is found by its own key
  select coalesce(nullif(g.tenant_id, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000') as tenant_id,
    g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()) as due,
    nullif(g.trace, '') as trace, t.id as type_id, q.id as queue_id, t.unique_scope, t.unique_ms,
    queue.unique_hash(t.name, t.unique_fields, g.payload) as key_hash
  from unnest(:tenant_ids::text[], :ids::uuid[], :queue_names::text[], :job_types::text[], :bands::smallint[], :payload_versions::smallint[],
    :max_attempts::smallint[], :payloads::jsonb[], :dues::text[], :traces::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
    join queue.job_types t on t.name = g.job_type join queue.job_queues q on q.name = g.queue_name
), taken as (
  insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires)
  select g.tenant_id, g.key_hash, g.id, g.unique_scope, case when g.unique_scope = 'time' then clock_timestamp() + g.unique_ms * interval '1 millisecond' end
  from given g
  -- One that is there already has had its key.
  where not exists (select from queue.jobs j where j.tenant_id = g.tenant_id and j.id = g.id and j.queue_name = g.queue_name)
  order by g.tenant_id, g.key_hash, g.id
  on conflict (tenant_id, key_hash) do nothing
  returning tenant_id, job_id
), made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select g.tenant_id, g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, g.due,
    case when g.unique_scope <> 'time' then jsonb_build_object('unique', g.key_hash) end, g.trace
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), g.queue_id, g.band, g.type_id, g.due, g.tenant_id, g.id
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id where g.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select g.due, g.id, g.tenant_id, g.queue_id, g.type_id, g.band
  from given g join taken k on k.tenant_id = g.tenant_id and k.job_id = g.id where g.due > now()
)
select k.job_id as "id!" from taken k;

-- name: settle_unique_jobs
-- In the order they came: of two payloads for one job the later stands.
select g.id as "id!", s.job_id as "job_id!", s.verdict as "verdict!"
from unnest(:tenant_ids::text[], :ids::uuid[], :queue_names::text[], :job_types::text[], :bands::smallint[], :payload_versions::smallint[],
    :max_attempts::smallint[], :payloads::jsonb[], :dues::text[], :traces::text[])
    as g (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace)
  cross join lateral queue.put_unique_job(coalesce(nullif(g.tenant_id, '')::uuid, tenancy.current_tenant_id('member'),
      '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name, g.job_type, g.band, g.payload_version, g.max_attempts, g.payload,
    nullif(g.due, '')::timestamptz, nullif(g.trace, '')) s;
