--! tiers: olap
-- What is kept for long and counted over: the trail of all tiers in one place, without the values of rows. Copies: the proof stays with the
-- trail itself.

create table audit.admin_audit_logs (
  created timestamptz not null,
  tier text not null,
  id bigint not null,
  tenant_id uuid not null,
  actor_id uuid,
  actor_role text,
  action text not null,
  target_type text,
  target_id text,
  duration_ms real,
  complexity_score smallint,
  affected_rows bigint,
  compliance_flags text[] not null,
  classification text,
  client_address text,
  user_agent text,
  session_id text,
  constraint admin_audit_logs_tenant_id_created_tier_id_pk primary key (tenant_id, created, tier, id)
) partition by range (created);
comment on table audit.admin_audit_logs is 'What users did and what was read, and changes of rows that a regulation wants on record; copied from the trails of all tiers.';
comment on column audit.admin_audit_logs.created is 'When it happened.';
comment on column audit.admin_audit_logs.tier is 'A tier of the database whose trail it stands in.';
comment on column audit.admin_audit_logs.id is 'Its number there.';
comment on column audit.admin_audit_logs.tenant_id is 'The tenant; nil for what concerns the platform.';
comment on column audit.admin_audit_logs.actor_id is 'The user; null for work without one.';
comment on column audit.admin_audit_logs.actor_role is 'In which role.';
comment on column audit.admin_audit_logs.action is 'What was done.';
comment on column audit.admin_audit_logs.target_type is 'Kind of what was acted on.';
comment on column audit.admin_audit_logs.target_id is 'Its name or id.';
comment on column audit.admin_audit_logs.duration_ms is 'How long it took.';
comment on column audit.admin_audit_logs.complexity_score is '0–100, of statements that were parsed.';
comment on column audit.admin_audit_logs.affected_rows is 'Rows changed or read.';
comment on column audit.admin_audit_logs.compliance_flags is 'Regulations that want it on record.';
comment on column audit.admin_audit_logs.classification is 'Highest level of the columns touched.';
comment on column audit.admin_audit_logs.client_address is 'Where the request came from, as the application says.';
comment on column audit.admin_audit_logs.user_agent is 'With what, as the application says.';
comment on column audit.admin_audit_logs.session_id is 'In which session, as the application says.';

create table audit.admin_system_events (
  created timestamptz not null,
  tier text not null,
  id bigint not null,
  tenant_id uuid not null,
  event_type text not null,
  severity text not null,
  source text not null,
  message text not null,
  details jsonb,
  duration_ms real,
  affected_rows bigint,
  compliance_flags text[] not null,
  session_id text,
  constraint admin_system_events_tenant_id_created_tier_id_pk primary key (tenant_id, created, tier, id),
  constraint admin_system_events_severity_check check (severity in ('info', 'low', 'medium', 'high', 'critical'))
) partition by range (created);
comment on table audit.admin_system_events is 'Operations without a user: migrations, changes of the schema, roles, keys, alarms; copied from the trails of all tiers.';
comment on column audit.admin_system_events.created is 'When it happened.';
comment on column audit.admin_system_events.tier is 'A tier of the database whose trail it stands in.';
comment on column audit.admin_system_events.id is 'Its number there.';
comment on column audit.admin_system_events.tenant_id is 'The tenant; nil for what concerns the platform.';
comment on column audit.admin_system_events.event_type is 'What was done.';
comment on column audit.admin_system_events.severity is 'Of an alarm, as it was raised; of anything else medium where it failed and info where not.';
comment on column audit.admin_system_events.source is 'The capability: what stands before the first dot of the action.';
comment on column audit.admin_system_events.message is 'In words.';
comment on column audit.admin_system_events.details is 'What else there is to say.';
comment on column audit.admin_system_events.duration_ms is 'How long it took.';
comment on column audit.admin_system_events.affected_rows is 'Rows or objects.';
comment on column audit.admin_system_events.compliance_flags is 'Regulations that want it on record.';
comment on column audit.admin_system_events.session_id is 'In which session, as the application says.';
create index admin_system_events_tenant_id_event_type_created_idx on audit.admin_system_events (tenant_id, event_type, created);

create table audit.feeds (
  tier text not null,
  era smallint not null,
  reached bigint not null,
  constraint feeds_tier_era_pk primary key (tier, era)
);
comment on table audit.feeds is 'How far the trails have been copied here; moved in the transaction that copies.';
comment on column audit.feeds.tier is 'A tier of the database whose trail it is.';
comment on column audit.feeds.era is 'Era of its transactions.';
comment on column audit.feeds.reached is 'The first transaction that is not copied.';

select partition.manage('audit.admin_audit_logs', '{"by": "time", "key": "created", "every": "month", "guard": "overflow", "keep": "10 years"}');
select partition.manage('audit.admin_system_events', '{"by": "time", "key": "created", "every": "month", "guard": "overflow", "keep": "10 years"}');
select tenancy.protect('audit.admin_audit_logs', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('audit.admin_system_events', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
