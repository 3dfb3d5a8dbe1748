-- name: describe_database
-- One row about the database of the session.
select
  current_database() as "database!",
  pg_catalog.pg_database_size(current_database()) as "size_bytes!",
  pg_catalog.pg_postmaster_start_time() as "started!",
  current_setting('max_connections')::int4 as "max_connections!",
  count(*) filter (where a.state is distinct from 'idle') as active,
  count(*) filter (where a.state = 'idle') as idle,
  count(*) as total
from pg_catalog.pg_stat_activity as a
where a.datname = current_database() and a.pid <> pg_catalog.pg_backend_pid();
