-- name: read_server
select pg_catalog.current_setting('ssl') = 'on' as "has_tls!";

-- name: find_hba_file
-- Only superusers are told.
select pg_catalog.current_setting('hba_file') as "hba_file!";

-- name: list_administrators
select r.rolname::text as "name!" from pg_catalog.pg_roles r where r.rolsuper and r.rolcanlogin order by r.oid;

-- name: list_hba_errors
-- The server reads the file for this, whether or not it is in force.
select coalesce(r.line_number, 0) as "line!", r.error as "error!" from pg_catalog.pg_hba_file_rules r where r.error is not null order by 1;

-- name: reload
select pg_catalog.pg_reload_conf() as "is_told!";

-- name: read_load_time
-- When the server last read its configuration.
select pg_catalog.pg_conf_load_time() as "loaded!";
