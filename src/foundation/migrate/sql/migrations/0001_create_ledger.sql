-- Bootstraps itself: the runner applies this file, and records it, in one transaction after it holds the lock.
create schema migrate;
comment on schema migrate is 'What was applied to this database, by whom, and what happened to it.';

create table migrate.runs (
  id uuid not null,
  actor text not null,
  host text not null,
  backend_pid integer not null,
  outcome text not null default 'running',
  started timestamptz not null default now(),
  completed timestamptz,
  constraint runs_id_pk primary key (id),
  constraint runs_outcome_check check (outcome in ('running', 'completed', 'failed'))
);
comment on table migrate.runs is 'One row per run that changed something here; a run over several databases has the same id in each.';
comment on column migrate.runs.id is 'Also in application_name of the session.';
comment on column migrate.runs.actor is 'Operating-system user that started the run.';
comment on column migrate.runs.host is 'Host name of the runner.';
comment on column migrate.runs.backend_pid is 'Backend that held the lock and ran the statements.';
comment on column migrate.runs.outcome is 'running also stands for: was killed.';
comment on column migrate.runs.started is 'When the lock was taken and work was found.';
comment on column migrate.runs.completed is 'When it ended by itself; null after a kill.';

create table migrate.migrations (
  id uuid not null,
  source text not null,
  name text not null,
  tier text not null,
  state text not null,
  checksum_up text not null,
  checksum_down text,
  checksum_pre text,
  checksum_post text,
  checksum_meta text,
  tree_sha256 text not null,
  run_id uuid not null,
  attempts integer not null default 1,
  lock_wait_ms integer not null default 0,
  duration_ms integer,
  sqlstate text,
  error text,
  started timestamptz not null default now(),
  applied timestamptz,
  accepted timestamptz,
  accepted_by text,
  constraint migrations_id_pk primary key (id),
  constraint migrations_source_name_tier_key unique (source, name, tier),
  constraint migrations_run_id_fk foreign key (run_id) references migrate.runs (id),
  constraint migrations_state_check check (state in ('pending', 'running', 'applied', 'blocked', 'failed', 'needs_repair')),
  constraint migrations_applied_check check ((state = 'applied') = (applied is not null))
);
create index migrations_run_id_idx on migrate.migrations (run_id);
comment on table migrate.migrations is 'One row per migration and tier kept in this database; a migration that was never begun has none.';
comment on column migrate.migrations.id is 'Identity of the row; the identity of the migration is source/name.';
comment on column migrate.migrations.source is 'Capability or product it belongs to.';
comment on column migrate.migrations.name is 'File or folder name without extension.';
comment on column migrate.migrations.tier is 'Tier it was recorded for; several tiers in one database have one row each and one application.';
comment on column migrate.migrations.state is 'Moved by guarded updates only, along the table in model/states.ts.';
comment on column migrate.migrations.checksum_up is 'Algorithm and hash of the normalised text as it was applied; the only one that blocks.';
comment on column migrate.migrations.checksum_down is 'Of the way back, when there was one.';
comment on column migrate.migrations.checksum_pre is 'Of the precondition, when there was one.';
comment on column migrate.migrations.checksum_post is 'Of the validation, when there was one.';
comment on column migrate.migrations.checksum_meta is 'Of the options, when there were any.';
comment on column migrate.migrations.tree_sha256 is 'Hash of the parse tree without positions: equal when only comments or layout changed.';
comment on column migrate.migrations.run_id is 'The run of the last attempt.';
comment on column migrate.migrations.attempts is 'How often it was begun.';
comment on column migrate.migrations.lock_wait_ms is 'Time of the last attempt spent on locks that others held.';
comment on column migrate.migrations.duration_ms is 'From the first statement of the last attempt to its commit.';
comment on column migrate.migrations.sqlstate is 'Of the last failure.';
comment on column migrate.migrations.error is 'Message of the last failure.';
comment on column migrate.migrations.started is 'When the last attempt was announced.';
comment on column migrate.migrations.applied is 'Committed with the migration itself.';
comment on column migrate.migrations.accepted is 'When changed bytes with an equal parse tree were accepted.';
comment on column migrate.migrations.accepted_by is 'Who accepted them.';

create table migrate.steps (
  migration_id uuid not null,
  number integer not null,
  kind text not null,
  target text not null,
  sql_sha256 text not null,
  state text not null,
  attempts integer not null default 1,
  error text,
  started timestamptz not null default now(),
  completed timestamptz,
  constraint steps_migration_id_number_pk primary key (migration_id, number),
  constraint steps_migration_id_fk foreign key (migration_id) references migrate.migrations (id),
  constraint steps_state_check check (state in ('pending', 'running', 'done', 'failed'))
);
comment on table migrate.steps is 'Statements of migrations that run outside a transaction, one row each.';
comment on column migrate.steps.migration_id is 'The migration, by its row of the first tier kept here.';
comment on column migrate.steps.number is 'Position in the file, from 1.';
comment on column migrate.steps.kind is 'How it is probed and cleaned up; other when only its author knows.';
comment on column migrate.steps.target is 'The object it is about, for people.';
comment on column migrate.steps.sql_sha256 is 'Of the statement; a finished step must not change.';
comment on column migrate.steps.state is 'running with a free lock: interrupted, the probe decides.';
comment on column migrate.steps.attempts is 'How often it was begun.';
comment on column migrate.steps.error is 'Message of the last failure.';
comment on column migrate.steps.started is 'When the last attempt began.';
comment on column migrate.steps.completed is 'When it was found or made done.';

create table migrate.objects (
  identity text not null,
  sha256 text not null,
  defines text[] not null,
  applied timestamptz not null default now(),
  constraint objects_identity_pk primary key (identity)
);
comment on table migrate.objects is 'Files of repeatable objects as they stand in this database.';
comment on column migrate.objects.identity is 'source/file.';
comment on column migrate.objects.sha256 is 'Of the normalised text; another one applies the file again.';
comment on column migrate.objects.defines is 'What the file made, in the words of DROP; what a later version leaves out is dropped.';
comment on column migrate.objects.applied is 'When it was applied last.';
