-- Migrations can be recorded without being run: the database had all of it before, or one migration stands for many.
alter table migrate.runs
  drop constraint runs_command_check,
  add constraint runs_command_check check (command in ('up', 'down', 'baseline'));

alter table migrate.migrations
  drop constraint migrations_state_check,
  drop constraint migrations_applied_check,
  add constraint migrations_state_check check (state in (
    'pending', 'running', 'applied', 'blocked', 'failed', 'needs_repair', 'reverting', 'reverted', 'baseline', 'squashed')),
  add constraint migrations_applied_check check (
    state not in ('applied', 'reverting', 'reverted', 'baseline', 'squashed') or applied is not null);
comment on column migrate.migrations.state is
  'baseline: what it makes was there, it was not run; squashed: another migration stands for it now.';
comment on column migrate.migrations.applied is 'Committed with the migration itself; of a baseline, when it was recorded.';

-- The successor counts in the place of what was squashed.
create or replace function migrate.schema_version(of_tier text) returns text
  language sql stable
  begin atomic
    select encode(sha256(convert_to(coalesce(string_agg(source || '/' || name || ' ' || checksum_up, E'\n'
             order by source collate "C", name collate "C"), ''), 'UTF8')), 'hex')
      from migrate.migrations
     where tier = of_tier and state in ('applied', 'reverting', 'baseline');
  end;
