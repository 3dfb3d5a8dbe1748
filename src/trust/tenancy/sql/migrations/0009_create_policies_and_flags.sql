--! tiers: oltp
-- What the operator has decided about a tenant: its limits, how long its rows are kept. Apart from its settings, which a product may let
-- the tenant's own people change.

create table tenancy.tenant_policies (
  tenant_id uuid not null constraint tenant_policies_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null default uuidv7(),
  key text not null,
  value jsonb,
  changed timestamptz not null default clock_timestamp(),
  changed_by text not null,
  constraint tenant_policies_tenant_id_id_pk primary key (tenant_id, id),
  constraint tenant_policies_key_check check (key ~ '^[a-z][a-z0-9-]*\.[A-Za-z][A-Za-z0-9]*$')
);
comment on table tenancy.tenant_policies is 'Policies of tenants, checked against what capabilities declare; the latest row of a key counts.';
comment on column tenancy.tenant_policies.tenant_id is 'The tenant.';
comment on column tenancy.tenant_policies.id is 'uuid v7: in order of time.';
comment on column tenancy.tenant_policies.key is 'Name of the capability that declares and enforces it, and of the policy: `tenancy.statementTimeoutMs`.';
comment on column tenancy.tenant_policies.value is 'What it was set to; null for: back to the default.';
comment on column tenancy.tenant_policies.changed is 'When.';
comment on column tenancy.tenant_policies.changed_by is 'Who: an account of the console, or of the command line.';
create index tenant_policies_key_id_idx on tenancy.tenant_policies (key, id);
comment on index tenancy.tenant_policies_key_id_idx is 'One policy of all tenants, e.g. the limits that a process holds.';
-- Changed through the platform, as the owner: a leaked context cannot lift its own limits.
select tenancy.protect('tenancy.tenant_policies', '{"insert": "none", "update": "none", "delete": "none"}');

-- What is rolled out to some tenants before others, ring after ring, and how its work ended. The platform's own: sealed, no tenant reads it.

create table tenancy.flags (
  name text not null constraint flags_name_pk primary key,
  meaning text not null,
  created timestamptz not null default now(),
  constraint flags_name_check check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  constraint flags_meaning_check check (meaning <> '')
);
comment on table tenancy.flags is 'What some tenants have before others.';
comment on column tenancy.flags.name is 'Name that the code asks for.';
comment on column tenancy.flags.meaning is 'What it turns on, for people.';
comment on column tenancy.flags.created is 'When it was added.';

create table tenancy.flag_steps (
  flag_name text not null constraint flag_steps_flag_name_fk references tenancy.flags (name),
  number integer not null,
  ring text not null,
  cause text not null,
  changed_by text not null,
  reason text,
  every_minutes integer,
  usual_rate double precision,
  created timestamptz not null default clock_timestamp(),
  constraint flag_steps_flag_name_number_pk primary key (flag_name, number),
  constraint flag_steps_ring_check check (ring in ('none', 'canary', '1 %', '10 %', 'all')),
  constraint flag_steps_cause_check check (cause in ('hand', 'time', 'errors')),
  constraint flag_steps_every_minutes_check check (every_minutes > 0),
  constraint flag_steps_usual_rate_check check (usual_rate between 0 and 1)
);
comment on table tenancy.flag_steps is 'Every step of every flag from ring to ring; the latest counts, the others are its history.';
comment on column tenancy.flag_steps.flag_name is 'The flag.';
comment on column tenancy.flag_steps.number is 'From 1 without gaps: of two who take the same step one is late.';
comment on column tenancy.flag_steps.ring is 'Who has it from here on; each ring holds those before it.';
comment on column tenancy.flag_steps.cause is 'hand: somebody took the step. time: it was due. errors: too much of its work failed.';
comment on column tenancy.flag_steps.changed_by is 'Who: an account of the console or of the command line; plinth for a step of its own.';
comment on column tenancy.flag_steps.reason is 'Why, in words; null where nobody said.';
comment on column tenancy.flag_steps.every_minutes is 'How long it stays in a ring before it goes on by itself; null: until somebody takes the next step.';
comment on column tenancy.flag_steps.usual_rate is 'Share of the work that failed without it when the step was taken, to compare with where nobody is without it; null: not known.';
comment on column tenancy.flag_steps.created is 'When.';

create table tenancy.flag_outcomes (
  flag_name text not null,
  step_number integer not null,
  minute timestamptz not null,
  is_active boolean not null,
  calls bigint not null,
  failures bigint not null,
  constraint flag_outcomes_flag_name_step_number_minute_is_active_pk primary key (flag_name, step_number, minute, is_active),
  constraint flag_outcomes_flag_name_step_number_fk foreign key (flag_name, step_number) references tenancy.flag_steps (flag_name, number),
  constraint flag_outcomes_failures_check check (failures between 0 and calls)
);
comment on table tenancy.flag_outcomes is 'How work under a flag ended, of all processes, for an hour.';
comment on column tenancy.flag_outcomes.flag_name is 'The flag.';
comment on column tenancy.flag_outcomes.step_number is 'The step that was in force.';
comment on column tenancy.flag_outcomes.minute is 'The minute in which it was reported.';
comment on column tenancy.flag_outcomes.is_active is 'Whether the tenant had it.';
comment on column tenancy.flag_outcomes.calls is 'How often work ended.';
comment on column tenancy.flag_outcomes.failures is 'How often it failed.';
create index flag_outcomes_minute_idx on tenancy.flag_outcomes (minute);
comment on index tenancy.flag_outcomes_minute_idx is 'What is old enough to go.';

alter table tenancy.flags enable row level security, force row level security;
alter table tenancy.flag_steps enable row level security, force row level security;
alter table tenancy.flag_outcomes enable row level security, force row level security;
