-- name: insert_configuration
insert into tenancy.tenant_configurations (tenant_id, key, value, changed_by) values (:tenant_id, :key, :value?, :changed_by);

-- name: list_current
-- The latest change of each key.
select distinct on (c.key) c.key, c.value as "value?", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = :tenant_id
order by c.key, c.id desc;

-- name: list_changes
select c.key, c.value as "value?", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = :tenant_id
order by c.id desc limit 100;

-- name: list_limits
-- The latest of each limit, of all tenants that have ever set one.
select distinct on (c.tenant_id, c.key) c.tenant_id, c.key, c.value as "value?"
from tenancy.tenant_configurations c where c.key = any (:keys::text[])
order by c.tenant_id, c.key, c.id desc;
