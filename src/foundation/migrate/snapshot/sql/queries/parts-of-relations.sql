-- name: list_constraints
-- NOT NULL belongs to the column. The words NOT VALID and NOT ENFORCED are properties, not part of the definition.
select k.oid as "oid!", k.conrelid as "relation!", quote_ident(k.conname) as "name!",
       case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end as "type!",
       pg_catalog.pg_get_constraintdef(k.oid) as "definition!",
       nullif(not k.convalidated and (select conenforced from (select k.*) as x), false) as "isNotValid?",
       nullif(not (select conenforced from (select k.*) as x), false) as "isNotEnforced?",
       case when k.contype = 'f' then format('%I.%I', rn.nspname, r.relname) end as "references?",
       nullif(k.conparentid <> 0 or k.coninhcount > 0, false) as "isInherited?",
       nullif(k.coninhcount > 0 and k.conislocal, false) as "isLocalToo?",
       d.description as "comment?"
  from pg_catalog.pg_constraint k
  cross join (values (true)) as older(conenforced)
  left join pg_catalog.pg_class r on r.oid = k.confrelid
  left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_constraint'::regclass and d.objoid = k.oid
 where k.contype in ('p', 'u', 'f', 'c', 'x') and k.conrelid <> 0 and k.connamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or k.conrelid = any(:relations?::oid[]))
   -- A key to a partitioned table has one more row for each of its partitions, internal and named by chance.
   and (k.contype <> 'f' or k.conparentid = 0
        or not exists (select from pg_catalog.pg_constraint o where o.oid = k.conparentid and o.conrelid = k.conrelid));

-- name: list_indexes
-- Those of constraints are defined by the constraint.
select c.oid as "oid!", i.indrelid as "relation!", format('%I.%I', n.nspname, c.relname) as "name!",
       case when k.oid is null then pg_catalog.pg_get_indexdef(i.indexrelid) end as "definition?",
       quote_ident(k.conname) as "constraint?",
       nullif(i.indisunique and k.oid is null, false) as "isUnique?",
       nullif(not (i.indisvalid and i.indisready and i.indislive), false) as "isInvalid?",
       nullif(i.indisclustered, false) as "isClustered?",
       case when k.oid is not null and c.reloptions is not null then array(select o from unnest(c.reloptions) o order by o) end as "options?",
       s.spcname as "tablespace?",
       case when h.inhparent is not null then format('%I.%I', pn.nspname, p.relname) end as "parent?",
       case when i.indexprs is not null then
         array(select a.attnum || ' ' || a.attstattarget from pg_catalog.pg_attribute a
                where a.attrelid = i.indexrelid and a.attstattarget >= 0 order by a.attnum)
       end as "statistics?",
       d.description as "comment?"
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_inherits h on h.inhrelid = i.indexrelid
  left join pg_catalog.pg_class p on p.oid = h.inhparent
  left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where c.relnamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or i.indrelid = any(:relations?::oid[]));

-- name: list_triggers
select t.oid as "oid!", t.tgrelid as "relation!", quote_ident(t.tgname) as "name!", pg_catalog.pg_get_triggerdef(t.oid) as "definition!",
       case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing?",
       t.tgparentid <> 0 as "isInherited!", d.description as "comment?"
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_trigger'::regclass and d.objoid = t.oid
 where not t.tgisinternal and c.relnamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or t.tgrelid = any(:relations?::oid[]));

-- name: list_policies
select p.oid as "oid!", p.polrelid as "relation!", quote_ident(p.polname) as "name!",
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' end as "command?",
       not p.polpermissive as "isRestrictive!",
       array(select case r when 0 then 'public' else pg_catalog.pg_get_userbyid(r)::text end from unnest(p.polroles) r order by 1) as "roles!",
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using?", pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check?",
       d.description as "comment?"
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_policy'::regclass and d.objoid = p.oid
 where c.relnamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or p.polrelid = any(:relations?::oid[]));

-- name: list_rules
select r.oid as "oid!", r.ev_class as "relation!", quote_ident(r.rulename) as "name!", pg_catalog.pg_get_ruledef(r.oid) as "definition!",
       case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing?",
       d.description as "comment?"
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_class c on c.oid = r.ev_class
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_rewrite'::regclass and d.objoid = r.oid
 where r.rulename <> '_RETURN' and c.relnamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or r.ev_class = any(:relations?::oid[]));

-- name: list_statistics
-- Columns in the order of their names: the server keeps them in the order of the table.
select s.oid as "oid!", s.stxrelid as "relation!", format('%I.%I', n.nspname, s.stxname) as "name!",
       array(select quote_ident(a.attname) from pg_catalog.pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any(s.stxkeys) order by 1) as "columns!",
       pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) as "expressions?",
       case when not s.stxkind @> '{d,f,m}'::"char"[] then
         array(select case k when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end from unnest(s.stxkind) k where k <> 'e' order by 1)
       end as "kinds?",
       nullif(s.stxstattarget::int, -1) as "target?", pg_catalog.pg_get_userbyid(s.stxowner) as "owner!", d.description as "comment?"
  from pg_catalog.pg_statistic_ext s
  join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_statistic_ext'::regclass and d.objoid = s.oid
 where s.stxnamespace = any(:namespaces::oid[])
   and (:relations?::oid[] is null or s.stxrelid = any(:relations?::oid[]));
