--! tiers: oltp
-- Who may work for a tenant, and what was refused. In oltp only: other tiers are told the role in the seal.

create table tenancy.users (
  id uuid not null constraint users_id_pk primary key,
  email text not null,
  name text not null,
  created timestamptz not null default now(),
  deleted timestamptz,
  constraint users_email_check check (email = lower(email) and email like '%_@_%')
);
comment on table tenancy.users is 'People, over all tenants. The application sees those of its tenant.';
comment on column tenancy.users.id is 'uuid v7.';
comment on column tenancy.users.email is 'Address for logging in, in lower case.';
comment on column tenancy.users.name is 'Name for people.';
comment on column tenancy.users.created is 'When the user was added.';
comment on column tenancy.users.deleted is 'When the user was removed; null for a live one.';
create unique index users_email_key on tenancy.users (email) where deleted is null;

create table tenancy.tenant_users (
  tenant_id uuid not null constraint tenant_users_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  user_id uuid not null constraint tenant_users_user_id_fk references tenancy.users (id) on delete cascade,
  role text not null,
  created timestamptz not null default now(),
  deleted timestamptz,
  constraint tenant_users_tenant_id_user_id_pk primary key (tenant_id, user_id),
  constraint tenant_users_role_check check (role in ('owner', 'admin', 'member', 'viewer'))
);
comment on table tenancy.tenant_users is 'Membership: which user may work for which tenant, in which role.';
comment on column tenancy.tenant_users.tenant_id is 'The tenant.';
comment on column tenancy.tenant_users.user_id is 'The member.';
comment on column tenancy.tenant_users.role is 'viewer reads, member writes, admin also deletes, owner also decides about owners.';
comment on column tenancy.tenant_users.created is 'When the membership began.';
comment on column tenancy.tenant_users.deleted is 'When the membership ended; null for a live one.';
create index tenant_users_user_id_idx on tenancy.tenant_users (user_id);
-- Members are added and removed through the platform, as the owner: a leaked context cannot grant itself a role.
select tenancy.protect('tenancy.tenant_users', '{"insert": "none", "update": "none", "delete": "none"}');

alter table tenancy.users enable row level security, force row level security;
create policy users_select on tenancy.users for select to plinth_app using (
  exists (
    select from tenancy.tenant_users u
    where u.user_id = users.id and u.tenant_id = (select tenancy.current_tenant_id()) and u.deleted is null
  )
);
grant select on tenancy.users to plinth_app;

create table tenancy.security_events (
  tenant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  id uuid not null default uuidv7(),
  event_type text not null,
  severity text not null,
  user_id uuid,
  action_attempted text not null,
  success boolean not null,
  failure_reason text,
  created timestamptz not null default now(),
  constraint security_events_tenant_id_id_pk primary key (tenant_id, id),
  constraint security_events_severity_check check (severity in ('low', 'medium', 'high', 'critical'))
);
comment on table tenancy.security_events is
  'Refused and suspicious attempts. Written on a connection of its own, so that a rollback of the refused work does not erase them.';
comment on column tenancy.security_events.tenant_id is 'The tenant that was asked for, whether it exists or not; nil for none.';
comment on column tenancy.security_events.id is 'uuid v7.';
comment on column tenancy.security_events.event_type is 'What kind of event, e.g. unauthorized_access.';
comment on column tenancy.security_events.severity is 'low, medium, high or critical.';
comment on column tenancy.security_events.user_id is 'Who tried; null for work without a user.';
comment on column tenancy.security_events.action_attempted is 'What was tried, e.g. tenant_context_validation.';
comment on column tenancy.security_events.success is 'Whether it was allowed.';
comment on column tenancy.security_events.failure_reason is 'Why it was refused.';
comment on column tenancy.security_events.created is 'When it happened.';
select tenancy.protect('tenancy.security_events', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');

create or replace function tenancy.member_rank(ticket bytea) returns int
language sql stable parallel safe
begin atomic
  select array_position(array['viewer', 'member', 'admin', 'owner'], u.role)
  from tenancy.tenant_users u
  where u.tenant_id = encode(substr(ticket, 33, 16), 'hex')::uuid and u.user_id = encode(substr(ticket, 49, 16), 'hex')::uuid
    and u.deleted is null;
end;

create function tenancy.validate_tenant_context() returns boolean
language sql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select case when tenancy.current_user_id() is null then tenancy.current_member_role() is not distinct from 'service'
    else exists (
      select from tenancy.tenant_users u
      where u.tenant_id = tenancy.current_tenant_id() and u.user_id = tenancy.current_user_id() and u.deleted is null
    ) end
$$;
comment on function tenancy.validate_tenant_context() is
  'Whether the user of this transaction is a live member of its tenant now; true for work without a user, false without a context.';
revoke execute on function tenancy.validate_tenant_context() from public;
grant execute on function tenancy.validate_tenant_context() to plinth_app;
