--! tiers: oltp
-- What trying a migration forwards, backwards and forwards again has shown, for whoever decides about it.
create table migrate.trials (
  migration text not null,
  tier text not null,
  checksum_up text not null,
  checksum_down text not null,
  outcome text not null,
  findings text[] not null,
  is_seeded boolean not null,
  tried timestamptz not null default now(),
  constraint trials_migration_tier_checksum_up_checksum_down_pk primary key (migration, tier, checksum_up, checksum_down),
  constraint trials_outcome_check check (outcome in ('reversible', 'irreversible', 'failed'))
);
comment on table migrate.trials is 'The last trial of each migration, by the bytes that were tried.';
comment on column migrate.trials.migration is 'source/name.';
comment on column migrate.trials.tier is 'Tier it was tried for.';
comment on column migrate.trials.checksum_up is 'Algorithm and hash of the statements.';
comment on column migrate.trials.checksum_down is 'Of the way back; empty where there is none.';
comment on column migrate.trials.outcome is 'irreversible: it says so itself, and applying it was all that could be tried.';
comment on column migrate.trials.findings is 'What was not as it had been; the reason where it is irreversible.';
comment on column migrate.trials.is_seeded is 'Whether rows of its own stood in the tables.';
comment on column migrate.trials.tried is 'When.';
