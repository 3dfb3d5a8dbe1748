-- name: list_collations
-- Not the version: which one the server's libraries have is a property of the server.
select c.oid as "oid!", format('%I.%I', n.nspname, c.collname) as "name!", pg_catalog.pg_get_userbyid(c.collowner) as "owner!",
       d.description as "comment?", case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as "provider!",
       coalesce((select colllocale from (select c.*) as x), (select colliculocale from (select c.*) as x)) as "locale?",
       c.collcollate::text as "collate?", c.collctype::text as "ctype?", (select collicurules from (select c.*) as x) as "rules?",
       not c.collisdeterministic as "isNondeterministic!"
  from pg_catalog.pg_collation c
  cross join (values (null::text, null::text, null::text)) as older(colllocale, colliculocale, collicurules)
  join pg_catalog.pg_namespace n on n.oid = c.collnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_collation'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_collation'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.collnamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_text_search_dictionaries
select x.oid as "oid!", format('%I.%I', n.nspname, x.dictname) as "name!", pg_catalog.pg_get_userbyid(x.dictowner) as "owner!",
       d.description as "comment?", format('%I.%I', tn.nspname, t.tmplname) as "template!", x.dictinitoption as "options?"
  from pg_catalog.pg_ts_dict x
  join pg_catalog.pg_namespace n on n.oid = x.dictnamespace
  join pg_catalog.pg_ts_template t on t.oid = x.dicttemplate
  join pg_catalog.pg_namespace tn on tn.oid = t.tmplnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_ts_dict'::regclass and d.objoid = x.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_ts_dict'::regclass and e.objid = x.oid and e.deptype = 'e'
 where x.dictnamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_text_search_configurations
select x.oid as "oid!", format('%I.%I', n.nspname, x.cfgname) as "name!", pg_catalog.pg_get_userbyid(x.cfgowner) as "owner!",
       d.description as "comment?", format('%I.%I', pn.nspname, p.prsname) as "parser!",
       array(select format('%s with %s', k.alias, string_agg(format('%I.%I', dn.nspname, t.dictname), ', ' order by m.mapseqno))
               from pg_catalog.pg_ts_config_map m
               join pg_catalog.ts_token_type(x.cfgparser) k on k.tokid = m.maptokentype
               join pg_catalog.pg_ts_dict t on t.oid = m.mapdict
               join pg_catalog.pg_namespace dn on dn.oid = t.dictnamespace
              where m.mapcfg = x.oid group by k.alias order by 1) as "mappings!"
  from pg_catalog.pg_ts_config x
  join pg_catalog.pg_namespace n on n.oid = x.cfgnamespace
  join pg_catalog.pg_ts_parser p on p.oid = x.cfgparser
  join pg_catalog.pg_namespace pn on pn.oid = p.prsnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_ts_config'::regclass and d.objoid = x.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_ts_config'::regclass and e.objid = x.oid and e.deptype = 'e'
 where x.cfgnamespace = any(:namespaces::oid[]) and e.objid is null;
