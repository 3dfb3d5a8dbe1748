// Made by `npm run generate` from collations-and-text-search.sql, database.sql, dependencies.sql, foreign.sql, operators.sql, parts-of-relations.sql, relations.sql, types-and-routines.sql; do not edit.
// sources: 02d13cc65d3d88e900a5df2210891fa0
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListCollationsParams {
  readonly namespaces: readonly number[];
}
export interface ListCollationsRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly provider: string;
  readonly locale: string | null;
  readonly collate: string | null;
  readonly ctype: string | null;
  readonly rules: string | null;
  readonly isNondeterministic: boolean;
}
/**
 * Not the version: which one the server's libraries have is a property of the server.
 */
export const listCollations = defineQuery<ListCollationsParams, ListCollationsRow>('migrate/snapshot.list_collations', ['namespaces'], `select c.oid as "oid", format('%I.%I', n.nspname, c.collname) as "name", pg_catalog.pg_get_userbyid(c.collowner) as "owner",
       d.description as "comment", case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as "provider",
       coalesce((select colllocale from (select c.*) as x), (select colliculocale from (select c.*) as x)) as "locale",
       c.collcollate::text as "collate", c.collctype::text as "ctype", (select collicurules from (select c.*) as x) as "rules",
       not c.collisdeterministic as "isNondeterministic"
  from pg_catalog.pg_collation c
  cross join (values (null::text, null::text, null::text)) as older(colllocale, colliculocale, collicurules)
  join pg_catalog.pg_namespace n on n.oid = c.collnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_collation'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_collation'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.collnamespace = any($1::oid[]) and e.objid is null`);

export interface ListTextSearchDictionariesParams {
  readonly namespaces: readonly number[];
}
export interface ListTextSearchDictionariesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly template: string;
  readonly options: string | null;
}
export const listTextSearchDictionaries = defineQuery<ListTextSearchDictionariesParams, ListTextSearchDictionariesRow>('migrate/snapshot.list_text_search_dictionaries', ['namespaces'], `select x.oid as "oid", format('%I.%I', n.nspname, x.dictname) as "name", pg_catalog.pg_get_userbyid(x.dictowner) as "owner",
       d.description as "comment", format('%I.%I', tn.nspname, t.tmplname) as "template", x.dictinitoption as "options"
  from pg_catalog.pg_ts_dict x
  join pg_catalog.pg_namespace n on n.oid = x.dictnamespace
  join pg_catalog.pg_ts_template t on t.oid = x.dicttemplate
  join pg_catalog.pg_namespace tn on tn.oid = t.tmplnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_ts_dict'::regclass and d.objoid = x.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_ts_dict'::regclass and e.objid = x.oid and e.deptype = 'e'
 where x.dictnamespace = any($1::oid[]) and e.objid is null`);

export interface ListTextSearchConfigurationsParams {
  readonly namespaces: readonly number[];
}
export interface ListTextSearchConfigurationsRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly parser: string;
  readonly mappings: string[];
}
export const listTextSearchConfigurations = defineQuery<ListTextSearchConfigurationsParams, ListTextSearchConfigurationsRow>('migrate/snapshot.list_text_search_configurations', ['namespaces'], `select x.oid as "oid", format('%I.%I', n.nspname, x.cfgname) as "name", pg_catalog.pg_get_userbyid(x.cfgowner) as "owner",
       d.description as "comment", format('%I.%I', pn.nspname, p.prsname) as "parser",
       array(select format('%s with %s', k.alias, string_agg(format('%I.%I', dn.nspname, t.dictname), ', ' order by m.mapseqno))
               from pg_catalog.pg_ts_config_map m
               join pg_catalog.ts_token_type(x.cfgparser) k on k.tokid = m.maptokentype
               join pg_catalog.pg_ts_dict t on t.oid = m.mapdict
               join pg_catalog.pg_namespace dn on dn.oid = t.dictnamespace
              where m.mapcfg = x.oid group by k.alias order by 1) as "mappings"
  from pg_catalog.pg_ts_config x
  join pg_catalog.pg_namespace n on n.oid = x.cfgnamespace
  join pg_catalog.pg_ts_parser p on p.oid = x.cfgparser
  join pg_catalog.pg_namespace pn on pn.oid = p.prsnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_ts_config'::regclass and d.objoid = x.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_ts_config'::regclass and e.objid = x.oid and e.deptype = 'e'
 where x.cfgnamespace = any($1::oid[]) and e.objid is null`);

export type ServerVersionParams = Record<string, never>;
export interface ServerVersionRow {
  readonly version: number;
}
export const serverVersion = defineQuery<ServerVersionParams, ServerVersionRow>('migrate/snapshot.server_version', [], `select current_setting('server_version_num')::int as "version"`);

export type ListExtensionsParams = Record<string, never>;
export interface ListExtensionsRow {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
  readonly comment: string | null;
}
export const listExtensions = defineQuery<ListExtensionsParams, ListExtensionsRow>('migrate/snapshot.list_extensions', [], `select quote_ident(x.extname) as "name", x.extversion as "version", quote_ident(n.nspname) as "schema", d.description as "comment"
  from pg_catalog.pg_extension x
  join pg_catalog.pg_namespace n on n.oid = x.extnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_extension'::regclass and d.objoid = x.oid`);

export type ListPublicationsParams = Record<string, never>;
export interface ListPublicationsRow {
  readonly name: string;
  readonly owner: string;
  readonly isForAllTables: boolean;
  readonly publish: string[];
  readonly isViaRoot: boolean;
  readonly generatedColumns: string | null;
  readonly tables: string[];
  readonly schemas: string[];
  readonly comment: string | null;
}
export const listPublications = defineQuery<ListPublicationsParams, ListPublicationsRow>('migrate/snapshot.list_publications', [], `select quote_ident(p.pubname) as "name", pg_catalog.pg_get_userbyid(p.pubowner) as "owner", p.puballtables as "isForAllTables",
       array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
                          case when p.pubtruncate then 'truncate' end], null) as "publish",
       p.pubviaroot as "isViaRoot",
       nullif((select pubgencols from (select p.*) as x)::text, 'n') as "generatedColumns",
       array(select format('%I.%I', n.nspname, c.relname)
                    || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                                           from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum = any(r.prattrs)) || ')', '')
                    || coalesce(' where ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')
               from pg_catalog.pg_publication_rel r join pg_catalog.pg_class c on c.oid = r.prrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where r.prpubid = p.oid order by 1) as "tables",
       array(select quote_ident(n.nspname) from pg_catalog.pg_publication_namespace s join pg_catalog.pg_namespace n on n.oid = s.pnnspid
              where s.pnpubid = p.oid order by 1) as "schemas",
       d.description as "comment"
  from pg_catalog.pg_publication p
  cross join (values ('n'::"char")) as older(pubgencols)
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_publication'::regclass and d.objoid = p.oid`);

