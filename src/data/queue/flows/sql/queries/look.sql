-- name: find_batch_tenant
select b.tenant_id from queue.job_batches b where b.id = :id;

-- name: list_batches
-- One tenant's, newest first, with what is not added up yet.
select b.id, b.kind, b.name, b.total, b.completed + coalesce(c.completed, 0) as "completed!", b.failed + coalesce(c.failed, 0) as "failed!",
  b.cancelled + coalesce(c.cancelled, 0) as "cancelled!", b.state, b.is_cancelled, b.ended, b.on_completed ->> 'type' as on_completed,
  b.on_failed ->> 'type' as on_failed, b.on_progress ->> 'type' as on_progress
-- plinth:allow unpruned people ask for batches of any month, by tenant, and a limit ends it
from queue.job_batches b
left join lateral (
  select sum(c.completed) as completed, sum(c.failed) as failed, sum(c.cancelled) as cancelled
  from queue.job_counts c where c.tenant_id = b.tenant_id and c.batch_id = b.id and c.target_id = b.id
) c on true
where b.tenant_id = :tenant_id and (:id?::uuid is null or b.id = :id?::uuid) and (:before?::uuid is null or b.id < :before?::uuid)
  and (:state?::text is null or b.state = :state?)
order by b.id desc limit :limit;

-- name: list_steps
-- Steps of a flow in the order of their keys, with those they wait for, and where those are that have not ended.
with leased as materialized (
  select i.id, l.leased from queue.job_leases l cross join unnest(l.items) i where l.finished is null and i.tenant_id = :tenant_id and i.id is not null
)
select s.key, s.job_id, s.state, s.on_parent_failed, coalesce(d.after, '{}') as "after!", j.job_type as "job_type?",
  coalesce(j.started, (select max(l.leased) from leased l where l.id = s.job_id)) as "started?", j.completed,
  case when s.state <> 'open' then null
    when exists (select from queue.job_blocked b where b.tenant_id = s.tenant_id and b.id = s.job_id) then 'blocked'
    when exists (select from leased l where l.id = s.job_id) then 'running'
    when w.reason is not null then case w.reason when 'retry' then 'retrying' else 'scheduled' end
    when exists (select from queue.job_parked p where p.tenant_id = s.tenant_id and p.id = s.job_id) then 'parked'
    else 'waiting'
  end as "place?"
from queue.job_steps s
-- plinth:allow unpruned a retried step has a job of a later month than its flow
left join queue.jobs j on j.tenant_id = s.tenant_id and j.id = s.job_id and j.id >= partition.uuid_floor(uuid_extract_timestamp(:batch_id::uuid) - interval '2 minutes')
left join queue.job_delayed w on w.tenant_id = s.tenant_id and w.id = s.job_id
left join lateral (
  select array_agg(d.parent_key order by d.parent_key) as after
  from queue.job_dependencies d where d.tenant_id = :tenant_id and d.batch_id = :batch_id and d.key = s.key
) d on true
where s.tenant_id = :tenant_id and s.batch_id = :batch_id and (:after?::text is null or s.key > :after?)
order by s.key limit :limit;

-- name: list_parents
-- Steps that a step waits for or waited for, with what they gave.
select s.key, s.job_id, s.state, r.result, r.error
from queue.job_dependencies d
join queue.job_steps s on s.tenant_id = d.tenant_id and s.batch_id = d.batch_id and s.key = d.parent_key
left join lateral (
-- plinth:allow unpruned the month is told by the id of the job
  select r.result, r.error from queue.job_results r where r.tenant_id = s.tenant_id and r.job_id = s.job_id order by r.attempt desc limit 1
) r on true
where d.tenant_id = :tenant_id and d.batch_id = :batch_id and d.key = :key
order by s.key;

-- name: list_relatives
-- Parents and children of a step.
select d.key = :key as "is_parent!", s.key, s.job_id, s.state
from queue.job_dependencies d
join queue.job_steps s on s.tenant_id = d.tenant_id and s.batch_id = d.batch_id and s.key = case when d.key = :key then d.parent_key else d.key end
where d.tenant_id = :tenant_id and d.batch_id = :batch_id and (d.key = :key or d.parent_key = :key)
order by 1 desc, s.key limit :limit;

-- name: list_members
-- Jobs of a batch that did not complete, or have not yet; those that others took the place of are left out.
with members as materialized (
  select j.id, j.job_type, j.origin_id
-- plinth:allow unpruned jobs of an open batch may be of a later month than the batch
  from queue.jobs j
  where j.tenant_id = :tenant_id and (j.status <> 'completed' or j.origin_id is not null) and j.follow ->> 'batch' = :batch_id::uuid::text
    and j.id >= partition.uuid_floor(uuid_extract_timestamp(:batch_id::uuid) - interval '2 minutes') and j.id < partition.uuid_floor(coalesce(:until?::timestamptz, now() + interval '1 minute'))
  order by j.id limit :limit
)
select m.id, m.job_type, s.state as "state!"
-- plinth:allow unpruned the months are told by the ids
from members m join queue.job_states s on s.tenant_id = :tenant_id and s.id = m.id
where s.state <> 'completed' and not exists (select from members n where n.origin_id = m.id)
order by m.id;
