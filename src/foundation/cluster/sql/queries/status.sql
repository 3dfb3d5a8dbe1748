-- name: describe_database
-- One row about the database of the session. Our own administrative sessions are left out; a state we may not see counts in the total alone.
select
  current_database() as "database!",
  pg_catalog.pg_database_size(current_database()) as "size_bytes!",
  pg_catalog.pg_postmaster_start_time() as "started!",
  current_setting('max_connections')::int4 as "max_connections!",
  count(*) filter (where a.state <> 'idle') as active,
  count(*) filter (where a.state = 'idle') as idle,
  count(*) as total
from pg_catalog.pg_stat_activity as a
where a.datname = current_database() and a.backend_type = 'client backend' and a.application_name <> 'plinth.cluster';

-- name: list_running_settings
-- Settings as `show` prints them, where each came from, and whether a newer value waits for a restart.
select
  s.name as "name!",
  current_setting(s.name) as "value!",
  s.pending_restart as "is_pending_restart!",
  s.sourcefile as source_file
from pg_catalog.pg_settings as s
where s.name = any (:names::text[]);