export type ListEventTriggersParams = Record<string, never>;
export interface ListEventTriggersRow {
  readonly name: string;
  readonly event: string;
  readonly function: string;
  readonly firing: string | null;
  readonly tags: string[];
  readonly owner: string;
  readonly comment: string | null;
}
export const listEventTriggers = defineQuery<ListEventTriggersParams, ListEventTriggersRow>('migrate/snapshot.list_event_triggers', [], `select quote_ident(t.evtname) as "name", t.evtevent::text as "event", t.evtfoid::regprocedure::text as "function",
       case t.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing",
       array(select g from unnest(t.evttags) g order by g) as "tags", pg_catalog.pg_get_userbyid(t.evtowner) as "owner", d.description as "comment"
  from pg_catalog.pg_event_trigger t
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_event_trigger'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_event_trigger'::regclass and e.objid = t.oid and e.deptype = 'e'
 where e.objid is null`);

export interface ListDefaultPrivilegesParams {
  readonly is_whole: boolean;
  readonly namespaces: readonly number[];
}
export interface ListDefaultPrivilegesRow {
  readonly role: string;
  readonly schema: string | null;
  readonly objects: string;
  readonly acl: string[];
}
export const listDefaultPrivileges = defineQuery<ListDefaultPrivilegesParams, ListDefaultPrivilegesRow>('migrate/snapshot.list_default_privileges', ['is_whole', 'namespaces'], `select pg_catalog.pg_get_userbyid(a.defaclrole) as "role", quote_ident(n.nspname) as "schema",
       case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
         else 'large objects' end as "objects",
       a.defaclacl::text[] as "acl"
  from pg_catalog.pg_default_acl a
  left join pg_catalog.pg_namespace n on n.oid = a.defaclnamespace
 where case when a.defaclnamespace = 0 then $1::bool else a.defaclnamespace = any($2::oid[]) end`);

export interface ListUnknownParams {
  readonly namespaces: readonly number[];
  readonly is_whole: boolean;
}
export interface ListUnknownRow {
  readonly words: string;
}
/**
 * What a snapshot cannot describe, in words. Objects of the server itself have numbers below 16384, those of extensions belong to them.
 */
export const listUnknown = defineQuery<ListUnknownParams, ListUnknownRow>('migrate/snapshot.list_unknown', ['namespaces', 'is_whole'], `select pg_catalog.pg_describe_object(o.classid, o.objid, 0) as "words"
  from (
    select 'pg_catalog.pg_class'::regclass::oid as classid, c.oid as objid from pg_catalog.pg_class c
     where c.relkind not in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'c', 't', 'f') and c.relnamespace = any($1::oid[])
    union all
    select 'pg_catalog.pg_type'::regclass, t.oid from pg_catalog.pg_type t
     where (t.typtype = 'p' or t.typtype = 'b' and t.typsubscript <> 'pg_catalog.array_subscript_handler'::regproc)
       and t.typnamespace = any($1::oid[])
    union all
    -- Announced by another operator, never made.
    select 'pg_catalog.pg_operator'::regclass, x.oid from pg_catalog.pg_operator x where x.oprcode::oid = 0 and x.oprnamespace = any($1::oid[])
    union all
    select 'pg_catalog.pg_conversion'::regclass, x.oid from pg_catalog.pg_conversion x where x.connamespace = any($1::oid[])
    union all
    select 'pg_catalog.pg_ts_parser'::regclass, x.oid from pg_catalog.pg_ts_parser x where x.prsnamespace = any($1::oid[])
    union all
    select 'pg_catalog.pg_ts_template'::regclass, x.oid from pg_catalog.pg_ts_template x where x.tmplnamespace = any($1::oid[])
    union all
    select 'pg_catalog.pg_language'::regclass, x.oid from pg_catalog.pg_language x where x.oid >= 16384 and $2::bool
    union all
    select 'pg_catalog.pg_am'::regclass, x.oid from pg_catalog.pg_am x where x.oid >= 16384 and $2::bool
    union all
    select 'pg_catalog.pg_transform'::regclass, x.oid from pg_catalog.pg_transform x where x.oid >= 16384 and $2::bool
    union all
    select 'pg_catalog.pg_subscription'::regclass, x.oid from pg_catalog.pg_subscription x
     where $2::bool and x.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
  ) as o
 where not exists (select from pg_catalog.pg_depend e where e.classid = o.classid and e.objid = o.objid and e.deptype in ('e', 'i'))
union all
select format('security label of %s', pg_catalog.pg_describe_object(l.classoid, l.objoid, l.objsubid)) from pg_catalog.pg_seclabel l where $2::bool
 order by 1`);

export type ListDependenciesParams = Record<string, never>;
export interface ListDependenciesRow {
  readonly catalog: string;
  readonly oid: number;
  readonly column: number;
  readonly isDefault: boolean;
  readonly toCatalog: string;
  readonly toOid: number;
  readonly toColumn: number;
}
/**
 * What cannot be there without what, as catalog and number of either side. A view's rule is the view, a default is its column, a member of an
 * operator class is the class, the type of a table's rows is the table, an array's is that of its elements, a multirange's is the range.
 */
