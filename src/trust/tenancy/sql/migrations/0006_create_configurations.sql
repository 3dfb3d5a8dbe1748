--! tiers: oltp
-- What a tenant has set apart from the defaults. Rows are added only: the latest of a key counts, the others say who had set what.

create table tenancy.tenant_configurations (
  tenant_id uuid not null constraint tenant_configurations_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null default uuidv7(),
  key text not null,
  value jsonb,
  changed timestamptz not null default clock_timestamp(),
  changed_by text not null,
  constraint tenant_configurations_tenant_id_id_pk primary key (tenant_id, id),
  constraint tenant_configurations_key_check check (key ~ '^[a-z][a-z0-9-]*\.[A-Za-z][A-Za-z0-9]*$')
);
comment on table tenancy.tenant_configurations is 'Settings of tenants, checked against what capabilities declare; the latest row of a key counts.';
comment on column tenancy.tenant_configurations.tenant_id is 'The tenant.';
comment on column tenancy.tenant_configurations.id is 'uuid v7: in order of time.';
comment on column tenancy.tenant_configurations.key is 'Name of the capability or product that declares it, and of the setting: `shop.currency`.';
comment on column tenancy.tenant_configurations.value is 'What it was set to; null for: back to the default.';
comment on column tenancy.tenant_configurations.changed is 'When.';
comment on column tenancy.tenant_configurations.changed_by is 'Who: an account of the console, or of the command line.';
-- Changed through the platform, as the owner.
select tenancy.protect('tenancy.tenant_configurations', '{"insert": "none", "update": "none", "delete": "none"}');
