// Made by `npm run generate` from catalog.sql, ledger.sql, lock.sql; do not edit.
// sources: 25da53f0a05e480e6f38894f094cea0d
import { defineQuery } from '../../../../kernel/index.ts';

export interface FindIndexParams {
  readonly table: string;
  readonly index: string;
}
export interface FindIndexRow {
  readonly table: string;
  readonly is_on_table: boolean;
  readonly is_valid: boolean;
  readonly definition: string;
}
/**
 * The index of that name with all that makes two indexes the same, and whether it is on that table.
 */
export const findIndex = defineQuery<FindIndexParams, FindIndexRow>('migrate.find_index', ['table', 'index'], `select i.indrelid::regclass::text as "table", coalesce(i.indrelid = pg_catalog.to_regclass(nullif($1, '')), false) as is_on_table, (i.indisvalid and i.indisready and i.indislive) as "is_valid",
       jsonb_build_object(
         'unique', i.indisunique, 'nulls not distinct', i.indnullsnotdistinct, 'method', m.amname, 'key columns', i.indnkeyatts,
         'columns', (select jsonb_agg(jsonb_build_object(
                        'is', pg_catalog.pg_get_indexdef(c.oid, n, true),
                        'operators', i.indclass[n - 1]::int8, 'collation', i.indcollation[n - 1]::int8, 'order', i.indoption[n - 1]) order by n)
                       from generate_series(1, i.indnatts::int4) n),
         'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'options', c.reloptions)::text as "definition"
  from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid join pg_catalog.pg_am m on m.oid = c.relam
 where c.oid = pg_catalog.to_regclass($2)`);

export interface FindLeftoversParams {
  readonly relation: string;
}
export interface FindLeftoversRow {
  readonly index: string;
}
/**
 * Invalid copies that an interrupted REINDEX CONCURRENTLY left on a table or the table of an index.
 */
export const findLeftovers = defineQuery<FindLeftoversParams, FindLeftoversRow>('migrate.find_leftovers', ['relation'], `select format('%I.%I', n.nspname, c.relname) as "index"
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where not i.indisvalid and c.relname ~ '_cc(new|old)\\d*$'
   and i.indrelid = coalesce((select x.indrelid from pg_catalog.pg_index x where x.indexrelid = pg_catalog.to_regclass($1)),
                             pg_catalog.to_regclass($1)::oid)`);

export interface FindPartitionParams {
  readonly parent: string;
  readonly partition: string;
}
export interface FindPartitionRow {
  readonly is_pending: boolean;
}
export const findPartition = defineQuery<FindPartitionParams, FindPartitionRow>('migrate.find_partition', ['parent', 'partition'], `select h.inhdetachpending as "is_pending" from pg_catalog.pg_inherits h
 where h.inhparent = pg_catalog.to_regclass($1) and h.inhrelid = pg_catalog.to_regclass($2)`);

export interface FindConstraintParams {
  readonly table: string;
  readonly name: string;
}
export interface FindConstraintRow {
  readonly is_valid: boolean;
  readonly kind: string;
}
export const findConstraint = defineQuery<FindConstraintParams, FindConstraintRow>('migrate.find_constraint', ['table', 'name'], `select convalidated as "is_valid", contype::text as "kind" from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1) and conname = $2`);

export interface HasEnumValueParams {
  readonly type: string;
  readonly value: string;
}
export interface HasEnumValueRow {
  readonly exists: boolean;
}
export const hasEnumValue = defineQuery<HasEnumValueParams, HasEnumValueRow>('migrate.has_enum_value', ['type', 'value'], `select exists (select from pg_catalog.pg_enum where enumtypid = pg_catalog.to_regtype($1) and enumlabel = $2) as "exists"`);

export interface ResolveObjectsParams {
  readonly targets: readonly string[];
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  readonly relations: readonly string[];
}
export interface ResolveObjectsRow {
  readonly target: string;
  readonly classid: number;
  readonly objid: number;
}
/**
 * Objects by what DROP calls them; no row for one that does not exist. Arrays run in parallel.
 */
export const resolveObjects = defineQuery<ResolveObjectsParams, ResolveObjectsRow>('migrate.resolve_objects', ['targets', 'kinds', 'names', 'relations'], `select t.target as "target", o.classid as "classid", o.objid as "objid"
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t(target, kind, name, relation),
       lateral (
         select 'pg_catalog.pg_class'::regclass::oid, pg_catalog.to_regclass(t.name)::oid where t.kind = 'view'
         union all
         select 'pg_catalog.pg_proc'::regclass::oid, pg_catalog.to_regprocedure(t.name)::oid where t.kind in ('function', 'procedure')
         union all
         select 'pg_catalog.pg_trigger'::regclass::oid, g.oid from pg_catalog.pg_trigger g
          where t.kind = 'trigger' and g.tgrelid = pg_catalog.to_regclass(t.relation) and format('"%s"', replace(g.tgname, '"', '""')) = t.name
         union all
         select 'pg_catalog.pg_policy'::regclass::oid, p.oid from pg_catalog.pg_policy p
          where t.kind = 'policy' and p.polrelid = pg_catalog.to_regclass(t.relation) and format('"%s"', replace(p.polname, '"', '""')) = t.name
       ) as o(classid, objid)
 where o.objid is not null`);

export interface ListDependantsParams {
  readonly classid: number;
  readonly objid: number;
}
export interface ListDependantsRow {
  readonly classid: number;
  readonly objid: number;
  readonly depth: number;
  readonly words: string;
  readonly definition: string | null;
  readonly adornments: string[];
}
/**
 * An object (depth 0) and all that has to be dropped with it and made again after it, by the longest way from it. `definition` is null
 * for what cannot be made again from the catalog (defaults, constraints, indexes, materialised views …). `adornments` are the grants,
 * comments, owner and switches that a new object does not have by itself.
 */