export const listDependencies = defineQuery<ListDependenciesParams, ListDependenciesRow>('migrate/snapshot.list_dependencies', [], `select o.classid::regclass::text as "catalog", o.objid as "oid", o.part as "column", o.is_default as "isDefault",
       r.classid::regclass::text as "toCatalog", r.objid as "toOid", d.refobjsubid as "toColumn"
  from pg_catalog.pg_depend d
  left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid and w.rulename = '_RETURN'
  left join pg_catalog.pg_attrdef f on d.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = d.objid
  left join pg_catalog.pg_depend c on d.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
        and c.classid = d.classid and c.objid = d.objid and c.refclassid in ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
  left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = d.refobjid
  left join pg_catalog.pg_range m on m.rngmultitypid = t.oid
  left join pg_catalog.pg_type e on e.oid = coalesce(m.rngtypid, case when t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then t.typelem else t.oid end)
 cross join lateral (select case when w.oid is not null or f.oid is not null then 'pg_catalog.pg_class'::regclass::oid else coalesce(c.refclassid, d.classid) end as classid,
                            coalesce(w.ev_class, f.adrelid, c.refobjid, d.objid) as objid, coalesce(f.adnum, d.objsubid)::int as part,
                            f.oid is not null as is_default) o
 cross join lateral (select case when e.typrelid <> 0 then 'pg_catalog.pg_class'::regclass::oid else d.refclassid end as classid,
                            coalesce(nullif(e.typrelid, 0), e.oid, d.refobjid) as objid) r
 where d.deptype in ('n', 'a', 'i', 'P', 'S') and d.objid >= 16384 and d.refobjid >= 16384 and ((o.classid, o.objid) <> (r.classid, r.objid) or f.adnum <> d.refobjsubid)
   and d.refclassid <> 'pg_catalog.pg_namespace'::regclass`);

export interface ListColumnNumbersParams {
  readonly namespaces: readonly number[];
}
export interface ListColumnNumbersRow {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
}
export const listColumnNumbers = defineQuery<ListColumnNumbersParams, ListColumnNumbersRow>('migrate/snapshot.list_column_numbers', ['namespaces'], `select a.attrelid as "relation", a.attnum::int as "number", quote_ident(a.attname) as "name"
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
 where c.relkind in ('r', 'p', 'v', 'm', 'c', 'f') and c.relnamespace = any($1::oid[]) and a.attnum > 0 and not a.attisdropped`);

export type ListForeignDataWrappersParams = Record<string, never>;
export interface ListForeignDataWrappersRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly handler: string | null;
  readonly validator: string | null;
  readonly options: string[];
}
export const listForeignDataWrappers = defineQuery<ListForeignDataWrappersParams, ListForeignDataWrappersRow>('migrate/snapshot.list_foreign_data_wrappers', [], `select w.oid as "oid", quote_ident(w.fdwname) as "name", pg_catalog.pg_get_userbyid(w.fdwowner) as "owner", w.fdwacl::text[] as "acl",
       d.description as "comment", nullif(w.fdwhandler, 0)::regproc::text as "handler", nullif(w.fdwvalidator, 0)::regproc::text as "validator",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', w.fdwname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(w.fdwoptions) v) as o order by 1) as "options"
  from pg_catalog.pg_foreign_data_wrapper w
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_foreign_data_wrapper'::regclass and d.objoid = w.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass and e.objid = w.oid and e.deptype = 'e'
 where e.objid is null`);

export type ListServersParams = Record<string, never>;
export interface ListServersRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly options: string[];
}
export const listServers = defineQuery<ListServersParams, ListServersRow>('migrate/snapshot.list_servers', [], `select s.oid as "oid", quote_ident(s.srvname) as "name", pg_catalog.pg_get_userbyid(s.srvowner) as "owner", s.srvacl::text[] as "acl",
       d.description as "comment", quote_ident(w.fdwname) as "wrapper", s.srvtype as "type", s.srvversion as "version",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', s.srvname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(s.srvoptions) v) as o order by 1) as "options"
  from pg_catalog.pg_foreign_server s
  join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_foreign_server'::regclass and d.objoid = s.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_foreign_server'::regclass and e.objid = s.oid and e.deptype = 'e'
 where e.objid is null`);

export type ListUserMappingsParams = Record<string, never>;
export interface ListUserMappingsRow {
  readonly oid: number;
  readonly name: string;
  readonly options: string[];
}
/**
 * Options only as far as the role may see them: its own, or those of its servers.
 */
export const listUserMappings = defineQuery<ListUserMappingsParams, ListUserMappingsRow>('migrate/snapshot.list_user_mappings', [], `select m.umid as "oid", format('for %s server %I', case when m.umuser = 0 then 'public' else quote_ident(m.usename) end, m.srvname) as "name",
       array(select o.option || '=' || case when o.option !~* '^user(name)?$' and o.value !~* '^(true|false|on|off|yes|no)$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', m.srvname || ' ' || m.usename, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(m.umoptions) v) as o order by 1) as "options"
  from pg_catalog.pg_user_mappings m`);

export interface ListForeignTablesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListForeignTablesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly server: string;
  readonly parents: string[];
  readonly bound: string | null;
  readonly options: string[];
}
export const listForeignTables = defineQuery<ListForeignTablesParams, ListForeignTablesRow>('migrate/snapshot.list_foreign_tables', ['namespaces', 'relations'], `select c.oid as "oid", format('%I.%I', n.nspname, c.relname) as "name", pg_catalog.pg_get_userbyid(c.relowner) as "owner", c.relacl::text[] as "acl",
       d.description as "comment", quote_ident(s.srvname) as "server",
       array(select format('%I.%I', pn.nspname, p.relname)
               from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
              where i.inhrelid = c.oid order by i.inhseqno) as "parents",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', c.relname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(f.ftoptions) v) as o order by 1) as "options"
  from pg_catalog.pg_foreign_table f
  join pg_catalog.pg_class c on c.oid = f.ftrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relnamespace = any($1::oid[]) and e.objid is null
   and ($2::oid[] is null or c.oid = any($2::oid[]))`);

export interface ListAggregatesParams {
  readonly namespaces: readonly number[];
}
export interface ListAggregatesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly arguments: string;
  readonly definition: string[];
}
/**
 * What COMMENT and DROP take as the name, and the definition as CREATE AGGREGATE takes it.
 */
