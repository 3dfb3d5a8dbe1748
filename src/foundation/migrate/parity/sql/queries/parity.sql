-- name: list_facts
-- What makes a server behave as it does, beside the schema: versions, settings, collations, roles.
select 'server' as "aspect!", 'version' as "name!", current_setting('server_version') as "value!"
union all
select 'setting', s.name, s.setting || coalesce(' ' || s.unit, '') from pg_catalog.pg_settings s
 where s.name in ('server_encoding', 'timezone', 'datestyle', 'intervalstyle', 'lc_messages', 'lc_numeric', 'default_transaction_isolation', 'row_security',
                  'standard_conforming_strings', 'max_identifier_length', 'wal_level', 'default_toast_compression', 'default_text_search_config',
                  'transform_null_equals', 'array_nulls', 'bytea_output', 'extra_float_digits', 'jit', 'session_replication_role', 'block_size')
union all
select 'extension', x.extname, x.extversion from pg_catalog.pg_extension x
union all
select 'collation', 'of the database', concat_ws(' ', d.datlocprovider, d.datcollate, d.datctype, d.datcollversion) from pg_catalog.pg_database d
 where d.datname = current_database()
union all
select 'role', r.rolname, concat_ws(' ', case when r.rolsuper then 'superuser' end, case when r.rolcanlogin then 'login' end, case when r.rolbypassrls then 'bypassrls' end,
                                    case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end,
                                    nullif(array_to_string(array(select 'in ' || g.rolname from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
                                                                  where m.member = r.oid order by 1), ' '), ''),
                                    array_to_string(r.rolconfig, ' '))
  from pg_catalog.pg_roles r where r.rolname !~ '^pg_';

-- name: has_parity_ledger
select pg_catalog.to_regclass('migrate.objects') is not null as "exists!";

-- name: list_applied
select 'migration' as "aspect!", m.tier || ':' || m.source || '/' || m.name as "name!", m.checksum_up as "value!" from migrate.migrations m where m.state in ('applied', 'baseline')
union all
select 'objects', o.identity, o.sha256 from migrate.objects o;
