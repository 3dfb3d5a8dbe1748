-- name: read_server
select pg_catalog.current_setting('ssl') = 'on' as "has_tls!";

-- name: find_hba_file
-- Only superusers are told.
select pg_catalog.current_setting('hba_file') as "hba_file!";

-- name: list_administrators
select r.rolname::text as "name!" from pg_catalog.pg_roles r where r.rolsuper and r.rolcanlogin order by r.oid;