export const listAggregates = defineQuery<ListAggregatesParams, ListAggregatesRow>('migrate/snapshot.list_aggregates', ['namespaces'], `select p.oid as "oid",
       format('%I.%I(%s)', n.nspname, p.proname,
         case when a.aggkind = 'n' then coalesce(nullif(pg_catalog.oidvectortypes(p.proargtypes), ''), '*')
           else (select concat_ws(' ', string_agg(pg_catalog.format_type(t, null), ', ' order by i) filter (where i <= a.aggnumdirectargs), 'ORDER BY',
                                  string_agg(pg_catalog.format_type(t, null), ', ' order by i) filter (where i > a.aggnumdirectargs))
                   from unnest(p.proargtypes) with ordinality as u(t, i)) end) as "name",
       pg_catalog.pg_get_userbyid(p.proowner) as "owner", p.proacl::text[] as "acl", d.description as "comment",
       pg_catalog.pg_get_function_arguments(p.oid) as "arguments",
       array_remove(array[
         'sfunc = ' || a.aggtransfn, 'stype = ' || pg_catalog.format_type(a.aggtranstype, null), 'sspace = ' || nullif(a.aggtransspace, 0),
         'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regproc, case when a.aggfinalextra then 'finalfunc_extra' end,
         'finalfunc_modify = ' || case when a.aggfinalfn::oid <> 0 then m.words end,
         'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regproc, 'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regproc,
         'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regproc, 'initcond = ' || quote_literal(a.agginitval),
         'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regproc, 'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
         'mstype = ' || case when a.aggmtranstype <> 0 then pg_catalog.format_type(a.aggmtranstype, null) end, 'msspace = ' || nullif(a.aggmtransspace, 0),
         'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regproc, case when a.aggmfinalextra then 'mfinalfunc_extra' end,
         'mfinalfunc_modify = ' || case when a.aggmfinalfn::oid <> 0 then mm.words end, 'minitcond = ' || quote_literal(a.aggminitval),
         'sortop = operator(' || so.name || ')', 'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
         case when a.aggkind = 'h' then 'hypothetical' end], null) as "definition"
  from pg_catalog.pg_aggregate a
  join pg_catalog.pg_proc p on p.oid = a.aggfnoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  left join (values ('r', 'read_only'), ('s', 'shareable'), ('w', 'read_write')) as m(letter, words) on m.letter = a.aggfinalmodify::text
  left join (values ('r', 'read_only'), ('s', 'shareable'), ('w', 'read_write')) as mm(letter, words) on mm.letter = a.aggmfinalmodify::text
  left join (select o.oid, format('%I.%s', s.nspname, o.oprname) as name
               from pg_catalog.pg_operator o join pg_catalog.pg_namespace s on s.oid = o.oprnamespace) as so on so.oid = a.aggsortop
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_proc'::regclass and d.objoid = p.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
 where p.pronamespace = any($1::oid[]) and e.objid is null`);

export interface ListOperatorsParams {
  readonly namespaces: readonly number[];
}
export interface ListOperatorsRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly symbol: string;
  readonly definition: string[];
}
/**
 * One without a function is only announced by another's COMMUTATOR or NEGATOR.
 */
export const listOperators = defineQuery<ListOperatorsParams, ListOperatorsRow>('migrate/snapshot.list_operators', ['namespaces'], `select o.oid as "oid",
       format('%I.%s (%s, %s)', n.nspname, o.oprname, case when o.oprleft = 0 then 'NONE' else pg_catalog.format_type(o.oprleft, null) end,
              pg_catalog.format_type(o.oprright, null)) as "name",
       pg_catalog.pg_get_userbyid(o.oprowner) as "owner", d.description as "comment",
       format('%I.%s', n.nspname, o.oprname) as "symbol",
       array_remove(array[
         'function = ' || o.oprcode, 'leftarg = ' || case when o.oprleft <> 0 then pg_catalog.format_type(o.oprleft, null) end,
         'rightarg = ' || pg_catalog.format_type(o.oprright, null), 'commutator = operator(' || c.name || ')', 'negator = operator(' || g.name || ')',
         'restrict = ' || nullif(o.oprrest::oid, 0)::regproc, 'join = ' || nullif(o.oprjoin::oid, 0)::regproc,
         case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end], null) as "definition"
  from pg_catalog.pg_operator o
  join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
  left join (select x.oid, format('%I.%s', s.nspname, x.oprname) as name
               from pg_catalog.pg_operator x join pg_catalog.pg_namespace s on s.oid = x.oprnamespace) as c on c.oid = o.oprcom
  left join (select x.oid, format('%I.%s', s.nspname, x.oprname) as name
               from pg_catalog.pg_operator x join pg_catalog.pg_namespace s on s.oid = x.oprnamespace) as g on g.oid = o.oprnegate
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_operator'::regclass and d.objoid = o.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_operator'::regclass and e.objid = o.oid and e.deptype = 'e'
 where o.oprnamespace = any($1::oid[]) and o.oprcode::oid <> 0 and e.objid is null`);

export interface ListOperatorFamiliesParams {
  readonly namespaces: readonly number[];
}
export interface ListOperatorFamiliesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly members: string[];
}
/**
 * Members that belong to no class: those that ALTER OPERATOR FAMILY added.
 */
export const listOperatorFamilies = defineQuery<ListOperatorFamiliesParams, ListOperatorFamiliesRow>('migrate/snapshot.list_operator_families', ['namespaces'], `select f.oid as "oid", format('%I.%I USING %I', n.nspname, f.opfname, m.amname) as "name", pg_catalog.pg_get_userbyid(f.opfowner) as "owner",
       d.description as "comment",
       array(select format('operator %s %s', o.amopstrategy, o.amopopr::regoperator) || coalesce(' for order by ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), '')
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amop o on x.classid = 'pg_catalog.pg_amop'::regclass and o.oid = x.objid
               left join pg_catalog.pg_opfamily s on s.oid = o.amopsortfamily
               left join pg_catalog.pg_namespace sn on sn.oid = s.opfnamespace
              where x.refclassid = 'pg_catalog.pg_opfamily'::regclass and x.refobjid = f.oid
             union all
             select format('function %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, null),
                           pg_catalog.format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amproc p on x.classid = 'pg_catalog.pg_amproc'::regclass and p.oid = x.objid
              where x.refclassid = 'pg_catalog.pg_opfamily'::regclass and x.refobjid = f.oid
              order by 1) as "members"
  from pg_catalog.pg_opfamily f
  join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
  join pg_catalog.pg_am m on m.oid = f.opfmethod
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_opfamily'::regclass and d.objoid = f.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_opfamily'::regclass and e.objid = f.oid and e.deptype = 'e'
 where f.opfnamespace = any($1::oid[]) and e.objid is null`);

