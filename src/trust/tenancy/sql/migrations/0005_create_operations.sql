--! tiers: oltp
-- What was done with tenants as a whole, step by step, and who of the staff looked at their rows. These are the platform's own records
-- about a tenant, not rows of it: sealed (row security that nobody passes), and still there when the tenant is erased.

create table tenancy.operations (
  tenant_id uuid not null constraint operations_tenant_id_fk references tenancy.tenants (id),
  id uuid not null,
  kind text not null,
  slug text not null,
  options json not null,
  started timestamptz not null default now(),
  completed timestamptz,
  failure text,
  result json,
  constraint operations_tenant_id_id_pk primary key (tenant_id, id),
  constraint operations_kind_check check (kind in ('suspend', 'resume', 'export', 'import', 'erase', 'move', 'clone'))
);
comment on table tenancy.operations is 'Each operation on a tenant as a whole. One that was interrupted is completed by the same command.';
comment on column tenancy.operations.tenant_id is 'The tenant.';
comment on column tenancy.operations.id is 'uuid v7.';
comment on column tenancy.operations.kind is 'suspend, resume, export, import, erase, move or clone.';
comment on column tenancy.operations.slug is 'What the tenant was called when it began.';
comment on column tenancy.operations.options is 'What it was asked to do; part of what makes a repeated command the same one.';
comment on column tenancy.operations.started is 'When it was asked for first.';
comment on column tenancy.operations.completed is 'When its last step was done; null while there is something left to do.';
comment on column tenancy.operations.failure is 'Why the last attempt stopped; null when none has failed.';
comment on column tenancy.operations.result is 'What came of it: the manifest of an export, the certificate of an erasure. Text as it was signed, hence json.';
create unique index operations_tenant_id_key on tenancy.operations (tenant_id) where completed is null;
comment on index tenancy.operations_tenant_id_key is 'One thing at a time is done with a tenant.';

create table tenancy.operation_steps (
  tenant_id uuid not null,
  operation_id uuid not null,
  name text not null,
  detail json not null,
  completed timestamptz not null default clock_timestamp(),
  constraint operation_steps_tenant_id_operation_id_name_pk primary key (tenant_id, operation_id, name),
  constraint operation_steps_tenant_id_operation_id_fk foreign key (tenant_id, operation_id) references tenancy.operations (tenant_id, id)
);
comment on table tenancy.operation_steps is 'Steps of operations that are done and are not done again.';
comment on column tenancy.operation_steps.tenant_id is 'The tenant.';
comment on column tenancy.operation_steps.operation_id is 'The operation.';
comment on column tenancy.operation_steps.name is 'What was done, e.g. `rows shop.orders`.';
comment on column tenancy.operation_steps.detail is 'What came of it: counts and hashes.';
comment on column tenancy.operation_steps.completed is 'When it was done.';

create table tenancy.staff_members (
  id uuid not null constraint staff_members_id_pk primary key,
  account text not null,
  name text not null,
  created timestamptz not null default now(),
  deleted timestamptz,
  constraint staff_members_account_check check (account = lower(account) and account <> '')
);
comment on table tenancy.staff_members is 'People of the operator who may break the glass. Nobody else of the staff reaches rows of tenants.';
comment on column tenancy.staff_members.id is 'uuid v7; stands as the user in what they do.';
comment on column tenancy.staff_members.account is 'Name of their account for the console.';
comment on column tenancy.staff_members.name is 'Name for people.';
comment on column tenancy.staff_members.created is 'When they were added.';
comment on column tenancy.staff_members.deleted is 'When they were removed; null for a live one.';
create unique index staff_members_account_key on tenancy.staff_members (account) where deleted is null;

create table tenancy.break_glass (
  tenant_id uuid not null constraint break_glass_tenant_id_fk references tenancy.tenants (id),
  id uuid not null,
  staff_member_id uuid not null constraint break_glass_staff_member_id_fk references tenancy.staff_members (id),
  reason text not null,
  role text not null,
  begun timestamptz not null default now(),
  expires timestamptz not null,
  ended timestamptz,
  ended_by text,
  constraint break_glass_tenant_id_id_pk primary key (tenant_id, id),
  constraint break_glass_role_check check (role in ('viewer', 'member', 'admin', 'owner')),
  constraint break_glass_expires_check check (expires > begun),
  constraint break_glass_ended_check check ((ended is null) = (ended_by is null))
);
comment on table tenancy.break_glass is 'For how long which staff member may reach a tenant''s rows, and why.';
comment on column tenancy.break_glass.tenant_id is 'The tenant.';
comment on column tenancy.break_glass.id is 'uuid v7; stands in each entry of the audit trail that was made under it.';
comment on column tenancy.break_glass.staff_member_id is 'Who.';
comment on column tenancy.break_glass.reason is 'Why, in their words.';
comment on column tenancy.break_glass.role is 'What they may do, as a member of that role; viewer reads.';
comment on column tenancy.break_glass.begun is 'When it was granted; the audit trail had it before.';
comment on column tenancy.break_glass.expires is 'When it ends by itself.';
comment on column tenancy.break_glass.ended is 'When it was ended before its time; null when it was not.';
comment on column tenancy.break_glass.ended_by is 'Who ended it.';
create index break_glass_staff_member_id_idx on tenancy.break_glass (staff_member_id);

alter table tenancy.operations enable row level security, force row level security;
alter table tenancy.operation_steps enable row level security, force row level security;
alter table tenancy.break_glass enable row level security, force row level security;