export const listDependants = defineQuery<ListDependantsParams, ListDependantsRow>('migrate.list_dependants', ['classid', 'objid'], `with recursive found (classid, objid, depth) as (
  select $1::oid, $2::oid, 0
  union
  select n.classid, n.objid, f.depth + 1
    from found f
    join pg_catalog.pg_depend d on d.refclassid = f.classid and d.refobjid = f.objid and d.deptype in ('n', 'a', 'i')
    left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid,
         lateral (select case when r.oid is null then d.classid else 'pg_catalog.pg_class'::regclass end, coalesce(r.ev_class, d.objid))
           as n(classid, objid)
   where (n.classid, n.objid) <> (f.classid, f.objid)
), objects as (
  select classid, objid, max(depth) as depth from found where classid <> 'pg_catalog.pg_type'::regclass group by classid, objid
), described as (
  select o.classid, o.objid, o.depth, 'view ' || v.oid::regclass as words, 'table ' || v.oid::regclass as grant_words, v.relacl as acl, v.relowner as owner,
         format('create view %s%s as %s', v.oid::regclass, ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_catalog.pg_get_viewdef(v.oid)) as definition,
         null::text as switch
    from objects o join pg_catalog.pg_class v on o.classid = 'pg_catalog.pg_class'::regclass and v.oid = o.objid and v.relkind = 'v'
  union all
  select o.classid, o.objid, o.depth, case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure, 'routine ' || p.oid::regprocedure,
         p.proacl, p.proowner, pg_catalog.pg_get_functiondef(p.oid), null
    from objects o join pg_catalog.pg_proc p on o.classid = 'pg_catalog.pg_proc'::regclass and p.oid = o.objid and p.prokind <> 'a'
  union all
  select o.classid, o.objid, o.depth, format('trigger %I on %s', g.tgname, g.tgrelid::regclass), null, null, null, pg_catalog.pg_get_triggerdef(g.oid),
         case when g.tgenabled <> 'O' then
           format('alter table %s %s trigger %I', g.tgrelid::regclass,
                  case g.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, g.tgname)
         end
    from objects o join pg_catalog.pg_trigger g on o.classid = 'pg_catalog.pg_trigger'::regclass and g.oid = o.objid and not g.tgisinternal
  union all
  select o.classid, o.objid, o.depth, format('policy %I on %s', p.polname, p.polrelid::regclass), null, null, null,
         format('create policy %I on %s as %s for %s to %s', p.polname, p.polrelid::regclass,
                case when p.polpermissive then 'permissive' else 'restrictive' end,
                case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                (select string_agg(case r when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r))
           || coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''), null
    from objects o join pg_catalog.pg_policy p on o.classid = 'pg_catalog.pg_policy'::regclass and p.oid = o.objid
)
select o.classid as "classid", o.objid as "objid", o.depth as "depth",
       coalesce(d.words, pg_catalog.pg_describe_object(o.classid, o.objid, 0)) as "words", d.definition,
       array(
         select a.sql from (
           select 1 as rank, format('alter %s owner to %I', d.words, pg_catalog.pg_get_userbyid(d.owner)) as sql where d.owner <> current_user::regrole::oid
           union all
           select 2, format('revoke all on %s from public', d.grant_words) where d.acl is not null
           union all
           select 3, format('grant %s on %s to %s%s', x.privilege_type, d.grant_words,
                            case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end,
                            case when x.is_grantable then ' with grant option' else '' end)
             from pg_catalog.aclexplode(d.acl) x where x.grantee <> d.owner
           union all
           select 4, format('grant %s (%I) on %s to %s', x.privilege_type, c.attname, d.grant_words,
                            case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end)
             from pg_catalog.pg_attribute c, pg_catalog.aclexplode(c.attacl) x
            where o.classid = 'pg_catalog.pg_class'::regclass and c.attrelid = o.objid
           union all
           select 5, format('comment on %s is %L', d.words, m.description) from pg_catalog.pg_description m
            where m.classoid = o.classid and m.objoid = o.objid and m.objsubid = 0
           union all
           select 6, format('comment on column %s.%I is %L', o.objid::regclass, c.attname, m.description)
             from pg_catalog.pg_description m join pg_catalog.pg_attribute c on c.attrelid = m.objoid and c.attnum = m.objsubid
            where o.classid = 'pg_catalog.pg_class'::regclass and m.classoid = o.classid and m.objoid = o.objid and m.objsubid > 0
           union all
           select 7, d.switch where d.switch is not null
         ) a order by a.rank, a.sql) as "adornments"
  from objects o left join described d on d.classid = o.classid and d.objid = o.objid
 order by o.depth`);

export interface DescribeColumnParams {
  readonly table: string;
  readonly name: string;
}
export interface DescribeColumnRow {
  readonly definition: string;
}
/**
 * All that makes two columns the same; no row where there is none.
 */
export const describeColumn = defineQuery<DescribeColumnParams, DescribeColumnRow>('migrate.describe_column', ['table', 'name'], `select jsonb_build_object(
         'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull, 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
         'generated', a.attgenerated, 'identity', a.attidentity, 'collation', a.attcollation::int8)::text as "definition"
  from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = pg_catalog.to_regclass($1) and a.attname = $2 and a.attnum > 0 and not a.attisdropped`);

export interface DescribeConstraintParams {
  readonly table: string;
  readonly name: string;
}
export interface DescribeConstraintRow {
  readonly definition: string;
}
/**
 * The same for a constraint. Whether it is validated is not part of it: that is another step.
 */
export const describeConstraint = defineQuery<DescribeConstraintParams, DescribeConstraintRow>('migrate.describe_constraint', ['table', 'name'], `select regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '') as "definition"
  from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1) and conname = $2`);