export interface ListOperatorClassesParams {
  readonly namespaces: readonly number[];
}
export interface ListOperatorClassesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly type: string;
  readonly isDefault: boolean;
  readonly family: string;
  readonly storage: string | null;
  readonly members: string[];
}
export const listOperatorClasses = defineQuery<ListOperatorClassesParams, ListOperatorClassesRow>('migrate/snapshot.list_operator_classes', ['namespaces'], `select c.oid as "oid", format('%I.%I USING %I', n.nspname, c.opcname, m.amname) as "name", pg_catalog.pg_get_userbyid(c.opcowner) as "owner",
       d.description as "comment", pg_catalog.format_type(c.opcintype, null) as "type", c.opcdefault as "isDefault",
       format('%I.%I', fn.nspname, f.opfname) as "family", case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end as "storage",
       array(select format('operator %s %s', o.amopstrategy, o.amopopr::regoperator) || coalesce(' for order by ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), '')
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amop o on x.classid = 'pg_catalog.pg_amop'::regclass and o.oid = x.objid
               left join pg_catalog.pg_opfamily s on s.oid = o.amopsortfamily
               left join pg_catalog.pg_namespace sn on sn.oid = s.opfnamespace
              where x.refclassid = 'pg_catalog.pg_opclass'::regclass and x.refobjid = c.oid
             union all
             select format('function %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, null),
                           pg_catalog.format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amproc p on x.classid = 'pg_catalog.pg_amproc'::regclass and p.oid = x.objid
              where x.refclassid = 'pg_catalog.pg_opclass'::regclass and x.refobjid = c.oid
              order by 1) as "members"
  from pg_catalog.pg_opclass c
  join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
  join pg_catalog.pg_am m on m.oid = c.opcmethod
  join pg_catalog.pg_opfamily f on f.oid = c.opcfamily
  join pg_catalog.pg_namespace fn on fn.oid = f.opfnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_opclass'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_opclass'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.opcnamespace = any($1::oid[]) and e.objid is null`);

export type ListCastsParams = Record<string, never>;
export interface ListCastsRow {
  readonly oid: number;
  readonly name: string;
  readonly method: string;
  readonly context: string | null;
  readonly comment: string | null;
}
export const listCasts = defineQuery<ListCastsParams, ListCastsRow>('migrate/snapshot.list_casts', [], `select c.oid as "oid", format('(%s AS %s)', pg_catalog.format_type(c.castsource, null), pg_catalog.format_type(c.casttarget, null)) as "name",
       case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end as "method",
       case c.castcontext when 'a' then 'assignment' when 'i' then 'implicit' end as "context", d.description as "comment"
  from pg_catalog.pg_cast c
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_cast'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_cast'::regclass and e.objid = c.oid and e.deptype in ('e', 'i')
 where c.oid >= 16384 and e.objid is null`);

export interface ListConstraintsParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListConstraintsRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly type: string;
  readonly definition: string;
  readonly isNotValid: boolean | null;
  readonly isNotEnforced: boolean | null;
  readonly references: string | null;
  readonly isInherited: boolean | null;
  readonly isLocalToo: boolean | null;
  readonly comment: string | null;
}
/**
 * NOT NULL belongs to the column. The words NOT VALID and NOT ENFORCED are properties, not part of the definition.
 */
export const listConstraints = defineQuery<ListConstraintsParams, ListConstraintsRow>('migrate/snapshot.list_constraints', ['namespaces', 'relations'], `select k.oid as "oid", k.conrelid as "relation", quote_ident(k.conname) as "name",
       case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end as "type",
       pg_catalog.pg_get_constraintdef(k.oid) as "definition",
       nullif(not k.convalidated and (select conenforced from (select k.*) as x), false) as "isNotValid",
       nullif(not (select conenforced from (select k.*) as x), false) as "isNotEnforced",
       case when k.contype = 'f' then format('%I.%I', rn.nspname, r.relname) end as "references",
       nullif(k.conparentid <> 0 or k.coninhcount > 0, false) as "isInherited",
       nullif(k.coninhcount > 0 and k.conislocal, false) as "isLocalToo",
       d.description as "comment"
  from pg_catalog.pg_constraint k
  cross join (values (true)) as older(conenforced)
  left join pg_catalog.pg_class r on r.oid = k.confrelid
  left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_constraint'::regclass and d.objoid = k.oid
 where k.contype in ('p', 'u', 'f', 'c', 'x') and k.conrelid <> 0 and k.connamespace = any($1::oid[])
   and ($2::oid[] is null or k.conrelid = any($2::oid[]))
   -- A key to a partitioned table has one more row for each of its partitions, internal and named by chance.
   and (k.contype <> 'f' or k.conparentid = 0
        or not exists (select from pg_catalog.pg_constraint o where o.oid = k.conparentid and o.conrelid = k.conrelid))`);

export interface ListIndexesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListIndexesRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly definition: string | null;
  readonly constraint: string | null;
  readonly isUnique: boolean | null;
  readonly isInvalid: boolean | null;
  readonly isClustered: boolean | null;
  readonly options: string[] | null;
  readonly tablespace: string | null;
  readonly parent: string | null;
  readonly statistics: string[] | null;
  readonly comment: string | null;
}
/**
 * Those of constraints are defined by the constraint.
 */
export const listIndexes = defineQuery<ListIndexesParams, ListIndexesRow>('migrate/snapshot.list_indexes', ['namespaces', 'relations'], `select c.oid as "oid", i.indrelid as "relation", format('%I.%I', n.nspname, c.relname) as "name",
       case when k.oid is null then pg_catalog.pg_get_indexdef(i.indexrelid) end as "definition",
       quote_ident(k.conname) as "constraint",
       nullif(i.indisunique and k.oid is null, false) as "isUnique",
       nullif(not (i.indisvalid and i.indisready and i.indislive), false) as "isInvalid",
       nullif(i.indisclustered, false) as "isClustered",
       case when k.oid is not null and c.reloptions is not null then array(select o from unnest(c.reloptions) o order by o) end as "options",
       s.spcname as "tablespace",
       case when h.inhparent is not null then format('%I.%I', pn.nspname, p.relname) end as "parent",
       case when i.indexprs is not null then
         array(select a.attnum || ' ' || a.attstattarget from pg_catalog.pg_attribute a
                where a.attrelid = i.indexrelid and a.attstattarget >= 0 order by a.attnum)
       end as "statistics",
       d.description as "comment"
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_inherits h on h.inhrelid = i.indexrelid
  left join pg_catalog.pg_class p on p.oid = h.inhparent
  left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where c.relnamespace = any($1::oid[])
   and ($2::oid[] is null or i.indrelid = any($2::oid[]))`);

