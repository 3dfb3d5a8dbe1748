-- What jobs cost whom.

create table queue.tenant_runs (
  tenant_id uuid not null constraint tenant_runs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  hour timestamptz not null,
  runs bigint not null,
  run_ms bigint not null,
  constraint tenant_runs_tenant_id_hour_pk primary key (tenant_id, hour),
  constraint tenant_runs_runs_check check (runs >= 0 and run_ms >= 0)
) with (fillfactor = 70);
comment on table queue.tenant_runs is 'Runs of jobs of each tenant by hour, counted as leases are folded; kept for two days, for the usage of tenants.';
comment on column queue.tenant_runs.tenant_id is 'Whose jobs they were.';
comment on column queue.tenant_runs.hour is 'When the runs ended, cut to the hour.';
comment on column queue.tenant_runs.runs is 'How many, failed ones too.';
comment on column queue.tenant_runs.run_ms is 'How long they took together.';
select tenancy.protect('queue.tenant_runs', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');
