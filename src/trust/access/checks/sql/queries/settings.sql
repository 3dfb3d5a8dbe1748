-- name: read_settings
select s.name as "name!", s.setting as "value!" from pg_catalog.pg_settings s where s.name = any(:names::text[]) order by 1;

-- name: may_read_server_files
-- Who may see the lines of pg_hba.conf and the verifiers of passwords: on most managed services nobody.
select pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'execute') as "hba!",
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'select') as "verifiers!";

-- name: read_hba_rules
select coalesce(r.line_number, 0) as "line!", r.type as "type?", r.address as "address?", r.netmask as "netmask?", r.auth_method as "method?",
       coalesce(r.user_name, '{}') as "users!", r.error as "error?"
  from pg_catalog.pg_hba_file_rules r order by r.rule_number nulls first, r.line_number;

-- name: read_weak_verifiers
-- Logins whose password is kept otherwise than as SCRAM-SHA-256, or with fewer rounds than the bound.
select a.rolname::text as "role!", case when a.rolpassword like 'SCRAM-SHA-256$%' then 'SCRAM-SHA-256' else 'md5' end as "method!",
       coalesce((regexp_match(a.rolpassword, '^SCRAM-SHA-256\$(\d+):'))[1]::int, 0) as "iterations!"
  from pg_catalog.pg_authid a
 where a.rolpassword is not null
   and coalesce((regexp_match(a.rolpassword, '^SCRAM-SHA-256\$(\d+):'))[1]::int, 0) < :iterations::int
 order by 1;

-- name: read_audited
-- Those of the tables that are in this database, with what a role was granted on each; nothing for a role that is not there.
select t.name as "table!",
       array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
         where exists (select from pg_catalog.pg_roles r where r.rolname = :role::text and pg_catalog.has_table_privilege(r.oid, c.oid, p))) as "verbs!"
  from unnest(:tables::text[]) as t(name)
  join pg_catalog.pg_class c on c.relname = split_part(t.name, '.', 2)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = split_part(t.name, '.', 1);
