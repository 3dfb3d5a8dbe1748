-- name: has_trash
select pg_catalog.to_regclass('migrate.trash') is not null as "exists!";

-- name: list_trash
-- What can be brought back; what was is left out.
select id, kind, original, rows_kept, created, expires, expires <= now() as "is_expired!"
  from migrate.trash
 where restored is null and dropped is null
 order by created desc;

-- name: find_trash
-- By id, or the newest of that name.
select id, original from migrate.trash
 where restored is null and dropped is null and (id::text = :name or original = :name)
 order by created desc limit 1;

-- name: restore_trash
select migrate.restore_trash(:id::uuid) as "open_checks!";

-- name: drop_trash
select migrate.drop_trash(:id::uuid) as "is_dropped!";
