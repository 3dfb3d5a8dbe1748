-- name: list_types
-- Enumerations, composite types and ranges.
select t.oid as "oid!", format('%I.%I', n.nspname, t.typname) as "name!", t.typrelid as "relation!", pg_catalog.pg_get_userbyid(t.typowner) as "owner!",
       t.typacl::text[] as "acl?", d.description as "comment?",
       case when t.typtype = 'e' then array(select v.enumlabel::text from pg_catalog.pg_enum v where v.enumtypid = t.oid order by v.enumsortorder) end as "labels?",
       case when t.typtype = 'r' then (
         select array_remove(array[
                  'subtype = ' || pg_catalog.format_type(r.rngsubtype, null),
                  'subtype_opclass = ' || format('%I.%I', opn.nspname, op.opcname),
                  'collation = ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname),
                  'canonical = ' || nullif(r.rngcanonical::oid, 0)::regproc,
                  'subtype_diff = ' || nullif(r.rngsubdiff::oid, 0)::regproc,
                  'multirange_type_name = ' || pg_catalog.format_type(r.rngmultitypid, null)], null)
           from pg_catalog.pg_range r
           join pg_catalog.pg_type st on st.oid = r.rngsubtype
           join pg_catalog.pg_opclass op on op.oid = r.rngsubopc join pg_catalog.pg_namespace opn on opn.oid = op.opcnamespace
           left join pg_catalog.pg_collation co on co.oid = r.rngcollation and r.rngcollation <> st.typcollation
           left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
          where r.rngtypid = t.oid) end as "range?"
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_class c on c.oid = t.typrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_type'::regclass and e.objid = t.oid and e.deptype = 'e'
 where t.typnamespace = any(:namespaces::oid[]) and (t.typtype in ('e', 'r') or c.relkind = 'c') and e.objid is null;

-- name: list_domains
select t.oid as "oid!", format('%I.%I', n.nspname, t.typname) as "name!", pg_catalog.pg_get_userbyid(t.typowner) as "owner!", t.typacl::text[] as "acl?",
       d.description as "comment?", pg_catalog.format_type(t.typbasetype, t.typtypmod) as "type!",
       case when t.typcollation <> b.typcollation then format('%I.%I', cn.nspname, co.collname) end as "collation?",
       t.typnotnull as "isNotNull!", pg_catalog.pg_get_expr(t.typdefaultbin, 0) as "default?",
       array(select json_build_array(quote_ident(k.conname), pg_catalog.pg_get_constraintdef(k.oid), k.convalidated, kd.description)::text
               from pg_catalog.pg_constraint k
               left join pg_catalog.pg_description kd on kd.classoid = 'pg_catalog.pg_constraint'::regclass and kd.objoid = k.oid
              where k.contypid = t.oid and k.contype = 'c' order by k.conname) as "constraints!"
  from pg_catalog.pg_type t
  join pg_catalog.pg_type b on b.oid = t.typbasetype
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_collation co on co.oid = t.typcollation
  left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_type'::regclass and e.objid = t.oid and e.deptype = 'e'
 where t.typtype = 'd' and t.typnamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_routines
select p.oid as "oid!", format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as "name!", p.prokind = 'p' as "isProcedure!",
       pg_catalog.pg_get_userbyid(p.proowner) as "owner!", p.proacl::text[] as "acl?", d.description as "comment?",
       pg_catalog.pg_get_function_arguments(p.oid) as "arguments!", pg_catalog.pg_get_function_result(p.oid) as "result?",
       quote_ident(l.lanname) as "language!", coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as "body!",
       p.prosqlbody is not null as "isSqlBody!", p.probin as "library?",
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' end as "volatility?",
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end as "parallel?",
       p.proisstrict as "isStrict!", p.prosecdef as "isSecurityDefiner!", p.proleakproof as "isLeakproof!", p.prokind = 'w' as "isWindow!",
       case when p.procost <> case when l.lanname in ('c', 'internal') then 1 else 100 end then p.procost end as "cost?",
       case when p.proretset and p.prorows <> 1000 then p.prorows end as "rows?",
       case when p.prosupport::oid <> 0 then p.prosupport::text end as "support?",
       p.proconfig as "settings?",
       case when p.protrftypes is not null then array(select pg_catalog.format_type(t, null) from unnest(p.protrftypes) t) end as "transforms?"
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_proc'::regclass and d.objoid = p.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
 -- The constructors of a range are internal parts of it.
  left join pg_catalog.pg_depend i on i.classid = 'pg_catalog.pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i'
 where p.prokind <> 'a' and p.pronamespace = any(:namespaces::oid[]) and e.objid is null and i.objid is null
   -- Those whose body or arguments name one of the relations.
   and (:relations?::oid[] is null
        or p.oid in (select x.objid from pg_catalog.pg_depend x
                      where x.classid = 'pg_catalog.pg_proc'::regclass and x.refclassid = 'pg_catalog.pg_class'::regclass and x.refobjid = any(:relations?::oid[])
                     union all
                     select x.objid from pg_catalog.pg_depend x join pg_catalog.pg_type y on y.oid = x.refobjid or y.typarray = x.refobjid
                      where x.classid = 'pg_catalog.pg_proc'::regclass and x.refclassid = 'pg_catalog.pg_type'::regclass
                        and y.typrelid = any(:relations?::oid[])));
