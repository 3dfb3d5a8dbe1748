-- name: list_named_tables
-- Tables of some schemas, by name, with all that is called after them.
select n.nspname as "schema!", c.relname as "name!", c.relispartition as "is_partition!",
       array(select a.attname::text from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as "columns!",
       array(select k.conname::text from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.conislocal and k.conparentid = 0 order by k.conname) as "constraints!",
       array(select i.relname::text from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
              where x.indrelid = c.oid and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.oid and k.conrelid = c.oid and k.conislocal and k.conparentid = 0)
              order by i.relname) as "indexes!",
       array(select s.relname::text from pg_catalog.pg_depend d join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
              where d.refobjid = c.oid and d.deptype in ('a', 'i') and d.classid = 'pg_catalog.pg_class'::regclass order by s.relname) as "sequences!",
       array(select p.polname::text from pg_catalog.pg_policy p where p.polrelid = c.oid order by p.polname) as "policies!",
       array(select g.tgname::text from pg_catalog.pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgparentid = 0 order by g.tgname) as "triggers!",
       coalesce((
         select jsonb_agg(jsonb_build_object('to', g.grantee, 'what', g.privileges) order by g.grantee)
           from (select case a.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee,
                        lower(string_agg(a.privilege_type, ', ' order by a.privilege_type)) as privileges
                   from pg_catalog.aclexplode(c.relacl) a
                  where a.grantee <> c.relowner and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') group by 1) g), '[]') as "grants!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = any(:schemas::text[]) and c.relkind in ('r', 'p')
 order by n.nspname, c.relname;

-- name: list_bodies
-- Functions whose body is text, in which names are bound when it runs.
select p.oid::regprocedure::text as "routine!", p.prosrc as "body!", pg_catalog.pg_get_functiondef(p.oid) as "definition!",
       coalesce(p.proargnames, '{}') as "arguments!"
  from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname = any(:schemas::text[]) and l.lanname in ('sql', 'plpgsql') and p.prosqlbody is null and p.prokind in ('f', 'p')
 order by 1;

-- name: list_unwritable
-- Of these views, those that do not take INSERT and UPDATE by themselves.
select v.name as "view!" from unnest(:views::text[]) v(name)
 where pg_catalog.pg_relation_is_updatable(pg_catalog.to_regclass(v.name), false) & 28 <> 28;

-- name: list_relation_kinds
select v.name as "name!", c.relkind::text as "kind!" from unnest(:names::text[]) v(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(v.name);

-- name: add_rename_group
-- The old names as a group, so that they are seen, waited for and ended like others.
insert into migrate.groups (name, recipe, definition, state, ring, is_born_empty, verified, switched, minimum_age, minimum_quiet)
values (:name, 'rename-legacy', :definition::jsonb, 'switched', 'all', false, now(), now(), make_interval(days => :age_days), make_interval(days => :quiet_days))
on conflict on constraint groups_name_key do nothing;

-- name: find_rename_hindrances
select hindrance as "hindrance!" from migrate.group_hindrances(:name);

-- name: end_rename_group
update migrate.groups set state = 'contracted', contracted = now() where name = :name and state = 'switched';
