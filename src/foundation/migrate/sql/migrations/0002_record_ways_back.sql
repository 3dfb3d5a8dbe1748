-- Migrations can be taken back, and hooks are called around them.
alter table migrate.runs
  add column command text not null default 'up',
  add column declared_window text,
  add constraint runs_command_check check (command in ('up', 'down'));
comment on column migrate.runs.command is 'What it was asked for.';
comment on column migrate.runs.declared_window is 'ISO 8601 interval inside which schema may be taken back, as it was declared; null where none is needed.';
create index runs_started_idx on migrate.runs (started);

alter table migrate.migrations
  add column reverted timestamptz,
  drop constraint migrations_state_check,
  drop constraint migrations_applied_check,
  add constraint migrations_state_check check (state in (
    'pending', 'running', 'applied', 'blocked', 'failed', 'needs_repair', 'reverting', 'reverted')),
  add constraint migrations_applied_check check (
    state not in ('applied', 'reverting', 'reverted') or applied is not null);
comment on column migrate.migrations.reverted is 'Committed with the way back; null again once it is applied again.';

alter table migrate.steps
  add column direction text not null default 'up',
  drop constraint steps_migration_id_number_pk,
  add constraint steps_migration_id_direction_number_pk primary key (migration_id, direction, number),
  add constraint steps_direction_check check (direction in ('up', 'down'));
comment on column migrate.steps.direction is 'Whether the statement stands in the migration or in its way back; both go when the way back is done.';

create table migrate.hook_calls (
  id uuid not null,
  run_id uuid not null,
  hook text not null,
  checksum text not null,
  point text not null,
  subject text not null,
  outcome text not null default 'running',
  error text,
  started timestamptz not null default clock_timestamp(),
  completed timestamptz,
  constraint hook_calls_id_pk primary key (id),
  constraint hook_calls_outcome_check check (outcome in ('running', 'completed', 'failed'))
);
create index hook_calls_run_id_idx on migrate.hook_calls (run_id);
comment on table migrate.hook_calls is 'Calls of the product''s own code around runs, one row each; a repeated run calls again.';
comment on column migrate.hook_calls.id is 'Identity of the call.';
comment on column migrate.hook_calls.run_id is 'The run that called; its row may be in the database of another tier.';
comment on column migrate.hook_calls.hook is 'source/hooks/file.';
comment on column migrate.hook_calls.checksum is 'Algorithm and hash of the file as it was called.';
comment on column migrate.hook_calls.point is 'When it was called, such as before-migration.';
comment on column migrate.hook_calls.subject is 'Around what: a tier, migration or step; the run itself is its id.';
comment on column migrate.hook_calls.outcome is 'running with a free lock: the runner was killed in it.';
comment on column migrate.hook_calls.error is 'Why it failed.';
comment on column migrate.hook_calls.started is 'When it was called.';
comment on column migrate.hook_calls.completed is 'When it came back.';

create function migrate.schema_version(of_tier text) returns text
  language sql stable
  begin atomic
    select encode(sha256(convert_to(coalesce(string_agg(source || '/' || name || ' ' || checksum_up, E'\n'
             order by source collate "C", name collate "C"), ''), 'UTF8')), 'hex')
      from migrate.migrations
     where tier = of_tier and state in ('applied', 'reverting');
  end;
comment on function migrate.schema_version(text) is
  'Hash of what is applied for a tier, whatever the order in which it was: an application compares it with the one it was made for.';
grant usage on schema migrate to public;
grant select (source, name, tier, state, checksum_up) on migrate.migrations to public;
grant execute on function migrate.schema_version(text) to public;
