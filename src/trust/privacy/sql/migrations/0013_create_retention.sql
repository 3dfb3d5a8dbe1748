--! tiers: oltp
-- How long rows are kept where no partition ends their time, and what was done about those that were too old.

create table privacy.retention_rules (
  tenant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  tier text not null,
  schema_name text not null,
  table_name text not null,
  aged_by text not null,
  keep interval,
  method text not null,
  anonymised text[] not null default '{}',
  basis text not null,
  created timestamptz not null default now(),
  constraint retention_rules_tenant_id_place_pk primary key (tenant_id, tier, schema_name, table_name),
  constraint retention_rules_tier_check check (tier in ('oltp', 'content', 'queue', 'olap')),
  constraint retention_rules_keep_check check (keep > interval '0'),
  constraint retention_rules_method_check check (method in ('delete', 'anonymise')),
  constraint retention_rules_anonymised_check check ((method = 'anonymise') = (anonymised <> '{}')),
  constraint retention_rules_basis_check check (basis <> '')
);
comment on table privacy.retention_rules is 'How long rows of a table are kept, for all tenants or for one that wants it otherwise.';
comment on column privacy.retention_rules.tenant_id is 'The tenant whose own policy it is; nil: for all that have none.';
comment on column privacy.retention_rules.tier is 'Database in which the table is.';
comment on column privacy.retention_rules.schema_name is 'Schema of the table.';
comment on column privacy.retention_rules.table_name is 'Name of the table.';
comment on column privacy.retention_rules.aged_by is 'The column that says how old a row is: a date or a timestamp. Rows without it are kept.';
comment on column privacy.retention_rules.keep is 'How long; null: as many years as the classification of the table, or of the columns to anonymise, says.';
comment on column privacy.retention_rules.method is 'delete the rows, or anonymise some columns of them.';
comment on column privacy.retention_rules.anonymised is 'The columns that are anonymised; empty for the other method.';
comment on column privacy.retention_rules.basis is 'Why so long, e.g. the law or the contract.';
comment on column privacy.retention_rules.created is 'When it was declared last.';
-- Declared in migrations: a tenant cannot shorten what keeps its own traces.
select tenancy.protect('privacy.retention_rules', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');

create function privacy.retain(tier text, target text, aged_by text, basis text, keep interval default null, method text default 'delete',
  anonymised text[] default '{}', tenant_id uuid default '00000000-0000-0000-0000-000000000000') returns void
language sql volatile
begin atomic
  insert into privacy.retention_rules as r (tenant_id, tier, schema_name, table_name, aged_by, keep, method, anonymised, basis)
  values (tenant_id, tier, (parse_ident(target))[1], (parse_ident(target))[2], aged_by, keep, method, anonymised, basis)
  on conflict on constraint retention_rules_tenant_id_place_pk do update
  set aged_by = excluded.aged_by, keep = excluded.keep, method = excluded.method, anonymised = excluded.anonymised, basis = excluded.basis, created = now();
end;
comment on function privacy.retain(text, text, text, text, interval, text, text[], uuid) is
  'Declares how long rows of `target` (schema.table of that tier) are kept. For migrations of oltp; can be repeated.';

create table privacy.retention_runs (
  id uuid not null constraint retention_runs_id_pk primary key,
  due timestamptz not null,
  certificate json,
  created timestamptz not null default now(),
  completed timestamptz,
  constraint retention_runs_completed_check check ((completed is null) = (certificate is null))
);
comment on table privacy.retention_runs is 'Each time retention was enforced.';
comment on column privacy.retention_runs.id is 'uuid v7.';
comment on column privacy.retention_runs.due is 'The moment by which rows were too old; the same for a run that goes on after an interruption.';
comment on column privacy.retention_runs.certificate is 'What was done, signed; null until completed. As json, which keeps the order that was signed.';
comment on column privacy.retention_runs.created is 'When it began.';
comment on column privacy.retention_runs.completed is 'When all of it was done and looked at again.';
create unique index retention_runs_completed_key on privacy.retention_runs ((completed is null)) where completed is null;
comment on index privacy.retention_runs_completed_key is 'One run at a time; one that was interrupted goes on.';

create table privacy.retention_steps (
  run_id uuid not null constraint retention_steps_run_id_fk references privacy.retention_runs (id) on delete cascade,
  place text not null,
  scope text not null,
  method text not null,
  cutoff timestamptz not null,
  due_count bigint not null,
  kept_by text,
  constraint retention_steps_run_id_place_scope_pk primary key (run_id, place, scope)
);
comment on table privacy.retention_steps is 'What a run found to be too old in one table.';
comment on column privacy.retention_steps.run_id is 'The run.';
comment on column privacy.retention_steps.place is '`oltp:shop.orders`.';
comment on column privacy.retention_steps.scope is 'Id of the tenant whose own policy it was; all for the rest.';
comment on column privacy.retention_steps.method is 'What is done there.';
comment on column privacy.retention_steps.cutoff is 'Rows older than this go.';
comment on column privacy.retention_steps.due_count is 'How many there were before anything was done.';
comment on column privacy.retention_steps.kept_by is 'What kept them, e.g. a legal hold; null when they are gone.';
