--! tiers: oltp
-- What is known about a change before it is made, and who agreed to it.
create table migrate.rehearsals (
  id uuid not null,
  plan_hash text not null,
  digest text not null,
  body jsonb not null,
  taken timestamptz not null,
  constraint rehearsals_id_pk primary key (id)
);
create index rehearsals_plan_hash_taken_idx on migrate.rehearsals (plan_hash, taken);
create index rehearsals_taken_idx on migrate.rehearsals (taken);
comment on table migrate.rehearsals is 'Changes that were tried away from the databases, with what each statement did.';
comment on column migrate.rehearsals.id is 'Identity of the rehearsal.';
comment on column migrate.rehearsals.plan_hash is 'Of what was pending: identities, tiers and checksums in order.';
comment on column migrate.rehearsals.digest is 'Hash of the findings without durations; an approval is bound to it.';
comment on column migrate.rehearsals.body is 'The whole rehearsal as it is shown.';
comment on column migrate.rehearsals.taken is 'When it began.';

create table migrate.impact_reports (
  id uuid not null,
  plan_hash text not null,
  environment text not null,
  risk text not null,
  body jsonb not null,
  created timestamptz not null,
  constraint impact_reports_id_pk primary key (id),
  constraint impact_reports_risk_check check (risk in ('low', 'medium', 'high'))
);
create index impact_reports_plan_hash_created_idx on migrate.impact_reports (plan_hash, created);
create index impact_reports_created_idx on migrate.impact_reports (created);
comment on table migrate.impact_reports is 'What a change means for the databases it is meant for, as it was reported.';
comment on column migrate.impact_reports.id is 'Identity of the report.';
comment on column migrate.impact_reports.plan_hash is 'Of what was pending: identities, tiers and checksums in order.';
comment on column migrate.impact_reports.environment is 'Where it was to be applied.';
comment on column migrate.impact_reports.risk is 'The highest of its migrations.';
comment on column migrate.impact_reports.body is 'The whole report as it is shown.';
comment on column migrate.impact_reports.created is 'When it was made.';

create table migrate.approvals (
  id uuid not null,
  plan_hash text not null,
  environment text not null,
  evidence text not null,
  plan jsonb not null,
  approver text not null,
  role text not null default 'reviewer',
  authors text[] not null,
  reason text not null,
  is_signed boolean not null default false,
  created timestamptz not null,
  expires timestamptz not null,
  voided timestamptz,
  voided_because text,
  constraint approvals_id_pk primary key (id),
  constraint approvals_role_check check (role in ('reviewer', 'security')),
  constraint approvals_expires_check check (expires > created),
  constraint approvals_voided_check check ((voided is null) = (voided_because is null))
);
-- A person has one voice per plan and environment; what was replaced is history.
create unique index approvals_plan_hash_environment_approver_key on migrate.approvals (plan_hash, environment, approver) where voided is null;
create index approvals_created_idx on migrate.approvals (created);
comment on table migrate.approvals is 'Who agreed to which bytes for which environment. Rows are never deleted.';
comment on column migrate.approvals.id is 'Identity of the approval.';
comment on column migrate.approvals.plan_hash is 'Of what was agreed to: identities, tiers and checksums in order.';
comment on column migrate.approvals.environment is 'Where it may be applied.';
comment on column migrate.approvals.evidence is 'Hash of the lint verdict and the findings of the rehearsal that were shown.';
comment on column migrate.approvals.plan is 'What was agreed to, item by item: an interrupted run is continued under it.';
comment on column migrate.approvals.approver is 'Account of the console, name behind a key, or user of the system.';
comment on column migrate.approvals.role is 'As what it was given; changes of rights take one of a security reviewer.';
comment on column migrate.approvals.authors is 'Who wrote what was agreed to; none of them counts as approver.';
comment on column migrate.approvals.reason is 'Why, in the words of the approver.';
comment on column migrate.approvals.is_signed is 'Taken from a signed file whose key was verified.';
comment on column migrate.approvals.created is 'When it was given.';
comment on column migrate.approvals.expires is 'From then on it counts no more.';
comment on column migrate.approvals.voided is 'When its approver gave another one in its place.';
comment on column migrate.approvals.voided_because is 'Why.';
