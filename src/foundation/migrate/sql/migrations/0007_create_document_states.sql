--! tiers: oltp
create table migrate.document_states (
  path text not null,
  schema_sha256 text not null,
  checked timestamptz not null default now(),
  constraint document_states_path_pk primary key (path)
);
comment on table migrate.document_states is 'Documents of the product that agreed with the schema when they were last checked.';
comment on column migrate.document_states.path is 'Relative to the product''s folder.';
comment on column migrate.document_states.schema_sha256 is 'Of the schema of all tiers it was checked against.';
comment on column migrate.document_states.checked is 'When it agreed.';
