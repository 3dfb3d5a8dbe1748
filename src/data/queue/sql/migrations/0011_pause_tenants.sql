-- Tenants whose jobs somebody holds. A suspended tenant is held besides, by tenancy.

create table queue.paused_tenants (
  tenant_id uuid not null
    constraint paused_tenants_tenant_id_pk primary key
    constraint paused_tenants_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  paused timestamptz not null default now(),
  paused_by text not null,
  constraint paused_tenants_paused_by_check check (paused_by <> '')
);
comment on table queue.paused_tenants is 'Tenants of which no job begins; what is due of theirs is parked under the key paused.';
comment on column queue.paused_tenants.tenant_id is 'Whose jobs.';
comment on column queue.paused_tenants.paused is 'Since when.';
comment on column queue.paused_tenants.paused_by is 'Who did it: an account of the console, or of the command line.';
select tenancy.protect('queue.paused_tenants', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');
