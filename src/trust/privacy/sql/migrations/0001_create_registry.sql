--! tiers: oltp
-- What is classified how, in every tier; and what the data are processed for. Here in oltp only: one register for the platform.

create schema privacy;
comment on schema privacy is 'Personal and secret data: where they are, what they are for, who may see them.';

-- plinth:allow L68 the name under which auditors know such a register
create table privacy.data_classification (
  id uuid not null default uuidv7(),
  tier text not null,
  schema_name text not null,
  table_name text not null,
  column_name text,
  classification_level text not null,
  category text,
  sensitivity_score integer not null,
  encryption_required boolean not null default false,
  retention_period_years integer,
  compliance text[] not null default '{}',
  source text not null,
  confidence double precision not null default 1,
  reason text not null,
  created timestamptz not null default now(),
  constraint data_classification_id_pk primary key (id),
  constraint data_classification_place_key unique nulls not distinct (tier, schema_name, table_name, column_name),
  constraint data_classification_tier_check check (tier in ('oltp', 'content', 'queue', 'olap')),
  constraint data_classification_classification_level_check
    check (classification_level in ('public', 'internal', 'confidential', 'restricted')),
  constraint data_classification_sensitivity_score_check check (sensitivity_score between 1 and 10),
  constraint data_classification_retention_period_years_check check (retention_period_years between 0 and 1000),
  constraint data_classification_source_check check (source in ('auto', 'manual')),
  constraint data_classification_confidence_check check (confidence between 0 and 1)
);
comment on table privacy.data_classification is 'How sensitive which column is, by scan or by decision. A decision is never overwritten by a scan.';
comment on column privacy.data_classification.id is 'uuid v7.';
comment on column privacy.data_classification.tier is 'Database in which the table is: oltp, content, queue or olap.';
comment on column privacy.data_classification.schema_name is 'Schema of the table.';
comment on column privacy.data_classification.table_name is 'Name of the table or view.';
comment on column privacy.data_classification.column_name is 'The column; null for the table as a whole.';
comment on column privacy.data_classification.classification_level is 'public, internal, confidential or restricted.';
comment on column privacy.data_classification.category is 'What kind of data it is, e.g. email; null where only the level was decided.';
comment on column privacy.data_classification.sensitivity_score is '1 harmless to 10 ruinous.';
comment on column privacy.data_classification.encryption_required is 'Whether it has to be stored encrypted.';
comment on column privacy.data_classification.retention_period_years is 'How long it may be kept; null where the table says it or nobody does.';
comment on column privacy.data_classification.compliance is 'Rules that apply, e.g. gdpr, pci-dss.';
comment on column privacy.data_classification.source is 'auto for a finding of a scan, manual for a decision.';
comment on column privacy.data_classification.confidence is '0 to 1; 1 for a decision.';
comment on column privacy.data_classification.reason is 'Why, for people.';
comment on column privacy.data_classification.created is 'When it was found or decided last.';

create function privacy.keep_decision() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the classification of %.%.% is a decision and stays', old.schema_name, old.table_name, coalesce(old.column_name, '*')
    using errcode = 'PP001', hint = 'Decide anew with privacy.classify(), or delete the row first.';
end
$$;
comment on function privacy.keep_decision() is 'Refuses to turn a decision into a finding.';
create trigger data_classification_keep_decision before update on privacy.data_classification
  for each row when (old.source = 'manual' and new.source = 'auto') execute function privacy.keep_decision();
