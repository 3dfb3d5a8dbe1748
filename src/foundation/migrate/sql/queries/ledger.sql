-- name: has_ledger
select pg_catalog.to_regclass('migrate.objects') is not null as "exists!";

-- name: list_migrations
-- Everything that was ever begun here, for deciding what is left to do.
select id, source, name, tier, state, checksum_up, tree_sha256, accepted from migrate.migrations order by source, name, tier;

-- name: list_history
-- The same for people.
select m.source, m.name, m.tier, m.state, m.checksum_up, m.applied, m.duration_ms, m.error, r.actor || '@' || r.host as "actor!"
  from migrate.migrations m join migrate.runs r on r.id = m.run_id;

-- name: list_checksums
-- Of the parts beside the statements; only migrations that have one.
select source || '/' || name as "id!", checksum_down, checksum_pre, checksum_post, checksum_meta
  from migrate.migrations
 where state = 'applied' and coalesce(checksum_down, checksum_pre, checksum_post, checksum_meta) is not null;

-- name: list_objects
select identity, sha256, defines from migrate.objects order by identity;

-- name: begin_run
insert into migrate.runs (id, actor, host, backend_pid) values (:id, :actor, :host, :backend_pid)
on conflict (id) do nothing;

-- name: end_run
update migrate.runs set outcome = :outcome, completed = now() where id = :id and outcome = 'running';

-- name: announce
-- The intent: one row per tier. No row comes back for a tier whose state does not allow the move.
insert into migrate.migrations as m
  (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256, run_id)
select unnest(:ids::uuid[]), :source, :name, unnest(:tiers::text[]), 'running', :checksum_up, :checksum_down?, :checksum_pre?,
       :checksum_post?, :checksum_meta?, :tree_sha256, :run_id
on conflict on constraint migrations_source_name_tier_key do update
   set state = 'running', checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down, checksum_pre = excluded.checksum_pre,
       checksum_post = excluded.checksum_post, checksum_meta = excluded.checksum_meta, tree_sha256 = excluded.tree_sha256,
       run_id = excluded.run_id, attempts = m.attempts + 1, sqlstate = null, error = null, started = now()
 where m.state = any(:allowed::text[])
returning id, tier;

-- name: record_applied
-- Applied, in the transaction of the migration itself.
update migrate.migrations set state = 'applied', applied = clock_timestamp(), duration_ms = :duration_ms, lock_wait_ms = :lock_wait_ms
 where source = :source and name = :name and tier = any(:tiers::text[]) and state = any(:allowed::text[]);

-- name: copy_applied
-- The migration is in this database on behalf of another tier: recorded, not applied again.
insert into migrate.migrations (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta,
                                tree_sha256, run_id, applied)
select unnest(:ids::uuid[]), m.source, m.name, unnest(:tiers::text[]), 'applied', m.checksum_up, m.checksum_down, m.checksum_pre,
       m.checksum_post, m.checksum_meta, m.tree_sha256, m.run_id, m.applied
  from migrate.migrations m
 where m.id = :from_id and m.state = 'applied';

-- name: record_stop
-- Out of `running` for a reason: pending again, blocked, failed or needs_repair.
update migrate.migrations set state = :state, sqlstate = :sqlstate?, error = :error?, lock_wait_ms = :lock_wait_ms
 where source = :source and name = :name and state = any(:allowed::text[]);

-- name: rename_checksum
-- Changed bytes with an equal tree, accepted by somebody.
update migrate.migrations set checksum_up = :checksum_up, accepted = now(), accepted_by = :accepted_by
 where source = :source and name = :name and state = 'applied' and tree_sha256 = :tree_sha256;

-- name: list_steps
select number, kind, target, sql_sha256, state, attempts, error from migrate.steps where migration_id = :migration_id order by number;

-- name: begin_step
insert into migrate.steps as s (migration_id, number, kind, target, sql_sha256, state)
values (:migration_id, :number, :kind, :target, :sql_sha256, 'running')
on conflict on constraint steps_migration_id_number_pk do update
   set kind = excluded.kind, target = excluded.target, sql_sha256 = excluded.sql_sha256, state = 'running', attempts = s.attempts + 1,
       error = null, started = now(), completed = null
 where s.state <> 'done';

-- name: end_step
update migrate.steps set state = :state, error = :error?, completed = case when :state = 'done' then now() end
 where migration_id = :migration_id and number = :number and state <> 'done';

-- name: save_objects
insert into migrate.objects (identity, sha256, defines) values (:identity, :sha256, :defines::text[])
on conflict on constraint objects_identity_pk do update set sha256 = excluded.sha256, defines = excluded.defines, applied = now();

-- name: forget_objects
delete from migrate.objects where identity = any(:identities::text[]);

-- name: find_row
select id, state from migrate.migrations where source = :source and name = :name and tier = :tier;
