--! tiers: oltp
-- What is usual, by which the unusual is known. Derived from the trail of all tiers: it can be made again, and is no part of the chain.

create table audit.baselines (
  tenant_id uuid not null,
  user_id uuid not null,
  hour timestamptz not null,
  event_count integer not null,
  row_count bigint not null,
  refused_count integer not null,
  export_count integer not null,
  tables text[] not null,
  addresses text[] not null,
  constraint baselines_tenant_id_user_id_hour_pk primary key (tenant_id, user_id, hour)
);
create index baselines_hour_idx on audit.baselines using brin (hour);
comment on table audit.baselines is 'What each user did for each tenant in each hour in which he did anything; kept for ten weeks.';
comment on column audit.baselines.tenant_id is 'The tenant; nil for the platform''s own work.';
comment on column audit.baselines.user_id is 'The user; nil for work without one.';
comment on column audit.baselines.hour is 'Its beginning.';
comment on column audit.baselines.event_count is 'Events of the trail.';
comment on column audit.baselines.row_count is 'Rows that were read or changed.';
comment on column audit.baselines.refused_count is 'Attempts that were refused.';
comment on column audit.baselines.export_count is 'Exports.';
comment on column audit.baselines.tables is 'Tables that were touched.';
comment on column audit.baselines.addresses is 'Addresses the requests came from, as the application says; else those of the sessions.';

create table audit.anomalies (
  id uuid not null default uuidv7(),
  tenant_id uuid not null,
  user_id uuid not null,
  kind text not null,
  subject text not null,
  observed double precision not null,
  usual double precision not null,
  evidence text not null,
  severity text not null,
  occurrences integer not null,
  first_hour timestamptz not null,
  last_hour timestamptz not null,
  raised timestamptz not null,
  is_told boolean not null,
  expected timestamptz,
  expected_by text,
  expected_because text,
  expected_limit double precision,
  constraint anomalies_tenant_id_id_pk primary key (tenant_id, id),
  constraint anomalies_tenant_id_user_id_kind_subject_key unique (tenant_id, user_id, kind, subject),
  constraint anomalies_kind_check check (kind in ('volume', 'rows', 'refused', 'exports', 'hour', 'table', 'address')),
  constraint anomalies_severity_check check (severity in ('medium', 'high')),
  constraint anomalies_expected_check check (num_nulls(expected, expected_by, expected_because, expected_limit) in (0, 4))
);
comment on table audit.anomalies is 'What was unusual; one row for as long as it is the same thing.';
comment on column audit.anomalies.id is 'Identity.';
comment on column audit.anomalies.tenant_id is 'The tenant; nil for the platform''s own work.';
comment on column audit.anomalies.user_id is 'The user; nil for work without one.';
comment on column audit.anomalies.kind is 'In what it was unusual.';
comment on column audit.anomalies.subject is 'The new table or address, the hour of the day; empty for counts.';
comment on column audit.anomalies.observed is 'What was seen last: a count, 1 for something new.';
comment on column audit.anomalies.usual is 'What was usual then.';
comment on column audit.anomalies.evidence is 'The numbers, in a sentence.';
comment on column audit.anomalies.severity is 'Of the security event.';
comment on column audit.anomalies.occurrences is 'Hours in which it was seen.';
comment on column audit.anomalies.first_hour is 'When it was seen first.';
comment on column audit.anomalies.last_hour is 'When it was seen last.';
comment on column audit.anomalies.raised is 'The hour for which a security event was raised last.';
comment on column audit.anomalies.is_told is 'Whether that event has been told; after a kill it is told again rather than not at all.';
comment on column audit.anomalies.expected is 'When somebody said that it is expected; null while nobody has.';
comment on column audit.anomalies.expected_by is 'Who said so.';
comment on column audit.anomalies.expected_because is 'Why, in his words.';
comment on column audit.anomalies.expected_limit is 'Up to this it is expected; beyond it is raised again.';

create table audit.cursors (
  name text not null,
  reached timestamptz not null,
  constraint cursors_name_pk primary key (name)
);
comment on table audit.cursors is 'How far those have come who read the trail.';
comment on column audit.cursors.name is 'Who reads.';
comment on column audit.cursors.reached is 'The end of what is read, exclusive.';

-- Only the platform looks into these: of tenants they hold ids, of people what they do.
select tenancy.protect('audit.baselines', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('audit.anomalies', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
