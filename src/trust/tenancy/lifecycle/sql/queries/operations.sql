-- name: find_unfinished
select o.id, o.kind, o.slug, o.options as "options!", o.started
from tenancy.operations o where o.tenant_id = :tenant_id and o.completed is null;

-- name: find_latest
-- The latest operation of a kind on a tenant that was called so when it began; its id outlives the slug.
select o.tenant_id, o.id, o.slug, o.completed, o.options as "options!", o.result as "result?"
from tenancy.operations o where o.kind = :kind and (o.slug = :key or o.tenant_id::text = :key)
order by o.started desc limit 1;

-- name: insert_operation
insert into tenancy.operations (tenant_id, id, kind, slug, options) values (:tenant_id, :id, :kind, :slug, :options);

-- name: complete_operation
update tenancy.operations set completed = now(), failure = null, result = :result?
where tenant_id = :tenant_id and id = :id and completed is null;

-- name: give_up_operation
update tenancy.operations set completed = now(), failure = :failure where tenant_id = :tenant_id and id = :id and completed is null;

-- name: note_failure
update tenancy.operations set failure = :failure where tenant_id = :tenant_id and id = :id and completed is null;

-- name: list_steps
select s.name, s.detail as "detail!" from tenancy.operation_steps s where s.tenant_id = :tenant_id and s.operation_id = :operation_id;

-- name: insert_step
insert into tenancy.operation_steps (tenant_id, operation_id, name, detail) values (:tenant_id, :operation_id, :name, :detail)
on conflict (tenant_id, operation_id, name) do nothing;

-- name: list_operations
-- The latest 50 of a tenant.
select o.id, o.kind, o.slug, o.started, o.completed, o.failure,
  (select count(*) from tenancy.operation_steps s where s.tenant_id = o.tenant_id and s.operation_id = o.id) as "step_count!",
  (select s.name from tenancy.operation_steps s where s.tenant_id = o.tenant_id and s.operation_id = o.id
    order by s.completed desc limit 1) as "last_step?"
from tenancy.operations o where o.tenant_id = :tenant_id
order by o.started desc limit 50;
