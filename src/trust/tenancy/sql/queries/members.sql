-- name: put_user
-- The live user with this address, made when there is none.
with made as (
  insert into tenancy.users (id, email, name) values (:id, :email, :name)
  on conflict (email) where deleted is null do nothing
  returning id
)
select id as "id!" from made
union all
select id from tenancy.users where email = :email and deleted is null
limit 1;

-- name: put_member
insert into tenancy.tenant_users (tenant_id, user_id, role) values (:tenant_id, :user_id, :role)
on conflict (tenant_id, user_id) do update set role = excluded.role, deleted = null;

-- name: list_members
select u.id, u.email, u.name, m.role, m.created
from tenancy.tenant_users m join tenancy.users u on u.id = m.user_id
where m.tenant_id = :tenant_id and m.deleted is null
order by u.email;

-- name: current_role
select tenancy.current_member_role() as role;

-- name: insert_security_event
insert into tenancy.security_events (tenant_id, event_type, severity, user_id, action_attempted, success, failure_reason)
values (:tenant_id, :event_type, :severity, :user_id?, :action, :success, :reason?);

-- name: list_security_events
select event_type, severity, action_attempted, success, failure_reason, user_id, created
from tenancy.security_events
-- plinth:allow unpruned months are read from the newest on, until there are enough rows
where tenant_id = :tenant_id
order by id desc
limit 100;
