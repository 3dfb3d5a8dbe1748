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
-- Roles and settings that only managed services bring.
select r.rolname as "sign!" from pg_catalog.pg_roles as r
where r.rolname in ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'supabase_admin', 'neon_superuser', 'alloydbsuperuser', 'doadmin', 'aiven')
union all
select distinct pg_catalog.split_part(s.name, '.', 1) from pg_catalog.pg_settings as s
where s.name like any (array['rds.%', 'cloudsql.%', 'azure.%', 'neon.%', 'alloydb.%', 'crunchy.%']);

-- name: read_setting
-- One setting of this session by name; no row's worth of nothing when the session does not have it.
select current_setting(:name, true) as value, pg_catalog.pg_backend_pid() as "backend_pid!";

-- name: write_session_setting
-- Sets it for the session, not only for the transaction.
select pg_catalog.set_config(:name, :value, false) as value, pg_catalog.pg_backend_pid() as "backend_pid!";