export interface DescribeRelationParams {
  readonly table: string;
}
export interface DescribeRelationRow {
  readonly definition: string;
}
/**
 * The same for a table: its columns, its constraints, how it is partitioned.
 */
export const describeRelation = defineQuery<DescribeRelationParams, DescribeRelationRow>('migrate.describe_relation', ['table'], `select jsonb_build_object(
         'kind', c.relkind, 'persistence', c.relpersistence, 'partitioned', pg_catalog.pg_get_partkeydef(c.oid),
         'columns', (select jsonb_agg(jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                                        pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity) order by a.attname)
                       from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         'constraints', (select jsonb_agg(jsonb_build_array(k.conname, pg_catalog.pg_get_constraintdef(k.oid)) order by k.conname)
                           from pg_catalog.pg_constraint k where k.conrelid = c.oid))::text as "definition"
  from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass($1)`);

export interface EstimateIndexParams {
  readonly columns: readonly string[];
  readonly table: string;
}
export interface EstimateIndexRow {
  readonly bytes: number;
}
/**
 * About how large an index over these columns becomes: 16 bytes per row beside the values, pages nine tenths full. Where there are no
 * statistics, as large as the table. No row where there is no such table.
 */
export const estimateIndex = defineQuery<EstimateIndexParams, EstimateIndexRow>('migrate.estimate_index', ['columns', 'table'], `select greatest(0, case when c.reltuples <= 0 then pg_catalog.pg_table_size(c.oid)
              else c.reltuples * (16 + coalesce(w.bytes, pg_catalog.pg_table_size(c.oid) / c.reltuples)) / 0.9 end)::int8 as "bytes"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
       lateral (select case when count(*) = cardinality($1::text[]) then sum(s.avg_width) end as bytes from pg_catalog.pg_stats s
                 where s.schemaname = n.nspname and s.tablename = c.relname and s.attname = any($1::text[]) and not s.inherited) w
 where c.oid = pg_catalog.to_regclass($2)`);

export interface SizeOfIndexesParams {
  readonly relation: string;
}
export interface SizeOfIndexesRow {
  readonly bytes: number;
}
/**
 * Of an index, or of all indexes of a table.
 */
export const sizeOfIndexes = defineQuery<SizeOfIndexesParams, SizeOfIndexesRow>('migrate.size_of_indexes', ['relation'], `select coalesce(sum(pg_catalog.pg_relation_size(i.indexrelid)), 0)::int8 as "bytes" from pg_catalog.pg_index i
 where pg_catalog.to_regclass($1)::oid in (i.indexrelid, i.indrelid)`);

export interface DescribeTriggerParams {
  readonly table: string;
  readonly name: string;
}
export interface DescribeTriggerRow {
  readonly definition: string;
}
export const describeTrigger = defineQuery<DescribeTriggerParams, DescribeTriggerRow>('migrate.describe_trigger', ['table', 'name'], `select pg_catalog.pg_get_triggerdef(oid) as "definition" from pg_catalog.pg_trigger
 where tgrelid = pg_catalog.to_regclass($1) and tgname = $2 and not tgisinternal`);

export interface DescribePolicyParams {
  readonly table: string;
  readonly name: string;
}
export interface DescribePolicyRow {
  readonly definition: string;
}
export const describePolicy = defineQuery<DescribePolicyParams, DescribePolicyRow>('migrate.describe_policy', ['table', 'name'], `select jsonb_build_object(
         'permissive', polpermissive, 'command', polcmd, 'roles', (select jsonb_agg(r::regrole::text order by 1) from unnest(polroles) r),
         'using', pg_catalog.pg_get_expr(polqual, polrelid), 'with check', pg_catalog.pg_get_expr(polwithcheck, polrelid))::text as "definition"
  from pg_catalog.pg_policy where polrelid = pg_catalog.to_regclass($1) and polname = $2`);

export interface DescribeViewParams {
  readonly view: string;
}
export interface DescribeViewRow {
  readonly definition: string;
}
/**
 * What has the name of a view; of something else, only what it is.
 */
export const describeView = defineQuery<DescribeViewParams, DescribeViewRow>('migrate.describe_view', ['view'], `select jsonb_build_object('kind', relkind, 'options', reloptions,
         'query', case when relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(oid) end)::text as "definition"
  from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1)`);

export interface ListFunctionsParams {
  readonly schema: string;
  readonly name: string;
}
export interface ListFunctionsRow {
  readonly arguments: string;
  readonly definition: string;
}
/**
 * All that have the name, each with the types of its arguments.
 */
export const listFunctions = defineQuery<ListFunctionsParams, ListFunctionsRow>('migrate.list_functions', ['schema', 'name'], `select p.proargtypes::text as "arguments", pg_catalog.pg_get_functiondef(p.oid) as "definition"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname = $1 and p.proname = $2 and p.prokind in ('f', 'p')`);

export interface DescribeExtensionParams {
  readonly name: string;
}
export interface DescribeExtensionRow {
  readonly definition: string;
  readonly schema: string;
  readonly version: string;
}
export const describeExtension = defineQuery<DescribeExtensionParams, DescribeExtensionRow>('migrate.describe_extension', ['name'], `select format('version %s in schema %s', e.extversion, n.nspname) as "definition", n.nspname::text as "schema", e.extversion as "version"
  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = $1`);

export interface DescribeEnumParams {
  readonly type: string;
}
export interface DescribeEnumRow {
  readonly labels: string[];
}
/**
 * Its labels in order; no row where there is no type of that name.
 */
export const describeEnum = defineQuery<DescribeEnumParams, DescribeEnumRow>('migrate.describe_enum', ['type'], `select array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as "labels"
  from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype($1)`);

export interface HasObjectParams {
  readonly kind: string;
  readonly name: string;
  readonly relation: string;
}
export interface HasObjectRow {
  readonly exists: boolean;
}
/**
 * `relation` is empty for what belongs to no table. Names are quoted where they are qualified, plain where they are not.
 */
