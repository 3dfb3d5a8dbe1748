-- name: server_version
select current_setting('server_version_num')::int as "version!";

-- name: list_extensions
select quote_ident(x.extname) as "name!", x.extversion as "version!", quote_ident(n.nspname) as "schema!", d.description as "comment?"
  from pg_catalog.pg_extension x
  join pg_catalog.pg_namespace n on n.oid = x.extnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_extension'::regclass and d.objoid = x.oid;

-- name: list_publications
select quote_ident(p.pubname) as "name!", pg_catalog.pg_get_userbyid(p.pubowner) as "owner!", p.puballtables as "isForAllTables!",
       array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
                          case when p.pubtruncate then 'truncate' end], null) as "publish!",
       p.pubviaroot as "isViaRoot!",
       nullif((select pubgencols from (select p.*) as x)::text, 'n') as "generatedColumns?",
       array(select format('%I.%I', n.nspname, c.relname)
                    || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                                           from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum = any(r.prattrs)) || ')', '')
                    || coalesce(' where ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')
               from pg_catalog.pg_publication_rel r join pg_catalog.pg_class c on c.oid = r.prrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where r.prpubid = p.oid order by 1) as "tables!",
       array(select quote_ident(n.nspname) from pg_catalog.pg_publication_namespace s join pg_catalog.pg_namespace n on n.oid = s.pnnspid
              where s.pnpubid = p.oid order by 1) as "schemas!",
       d.description as "comment?"
  from pg_catalog.pg_publication p
  cross join (values ('n'::"char")) as older(pubgencols)
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_publication'::regclass and d.objoid = p.oid;

-- name: list_event_triggers
select quote_ident(t.evtname) as "name!", t.evtevent::text as "event!", t.evtfoid::regprocedure::text as "function!",
       case t.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing?",
       array(select g from unnest(t.evttags) g order by g) as "tags!", pg_catalog.pg_get_userbyid(t.evtowner) as "owner!", d.description as "comment?"
  from pg_catalog.pg_event_trigger t
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_event_trigger'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_event_trigger'::regclass and e.objid = t.oid and e.deptype = 'e'
 where e.objid is null;

-- name: list_default_privileges
select pg_catalog.pg_get_userbyid(a.defaclrole) as "role!", quote_ident(n.nspname) as "schema?",
       case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
         else 'large objects' end as "objects!",
       a.defaclacl::text[] as "acl!"
  from pg_catalog.pg_default_acl a
  left join pg_catalog.pg_namespace n on n.oid = a.defaclnamespace
 where case when a.defaclnamespace = 0 then :is_whole::bool else a.defaclnamespace = any(:namespaces::oid[]) end;

-- name: list_unknown
-- What a snapshot cannot describe, in words. Objects of the server itself have numbers below 16384, those of extensions belong to them.
select pg_catalog.pg_describe_object(o.classid, o.objid, 0) as "words!"
  from (
    select 'pg_catalog.pg_class'::regclass::oid as classid, c.oid as objid from pg_catalog.pg_class c
     where c.relkind not in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'c', 't', 'f') and c.relnamespace = any(:namespaces::oid[])
    union all
    select 'pg_catalog.pg_type'::regclass, t.oid from pg_catalog.pg_type t
     where (t.typtype = 'p' or t.typtype = 'b' and t.typsubscript <> 'pg_catalog.array_subscript_handler'::regproc)
       and t.typnamespace = any(:namespaces::oid[])
    union all
    -- Announced by another operator, never made.
    select 'pg_catalog.pg_operator'::regclass, x.oid from pg_catalog.pg_operator x where x.oprcode::oid = 0 and x.oprnamespace = any(:namespaces::oid[])
    union all
    select 'pg_catalog.pg_conversion'::regclass, x.oid from pg_catalog.pg_conversion x where x.connamespace = any(:namespaces::oid[])
    union all
    select 'pg_catalog.pg_ts_parser'::regclass, x.oid from pg_catalog.pg_ts_parser x where x.prsnamespace = any(:namespaces::oid[])
    union all
    select 'pg_catalog.pg_ts_template'::regclass, x.oid from pg_catalog.pg_ts_template x where x.tmplnamespace = any(:namespaces::oid[])
    union all
    select 'pg_catalog.pg_language'::regclass, x.oid from pg_catalog.pg_language x where x.oid >= 16384 and :is_whole::bool
    union all
    select 'pg_catalog.pg_am'::regclass, x.oid from pg_catalog.pg_am x where x.oid >= 16384 and :is_whole::bool
    union all
    select 'pg_catalog.pg_transform'::regclass, x.oid from pg_catalog.pg_transform x where x.oid >= 16384 and :is_whole::bool
    union all
    select 'pg_catalog.pg_subscription'::regclass, x.oid from pg_catalog.pg_subscription x
     where :is_whole::bool and x.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
  ) as o
 where not exists (select from pg_catalog.pg_depend e where e.classid = o.classid and e.objid = o.objid and e.deptype in ('e', 'i'))
union all
select format('security label of %s', pg_catalog.pg_describe_object(l.classoid, l.objoid, l.objsubid)) from pg_catalog.pg_seclabel l where :is_whole::bool
 order by 1;