export interface ListTriggersParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListTriggersRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly definition: string;
  readonly firing: string | null;
  readonly isInherited: boolean;
  readonly comment: string | null;
}
export const listTriggers = defineQuery<ListTriggersParams, ListTriggersRow>('migrate/snapshot.list_triggers', ['namespaces', 'relations'], `select t.oid as "oid", t.tgrelid as "relation", quote_ident(t.tgname) as "name", pg_catalog.pg_get_triggerdef(t.oid) as "definition",
       case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing",
       t.tgparentid <> 0 as "isInherited", d.description as "comment"
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_trigger'::regclass and d.objoid = t.oid
 where not t.tgisinternal and c.relnamespace = any($1::oid[])
   and ($2::oid[] is null or t.tgrelid = any($2::oid[]))`);

export interface ListPoliciesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListPoliciesRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly command: string | null;
  readonly isRestrictive: boolean;
  readonly roles: string[];
  readonly using: string | null;
  readonly check: string | null;
  readonly comment: string | null;
}
export const listPolicies = defineQuery<ListPoliciesParams, ListPoliciesRow>('migrate/snapshot.list_policies', ['namespaces', 'relations'], `select p.oid as "oid", p.polrelid as "relation", quote_ident(p.polname) as "name",
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' end as "command",
       not p.polpermissive as "isRestrictive",
       array(select case r when 0 then 'public' else pg_catalog.pg_get_userbyid(r)::text end from unnest(p.polroles) r order by 1) as "roles",
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using", pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check",
       d.description as "comment"
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_policy'::regclass and d.objoid = p.oid
 where c.relnamespace = any($1::oid[])
   and ($2::oid[] is null or p.polrelid = any($2::oid[]))`);

export interface ListRulesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListRulesRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly definition: string;
  readonly firing: string | null;
  readonly comment: string | null;
}
export const listRules = defineQuery<ListRulesParams, ListRulesRow>('migrate/snapshot.list_rules', ['namespaces', 'relations'], `select r.oid as "oid", r.ev_class as "relation", quote_ident(r.rulename) as "name", pg_catalog.pg_get_ruledef(r.oid) as "definition",
       case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end as "firing",
       d.description as "comment"
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_class c on c.oid = r.ev_class
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_rewrite'::regclass and d.objoid = r.oid
 where r.rulename <> '_RETURN' and c.relnamespace = any($1::oid[])
   and ($2::oid[] is null or r.ev_class = any($2::oid[]))`);

export interface ListStatisticsParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListStatisticsRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly columns: string[];
  readonly expressions: string[] | null;
  readonly kinds: string[] | null;
  readonly target: number | null;
  readonly owner: string;
  readonly comment: string | null;
}
/**
 * Columns in the order of their names: the server keeps them in the order of the table.
 */
export const listStatistics = defineQuery<ListStatisticsParams, ListStatisticsRow>('migrate/snapshot.list_statistics', ['namespaces', 'relations'], `select s.oid as "oid", s.stxrelid as "relation", format('%I.%I', n.nspname, s.stxname) as "name",
       array(select quote_ident(a.attname) from pg_catalog.pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any(s.stxkeys) order by 1) as "columns",
       pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) as "expressions",
       case when not s.stxkind @> '{d,f,m}'::"char"[] then
         array(select case k when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end from unnest(s.stxkind) k where k <> 'e' order by 1)
       end as "kinds",
       nullif(s.stxstattarget::int, -1) as "target", pg_catalog.pg_get_userbyid(s.stxowner) as "owner", d.description as "comment"
  from pg_catalog.pg_statistic_ext s
  join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_statistic_ext'::regclass and d.objoid = s.oid
 where s.stxnamespace = any($1::oid[])
   and ($2::oid[] is null or s.stxrelid = any($2::oid[]))`);

export interface ListSchemasParams {
  readonly schemas: readonly string[] | null;
}
export interface ListSchemasRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
}
export const listSchemas = defineQuery<ListSchemasParams, ListSchemasRow>('migrate/snapshot.list_schemas', ['schemas'], `select n.oid as "oid", quote_ident(n.nspname) as "name", pg_catalog.pg_get_userbyid(n.nspowner) as "owner", n.nspacl::text[] as "acl",
       d.description as "comment"
  from pg_catalog.pg_namespace n
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_namespace'::regclass and d.objoid = n.oid and d.objsubid = 0
 -- The workshops of trash and moves come and go.
 where n.nspname !~ '^(pg_|migrate_trash_|migrate_move_)' and n.nspname <> 'information_schema'
   and ($1::text[] is null or n.nspname = any($1::text[]))
   and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e')
 order by n.nspname`);

export interface ListTablesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListTablesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly isUnlogged: boolean;
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  readonly options: string[] | null;
  readonly isRowSecured: boolean;
  readonly isRowSecurityForced: boolean;
  readonly replicaIdentity: string | null;
  readonly partitionKey: string | null;
  readonly parents: string[] | null;
  readonly bound: string | null;
  readonly isDetachPending: boolean;
  readonly ofType: string | null;
}
export const listTables = defineQuery<ListTablesParams, ListTablesRow>('migrate/snapshot.list_tables', ['namespaces', 'relations'], `select c.oid as "oid", format('%I.%I', n.nspname, c.relname) as "name", pg_catalog.pg_get_userbyid(c.relowner) as "owner",
       c.relacl::text[] as "acl", d.description as "comment",
       c.relpersistence = 'u' as "isUnlogged",
       case when m.amname <> 'heap' then m.amname end as "accessMethod",
       s.spcname as "tablespace",
       case when coalesce(c.reloptions, t.reloptions) is not null then
         array(select o from unnest(c.reloptions) o order by o) || array(select 'toast.' || o from unnest(t.reloptions) o order by o)
       end as "options",
       c.relrowsecurity as "isRowSecured", c.relforcerowsecurity as "isRowSecurityForced",
       case c.relreplident when 'n' then 'nothing' when 'f' then 'full'
         when 'i' then (select 'index ' || quote_ident(x.relname) from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                         where i.indrelid = c.oid and i.indisreplident) end as "replicaIdentity",
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as "partitionKey",
       case when c.relhassubclass or c.relispartition or h.is_child then
         array(select format('%I.%I', pn.nspname, p.relname)
                 from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = c.oid order by i.inhseqno)
       end as "parents",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound",
       coalesce(h.is_detach_pending, false) as "isDetachPending",
       case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end as "ofType"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join (select inhrelid, true as is_child, bool_or(inhdetachpending) as is_detach_pending from pg_catalog.pg_inherits group by inhrelid) h
    on h.inhrelid = c.oid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relkind in ('r', 'p') and c.relnamespace = any($1::oid[]) and e.objid is null
   and ($2::oid[] is null or c.oid = any($2::oid[]))`);