export const hasObject = defineQuery<HasObjectParams, HasObjectRow>('migrate.has_object', ['kind', 'name', 'relation'], `select coalesce(case $1::text
         when 'relation' then pg_catalog.to_regclass($2) is not null
         when 'function' then pg_catalog.to_regprocedure($2 || '()') is not null
         when 'name' then exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                                   where p.prokind in ('f', 'p') and format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(p.proname, '"', '""')) = $2)
         when 'type' then pg_catalog.to_regtype($2) is not null
         when 'schema' then exists (select from pg_catalog.pg_namespace where nspname = $2)
         when 'extension' then exists (select from pg_catalog.pg_extension where extname = $2)
         when 'trigger' then exists (select from pg_catalog.pg_trigger where tgrelid = pg_catalog.to_regclass($3) and tgname = $2)
         when 'policy' then exists (select from pg_catalog.pg_policy where polrelid = pg_catalog.to_regclass($3) and polname = $2)
         when 'constraint' then exists (select from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($3) and conname = $2)
         when 'column' then exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass($3) and attname = $2
                                       and attnum > 0 and not attisdropped)
       end, false) as "exists"`);

export interface FindKindParams {
  readonly relation: string;
}
export interface FindKindRow {
  readonly kind: string;
}
/**
 * `pg_class.relkind`; no row where there is no such relation.
 */
export const findKind = defineQuery<FindKindParams, FindKindRow>('migrate.find_kind', ['relation'], `select relkind::text as "kind" from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1)`);

export type HasLedgerParams = Record<string, never>;
export interface HasLedgerRow {
  readonly exists: boolean;
  readonly is_current: boolean;
  readonly has_backfills: boolean;
  readonly is_unused: boolean;
}
/**
 * `is_current`: the ledger's second migration is there, so that columns of it may be named. `is_unused`: there is neither a ledger nor a
 * table of anybody, those of extensions aside.
 */
export const hasLedger = defineQuery<HasLedgerParams, HasLedgerRow>('migrate.has_ledger', [], `select pg_catalog.to_regclass('migrate.objects') is not null as "exists",
       exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass('migrate.steps') and attname = 'direction') as "is_current",
       pg_catalog.to_regclass('migrate.quarantine') is not null as "has_backfills",
       pg_catalog.to_regclass('migrate.objects') is null and not exists (
         select from pg_catalog.pg_class c
          where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't'
            and not exists (select from pg_catalog.pg_depend d
                             where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')) as "is_unused"`);

export type ListMigrationsParams = Record<string, never>;
export interface ListMigrationsRow {
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly tier: string;
  readonly state: string;
  readonly checksum_up: string;
  readonly tree_sha256: string;
}
/**
 * Everything that was ever begun here, for deciding what is left to do.
 */
export const listMigrations = defineQuery<ListMigrationsParams, ListMigrationsRow>('migrate.list_migrations', [], `select id, source, name, tier, state, checksum_up, tree_sha256 from migrate.migrations`);

export type ListHistoryParams = Record<string, never>;
export interface ListHistoryRow {
  readonly source: string;
  readonly name: string;
  readonly tier: string;
  readonly state: string;
  readonly checksum_up: string;
  readonly applied: Date | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly actor: string;
}
/**
 * The same for people.
 */
export const listHistory = defineQuery<ListHistoryParams, ListHistoryRow>('migrate.list_history', [], `select m.source, m.name, m.tier, m.state, m.checksum_up, m.applied, m.duration_ms, m.error, r.actor || '@' || r.host as "actor"
  from migrate.migrations m join migrate.runs r on r.id = m.run_id`);

export type ListChecksumsParams = Record<string, never>;
export interface ListChecksumsRow {
  readonly id: string;
  readonly checksum_down: string | null;
  readonly checksum_pre: string | null;
  readonly checksum_post: string | null;
  readonly checksum_meta: string | null;
}
/**
 * Of the parts beside the statements; only migrations that have one.
 */
export const listChecksums = defineQuery<ListChecksumsParams, ListChecksumsRow>('migrate.list_checksums', [], `select source || '/' || name as "id", checksum_down, checksum_pre, checksum_post, checksum_meta
  from migrate.migrations
 where state in ('applied', 'baseline') and coalesce(checksum_down, checksum_pre, checksum_post, checksum_meta) is not null`);

export type ListUnfinishedParams = Record<string, never>;
export interface ListUnfinishedRow {
  readonly id: string;
}
/**
 * Migrations whose backfills are not through yet, or left rows in quarantine.
 */
export const listUnfinished = defineQuery<ListUnfinishedParams, ListUnfinishedRow>('migrate.list_unfinished', [], `select distinct split_part(b.name, '#', 1) as "id"
  from migrate.backfills b
 where b.state <> 'completed' or exists (select from migrate.quarantine q where q.backfill_id = b.id)`);

export type ListObjectsParams = Record<string, never>;
export interface ListObjectsRow {
  readonly identity: string;
  readonly sha256: string;
  readonly defines: string[];
}
export const listObjects = defineQuery<ListObjectsParams, ListObjectsRow>('migrate.list_objects', [], `select identity, sha256, defines from migrate.objects order by identity`);

export type ListHalfRevertedParams = Record<string, never>;
export interface ListHalfRevertedRow {
  readonly id: string;
}
/**
 * Rows whose way back runs statement by statement and has begun: neither applied nor reverted.
 */
export const listHalfReverted = defineQuery<ListHalfRevertedParams, ListHalfRevertedRow>('migrate.list_half_reverted', [], `select m.id from migrate.migrations m
 where m.state = 'reverting' and exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down')`);

export type RecoverRevertingParams = Record<string, never>;
export type RecoverRevertingRow = Record<string, never>;
/**
 * What a killed run left: its lock was free, so a transactional way back rolled back.
 */
