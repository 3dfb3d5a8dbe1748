--! tiers: oltp
-- Columns that are being encrypted where they stood in clear, and when the last clear byte of them went.

create table privacy.protections (
  tier text not null,
  group_name text not null,
  schema_name text not null,
  table_name text not null,
  column_name text not null,
  sealed_column text not null,
  reason text not null,
  begun timestamptz not null default now(),
  purged timestamptz,
  constraint protections_tier_group_name_pk primary key (tier, group_name),
  constraint protections_tier_check check (tier in ('oltp', 'content', 'queue', 'olap')),
  constraint protections_reason_check check (reason <> '')
);
comment on table privacy.protections is 'Columns that were in clear and are encrypted step by step. How far each is stands in migrate.groups of its database.';
comment on column privacy.protections.tier is 'Database in which the table is.';
comment on column privacy.protections.group_name is 'The change, as migrate.groups calls it.';
comment on column privacy.protections.schema_name is 'Schema of the table.';
comment on column privacy.protections.table_name is 'Name of the table.';
comment on column privacy.protections.column_name is 'The column in clear, which goes.';
comment on column privacy.protections.sealed_column is 'The column that takes its place.';
comment on column privacy.protections.reason is 'Its classification, or why it was begun without one.';
comment on column privacy.protections.begun is 'When its migration was written.';
comment on column privacy.protections.purged is 'When the files of the table were rewritten after the column had been dropped; null before.';
