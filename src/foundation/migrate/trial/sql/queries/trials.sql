-- name: save_trial
insert into migrate.trials as t (migration, tier, checksum_up, checksum_down, outcome, findings, is_seeded)
values (:migration, :tier, :checksum_up, :checksum_down, :outcome, :findings::text[], :is_seeded)
on conflict on constraint trials_migration_tier_checksum_up_checksum_down_pk do update
   set outcome = excluded.outcome, findings = excluded.findings, is_seeded = excluded.is_seeded, tried = now();

-- name: list_trials
select migration, tier, checksum_up, checksum_down, outcome, findings, is_seeded, tried from migrate.trials order by tried, migration, tier;

-- name: has_trials
select pg_catalog.to_regclass('migrate.trials') is not null as "exists!";

-- name: list_counted
-- Tables whose rows are compared, as SQL spells them.
select format('%I.%I', n.nspname, c.relname) as "name!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('migrate', 'pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
 order by 1;

-- name: begin_again
-- On a shadow only: the migration counts as never begun, so that it has to find out by its probes what is done.
with rows as (
  update migrate.migrations set state = 'pending' where source = :source and name = :name returning id
)
delete from migrate.steps where migration_id in (select id from rows);
