-- name: insert_grant
insert into tenancy.break_glass (tenant_id, id, staff_member_id, reason, role, expires)
values (:tenant_id, :id, :staff_member_id, :reason, :role, now() + make_interval(mins => :minutes::integer));

-- name: find_grant
select g.id, g.tenant_id, t.slug, g.reason, g.role, g.begun, g.expires, g.ended, g.ended_by, s.id as "staff_id", s.account, s.name,
  g.ended is null and g.expires > clock_timestamp() as "is_running!",
  greatest(0, extract(epoch from g.expires - clock_timestamp()) * 1000)::float8 as "remaining_ms!"
from tenancy.break_glass g
join tenancy.staff_members s on s.id = g.staff_member_id
join tenancy.tenants t on t.id = g.tenant_id
where g.id = :id;

-- name: find_running_grant
-- Of the staff member with this account, for this tenant; the one that lasts longest.
select g.id
from tenancy.break_glass g join tenancy.staff_members s on s.id = g.staff_member_id
where g.tenant_id = :tenant_id and s.account = :account and s.deleted is null and g.ended is null and g.expires > clock_timestamp()
order by g.expires desc limit 1;

-- name: list_grants
select g.id, g.tenant_id, t.slug, g.reason, g.role, g.begun, g.expires, g.ended, g.ended_by, s.id as "staff_id", s.account, s.name,
  g.ended is null and g.expires > clock_timestamp() as "is_running!"
from tenancy.break_glass g
join tenancy.staff_members s on s.id = g.staff_member_id
join tenancy.tenants t on t.id = g.tenant_id
where :tenant_id?::uuid is null or g.tenant_id = :tenant_id?
order by g.begun desc limit 100;

-- name: end_grant
update tenancy.break_glass set ended = now(), ended_by = :ended_by where id = :id and ended is null and expires > clock_timestamp();

-- name: end_grants_of
update tenancy.break_glass set ended = now(), ended_by = :ended_by
where staff_member_id = :staff_member_id and ended is null and expires > clock_timestamp();

-- name: find_staff
select s.id, s.account, s.name, s.created from tenancy.staff_members s where (s.id::text = :key or s.account = :key) and s.deleted is null;

-- name: put_staff
with made as (
  insert into tenancy.staff_members (id, account, name) values (:id, :account, :name)
  on conflict (account) where deleted is null do nothing
  returning id, account, name, created
)
select id as "id!", account as "account!", name as "name!", created as "created!" from made
union all
select s.id, s.account, s.name, s.created from tenancy.staff_members s where s.account = :account and s.deleted is null
limit 1;

-- name: delete_staff
update tenancy.staff_members set deleted = now() where id = :id and deleted is null;

-- name: list_staff
select s.id, s.account, s.name, s.created from tenancy.staff_members s where s.deleted is null order by s.account;
