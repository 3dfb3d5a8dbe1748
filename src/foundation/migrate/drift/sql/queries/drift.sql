-- name: has_snapshots
select pg_catalog.to_regclass('migrate.ddl_events') is not null as "exists!";

-- name: latest_snapshot
select id, format, root_sha256, body, taken from migrate.snapshots order by taken desc, id desc limit 1;

-- name: store_snapshot
insert into migrate.snapshots (id, run_id, format, root_sha256, body) values (:id, :run_id, :format, :root_sha256, :body);

-- name: prune_snapshots
-- Keeps the last ones; drift looks at the last only.
delete from migrate.snapshots s
 where s.id not in (select k.id from migrate.snapshots k order by k.taken desc, k.id desc limit :kept::int);

-- name: list_events
-- What was done to these objects since, newest first.
select happened, actor, application, client_address, command, kind, identity, run_id
  from migrate.ddl_events
 where happened > :since and (identity = any(:identities::text[]) or identity = '')
 order by id desc;

-- name: list_lost
-- What guards rows, was made by the platform between runs, and was taken away by somebody else: no snapshot has ever held it.
select l.happened, l.actor, l.application, l.client_address, l.kind, l.identity
  from (select distinct on (d.kind, d.identity) d.* from migrate.ddl_events d
         where d.happened > :since and d.kind in ('trigger', 'policy') order by d.kind, d.identity, d.id desc) l
 where starts_with(l.command, 'DROP') and l.application !~ '^plinth[: ]'
   and exists (select from migrate.ddl_events m
                where m.identity = l.identity and m.kind = l.kind and m.happened > :since and starts_with(m.command, 'CREATE') and m.application ~ '^plinth[: ]')
 order by l.identity;

-- name: prune_events
delete from migrate.ddl_events where happened < :before;

-- name: record_drift
insert into migrate.drifts (id, identity, path, change, expected, actual, actor, application)
values (:id, :identity, :path, :change, :expected?, :actual?, :actor?, :application?)
on conflict (identity, path) where resolved is null do update
   set change = excluded.change, expected = excluded.expected, actual = excluded.actual,
       actor = coalesce(excluded.actor, drifts.actor), application = coalesce(excluded.application, drifts.application)
returning found;

-- name: resolve_drifts
-- All that are open, save these; each key is identity, a line feed, and path.
update migrate.drifts set resolved = now() where resolved is null and identity || e'\n' || path <> all(:kept::text[]);
