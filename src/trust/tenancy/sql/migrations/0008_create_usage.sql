--! tiers: oltp
-- What each tenant had of the platform, hour by hour, and for a day minute by minute. Processes count in memory and add to these rows.

create table tenancy.usage_hours (
  tenant_id uuid not null constraint usage_hours_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  begun timestamptz not null,
  queries bigint not null default 0,
  rows bigint not null default 0,
  execution_ms double precision not null default 0,
  held_ms double precision not null default 0,
  pool_wait_ms double precision not null default 0,
  wal_bytes double precision,
  measures jsonb not null default '{}',
  constraint usage_hours_tenant_id_begun_pk primary key (tenant_id, begun),
  constraint usage_hours_measures_check check (jsonb_typeof(measures) = 'object')
) partition by range (begun);
comment on table tenancy.usage_hours is 'What a tenant had of the platform in an hour, over all tiers. The nil tenant is the platform''s own work as the application.';
comment on column tenancy.usage_hours.tenant_id is 'The tenant.';
comment on column tenancy.usage_hours.begun is 'Start of the hour, in UTC.';
comment on column tenancy.usage_hours.queries is 'Statements, failed ones and those of transactions that were rolled back or tried again too.';
comment on column tenancy.usage_hours.rows is 'Rows that statements returned or wrote.';
comment on column tenancy.usage_hours.execution_ms is 'How long statements took, as the process that asked saw it.';
comment on column tenancy.usage_hours.held_ms is 'How long connections of the pools were held.';
comment on column tenancy.usage_hours.pool_wait_ms is 'How long connections of full pools were waited for, also in vain.';
comment on column tenancy.usage_hours.wal_bytes is
  'Write-ahead log. The server counts it for each connection; what several wrote through one within seconds is shared by the time they held it. Null where none was seen, as before PostgreSQL 18.';
comment on column tenancy.usage_hours.measures is 'What capabilities measure, by name, e.g. `content.bytes`: the last figure of the hour.';
select partition.manage('tenancy.usage_hours', '{"by": "time", "key": "begun", "every": "month", "guard": "overflow"}');
-- Written by the platform, as the owner: who pays by it does not change it.
select tenancy.protect('tenancy.usage_hours', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');

-- Unlogged: what a crash of the server takes is a day's worth of figures for finding out who slowed whom, and no bill. Sealed (row security
-- that nobody passes): it sets tenants side by side. Rows stay on their pages while they are added to.
create unlogged table tenancy.usage_minutes (
  begun timestamptz not null,
  tier text not null,
  tenant_id uuid not null constraint usage_minutes_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  queries bigint not null,
  rows bigint not null,
  execution_ms double precision not null,
  held_ms double precision not null,
  pool_wait_ms double precision not null,
  constraint usage_minutes_tenant_id_begun_tier_pk primary key (tenant_id, begun, tier)
) with (fillfactor = 70);
comment on table tenancy.usage_minutes is 'What tenants had of a tier in a minute, for 24 hours: who slowed whom. Empty after a crash of the server and on standbys.';
comment on column tenancy.usage_minutes.begun is 'Start of the minute.';
comment on column tenancy.usage_minutes.tier is 'Whose pools.';
comment on column tenancy.usage_minutes.tenant_id is 'The tenant.';
comment on column tenancy.usage_minutes.queries is 'As in usage_hours.';
comment on column tenancy.usage_minutes.rows is 'As in usage_hours.';
comment on column tenancy.usage_minutes.execution_ms is 'As in usage_hours.';
comment on column tenancy.usage_minutes.held_ms is 'As in usage_hours.';
comment on column tenancy.usage_minutes.pool_wait_ms is 'As in usage_hours.';
create index usage_minutes_begun_idx on tenancy.usage_minutes (begun);
alter table tenancy.usage_minutes enable row level security, force row level security;