export const recoverReverting = defineQuery<RecoverRevertingParams, RecoverRevertingRow>('migrate.recover_reverting', [], `update migrate.migrations m set state = 'applied'
 where m.state = 'reverting' and not exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down')`);

export interface BeginRunParams {
  readonly id: string;
  readonly command: string;
  readonly declared_window: string | null;
  readonly actor: string;
  readonly host: string;
  readonly backend_pid: number;
}
export type BeginRunRow = Record<string, never>;
export const beginRun = defineQuery<BeginRunParams, BeginRunRow>('migrate.begin_run', ['id', 'command', 'declared_window', 'actor', 'host', 'backend_pid'], `insert into migrate.runs (id, command, declared_window, actor, host, backend_pid)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing`);

export interface EndRunParams {
  readonly outcome: string;
  readonly id: string;
}
export type EndRunRow = Record<string, never>;
export const endRun = defineQuery<EndRunParams, EndRunRow>('migrate.end_run', ['outcome', 'id'], `update migrate.runs set outcome = $1, completed = now() where id = $2 and outcome = 'running'`);

export interface AdvanceParams {
  readonly duration_ms: number;
  readonly lock_wait_ms: number;
  readonly source: string;
  readonly name: string;
  readonly tiers: readonly string[];
  readonly allowed_applied: readonly string[];
  readonly next_ids: readonly string[];
  readonly next_source: string;
  readonly next_name: string;
  readonly next_tiers: readonly string[];
  readonly checksum_up: string;
  readonly checksum_down: string | null;
  readonly checksum_pre: string | null;
  readonly checksum_post: string | null;
  readonly checksum_meta: string | null;
  readonly tree_sha256: string;
  readonly run_id: string;
  readonly allowed_running: readonly string[];
  readonly born: readonly string[];
  readonly touched: readonly string[];
  readonly not_valid: readonly string[];
  readonly lock_key: number;
}
export interface AdvanceRow {
  readonly recorded: number | null;
  readonly announced: number | null;
  readonly violations: string[];
  readonly backend_pid: number;
  readonly is_held: boolean;
}
/**
 * The end of one migration and the intent of the next, in the transaction of the first: rows `recorded` as applied and `announced` as
 * running (one per tier; fewer when a state does not allow the move), what the built-in invariants say about the tables it touched, and
 * the proof that this is still the session with the lock. Either half may be empty. One statement, because every round trip counts here.
 */
export const advance = defineQuery<AdvanceParams, AdvanceRow>('migrate.advance', ['duration_ms', 'lock_wait_ms', 'source', 'name', 'tiers', 'allowed_applied', 'next_ids', 'next_source', 'next_name', 'next_tiers', 'checksum_up', 'checksum_down', 'checksum_pre', 'checksum_post', 'checksum_meta', 'tree_sha256', 'run_id', 'allowed_running', 'born', 'touched', 'not_valid', 'lock_key'], `with applied as (
  update migrate.migrations
     set state = 'applied', applied = clock_timestamp(), reverted = null, duration_ms = $1, lock_wait_ms = $2
   where source = $3 and name = $4 and tier = any($5::text[]) and state = any($6::text[])
  returning id
), announced as (
  insert into migrate.migrations as m
    (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256, run_id)
  select unnest($7::uuid[]), $8, $9, unnest($10::text[]), 'running', $11, $12,
         $13, $14, $15, $16, $17
  on conflict on constraint migrations_source_name_tier_key do update
     set state = 'running', checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down,
         checksum_pre = excluded.checksum_pre, checksum_post = excluded.checksum_post, checksum_meta = excluded.checksum_meta,
         tree_sha256 = excluded.tree_sha256, run_id = excluded.run_id, attempts = m.attempts + 1, sqlstate = null, error = null,
         started = now()
   where m.state = any($18::text[])
  returning id
), touched as (
    select c.oid, c.relowner, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, t.name, t.name = any($19::text[]) as is_born
      from unnest($20::text[]) as t(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(t.name)
     where c.relkind in ('r', 'p')
), violations as (
  select 'primary-key' as rule, t.name as object
    from touched t
   where t.is_born and not t.relispartition
     and not exists (select from pg_catalog.pg_constraint k where k.conrelid = t.oid and k.contype = 'p')
  union all
  select 'row-security', t.name
    from touched t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
   where not t.relispartition and not (t.relrowsecurity and t.relforcerowsecurity)
  union all
  select 'owner', t.name from touched t where t.is_born and t.relowner <> current_user::regrole::oid
  union all
  select 'valid-index', i.indexrelid::regclass::text
    from touched t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
   where x.relkind = 'i' and not (i.indisvalid and i.indisready) and age(x.xmin) <= age(pg_current_xact_id()::xid)
  union all
  select 'valid-constraint', k.conname
    from touched t join pg_catalog.pg_constraint k on k.conrelid = t.oid
   where not k.convalidated and k.conname <> all($21::text[]) and age(k.xmin) <= age(pg_current_xact_id()::xid)
  union all
  select 'indexed-key', k.conname
    from touched t join pg_catalog.pg_constraint k on k.conrelid = t.oid
   where k.contype = 'f' and k.conparentid = 0 and age(k.xmin) <= age(pg_current_xact_id()::xid)
     and not exists (
       select from pg_catalog.pg_index i, lateral (select string_to_array(i.indkey::text, ' ')::int2[] as columns) c
        where i.indrelid = k.conrelid and i.indisvalid
          and c.columns[1:cardinality(k.conkey)] @> k.conkey
          -- A partial index that leaves out only rows without a key serves as well.
          and (i.indpred is null or pg_catalog.pg_get_expr(i.indpred, i.indrelid) in (
                select '(' || quote_ident(a.attname) || ' IS NOT NULL)' from pg_catalog.pg_attribute a
                 where a.attrelid = k.conrelid and a.attnum = any(k.conkey))))
)
select (select count(*) from applied) as recorded, (select count(*) from announced) as announced,
       array(select v.rule || ' ' || v.object from violations v) as "violations",
       pg_catalog.pg_backend_pid() as "backend_pid",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.classid = ($22::int8 >> 32)::oid and l.objid = ($22::int8 & 4294967295)::oid and l.objsubid = 1)
         as "is_held"`);

