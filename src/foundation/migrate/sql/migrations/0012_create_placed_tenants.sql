--! tiers: oltp
-- Written by who brings the databases of placed tenants up to date: what is applied in each of them is in its own ledger.
create table migrate.placed_tenants (
  tenant text not null,
  ring text not null,
  state text not null default 'waiting',
  version text,
  error text,
  duration_ms integer,
  updated timestamptz not null default clock_timestamp(),
  constraint placed_tenants_tenant_pk primary key (tenant),
  constraint placed_tenants_ring_check check (ring in ('canary', '1 %', 'rest')),
  constraint placed_tenants_state_check check (state in ('waiting', 'running', 'current', 'failed')),
  constraint placed_tenants_error_check check ((state = 'failed') = (error is not null))
);
comment on table migrate.placed_tenants is 'Tenants with a database of their own, as the last run over them left each: the state of all is one query.';
comment on column migrate.placed_tenants.tenant is 'As the directory of tenants calls it.';
comment on column migrate.placed_tenants.ring is 'When its turn comes: after the rings before it.';
comment on column migrate.placed_tenants.state is 'waiting: its turn has not come. running also stands for: the run was killed in it.';
comment on column migrate.placed_tenants.version is 'Hash of what was applied when it was current last; null before that.';
comment on column migrate.placed_tenants.error is 'Why it failed.';
comment on column migrate.placed_tenants.duration_ms is 'Of the last work on it, however it ended.';
comment on column migrate.placed_tenants.updated is 'When anything here changed.';
