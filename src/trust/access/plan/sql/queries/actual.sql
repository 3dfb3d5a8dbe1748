-- name: read_roles
-- Every role but the server's own. The first superuser has number 10 and cannot lose what it is.
select r.rolname::text as "name!", r.oid = 10 as "is_first!", r.rolcanlogin as "can_login!", r.rolinherit as "inherits!", r.rolsuper as "is_superuser!",
       r.rolbypassrls as "bypasses_row_security!", r.rolcreaterole as "can_create_role!", r.rolcreatedb as "can_create_database!",
       r.rolreplication as "can_replicate!", r.rolconnlimit as "connection_limit!",
       -- Where no end was ever set there is null; 'infinity' says the same.
       case when r.rolvaliduntil < 'infinity' and r.rolvaliduntil > '-infinity' then r.rolvaliduntil end as "expires?",
       coalesce(r.rolvaliduntil = '-infinity', false) as "is_closed!"
  from pg_catalog.pg_roles r where r.rolname !~ '^pg_' order by 1;

-- name: read_memberships
select o.rolname::text as "role!", m.rolname::text as "member!", bool_or(a.admin_option) as "is_admin!", bool_or(a.inherit_option) as "inherits!",
       bool_or(a.set_option) as "can_set!"
  from pg_catalog.pg_auth_members a
  join pg_catalog.pg_roles o on o.oid = a.roleid
  join pg_catalog.pg_roles m on m.oid = a.member
 where m.rolname !~ '^pg_'
 group by 1, 2 order by 1, 2;

-- name: read_role_settings
-- What sessions begin with: of a role everywhere, of a role in a database, of all roles in a database.
select coalesce(r.rolname, '')::text as "role!", coalesce(d.datname, '')::text as "database!", s.setconfig as "settings!"
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid = s.setrole
  left join pg_catalog.pg_database d on d.oid = s.setdatabase
 where coalesce(r.rolname, '') !~ '^pg_'
 order by 1, 2;

-- name: read_session
select session_user::text as "session_user!", current_user::text as "current_user!", pg_catalog.current_database()::text as "database!",
       pg_catalog.current_setting('is_superuser') = 'on' as "is_superuser!",
       (select pg_catalog.pg_get_userbyid(d.datdba)::text from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) as "database_owner!";

-- name: read_relations
-- Tables, views and sequences outside the server's schemas and extensions, with who was granted what on them or on their columns.
select n.nspname::text as "schema!", c.relname::text as "name!", c.relkind::text as "kind!", c.relispartition as "is_partition!",
       pg_catalog.pg_get_userbyid(c.relowner)::text as "owner!",
       coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false) as "is_invoker!",
       coalesce((select jsonb_agg(jsonb_build_object('grantee', g.grantee, 'column', g.column_name, 'privileges', g.privileges, 'isGrantable', g.is_grantable))
         from (
           select case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end as grantee, null as column_name,
                  array_agg(a.privilege_type order by a.privilege_type) as privileges, bool_or(a.is_grantable) as is_grantable
             from pg_catalog.aclexplode(c.relacl) a where a.grantee <> c.relowner group by a.grantee
           union all
           select case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end, t.attname,
                  array_agg(a.privilege_type order by a.privilege_type), bool_or(a.is_grantable)
             from pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
            where t.attrelid = c.oid and t.attacl is not null and not t.attisdropped and a.grantee <> c.relowner group by a.grantee, t.attname
         ) g), '[]') as "grants!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by 1, 2;

-- name: read_schemas
select n.nspname::text as "name!", pg_catalog.pg_get_userbyid(n.nspowner)::text as "owner!",
       coalesce((select jsonb_agg(jsonb_build_object('grantee', g.grantee, 'privileges', g.privileges, 'isGrantable', g.is_grantable))
         from (select case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end as grantee,
                      array_agg(a.privilege_type order by a.privilege_type) as privileges, bool_or(a.is_grantable) as is_grantable
                 from pg_catalog.aclexplode(n.nspacl) a where a.grantee <> n.nspowner group by a.grantee) g), '[]') as "grants!"
  from pg_catalog.pg_namespace n
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e')
 order by 1;

-- name: read_functions
-- Functions outside the server's schemas and extensions. Those of event triggers may belong to a superuser: nobody else can own such a trigger.
select n.nspname::text as "schema!", p.oid::regprocedure::text as "signature!", pg_catalog.pg_get_userbyid(p.proowner)::text as "owner!",
       p.prosecdef as "is_definer!", p.prorettype = 'pg_catalog.event_trigger'::regtype as "is_event_trigger!",
       coalesce((select jsonb_agg(jsonb_build_object('grantee', g.grantee, 'privileges', g.privileges, 'isGrantable', g.is_grantable))
         from (select case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end as grantee,
                      array_agg(a.privilege_type) as privileges, bool_or(a.is_grantable) as is_grantable
                 from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee <> p.proowner
                group by a.grantee) g), '[]') as "grants!"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
 order by 2;

-- name: read_server_functions
-- Functions of the server that somebody was given beyond what every new server gives.
select 'pg_catalog.' || p.oid::regprocedure::text as "signature!", pg_catalog.pg_get_userbyid(a.grantee)::text as "grantee!"
  from pg_catalog.pg_proc p, pg_catalog.aclexplode(p.proacl) a
 where p.pronamespace = 'pg_catalog'::regnamespace and p.proacl is not null and a.grantee not in (0, p.proowner)
   and not exists (select from pg_catalog.pg_init_privs i, pg_catalog.aclexplode(i.initprivs) b
         where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = p.oid and b.grantee = a.grantee)
 order by 1, 2;

-- name: read_database_grants
select case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end::text as "grantee!",
       array_agg(a.privilege_type order by a.privilege_type) as "privileges!", bool_or(a.is_grantable) as "is_grantable!"
  from pg_catalog.pg_database d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
 where d.datname = pg_catalog.current_database() and a.grantee <> d.datdba
 group by a.grantee order by 1;

-- name: read_default_privileges
select pg_catalog.pg_get_userbyid(d.defaclrole)::text as "owner!", coalesce(n.nspname, '')::text as "schema!",
       case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
         else 'large objects' end as "objects!",
       case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end::text as "grantee!",
       array_agg(a.privilege_type order by a.privilege_type) as "privileges!"
  from pg_catalog.pg_default_acl d
  left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace, pg_catalog.aclexplode(d.defaclacl) a
 -- Written down or not, everybody may use new types and call new functions: that is the server's own default.
 where a.grantee <> d.defaclrole and not (a.grantee = 0 and d.defaclobjtype in ('f', 'T'))
 group by 1, 2, 3, 4 order by 1, 2, 3, 4;

-- name: read_matrix
-- What each of the roles can do with each table and view, by whatever way.
select n.nspname::text as "schema!", c.relname::text as "name!", c.relkind::text as "kind!", r.name as "role!",
       array(select lower(p) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p
         where pg_catalog.has_table_privilege(r.name, c.oid, p)
            or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and pg_catalog.has_any_column_privilege(r.name, c.oid, p))) as "verbs!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join unnest(:roles::text[]) as r(name)
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_schema_privilege(r.name, n.oid, 'usage')
   and (pg_catalog.has_table_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')
     or pg_catalog.has_any_column_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
 order by 1, 2, 4;

-- name: list_tables
select n.nspname::text as "schema!", c.relname::text as "name!", c.relkind::text as "kind!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by 1, 2;
