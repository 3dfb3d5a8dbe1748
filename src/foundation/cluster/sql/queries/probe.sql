-- name: probe_server
-- One row: what a server is, and what our role may do there.
select
  current_setting('server_version_num')::int4 as "version_number!",
  current_setting('server_version') as "version!",
  pg_catalog.pg_is_in_recovery() as "is_in_recovery!",
  r.rolsuper as "is_superuser!",
  r.rolcreaterole or r.rolsuper as "can_create_role!",
  r.rolcreatedb or r.rolsuper as "can_create_database!",
  r.rolreplication or r.rolsuper as "can_replicate!",
  r.rolbypassrls or r.rolsuper as "bypasses_row_security!",
  has_function_privilege('pg_catalog.pg_control_system()', 'execute') as "can_read_control!"
from pg_catalog.pg_roles as r
where r.rolname = current_user;

-- name: read_system_identifier
-- Fails without the right to call it; ask can_read_control before.
select system_identifier::text as "system_identifier!" from pg_catalog.pg_control_system();

-- name: list_probed_settings
select s.name as "name!", s.setting, s.unit, s.enumvals, s.pending_restart as "is_pending_restart!"
from pg_catalog.pg_settings as s
where s.name = any (:names::text[]);

-- name: list_extensions
select e.name as "name!", e.default_version as "default_version!", e.installed_version
from pg_catalog.pg_available_extensions as e
order by e.name;

-- name: list_management_signs
-- Which of these names are roles here or the first part of a setting's name: only managed services bring them.
select r.rolname as "sign!" from pg_catalog.pg_roles as r where r.rolname = any (:names::text[])
union
select pg_catalog.split_part(s.name, '.', 1) from pg_catalog.pg_settings as s
where s.name like '%.%' and pg_catalog.split_part(s.name, '.', 1) = any (:names::text[]);

-- name: read_setting
-- One setting of this session by name, null when the session does not have it, and the backend that answers.
select current_setting(:name, true) as value, pg_catalog.pg_backend_pid() as "backend_pid!";

-- name: write_session_setting
-- Sets it for the session, not only for the transaction.
select pg_catalog.set_config(:name, :value, false) as value, pg_catalog.pg_backend_pid() as "backend_pid!";