export interface RetreatParams {
  readonly duration_ms: number;
  readonly lock_wait_ms: number;
  readonly ids: readonly string[];
  readonly allowed_reverted: readonly string[];
  readonly run_id: string;
  readonly next_ids: readonly string[];
  readonly allowed_reverting: readonly string[];
  readonly lock_key: number;
}
export interface RetreatRow {
  readonly recorded: number | null;
  readonly announced: number | null;
  readonly backend_pid: number;
  readonly is_held: boolean;
}
/**
 * The same on the way back, newest first: rows `recorded` as reverted and `announced` as reverting, with the proof of the lock. What a
 * migration did statement by statement is forgotten with it, so that it can be applied again.
 */
export const retreat = defineQuery<RetreatParams, RetreatRow>('migrate.retreat', ['duration_ms', 'lock_wait_ms', 'ids', 'allowed_reverted', 'run_id', 'next_ids', 'allowed_reverting', 'lock_key'], `with reverted as (
  update migrate.migrations
     set state = 'reverted', reverted = clock_timestamp(), duration_ms = $1, lock_wait_ms = $2, sqlstate = null, error = null
   where id = any($3::uuid[]) and state = any($4::text[])
  returning id
), forgotten as (
  delete from migrate.steps where migration_id in (select id from reverted)
), announced as (
  update migrate.migrations
     set state = 'reverting', run_id = $5, attempts = attempts + 1, sqlstate = null, error = null, started = now()
   where id = any($6::uuid[]) and state = any($7::text[])
  returning id
)
select (select count(*) from reverted) as recorded, (select count(*) from announced) as announced,
       pg_catalog.pg_backend_pid() as "backend_pid",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.classid = ($8::int8 >> 32)::oid and l.objid = ($8::int8 & 4294967295)::oid and l.objsubid = 1)
         as "is_held"`);

export interface StopRetreatParams {
  readonly sqlstate: string | null;
  readonly error: string | null;
  readonly ids: readonly string[];
}
export type StopRetreatRow = Record<string, never>;
/**
 * A way back that failed: rolled back, so applied as before, with the reason. Statements that were done by themselves leave it reverting.
 */
export const stopRetreat = defineQuery<StopRetreatParams, StopRetreatRow>('migrate.stop_retreat', ['sqlstate', 'error', 'ids'], `update migrate.migrations m
   set state = case when exists (select from migrate.steps s where s.migration_id = m.id and s.direction = 'down') then m.state else 'applied' end,
       sqlstate = $1, error = $2
 where m.id = any($3::uuid[]) and m.state = 'reverting'`);

export interface ForgetAppliedObjectsParams {
  readonly sources: readonly string[];
}
export type ForgetAppliedObjectsRow = Record<string, never>;
/**
 * Files of repeatable objects of these sources count as changed: what stood on the schema that is gone is made again by the next run.
 */
export const forgetAppliedObjects = defineQuery<ForgetAppliedObjectsParams, ForgetAppliedObjectsRow>('migrate.forget_applied_objects', ['sources'], `update migrate.objects set sha256 = 'reverted' where split_part(identity, '/', 1) = any($1::text[])`);

export interface ListRunsParams {
  readonly limit: number;
}
export interface ListRunsRow {
  readonly id: string;
  readonly command: string;
  readonly declared_window: string | null;
  readonly actor: string;
  readonly host: string;
  readonly outcome: string;
  readonly started: Date;
  readonly completed: Date | null;
  readonly migrations: string[];
}
/**
 * The latest runs of this database with what they did.
 */
export const listRuns = defineQuery<ListRunsParams, ListRunsRow>('migrate.list_runs', ['limit'], `select r.id, r.command, r.declared_window, r.actor, r.host, r.outcome, r.started, r.completed,
       array(select m.source || '/' || m.name || ' ' || m.state from migrate.migrations m where m.run_id = r.id order by m.started, m.name) as "migrations"
  from migrate.runs r order by r.started desc, r.id desc limit $1`);

export interface RecordTogetherParams {
  readonly run_id: string;
  readonly ids: readonly string[];
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly tiers: readonly string[];
  readonly checksums_up: readonly string[];
  readonly checksums_down: readonly string[];
  readonly trees_sha256: readonly string[];
}
export type RecordTogetherRow = Record<string, never>;
/**
 * Migrations that the open transaction has applied, in this order: files of capabilities, which nobody had begun here before. How long
 * each of them took nobody knows.
 */
export const recordTogether = defineQuery<RecordTogetherParams, RecordTogetherRow>('migrate.record_together', ['run_id', 'ids', 'sources', 'names', 'tiers', 'checksums_up', 'checksums_down', 'trees_sha256'], `insert into migrate.migrations (id, source, name, tier, state, checksum_up, checksum_down, tree_sha256, run_id, applied)
select f.id, f.source, f.name, f.tier, 'applied', f.checksum_up, nullif(f.checksum_down, ''), f.tree_sha256, $1,
       -- Ways back are gone in this order.
       statement_timestamp() + f.position * interval '1 microsecond'
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       with ordinality as f(id, source, name, tier, checksum_up, checksum_down, tree_sha256, position)`);

export interface CopyAppliedParams {
  readonly ids: readonly string[];
  readonly tiers: readonly string[];
  readonly from_id: string;
}
export type CopyAppliedRow = Record<string, never>;
/**
 * The migration is in this database on behalf of another tier: recorded, not applied again.
 */
