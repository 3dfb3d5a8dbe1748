-- name: has_ledger
-- `is_current`: the ledger's second migration is there, so that columns of it may be named. `is_unused`: there is neither a ledger nor a
-- table of anybody, those of extensions aside.
select pg_catalog.to_regclass('migrate.objects') is not null as "exists!",
       exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass('migrate.steps') and attname = 'direction') as "is_current!",
       pg_catalog.to_regclass('migrate.quarantine') is not null as "has_backfills!",
       pg_catalog.to_regclass('migrate.objects') is null and not exists (
         select from pg_catalog.pg_class c
          where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't'
            and not exists (select from pg_catalog.pg_depend d
                             where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')) as "is_unused!";

-- name: list_migrations
-- Everything that was ever begun here, for deciding what is left to do.
select id, source, name, tier, state, checksum_up, tree_sha256 from migrate.migrations;

-- name: list_history
-- The same for people.
select m.source, m.name, m.tier, m.state, m.checksum_up, m.applied, m.duration_ms, m.error, r.actor || '@' || r.host as "actor!"
  from migrate.migrations m join migrate.runs r on r.id = m.run_id;

-- name: list_checksums
-- Of the parts beside the statements; only migrations that have one.
select source || '/' || name as "id!", checksum_down, checksum_pre, checksum_post, checksum_meta
  from migrate.migrations
 where state in ('applied', 'baseline') and coalesce(checksum_down, checksum_pre, checksum_post, checksum_meta) is not null;

-- name: list_unfinished
-- Migrations whose backfills are not through yet, or left rows in quarantine.
select distinct split_part(b.name, '#', 1) as "id!"
  from migrate.backfills b
 where b.state <> 'completed' or exists (select from migrate.quarantine q where q.backfill_id = b.id);

-- name: list_objects
select identity, sha256, defines from migrate.objects order by identity;

-- name: list_half_reverted
-- Rows whose way back runs statement by statement and has begun: neither applied nor reverted.
select m.id from migrate.migrations m
 where m.state = 'reverting' and exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down');

-- name: recover_reverting
-- What a killed run left: its lock was free, so a transactional way back rolled back.
update migrate.migrations m set state = 'applied'
 where m.state = 'reverting' and not exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down');

-- name: begin_run
insert into migrate.runs (id, command, declared_window, actor, host, backend_pid)
values (:id, :command, :declared_window?, :actor, :host, :backend_pid)
on conflict (id) do nothing;

-- name: end_run
update migrate.runs set outcome = :outcome, completed = now() where id = :id and outcome = 'running';

-- name: advance
-- The end of one migration and the intent of the next, in the transaction of the first: rows `recorded` as applied and `announced` as
-- running (one per tier; fewer when a state does not allow the move), what the built-in invariants say about the tables it touched, and
-- the proof that this is still the session with the lock. Either half may be empty. One statement, because every round trip counts here.
with applied as (
  update migrate.migrations
     set state = 'applied', applied = clock_timestamp(), reverted = null, duration_ms = :duration_ms, lock_wait_ms = :lock_wait_ms
   where source = :source and name = :name and tier = any(:tiers::text[]) and state = any(:allowed_applied::text[])
  returning id
), announced as (
  insert into migrate.migrations as m
    (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256, run_id)
  select unnest(:next_ids::uuid[]), :next_source, :next_name, unnest(:next_tiers::text[]), 'running', :checksum_up, :checksum_down?,
         :checksum_pre?, :checksum_post?, :checksum_meta?, :tree_sha256, :run_id
  on conflict on constraint migrations_source_name_tier_key do update
     set state = 'running', checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down,
         checksum_pre = excluded.checksum_pre, checksum_post = excluded.checksum_post, checksum_meta = excluded.checksum_meta,
         tree_sha256 = excluded.tree_sha256, run_id = excluded.run_id, attempts = m.attempts + 1, sqlstate = null, error = null,
         started = now()
   where m.state = any(:allowed_running::text[])
  returning id
), touched as (
    select c.oid, c.relowner, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, t.name, t.name = any(:born::text[]) as is_born
      from unnest(:touched::text[]) as t(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(t.name)
     where c.relkind in ('r', 'p')
), violations as (
  select 'primary-key' as rule, t.name as object
    from touched t
   where t.is_born and not t.relispartition
     and not exists (select from pg_catalog.pg_constraint k where k.conrelid = t.oid and k.contype = 'p')
  union all
  select 'row-security', t.name
    from touched t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
   where not t.relispartition and not (t.relrowsecurity and t.relforcerowsecurity)
  union all
  select 'owner', t.name from touched t where t.is_born and t.relowner <> current_user::regrole::oid
  union all
  select 'valid-index', i.indexrelid::regclass::text
    from touched t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
   where x.relkind = 'i' and not (i.indisvalid and i.indisready) and age(x.xmin) <= age(pg_current_xact_id()::xid)
  union all
  select 'valid-constraint', k.conname
    from touched t join pg_catalog.pg_constraint k on k.conrelid = t.oid
   where not k.convalidated and k.conname <> all(:not_valid::text[]) and age(k.xmin) <= age(pg_current_xact_id()::xid)
  union all
  select 'indexed-key', k.conname
    from touched t join pg_catalog.pg_constraint k on k.conrelid = t.oid
   where k.contype = 'f' and k.conparentid = 0 and age(k.xmin) <= age(pg_current_xact_id()::xid)
     and not exists (
       select from pg_catalog.pg_index i, lateral (select string_to_array(i.indkey::text, ' ')::int2[] as columns) c
        where i.indrelid = k.conrelid and i.indisvalid
          and c.columns[1:cardinality(k.conkey)] @> k.conkey
          -- A partial index that leaves out only rows without a key serves as well.
          and (i.indpred is null or pg_catalog.pg_get_expr(i.indpred, i.indrelid) in (
                select '(' || quote_ident(a.attname) || ' IS NOT NULL)' from pg_catalog.pg_attribute a
                 where a.attrelid = k.conrelid and a.attnum = any(k.conkey))))
)
select (select count(*) from applied) as recorded, (select count(*) from announced) as announced,
       array(select v.rule || ' ' || v.object from violations v) as "violations!",
       pg_catalog.pg_backend_pid() as "backend_pid!",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.classid = (:lock_key::int8 >> 32)::oid and l.objid = (:lock_key::int8 & 4294967295)::oid and l.objsubid = 1)
         as "is_held!";

-- name: retreat
-- The same on the way back, newest first: rows `recorded` as reverted and `announced` as reverting, with the proof of the lock. What a
-- migration did statement by statement is forgotten with it, so that it can be applied again.
with reverted as (
  update migrate.migrations
     set state = 'reverted', reverted = clock_timestamp(), duration_ms = :duration_ms, lock_wait_ms = :lock_wait_ms, sqlstate = null, error = null
   where id = any(:ids::uuid[]) and state = any(:allowed_reverted::text[])
  returning id
), forgotten as (
  delete from migrate.steps where migration_id in (select id from reverted)
), announced as (
  update migrate.migrations
     set state = 'reverting', run_id = :run_id, attempts = attempts + 1, sqlstate = null, error = null, started = now()
   where id = any(:next_ids::uuid[]) and state = any(:allowed_reverting::text[])
  returning id
)
select (select count(*) from reverted) as recorded, (select count(*) from announced) as announced,
       pg_catalog.pg_backend_pid() as "backend_pid!",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.classid = (:lock_key::int8 >> 32)::oid and l.objid = (:lock_key::int8 & 4294967295)::oid and l.objsubid = 1)
         as "is_held!";

-- name: stop_retreat
-- A way back that failed: rolled back, so applied as before, with the reason. Statements that were done by themselves leave it reverting.
update migrate.migrations m
   set state = case when exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down') then m.state else 'applied' end,
       sqlstate = :sqlstate?, error = :error?
 where m.id = any(:ids::uuid[]) and m.state = 'reverting';

-- name: forget_applied_objects
-- Files of repeatable objects of these sources count as changed: what stood on the schema that is gone is made again by the next run.
update migrate.objects set sha256 = 'reverted' where split_part(identity, '/', 1) = any(:sources::text[]);

-- name: list_runs
-- The latest runs of this database with what they did.
select r.id, r.command, r.declared_window, r.actor, r.host, r.outcome, r.started, r.completed,
       array(select m.source || '/' || m.name || ' ' || m.state from migrate.migrations m where m.run_id = r.id order by m.started, m.name) as "migrations!"
  from migrate.runs r order by r.started desc, r.id desc limit :limit;

-- name: record_together
-- Migrations that the open transaction has applied, in this order: files of capabilities, which nobody had begun here before. How long
-- each of them took nobody knows.
insert into migrate.migrations (id, source, name, tier, state, checksum_up, checksum_down, tree_sha256, run_id, applied)
select f.id, f.source, f.name, f.tier, 'applied', f.checksum_up, nullif(f.checksum_down, ''), f.tree_sha256, :run_id,
       -- Ways back are gone in this order.
       statement_timestamp() + f.position * interval '1 microsecond'
  from unnest(:ids::uuid[], :sources::text[], :names::text[], :tiers::text[], :checksums_up::text[], :checksums_down::text[], :trees_sha256::text[])
       with ordinality as f(id, source, name, tier, checksum_up, checksum_down, tree_sha256, position);

-- name: copy_applied
-- The migration is in this database on behalf of another tier: recorded, not applied again.
insert into migrate.migrations (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta,
                                tree_sha256, run_id, applied)
select unnest(:ids::uuid[]), m.source, m.name, unnest(:tiers::text[]), m.state, m.checksum_up, m.checksum_down, m.checksum_pre,
       m.checksum_post, m.checksum_meta, m.tree_sha256, m.run_id, m.applied
  from migrate.migrations m
 where m.id = :from_id and m.state in ('applied', 'baseline');

-- name: record_baseline
-- What the migration makes is there already: a row for each of its tiers, `recorded`, fewer where a state does not allow it.
with recorded as (
  insert into migrate.migrations as m
    (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256, run_id, applied)
  select unnest(:ids::uuid[]), :source, :name, unnest(:tiers::text[]), 'baseline', :checksum_up, :checksum_down?, :checksum_pre?,
         :checksum_post?, :checksum_meta?, :tree_sha256, :run_id, clock_timestamp()
  on conflict on constraint migrations_source_name_tier_key do update
     set state = 'baseline', checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down,
         checksum_pre = excluded.checksum_pre, checksum_post = excluded.checksum_post, checksum_meta = excluded.checksum_meta,
         tree_sha256 = excluded.tree_sha256, run_id = excluded.run_id, sqlstate = null, error = null, started = now(),
         applied = excluded.applied, reverted = null
   where m.state = any(:allowed::text[])
  returning id
)
select count(*) as recorded from recorded;

-- name: squash
-- Another migration stands for these rows now: how many of them could be told so.
with squashed as (
  update migrate.migrations set state = 'squashed' where id = any(:ids::uuid[]) and state = any(:allowed::text[]) returning id
)
select count(*) as squashed from squashed;

-- name: record_stop
-- Out of `running` for a reason: pending again, blocked, failed or needs_repair.
update migrate.migrations set state = :state, sqlstate = :sqlstate?, error = :error?
 where source = :source and name = :name and state = any(:allowed::text[]);

-- name: rename_checksum
-- Changed bytes with an equal tree, accepted by somebody.
update migrate.migrations set checksum_up = :checksum_up, accepted = now(), accepted_by = :accepted_by
 where source = :source and name = :name and state in ('applied', 'baseline') and tree_sha256 = :tree_sha256;

-- name: list_steps
select number, kind, target, sql_sha256, state, attempts, error from migrate.steps
 where migration_id = :migration_id and direction = :direction order by number;

-- name: begin_step
insert into migrate.steps as s (migration_id, direction, number, kind, target, sql_sha256, state)
values (:migration_id, :direction, :number, :kind, :target, :sql_sha256, 'running')
on conflict on constraint steps_migration_id_direction_number_pk do update
   set kind = excluded.kind, target = excluded.target, sql_sha256 = excluded.sql_sha256, state = 'running', attempts = s.attempts + 1,
       error = null, started = now(), completed = null
 where s.state <> 'done';

-- name: end_step
update migrate.steps set state = :state, error = :error?, completed = case when :state = 'done' then now() end
 where migration_id = :migration_id and direction = :direction and number = :number and state <> 'done';

-- name: save_objects
insert into migrate.objects (identity, sha256, defines) values (:identity, :sha256, :defines::text[])
on conflict on constraint objects_identity_pk do update set sha256 = excluded.sha256, defines = excluded.defines, applied = now();

-- name: forget_objects
delete from migrate.objects where identity = any(:identities::text[]);

-- name: find_row
select id, state from migrate.migrations where source = :source and name = :name and tier = :tier;

-- name: list_reversible
-- What is in the database or half out of it, latest application first; rows of one migration side by side. Of what was not run here, so
-- that it is known to be refused.
select id, source, name, tier, state as "state!", checksum_down from migrate.migrations
 where state in ('applied', 'reverting', 'baseline') order by applied desc, source desc, name desc, tier;
