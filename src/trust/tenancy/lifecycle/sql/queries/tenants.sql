-- name: move_state
-- No row: the tenant is in none of these states.
update tenancy.tenants set state = :state, updated = now() where id = :id and state = any (:from::text[])
returning id, slug, name, state, created, placement;

-- name: insert_imported
-- Invisible, until it is complete. An earlier try may have made it.
insert into tenancy.tenants (id, slug, name, created) values (:id, :slug, :name, :created) on conflict (id) do nothing;

-- name: bury_tenant
-- What is left of an erased tenant: its id, so that nothing else ever gets it. The slug is free again. Minutes of its usage are sealed, and
-- go with it.
with minutes as (delete from tenancy.usage_minutes m where m.tenant_id = :id)
update tenancy.tenants set state = 'erased', slug = :slug, name = 'erased', updated = now() where id = :id and state = 'erasing'
returning id, slug, name, state, created, placement;

-- name: list_transactions
-- Open transactions of the application in this database, as their own locks name them: those can be seen without a privilege.
select l.virtualtransaction as "transaction!"
from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'virtualxid' and l.virtualxid = l.virtualtransaction and a.datname = current_database() and a.usename = 'plinth_app';

-- name: list_users
-- Everybody who is or was a member.
select u.id, u.email, u.name, u.created, u.deleted
from tenancy.users u where exists (select from tenancy.tenant_users m where m.tenant_id = :tenant_id and m.user_id = u.id)
order by u.id;

-- name: find_other_user
-- A live user with this address and another id.
select u.id from tenancy.users u where u.email = :email and u.deleted is null and u.id <> :id;

-- name: insert_user
insert into tenancy.users (id, email, name, created, deleted) values (:id, :email, :name, :created, :deleted?) on conflict (id) do nothing;

-- name: delete_only_users
-- People who are and were members of this tenant alone, with their membership.
delete from tenancy.users u
where exists (select from tenancy.tenant_users m where m.tenant_id = :tenant_id and m.user_id = u.id)
  and not exists (select from tenancy.tenant_users m where m.tenant_id <> :tenant_id and m.user_id = u.id);

-- name: count_only_users
select count(*) as "users!" from tenancy.users u
where exists (select from tenancy.tenant_users m where m.tenant_id = :tenant_id and m.user_id = u.id)
  and not exists (select from tenancy.tenant_users m where m.tenant_id <> :tenant_id and m.user_id = u.id);
