-- name: insert_tenant
-- A new tenant in state provisioning; no row when the slug is taken.
insert into tenancy.tenants (id, slug, name) values (:id, :slug, :name) on conflict (slug) do nothing
returning id, slug, name, state, created, placement;

-- name: find_tenant
-- By id or slug; the reserved tenant is not found.
select t.id, t.slug, t.name, t.state, t.created, t.placement
from tenancy.tenants t
where (t.id::text = :key or t.slug = :key) and t.id <> '00000000-0000-0000-0000-000000000000';

-- name: list_tenants
select t.id, t.slug, t.name, t.state, t.created, t.placement,
  (select count(*) from tenancy.tenant_users u where u.tenant_id = t.id and u.deleted is null) as "member_count!"
from tenancy.tenants t
where t.id <> '00000000-0000-0000-0000-000000000000'
order by t.slug;

-- name: activate_tenant
-- Not one that is half imported.
update tenancy.tenants t set state = 'active', updated = now()
where t.id = :id and t.state = 'provisioning'
  and not exists (select from tenancy.operations o where o.tenant_id = t.id and o.completed is null and o.kind = 'import');

-- name: put_replica
insert into tenancy.tenants (id, slug, name, state, created) values (:id, :slug, :name, :state, :created)
on conflict (id) do update set slug = excluded.slug, name = excluded.name, state = excluded.state, updated = now()
where (tenants.slug, tenants.name, tenants.state) is distinct from (excluded.slug, excluded.name, excluded.state);

-- name: delete_tenant
-- With all its rows in this tier, by cascade.
delete from tenancy.tenants where id = :id;

-- name: find_synthetic_tenants
-- Those that a killed `certify` left behind.
select t.id, t.slug from tenancy.tenants t where t.slug like 'certify-%' and t.created < now() - interval '1 hour';
