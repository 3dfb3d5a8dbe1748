-- name: list_placements
select t.id, t.slug, t.placement as "placement!" from tenancy.tenants t where t.placement is not null;

-- name: find_placement
select t.placement from tenancy.tenants t where t.id = :id;

-- name: set_placement
-- Where the tenant is from now on, as this database sees it; null: here.
update tenancy.tenants set placement = :placement?, is_moving = false, updated = now() where id = :id;

-- name: set_moving
update tenancy.tenants set is_moving = :is_moving, updated = now() where id = :id;

-- name: admit_tenant
-- Makes room for a tenant whose rows are going to come: nobody enters before they are there.
insert into tenancy.tenants (id, slug, name, state, created) values (:id, :slug, :name, 'provisioning', :created)
on conflict (id) do update set slug = excluded.slug, name = excluded.name, state = 'provisioning', placement = null, updated = now();

-- name: list_others
-- Who else is in this database.
select t.slug from tenancy.tenants t where t.id not in (:id, '00000000-0000-0000-0000-000000000000') and t.placement is null limit 3;

-- name: list_memberships
-- Everybody who is or was a member. Moments as text: to the microsecond.
select u.id, u.email, u.name, u.created::text as "created!", u.deleted::text, m.role, m.created::text as "joined!", m.deleted::text as "left"
from tenancy.tenant_users m join tenancy.users u on u.id = m.user_id where m.tenant_id = :tenant_id order by u.id;

-- name: put_memberships
-- Arrays run in parallel.
with people as (
  insert into tenancy.users (id, email, name, created, deleted)
  select p.id, p.email, p.name, p.created::timestamptz, p.deleted::timestamptz
  from unnest(:ids::uuid[], :emails::text[], :names::text[], :created::text[], :deleted::text[]) p(id, email, name, created, deleted)
  on conflict (id) do update set email = excluded.email, name = excluded.name, deleted = excluded.deleted
)
insert into tenancy.tenant_users (tenant_id, user_id, role, created, deleted)
select :tenant_id, m.id, m.role, m.joined::timestamptz, m."left"::timestamptz
from unnest(:ids::uuid[], :roles::text[], :joined::text[], :left::text[]) m(id, role, joined, "left")
on conflict (tenant_id, user_id) do update set role = excluded.role, deleted = excluded.deleted;

-- name: delete_memberships
delete from tenancy.tenant_users where tenant_id = :tenant_id;

-- name: delete_everybody
-- Of a database that nobody is in any more.
delete from tenancy.users u where not exists (select from tenancy.tenant_users m where m.user_id = u.id);

-- name: list_moved_tables
-- What a tenant reaches as itself goes with it. What only the platform reaches, such as its trail and keys, stays with the platform.
select p.schema_name || '.' || p.table_name as "name!" from tenancy.protected_tables p
where p.schema_name <> 'tenancy' and 'none' <> any (array[p.select_role, p.insert_role, p.update_role, p.delete_role])
order by 1;

-- name: list_stubborn_triggers
-- Those that fire whoever writes: copying would be work of their own to them.
select t.tgrelid::regclass::text as "table!", t.tgname::text as "trigger!"
from pg_catalog.pg_trigger t
where t.tgrelid = any (select to_regclass(n) from unnest(:tables::text[]) n) and t.tgenabled = 'A' and not t.tgisinternal
  and t.tgname not like 'plinth_move_%'
order by 1, 2;

-- name: may_copy
select current_user::text as "login!",
  current_setting('is_superuser') = 'on' or has_parameter_privilege('session_replication_role', 'set') as "may!";

-- name: describe_database
-- What a database beside this one is made like, so that text is sorted alike.
select pg_encoding_to_char(d.encoding)::text as "encoding!", d.datlocprovider::text as "provider!", d.datcollate::text as "collate!", d.datctype::text as "ctype!",
  d.datlocale as "locale?"
from pg_catalog.pg_database d where d.datname = current_database();

-- name: has_database
select exists (select from pg_catalog.pg_database d where d.datname = :name) as "exists!";
