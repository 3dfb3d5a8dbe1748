create table migrate.backfills (
  id uuid not null,
  name text not null,
  tier text not null,
  statement text not null,
  table_name text not null,
  priority integer not null default 0,
  state text not null default 'running',
  cursor jsonb,
  upper_bound jsonb,
  rows_seen bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_total bigint not null,
  batch_rows integer not null,
  rows_per_second float8,
  throttled text,
  error text,
  started timestamptz not null default now(),
  advanced timestamptz not null default now(),
  completed timestamptz,
  constraint backfills_id_pk primary key (id),
  constraint backfills_name_key unique (name),
  constraint backfills_state_check check (state in ('running', 'paused', 'completed')),
  constraint backfills_completed_check check ((state = 'completed') = (completed is not null))
);
comment on table migrate.backfills is 'Statements that are run batch by batch over a table; each batch commits together with the cursor that follows it.';
comment on column migrate.backfills.id is 'Also the key of its rows in quarantine.';
comment on column migrate.backfills.name is 'source/name of the migration, or what the caller chose.';
comment on column migrate.backfills.tier is 'Tier it was started for.';
comment on column migrate.backfills.statement is 'The UPDATE, or INSERT with SELECT, as it would be run at once.';
comment on column migrate.backfills.table_name is 'The table whose primary key is walked.';
comment on column migrate.backfills.priority is 'The higher one runs first.';
comment on column migrate.backfills.state is 'running also stands for: to be continued by whoever comes first.';
comment on column migrate.backfills.cursor is 'Key of the last row that was passed, column by column as text; null before the first batch.';
comment on column migrate.backfills.upper_bound is 'Largest key when it began; rows that come later are the business of triggers. Null when the table was empty.';
comment on column migrate.backfills.rows_seen is 'Rows that were passed, with those that needed nothing.';
comment on column migrate.backfills.rows_changed is 'Rows that the statement updated or inserted.';
comment on column migrate.backfills.rows_total is 'The planner''s estimate when it began.';
comment on column migrate.backfills.batch_rows is 'Size of the next batch.';
comment on column migrate.backfills.rows_per_second is 'Of the last batches, with the pauses between them.';
comment on column migrate.backfills.throttled is 'Why it waits right now; null while it does not.';
comment on column migrate.backfills.error is 'Why it paused itself.';
comment on column migrate.backfills.started is 'When it was declared.';
comment on column migrate.backfills.advanced is 'When the last batch was committed.';
comment on column migrate.backfills.completed is 'When nothing was left but what is in quarantine.';

create table migrate.quarantine (
  backfill_id uuid not null,
  key jsonb not null,
  error text,
  created timestamptz not null default now(),
  constraint quarantine_backfill_id_key_pk primary key (backfill_id, key),
  constraint quarantine_backfill_id_fk foreign key (backfill_id) references migrate.backfills (id)
);
comment on table migrate.quarantine is 'Rows a backfill left behind: it comes back to the locked ones by itself, to the others when it is told to.';
comment on column migrate.quarantine.backfill_id is 'The backfill.';
comment on column migrate.quarantine.key is 'Primary key of the row, column by column as text.';
comment on column migrate.quarantine.error is 'What the row failed with; null for one that another session held locked.';
comment on column migrate.quarantine.created is 'When it was left behind.';
