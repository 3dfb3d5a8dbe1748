-- name: insert_configuration
insert into tenancy.tenant_configurations (tenant_id, key, value, changed_by) values (:tenant_id, :key, :value?, :changed_by);

-- name: list_configurations
-- The latest change of each key.
select distinct on (c.key) c.key, c.value as "value?", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = :tenant_id
order by c.key, c.id desc;

-- name: list_configuration_changes
select c.key, c.value as "value?", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = :tenant_id
order by c.id desc limit 100;

-- name: insert_policy
insert into tenancy.tenant_policies (tenant_id, key, value, changed_by) values (:tenant_id, :key, :value?, :changed_by);

-- name: list_policies
-- The latest change of each key.
select distinct on (p.key) p.key, p.value as "value?", p.changed, p.changed_by
from tenancy.tenant_policies p where p.tenant_id = :tenant_id
order by p.key, p.id desc;

-- name: list_policy_changes
select p.key, p.value as "value?", p.changed, p.changed_by
from tenancy.tenant_policies p where p.tenant_id = :tenant_id
order by p.id desc limit 100;

-- name: list_policies_of_all
-- The latest of each, of all tenants that have ever had one.
select distinct on (p.tenant_id, p.key) p.tenant_id, p.key, p.value as "value?"
from tenancy.tenant_policies p where p.key = any (:keys::text[])
order by p.tenant_id, p.key, p.id desc;
