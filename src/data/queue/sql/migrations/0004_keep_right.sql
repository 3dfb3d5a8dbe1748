-- What keeps the queue right without anybody looking.

alter table queue.ready_slots add column held_by text;
comment on column queue.ready_slots.held_by is 'What kept vacuum from removing dead rows when it last changed, in words.';

-- The folder updates each row once, in its page.
-- plinth:allow L67 it only says how full the pages of a table are to be
do $$
declare
  leaf regclass;
begin
  for leaf in select t.relid from pg_partition_tree('queue.jobs') t where t.isleaf loop
    execute format('alter table %s set (fillfactor = 85)', leaf);
  end loop;
end
$$;

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