export const copyApplied = defineQuery<CopyAppliedParams, CopyAppliedRow>('migrate.copy_applied', ['ids', 'tiers', 'from_id'], `insert into migrate.migrations (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta,
                                tree_sha256, run_id, applied)
select unnest($1::uuid[]), m.source, m.name, unnest($2::text[]), m.state, m.checksum_up, m.checksum_down, m.checksum_pre,
       m.checksum_post, m.checksum_meta, m.tree_sha256, m.run_id, m.applied
  from migrate.migrations m
 where m.id = $3 and m.state in ('applied', 'baseline')`);

export interface RecordBaselineParams {
  readonly ids: readonly string[];
  readonly source: string;
  readonly name: string;
  readonly tiers: readonly string[];
  readonly checksum_up: string;
  readonly checksum_down: string | null;
  readonly checksum_pre: string | null;
  readonly checksum_post: string | null;
  readonly checksum_meta: string | null;
  readonly tree_sha256: string;
  readonly run_id: string;
  readonly allowed: readonly string[];
}
export interface RecordBaselineRow {
  readonly recorded: number;
}
/**
 * What the migration makes is there already: a row for each of its tiers, `recorded`, fewer where a state does not allow it.
 */
export const recordBaseline = defineQuery<RecordBaselineParams, RecordBaselineRow>('migrate.record_baseline', ['ids', 'source', 'name', 'tiers', 'checksum_up', 'checksum_down', 'checksum_pre', 'checksum_post', 'checksum_meta', 'tree_sha256', 'run_id', 'allowed'], `with recorded as (
  insert into migrate.migrations as m
    (id, source, name, tier, state, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256, run_id, applied)
  select unnest($1::uuid[]), $2, $3, unnest($4::text[]), 'baseline', $5, $6, $7,
         $8, $9, $10, $11, clock_timestamp()
  on conflict on constraint migrations_source_name_tier_key do update
     set state = 'baseline', checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down,
         checksum_pre = excluded.checksum_pre, checksum_post = excluded.checksum_post, checksum_meta = excluded.checksum_meta,
         tree_sha256 = excluded.tree_sha256, run_id = excluded.run_id, sqlstate = null, error = null, started = now(),
         applied = excluded.applied, reverted = null
   where m.state = any($12::text[])
  returning id
)
select count(*) as recorded from recorded`);

export interface SquashParams {
  readonly ids: readonly string[];
  readonly allowed: readonly string[];
}
export interface SquashRow {
  readonly squashed: number;
}
/**
 * Another migration stands for these rows now: how many of them could be told so.
 */
export const squash = defineQuery<SquashParams, SquashRow>('migrate.squash', ['ids', 'allowed'], `with squashed as (
  update migrate.migrations set state = 'squashed' where id = any($1::uuid[]) and state = any($2::text[]) returning id
)
select count(*) as squashed from squashed`);

export interface RecordStopParams {
  readonly state: string;
  readonly sqlstate: string | null;
  readonly error: string | null;
  readonly source: string;
  readonly name: string;
  readonly allowed: readonly string[];
}
export type RecordStopRow = Record<string, never>;
/**
 * Out of `running` for a reason: pending again, blocked, failed or needs_repair.
 */
export const recordStop = defineQuery<RecordStopParams, RecordStopRow>('migrate.record_stop', ['state', 'sqlstate', 'error', 'source', 'name', 'allowed'], `update migrate.migrations set state = $1, sqlstate = $2, error = $3
 where source = $4 and name = $5 and state = any($6::text[])`);

export interface RenameChecksumParams {
  readonly checksum_up: string;
  readonly accepted_by: string;
  readonly source: string;
  readonly name: string;
  readonly tree_sha256: string;
}
export type RenameChecksumRow = Record<string, never>;
/**
 * Changed bytes with an equal tree, accepted by somebody.
 */
export const renameChecksum = defineQuery<RenameChecksumParams, RenameChecksumRow>('migrate.rename_checksum', ['checksum_up', 'accepted_by', 'source', 'name', 'tree_sha256'], `update migrate.migrations set checksum_up = $1, accepted = now(), accepted_by = $2
 where source = $3 and name = $4 and state in ('applied', 'baseline') and tree_sha256 = $5`);

export interface ListStepsParams {
  readonly migration_id: string;
  readonly direction: string;
}
export interface ListStepsRow {
  readonly number: number;
  readonly kind: string;
  readonly target: string;
  readonly sql_sha256: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
}
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('migrate.list_steps', ['migration_id', 'direction'], `select number, kind, target, sql_sha256, state, attempts, error from migrate.steps
 where migration_id = $1 and direction = $2 order by number`);

export interface BeginStepParams {
  readonly migration_id: string;
  readonly direction: string;
  readonly number: number;
  readonly kind: string;
  readonly target: string;
  readonly sql_sha256: string;
}
export type BeginStepRow = Record<string, never>;
export const beginStep = defineQuery<BeginStepParams, BeginStepRow>('migrate.begin_step', ['migration_id', 'direction', 'number', 'kind', 'target', 'sql_sha256'], `insert into migrate.steps as s (migration_id, direction, number, kind, target, sql_sha256, state)
values ($1, $2, $3, $4, $5, $6, 'running')
on conflict on constraint steps_migration_id_direction_number_pk do update
   set kind = excluded.kind, target = excluded.target, sql_sha256 = excluded.sql_sha256, state = 'running', attempts = s.attempts + 1,
       error = null, started = now(), completed = null
 where s.state <> 'done'`);

