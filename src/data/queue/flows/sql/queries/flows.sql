-- name: add_batch
-- Nothing where there is one of this id. An empty tenant: that of the context.
insert into queue.job_batches (tenant_id, id, kind, name, total, state, ended, tenths, on_completed, on_failed, on_progress)
values (coalesce(nullif(:tenant_id::text, '')::uuid, tenancy.current_tenant_id('member'), '00000000-0000-0000-0000-000000000000'), :id, :kind, :name?, :total,
  case when :total = 0 then 'completed' else 'open' end, case when :total = 0 then now() end, case when :total = 0 then 10 else 0 end,
  :on_completed?::jsonb, :on_failed?::jsonb, :on_progress?::jsonb)
on conflict (tenant_id, id) do nothing;

-- name: add_members
-- Jobs of a batch or flow with where they wait: those of which it is said that others come before them in job_blocked.
with made as (
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
  select coalesce(nullif(:tenant_id::text, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), g.id, g.queue_name,
    g.job_type, g.band, g.payload_version, g.max_attempts, g.payload, greatest(nullif(g.due, '')::timestamptz, now()), g.follow, nullif(g.trace, '')
  from unnest(:ids::uuid[], :queue_names::text[], :job_types::text[], :bands::smallint[], :payload_versions::smallint[], :max_attempts::smallint[],
    :payloads::jsonb[], :dues::text[], :traces::text[], :follows::jsonb[])
    as g (id, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace, follow)
  returning tenant_id, id, queue_name, job_type, band, due, follow
), placed as (
  select m.tenant_id, m.id, q.id as queue_id, t.id as type_id, m.band, m.due, coalesce(w.open_parents, 0) as open_parents, w.on_parent_failed
  from made m join queue.job_queues q on q.name = m.queue_name join queue.job_types t on t.name = m.job_type
    left join unnest(:waiting_ids::uuid[], :open_parents::integer[], :on_parent_failed::text[]) w (id, open_parents, on_parent_failed) on w.id = m.id
), ready as (
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select (select s.slot from queue.ready_slots s), p.queue_id, p.band, p.type_id, p.due, p.tenant_id, p.id from placed p
  where p.open_parents = 0 and p.due <= now()
), delayed as (
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select p.due, p.id, p.tenant_id, p.queue_id, p.type_id, p.band from placed p where p.open_parents = 0 and p.due > now()
), blocked as (
  insert into queue.job_blocked (tenant_id, id, open_parents, queue_id, type_id, band, due, batch_id, on_parent_failed)
  select p.tenant_id, p.id, p.open_parents, p.queue_id, p.type_id, p.band, p.due, :batch_id, p.on_parent_failed from placed p where p.open_parents > 0
), steps as (
  insert into queue.job_steps (tenant_id, batch_id, key, job_id, on_parent_failed)
  select p.tenant_id, :batch_id, s.key, s.id, s.on_parent_failed
  from unnest(:step_ids::uuid[], :step_keys::text[], :step_policies::text[]) s (id, key, on_parent_failed) join placed p on p.id = s.id
), edges as (
  insert into queue.job_dependencies (tenant_id, batch_id, parent_key, key)
  select coalesce(nullif(:tenant_id::text, '')::uuid, (select tenancy.current_tenant_id('member')), '00000000-0000-0000-0000-000000000000'), :batch_id, d.parent_key,
    d.key from unnest(:edge_parents::text[], :edge_keys::text[]) d (parent_key, key)
), woken as materialized (
  select count(pg_notify('plinth_queue', r.queue_id::text)) as queues
  from (select distinct p.queue_id from placed p where p.open_parents = 0 and p.due <= now()) r
)
select (select count(*) from placed) as "jobs!", w.queues as "queues!" from woken w;

-- name: lock_batch
select b.tenant_id, b.kind, b.state, b.is_cancelled from queue.job_batches b where b.tenant_id = :tenant_id and b.id = :id for update;

-- name: find_steps
-- Of these keys, those that are steps of the flow.
select s.key, s.state, s.job_id from queue.job_steps s
where s.tenant_id = :tenant_id and s.batch_id = :batch_id and s.key = any(:keys::text[]);

-- name: list_member_ids
select s.key, s.job_id from queue.job_steps s where s.tenant_id = :tenant_id and s.batch_id = :batch_id;

-- name: grow_batch
update queue.job_batches b set total = b.total + :count where b.tenant_id = :tenant_id and b.id = :id;

-- name: count_ended_parents
-- Steps that had ended before others were put behind them.
insert into queue.job_counts (tenant_id, batch_id, target_id, completed, failed, cancelled)
select :tenant_id, :batch_id, g.id, g.completed, g.failed, g.cancelled
from unnest(:ids::uuid[], :completed::integer[], :failed::integer[], :cancelled::integer[]) g (id, completed, failed, cancelled);

-- name: add_up
-- Its row is locked by who asks.
select queue.add_up_steps(:tenant_id::uuid, :batch_id::uuid), queue.add_up(:tenant_id::uuid, :batch_id::uuid);

-- name: add_up_all
select queue.add_up_all(:most::integer) as "batches!";

-- name: has_counts
select exists (select from queue.job_counts) as "has_counts!";

-- name: retry_batch
select r.key, r.old_id as "old_id!", r.new_id as "new_id!" from queue.retry_batch(:tenant_id::uuid, :batch_id::uuid) r;

-- name: cancel_batch
select c.cancelled as "cancelled!", c.requested as "requested!" from queue.cancel_batch(:tenant_id::uuid, :batch_id::uuid, :most::integer) c;

-- name: audit_batch
insert into queue.job_audits (tenant_id, action, target_type, target, job_count, acted_by)
values (:tenant_id, :action, 'jobs', 'batch=' || :batch_id::text, :jobs, :by);