export interface ListViewsParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListViewsRow {
  readonly oid: number;
  readonly name: string;
  readonly isMaterialized: boolean;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly definition: string;
  readonly options: string[] | null;
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  readonly isUnpopulated: boolean;
}
export const listViews = defineQuery<ListViewsParams, ListViewsRow>('migrate/snapshot.list_views', ['namespaces', 'relations'], `select c.oid as "oid", format('%I.%I', n.nspname, c.relname) as "name", c.relkind = 'm' as "isMaterialized",
       pg_catalog.pg_get_userbyid(c.relowner) as "owner", c.relacl::text[] as "acl", d.description as "comment",
       pg_catalog.pg_get_viewdef(c.oid) as "definition",
       case when coalesce(c.reloptions, t.reloptions) is not null then
         array(select o from unnest(c.reloptions) o order by o) || array(select 'toast.' || o from unnest(t.reloptions) o order by o)
       end as "options",
       case when m.amname <> 'heap' then m.amname end as "accessMethod", s.spcname as "tablespace",
       not c.relispopulated as "isUnpopulated"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_am m on m.oid = c.relam
  left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
  left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relkind in ('v', 'm') and c.relnamespace = any($1::oid[]) and e.objid is null
   and ($2::oid[] is null or c.oid = any($2::oid[]))`);

export interface ListColumnsParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListColumnsRow {
  readonly relation: number;
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly isNotNull: boolean | null;
  readonly notNullName: string | null;
  readonly isNotNullNotValid: boolean | null;
  readonly isNotNullNoInherit: boolean | null;
  readonly default: string | null;
  readonly generated: string | null;
  readonly identity: string | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly statistics: number | null;
  readonly options: string[] | null;
  readonly foreignOptions: string[] | null;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly isInherited: boolean | null;
  readonly isLocalToo: boolean | null;
}
/**
 * Of tables, views and composite types, in the order of their columns. A default names no column: without its table it is printed without opening
 * it, which takes no lock and half the time.
 */
export const listColumns = defineQuery<ListColumnsParams, ListColumnsRow>('migrate/snapshot.list_columns', ['namespaces', 'relations'], `select a.attrelid as "relation", quote_ident(a.attname) as "name",
       pg_catalog.format_type(a.atttypid, a.atttypmod) as "type",
       case when a.attcollation <> t.typcollation then format('%I.%I', cn.nspname, co.collname) end as "collation",
       nullif(a.attnotnull or k.oid is not null, false) as "isNotNull",
       case when k.conname <> left(c.relname || '_' || a.attname || '_not_null', 63) then quote_ident(k.conname) end as "notNullName",
       nullif(not k.convalidated, false) as "isNotNullNotValid",
       nullif(k.connoinherit, false) as "isNotNullNoInherit",
       pg_catalog.pg_get_expr(f.adbin, case when a.attgenerated = '' then 0 else a.attrelid end) as "default",
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as "generated",
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as "identity",
       case when a.attstorage <> t.typstorage then
         case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end as "storage",
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as "compression",
       nullif(a.attstattarget::int, -1) as "statistics",
       case when a.attoptions is not null then array(select o from unnest(a.attoptions) o order by o) end as "options",
       case when a.attfdwoptions is not null then array(select o from unnest(a.attfdwoptions) o order by o) end as "foreignOptions",
       a.attacl::text[] as "acl", d.description as "comment",
       nullif(a.attinhcount > 0, false) as "isInherited", nullif(a.attinhcount > 0 and a.attislocal, false) as "isLocalToo"
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_collation co on co.oid = a.attcollation and a.attcollation <> t.typcollation
  left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
  left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'n' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum
 where c.relkind in ('r', 'p', 'v', 'm', 'c', 'f') and c.relnamespace = any($1::oid[]) and a.attnum > 0 and not a.attisdropped
   and ($2::oid[] is null or a.attrelid = any($2::oid[]))
 order by a.attrelid, a.attnum`);

export interface ListSequencesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListSequencesRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly isUnlogged: boolean;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly isCycling: boolean;
  readonly ownedBy: string | null;
  readonly isIdentity: boolean;
}
export const listSequences = defineQuery<ListSequencesParams, ListSequencesRow>('migrate/snapshot.list_sequences', ['namespaces', 'relations'], `select c.oid as "oid", format('%I.%I', n.nspname, c.relname) as "name", pg_catalog.pg_get_userbyid(c.relowner) as "owner",
       c.relacl::text[] as "acl", d.description as "comment", c.relpersistence = 'u' as "isUnlogged",
       pg_catalog.format_type(s.seqtypid, null) as "type", s.seqstart::text as "start", s.seqincrement::text as "increment",
       s.seqmin::text as "minimum", s.seqmax::text as "maximum", s.seqcache::text as "cache", s.seqcycle as "isCycling",
       case when o.deptype is not null then format('%I.%I.%I', rn.nspname, r.relname, a.attname) end as "ownedBy",
       coalesce(o.deptype = 'i', false) as "isIdentity"
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
 where c.relkind = 'S' and c.relnamespace = any($1::oid[]) and e.objid is null
   and ($2::oid[] is null
        or c.oid in (select d.objid from pg_catalog.pg_depend d where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = any($2::oid[])))`);

