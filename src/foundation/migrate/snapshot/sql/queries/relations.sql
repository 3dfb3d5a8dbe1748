-- Properties are named here as in the snapshot. A property at its default is null or false, and left out; of what there are many, null is less
-- to send than false. Names are quoted where SQL needs it. Columns that older servers lack are read as `(select column from (select row.*) x)`:
-- where the row has none, the name finds the default of the same name in the outer query.

-- name: list_schemas
select n.oid as "oid!", quote_ident(n.nspname) as "name!", pg_catalog.pg_get_userbyid(n.nspowner) as "owner!", n.nspacl::text[] as "acl?",
       d.description as "comment?"
  from pg_catalog.pg_namespace n
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_namespace'::regclass and d.objoid = n.oid and d.objsubid = 0
 -- The workshops of trash and moves come and go.
 where n.nspname !~ '^(pg_|migrate_trash_|migrate_move_)' and n.nspname <> 'information_schema'
   and (:schemas?::text[] is null or n.nspname = any(:schemas?::text[]))
   and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e')
 order by n.nspname;

-- name: list_tables
select c.oid as "oid!", format('%I.%I', n.nspname, c.relname) as "name!", pg_catalog.pg_get_userbyid(c.relowner) as "owner!",
       c.relacl::text[] as "acl?", d.description as "comment?",
       c.relpersistence = 'u' as "isUnlogged!",
       case when m.amname <> 'heap' then m.amname end as "accessMethod?",
       s.spcname as "tablespace?",
       case when coalesce(c.reloptions, t.reloptions) is not null then
         array(select o from unnest(c.reloptions) o order by o) || array(select 'toast.' || o from unnest(t.reloptions) o order by o)
       end as "options?",
       c.relrowsecurity as "isRowSecured!", c.relforcerowsecurity as "isRowSecurityForced!",
       case c.relreplident when 'n' then 'nothing' when 'f' then 'full'
         when 'i' then (select 'index ' || quote_ident(x.relname) from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                         where i.indrelid = c.oid and i.indisreplident) end as "replicaIdentity?",
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as "partitionKey?",
       case when c.relhassubclass or c.relispartition or h.is_child then
         array(select format('%I.%I', pn.nspname, p.relname)
                 from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = c.oid order by i.inhseqno)
       end as "parents?",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound?",
       coalesce(h.is_detach_pending, false) as "isDetachPending!",
       case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end as "ofType?"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join (select inhrelid, true as is_child, bool_or(inhdetachpending) as is_detach_pending from pg_catalog.pg_inherits group by inhrelid) h
    on h.inhrelid = c.oid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relkind in ('r', 'p') and c.relnamespace = any(:namespaces::oid[]) and e.objid is null
   and (:relations?::oid[] is null or c.oid = any(:relations?::oid[]));

-- name: list_views
select c.oid as "oid!", format('%I.%I', n.nspname, c.relname) as "name!", c.relkind = 'm' as "isMaterialized!",
       pg_catalog.pg_get_userbyid(c.relowner) as "owner!", c.relacl::text[] as "acl?", d.description as "comment?",
       pg_catalog.pg_get_viewdef(c.oid) as "definition!",
       case when coalesce(c.reloptions, t.reloptions) is not null then
         array(select o from unnest(c.reloptions) o order by o) || array(select 'toast.' || o from unnest(t.reloptions) o order by o)
       end as "options?",
       case when m.amname <> 'heap' then m.amname end as "accessMethod?", s.spcname as "tablespace?",
       not c.relispopulated as "isUnpopulated!"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relkind in ('v', 'm') and c.relnamespace = any(:namespaces::oid[]) and e.objid is null
   and (:relations?::oid[] is null or c.oid = any(:relations?::oid[]));

-- name: list_columns
-- Of tables, views and composite types, in the order of their columns. A default names no column: without its table it is printed without opening
-- it, which takes no lock and half the time.
select a.attrelid as "relation!", quote_ident(a.attname) as "name!",
       pg_catalog.format_type(a.atttypid, a.atttypmod) as "type!",
       case when a.attcollation <> t.typcollation then format('%I.%I', cn.nspname, co.collname) end as "collation?",
       nullif(a.attnotnull or k.oid is not null, false) as "isNotNull?",
       case when k.conname <> left(c.relname || '_' || a.attname || '_not_null', 63) then quote_ident(k.conname) end as "notNullName?",
       nullif(not k.convalidated, false) as "isNotNullNotValid?",
       nullif(k.connoinherit, false) as "isNotNullNoInherit?",
       pg_catalog.pg_get_expr(f.adbin, case when a.attgenerated = '' then 0 else a.attrelid end) as "default?",
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as "generated?",
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as "identity?",
       case when a.attstorage <> t.typstorage then
         case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end as "storage?",
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as "compression?",
       nullif(a.attstattarget::int, -1) as "statistics?",
       case when a.attoptions is not null then array(select o from unnest(a.attoptions) o order by o) end as "options?",
       case when a.attfdwoptions is not null then array(select o from unnest(a.attfdwoptions) o order by o) end as "foreignOptions?",
       a.attacl::text[] as "acl?", d.description as "comment?",
       nullif(a.attinhcount > 0, false) as "isInherited?", nullif(a.attinhcount > 0 and a.attislocal, false) as "isLocalToo?"
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_collation co on co.oid = a.attcollation and a.attcollation <> t.typcollation
  left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
  left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'n' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum
 where c.relkind in ('r', 'p', 'v', 'm', 'c', 'f') and c.relnamespace = any(:namespaces::oid[]) and a.attnum > 0 and not a.attisdropped
   and (:relations?::oid[] is null or a.attrelid = any(:relations?::oid[]))
 order by a.attrelid, a.attnum;

-- name: list_sequences
select c.oid as "oid!", format('%I.%I', n.nspname, c.relname) as "name!", pg_catalog.pg_get_userbyid(c.relowner) as "owner!",
       c.relacl::text[] as "acl?", d.description as "comment?", c.relpersistence = 'u' as "isUnlogged!",
       pg_catalog.format_type(s.seqtypid, null) as "type!", s.seqstart::text as "start!", s.seqincrement::text as "increment!",
       s.seqmin::text as "minimum!", s.seqmax::text as "maximum!", s.seqcache::text as "cache!", s.seqcycle as "isCycling!",
       case when o.deptype is not null then format('%I.%I.%I', rn.nspname, r.relname, a.attname) end as "ownedBy?",
       coalesce(o.deptype = 'i', false) as "isIdentity!"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_sequence s on s.seqrelid = c.oid
  left join pg_catalog.pg_depend o on o.classid = 'pg_catalog.pg_class'::regclass and o.objid = c.oid and o.objsubid = 0
        and o.refclassid = 'pg_catalog.pg_class'::regclass and o.refobjsubid > 0 and o.deptype in ('a', 'i')
  left join pg_catalog.pg_class r on r.oid = o.refobjid
  left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
  left join pg_catalog.pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relkind = 'S' and c.relnamespace = any(:namespaces::oid[]) and e.objid is null
   and (:relations?::oid[] is null
        or c.oid in (select d.objid from pg_catalog.pg_depend d where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = any(:relations?::oid[])));

-- name: find_relations
select distinct pg_catalog.to_regclass(r)::oid as "oid!" from unnest(:relations::text[]) r where pg_catalog.to_regclass(r) is not null;
