-- name: cancel_waiting
select c.tenant_id as "tenant_id!", c.id as "id!" from queue.cancel_waiting(
  row(:ids?::uuid[], :tenant_id?::uuid, :queue_id?::smallint, :type_id?::smallint, partition.uuid_floor(:since?::timestamptz), partition.uuid_floor(:until?::timestamptz))::queue.job_filter,
  :states::text[], :most::integer) c;

-- name: cancel_running
select c.tenant_id as "tenant_id!", c.id as "id!" from queue.cancel_running(
  row(:ids?::uuid[], :tenant_id?::uuid, :queue_id?::smallint, :type_id?::smallint, partition.uuid_floor(:since?::timestamptz), partition.uuid_floor(:until?::timestamptz))::queue.job_filter) c;

-- name: revoke_cancelled
select queue.revoke_cancelled(:grace_ms::float8 * interval '1 ms') as "revoked!";

-- name: reschedule
select c.tenant_id as "tenant_id!", c.id as "id!" from queue.reschedule(
  row(:ids?::uuid[], :tenant_id?::uuid, :queue_id?::smallint, :type_id?::smallint, partition.uuid_floor(:since?::timestamptz), partition.uuid_floor(:until?::timestamptz))::queue.job_filter,
  :states::text[], :due::timestamptz, :most::integer) c;

-- name: move_jobs
select c.tenant_id as "tenant_id!", c.id as "id!" from queue.move_jobs(
  row(:ids?::uuid[], :tenant_id?::uuid, :queue_id?::smallint, :type_id?::smallint, partition.uuid_floor(:since?::timestamptz), partition.uuid_floor(:until?::timestamptz))::queue.job_filter,
  :to_queue::smallint, :most::integer) c;

-- name: enqueue_again
select a.tenant_id as "tenant_id!", a.id as "id!", a.again_as as "again_as!" from queue.enqueue_again(:ids::uuid[], :tenant_id?::uuid) a;

-- name: list_ended
-- Jobs of a filter that have ended, whatever the folder has written of it yet.
select s.tenant_id as "tenant_id!", s.id as "id!" from queue.job_states s
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where s.state in ('completed', 'cancelled', 'discarded', 'dead')
  and (:ids?::uuid[] is null or s.id = any(:ids?::uuid[])) and (:tenant_id?::uuid is null or s.tenant_id = :tenant_id?::uuid)
  and (:queue_name?::text is null or s.queue_name = :queue_name?) and (:job_type?::text is null or s.job_type = :job_type?)
  and (:since?::timestamptz is null or s.id >= partition.uuid_floor(:since?::timestamptz))
  and (:until?::timestamptz is null or s.id < partition.uuid_floor(:until?::timestamptz))
  and s.state = any(:states::text[])
limit :most;

-- name: forget_jobs
select queue.forget_jobs(:tenant_ids::uuid[], :ids::uuid[]) as "forgotten!";

-- name: count_waiting
with filter as materialized (
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
  select row(:ids?::uuid[], :tenant_id?::uuid, :queue_id?::smallint, :type_id?::smallint, partition.uuid_floor(:since?::timestamptz), partition.uuid_floor(:until?::timestamptz))::queue.job_filter as f
)
select 'waiting' as "state!", count(*) as "jobs!" from queue.job_ready r, filter where queue.fits(f, r.tenant_id, r.id, r.queue_id, r.type_id)
union all
select case d.reason when 'retry' then 'retrying' else 'scheduled' end, count(*) from queue.job_delayed d, filter
where queue.fits(f, d.tenant_id, d.id, d.queue_id, d.type_id) group by 1
union all
select 'parked', count(*) from queue.job_parked p, filter where queue.fits(f, p.tenant_id, p.id, p.queue_id, p.type_id)
union all
select 'blocked', count(*) from queue.job_blocked b, filter where queue.fits(f, b.tenant_id, b.id, b.queue_id, b.type_id)
union all
select 'running', count(*) from queue.job_leases l cross join unnest(l.items) i, filter
where l.finished is null and i.id is not null and queue.fits(f, i.tenant_id, i.id, l.queue_id, i.type_id)
  and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1);

-- name: count_ended
select s.state as "state!", count(*) as "jobs!" from queue.job_states s
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
where s.state in ('completed', 'cancelled', 'discarded', 'dead')
  and (:ids?::uuid[] is null or s.id = any(:ids?::uuid[])) and (:tenant_id?::uuid is null or s.tenant_id = :tenant_id?::uuid)
  and (:queue_name?::text is null or s.queue_name = :queue_name?) and (:job_type?::text is null or s.job_type = :job_type?)
  and (:since?::timestamptz is null or s.id >= partition.uuid_floor(:since?::timestamptz))
  and (:until?::timestamptz is null or s.id < partition.uuid_floor(:until?::timestamptz))
group by 1;

-- name: list_known
-- Of these ids, those that are jobs; of one tenant or of any.
select j.id from queue.jobs j
-- plinth:allow unpruned the months are told by the ids, which are parameters
where j.id = any(:ids::uuid[]) and (:tenant_id?::uuid is null or j.tenant_id = :tenant_id?::uuid);

-- name: audit_jobs
insert into queue.job_audits (tenant_id, action, target_type, target, job_count, job_ids, details, acted_by)
select g.tenant_id, :action, :target_type, :target, count(*), (array_agg(g.id order by g.id))[1:100], :details::jsonb, :by
from unnest(:tenant_ids::uuid[], :ids::uuid[]) g (tenant_id, id)
group by g.tenant_id;

-- name: audit_setting
insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
values ('00000000-0000-0000-0000-000000000000', :action, :target_type, :target, :details::jsonb, :by);

-- name: list_audits
select a.id, a.action, a.target_type, a.target, a.job_count, a.details, a.acted_by
-- plinth:allow unpruned people ask for jobs of any month, by tenant, and a limit ends it
from queue.job_audits a where a.tenant_id = :tenant_id and a.job_ids @> array[:job_id::uuid] order by a.id;

-- name: pause_queue
update queue.job_queues q set is_paused = :is_paused, updated = now() where q.name = :name returning q.id;

-- name: pause_type
update queue.job_types t set is_paused = :is_paused, updated = now() where t.name = :name returning t.id;

-- name: pause_tenant
-- Whether there is such a tenant.
with found as (
  select t.id from tenancy.tenants t where t.id = :tenant_id
), paused as (
  insert into queue.paused_tenants (tenant_id, paused_by) select f.id, :by from found f on conflict do nothing
)
select exists (select from found) as "is_known!";

-- name: resume_tenant
delete from queue.paused_tenants p where p.tenant_id = :tenant_id;

-- name: park_tenants
select queue.park_tenants(:most) as "moved!";

-- name: unpark_tenants
select queue.unpark_tenants(:most) as "moved!";

-- name: set_weights
update queue.job_queues q set weights = :weights::integer[], updated = now() where q.name = :name returning q.id;

-- name: wake
select queue.wake_queues(array(select q.id from queue.job_queues q where :name?::text is null or q.name = :name?));