export interface FindRelationsParams {
  readonly relations: readonly string[];
}
export interface FindRelationsRow {
  readonly oid: number;
}
export const findRelations = defineQuery<FindRelationsParams, FindRelationsRow>('migrate/snapshot.find_relations', ['relations'], `select distinct pg_catalog.to_regclass(r)::oid as "oid" from unnest($1::text[]) r where pg_catalog.to_regclass(r) is not null`);

export interface ListTypesParams {
  readonly namespaces: readonly number[];
}
export interface ListTypesRow {
  readonly oid: number;
  readonly name: string;
  readonly relation: number;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly labels: string[] | null;
  readonly range: string[] | null;
}
/**
 * Enumerations, composite types and ranges.
 */
export const listTypes = defineQuery<ListTypesParams, ListTypesRow>('migrate/snapshot.list_types', ['namespaces'], `select t.oid as "oid", format('%I.%I', n.nspname, t.typname) as "name", t.typrelid as "relation", pg_catalog.pg_get_userbyid(t.typowner) as "owner",
       t.typacl::text[] as "acl", d.description as "comment",
       case when t.typtype = 'e' then array(select v.enumlabel::text from pg_catalog.pg_enum v where v.enumtypid = t.oid order by v.enumsortorder) end as "labels",
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
          where r.rngtypid = t.oid) end as "range"
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_class c on c.oid = t.typrelid
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_type'::regclass and e.objid = t.oid and e.deptype = 'e'
 where t.typnamespace = any($1::oid[]) and (t.typtype in ('e', 'r') or c.relkind = 'c') and e.objid is null`);

export interface ListDomainsParams {
  readonly namespaces: readonly number[];
}
export interface ListDomainsRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly type: string;
  readonly collation: string | null;
  readonly isNotNull: boolean;
  readonly default: string | null;
  readonly constraints: string[];
}
export const listDomains = defineQuery<ListDomainsParams, ListDomainsRow>('migrate/snapshot.list_domains', ['namespaces'], `select t.oid as "oid", format('%I.%I', n.nspname, t.typname) as "name", pg_catalog.pg_get_userbyid(t.typowner) as "owner", t.typacl::text[] as "acl",
       d.description as "comment", pg_catalog.format_type(t.typbasetype, t.typtypmod) as "type",
       case when t.typcollation <> b.typcollation then format('%I.%I', cn.nspname, co.collname) end as "collation",
       t.typnotnull as "isNotNull", pg_catalog.pg_get_expr(t.typdefaultbin, 0) as "default",
       array(select json_build_array(quote_ident(k.conname), pg_catalog.pg_get_constraintdef(k.oid), k.convalidated, kd.description)::text
               from pg_catalog.pg_constraint k
               left join pg_catalog.pg_description kd on kd.classoid = 'pg_catalog.pg_constraint'::regclass and kd.objoid = k.oid
              where k.contypid = t.oid and k.contype = 'c' order by k.conname) as "constraints"
  from pg_catalog.pg_type t
  join pg_catalog.pg_type b on b.oid = t.typbasetype
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_collation co on co.oid = t.typcollation
  left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = t.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_type'::regclass and e.objid = t.oid and e.deptype = 'e'
 where t.typtype = 'd' and t.typnamespace = any($1::oid[]) and e.objid is null`);

export interface ListRoutinesParams {
  readonly namespaces: readonly number[];
  readonly relations: readonly number[] | null;
}
export interface ListRoutinesRow {
  readonly oid: number;
  readonly name: string;
  readonly isProcedure: boolean;
  readonly owner: string;
  readonly acl: string[] | null;
  readonly comment: string | null;
  readonly arguments: string;
  readonly result: string | null;
  readonly language: string;
  readonly body: string;
  readonly isSqlBody: boolean;
  readonly library: string | null;
  readonly volatility: string | null;
  readonly parallel: string | null;
  readonly isStrict: boolean;
  readonly isSecurityDefiner: boolean;
  readonly isLeakproof: boolean;
  readonly isWindow: boolean;
  readonly cost: number | null;
  readonly rows: number | null;
  readonly support: string | null;
  readonly settings: string[] | null;
  readonly transforms: string[] | null;
}
export const listRoutines = defineQuery<ListRoutinesParams, ListRoutinesRow>('migrate/snapshot.list_routines', ['namespaces', 'relations'], `select p.oid as "oid", format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as "name", p.prokind = 'p' as "isProcedure",
       pg_catalog.pg_get_userbyid(p.proowner) as "owner", p.proacl::text[] as "acl", d.description as "comment",
       pg_catalog.pg_get_function_arguments(p.oid) as "arguments", pg_catalog.pg_get_function_result(p.oid) as "result",
       quote_ident(l.lanname) as "language", coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as "body",
       p.prosqlbody is not null as "isSqlBody", p.probin as "library",
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' end as "volatility",
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end as "parallel",
       p.proisstrict as "isStrict", p.prosecdef as "isSecurityDefiner", p.proleakproof as "isLeakproof", p.prokind = 'w' as "isWindow",
       case when p.procost <> case when l.lanname in ('c', 'internal') then 1 else 100 end then p.procost end as "cost",
       case when p.proretset and p.prorows <> 1000 then p.prorows end as "rows",
       case when p.prosupport::oid <> 0 then p.prosupport::text end as "support",
       p.proconfig as "settings",
       case when p.protrftypes is not null then array(select pg_catalog.format_type(t, null) from unnest(p.protrftypes) t) end as "transforms"
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_proc'::regclass and d.objoid = p.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
 -- The constructors of a range are internal parts of it.
  left join pg_catalog.pg_depend i on i.classid = 'pg_catalog.pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i'
 where p.prokind <> 'a' and p.pronamespace = any($1::oid[]) and e.objid is null and i.objid is null
   -- Those whose body or arguments name one of the relations.
   and ($2::oid[] is null
        or p.oid in (select x.objid from pg_catalog.pg_depend x
                      where x.classid = 'pg_catalog.pg_proc'::regclass and x.refclassid = 'pg_catalog.pg_class'::regclass and x.refobjid = any($2::oid[])
                     union all
                     select x.objid from pg_catalog.pg_depend x join pg_catalog.pg_type y on y.oid = x.refobjid or y.typarray = x.refobjid
                      where x.classid = 'pg_catalog.pg_proc'::regclass and x.refclassid = 'pg_catalog.pg_type'::regclass
                        and y.typrelid = any($2::oid[])))`);
