--! tiers: oltp
-- What personal data are processed for: the record that article 30 of the GDPR asks for, kept beside the data it is about.

create table privacy.processing_records (
  id uuid not null default uuidv7(),
  name text not null,
  purpose text not null,
  legal_basis text not null,
  data_subjects text[] not null default '{}',
  recipients text[] not null default '{}',
  transfers text[] not null default '{}',
  safeguards text,
  retention text,
  measures text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint processing_records_id_pk primary key (id),
  constraint processing_records_name_key unique (name),
  constraint processing_records_name_check check (length(trim(name)) between 1 and 200),
  constraint processing_records_purpose_check check (length(trim(purpose)) > 0),
  constraint processing_records_legal_basis_check
    check (legal_basis in ('consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests')),
  constraint processing_records_safeguards_check check (cardinality(transfers) = 0 or safeguards is not null)
);
comment on table privacy.processing_records is 'Processing activities, declared with privacy.record_processing().';
comment on column privacy.processing_records.id is 'uuid v7.';
comment on column privacy.processing_records.name is 'Name of the activity, e.g. Billing.';
comment on column privacy.processing_records.purpose is 'What for.';
comment on column privacy.processing_records.legal_basis is 'Which letter of article 6(1) allows it.';
comment on column privacy.processing_records.data_subjects is 'Whose data: customers, employees and so on.';
comment on column privacy.processing_records.recipients is 'Who is given them, processors included.';
comment on column privacy.processing_records.transfers is 'Countries outside the union they go to.';
comment on column privacy.processing_records.safeguards is 'What protects them there; required where there are transfers.';
comment on column privacy.processing_records.retention is 'How long they are kept, in words; tables say it in figures.';
comment on column privacy.processing_records.measures is 'Technical and organisational measures, beyond those of the platform.';
comment on column privacy.processing_records.created is 'When it was declared.';
comment on column privacy.processing_records.updated is 'When it was last declared anew.';

create table privacy.processing_tables (
  processing_record_id uuid not null,
  tier text not null,
  schema_name text not null,
  table_name text not null,
  constraint processing_tables_pk primary key (processing_record_id, tier, schema_name, table_name),
  constraint processing_tables_processing_record_id_fk
    foreign key (processing_record_id) references privacy.processing_records (id) on delete cascade,
  constraint processing_tables_tier_check check (tier in ('oltp', 'content', 'queue', 'olap'))
);
comment on table privacy.processing_tables is 'Which tables an activity works on.';
comment on column privacy.processing_tables.processing_record_id is 'The activity.';
comment on column privacy.processing_tables.tier is 'Database in which the table is.';
comment on column privacy.processing_tables.schema_name is 'Schema of the table.';
comment on column privacy.processing_tables.table_name is 'Name of the table.';