export interface EndStepParams {
  readonly state: string;
  readonly error: string | null;
  readonly migration_id: string;
  readonly direction: string;
  readonly number: number;
}
export type EndStepRow = Record<string, never>;
export const endStep = defineQuery<EndStepParams, EndStepRow>('migrate.end_step', ['state', 'error', 'migration_id', 'direction', 'number'], `update migrate.steps set state = $1, error = $2, completed = case when $1 = 'done' then now() end
 where migration_id = $3 and direction = $4 and number = $5 and state <> 'done'`);

export interface SaveObjectsParams {
  readonly identity: string;
  readonly sha256: string;
  readonly defines: readonly string[];
}
export type SaveObjectsRow = Record<string, never>;
export const saveObjects = defineQuery<SaveObjectsParams, SaveObjectsRow>('migrate.save_objects', ['identity', 'sha256', 'defines'], `insert into migrate.objects (identity, sha256, defines) values ($1, $2, $3::text[])
on conflict on constraint objects_identity_pk do update set sha256 = excluded.sha256, defines = excluded.defines, applied = now()`);

export interface ForgetObjectsParams {
  readonly identities: readonly string[];
}
export type ForgetObjectsRow = Record<string, never>;
export const forgetObjects = defineQuery<ForgetObjectsParams, ForgetObjectsRow>('migrate.forget_objects', ['identities'], `delete from migrate.objects where identity = any($1::text[])`);

export interface FindRowParams {
  readonly source: string;
  readonly name: string;
  readonly tier: string;
}
export interface FindRowRow {
  readonly id: string;
  readonly state: string;
}
export const findRow = defineQuery<FindRowParams, FindRowRow>('migrate.find_row', ['source', 'name', 'tier'], `select id, state from migrate.migrations where source = $1 and name = $2 and tier = $3`);

export type ListReversibleParams = Record<string, never>;
export interface ListReversibleRow {
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly tier: string;
  readonly state: string;
  readonly checksum_down: string | null;
}
/**
 * What is in the database or half out of it, latest application first; rows of one migration side by side. Of what was not run here, so
 * that it is known to be refused.
 */
export const listReversible = defineQuery<ListReversibleParams, ListReversibleRow>('migrate.list_reversible', [], `select id, source, name, tier, state as "state", checksum_down from migrate.migrations
 where state in ('applied', 'reverting', 'baseline') order by applied desc, source desc, name desc, tier`);

export interface TryLockParams {
  readonly key: number;
}
export interface TryLockRow {
  readonly is_held: boolean;
}
/**
 * Never waits: a waiter inside the lock would deadlock with CREATE INDEX CONCURRENTLY.
 */
export const tryLock = defineQuery<TryLockParams, TryLockRow>('migrate.try_lock', ['key'], `select pg_catalog.pg_try_advisory_lock($1::int8) as "is_held"`);

export interface ProveLockParams {
  readonly key: number;
}
export interface ProveLockRow {
  readonly backend_pid: number;
  readonly is_held: boolean;
}
/**
 * Whether this is still the session that took the lock, and the lock is still there.
 */
export const proveLock = defineQuery<ProveLockParams, ProveLockRow>('migrate.prove_lock', ['key'], `select pg_catalog.pg_backend_pid() as "backend_pid",
       exists (select from pg_catalog.pg_locks l
                where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid() and l.granted
                  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
                  and l.classid = ($1::int8 >> 32)::oid and l.objid = ($1::int8 & 4294967295)::oid and l.objsubid = 1) as "is_held"`);

export interface FindHolderParams {
  readonly key: number;
}
export interface FindHolderRow {
  readonly pid: number;
  readonly host: string;
  readonly application_name: string;
  readonly query: string;
  readonly age_seconds: number;
}
export const findHolder = defineQuery<FindHolderParams, FindHolderRow>('migrate.find_holder', ['key'], `select a.pid as "pid", coalesce(host(a.client_addr), 'this host') as "host", a.application_name as "application_name",
       coalesce(left(a.query, 200), '') as "query", extract(epoch from clock_timestamp() - a.backend_start)::float8 as "age_seconds"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'advisory' and l.granted
   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
   and l.classid = ($1::int8 >> 32)::oid and l.objid = ($1::int8 & 4294967295)::oid and l.objsubid = 1`);

export interface ListBlockersParams {
  readonly backend_pid: number;
}
export interface ListBlockersRow {
  readonly pid: number;
  readonly backend_type: string;
  readonly application_name: string;
  readonly state: string;
  readonly query: string;
  readonly age_seconds: number;
}
/**
 * Who keeps the backend waiting right now.
 */
export const listBlockers = defineQuery<ListBlockersParams, ListBlockersRow>('migrate.list_blockers', ['backend_pid'], `select a.pid as "pid", a.backend_type as "backend_type", coalesce(a.application_name, '') as "application_name",
       coalesce(a.state, a.backend_type) as "state", coalesce(left(a.query, 200), '') as "query",
       coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8 as "age_seconds"
  from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) as b(pid) join pg_catalog.pg_stat_activity a on a.pid = b.pid`);

export interface FindOldTransactionParams {
  readonly older_than_seconds: number;
}
export interface FindOldTransactionRow {
  readonly pid: number;
  readonly backend_type: string;
  readonly application_name: string;
  readonly state: string;
  readonly query: string;
  readonly age_seconds: number;
}
/**
 * The oldest transaction of this database that a concurrent build would have to wait for, when it is older than the limit.
 */
export const findOldTransaction = defineQuery<FindOldTransactionParams, FindOldTransactionRow>('migrate.find_old_transaction', ['older_than_seconds'], `select a.pid as "pid", a.backend_type as "backend_type", coalesce(a.application_name, '') as "application_name",
       coalesce(a.state, a.backend_type) as "state", coalesce(left(a.query, 200), '') as "query",
       extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds"
  from pg_catalog.pg_stat_activity a
 where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid() and a.backend_xmin is not null
   and a.xact_start < clock_timestamp() - make_interval(secs => $1::float8)
 order by a.xact_start limit 1`);
