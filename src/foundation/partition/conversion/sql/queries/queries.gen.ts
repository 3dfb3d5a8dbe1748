// Made by `npm run generate` from cut.sql, definition.sql, ledger.sql; do not edit.
// sources: fbde72d68fd61d706662e7309b4b8532
import { defineQuery } from '../../../../../kernel/index.ts';

export interface CutRangesParams {
  readonly unit: string;
  readonly strategy: string;
  readonly lowest: string;
  readonly end: string;
  readonly base: string;
  readonly type: string;
  readonly uncovered_of: string | null;
}
export interface CutRangesRow {
  readonly name: string;
  readonly lower: string;
  readonly upper: string;
}
/**
 * The intervals of a unit from the one that holds the lowest value up to an end, with the names of their partitions; only those that
 * meet no partition of `uncovered_of`, where it is given.
 */
export const cutRanges = defineQuery<CutRangesParams, CutRangesRow>('partition/conversion.cut_ranges', ['unit', 'strategy', 'lowest', 'end', 'base', 'type', 'uncovered_of'], `with recursive pieces as (
  select partition.floor_of($1, partition.position_of($2, $3)) as place
  union all
  select partition.next_of($1, place) from pieces where partition.next_of($1, place) < partition.position_of($2, $4)
)
select partition.name_of($5, partition.suffix_of($1, place)) as "name",
       partition.literal_of($2, $6::regtype, place) as "lower",
       partition.literal_of($2, $6::regtype, partition.next_of($1, place)) as "upper"
  from pieces
 where $7::text is null
    or not (partition.coverage_of($7::text::regclass, $2) && int8range(place, partition.next_of($1, place)))
 order by place limit 2000`);

export interface HorizonParams {
  readonly unit: string;
  readonly strategy: string;
  readonly value: string;
  readonly ahead: number;
  readonly type: string;
}
export interface HorizonRow {
  readonly end: string;
}
/**
 * The end of so many intervals after the one that holds the value.
 */
export const horizon = defineQuery<HorizonParams, HorizonRow>('partition/conversion.horizon', ['unit', 'strategy', 'value', 'ahead', 'type'], `with recursive steps as (
  select 0 as n, partition.next_of($1, partition.position_of($2, $3)) as place
  union all
  select n + 1, partition.next_of($1, place) from steps where n < $4
)
select partition.literal_of($2, $5::regtype, place) as "end" from steps order by n desc limit 1`);

export interface LaterOfParams {
  readonly strategy: string;
  readonly one: string;
  readonly other: string;
}
export interface LaterOfRow {
  readonly value: string;
}
export const laterOf = defineQuery<LaterOfParams, LaterOfRow>('partition/conversion.later_of', ['strategy', 'one', 'other'], `select case when partition.position_of($1, $2) > partition.position_of($1, $3) then $2 else $3 end as "value"`);

export interface PresentValueParams {
  readonly strategy: string;
  readonly type: string;
  readonly later_ms: number;
}
export interface PresentValueRow {
  readonly value: string;
}
/**
 * A time from now, as a value of a key that is cut by time.
 */
export const presentValue = defineQuery<PresentValueParams, PresentValueRow>('partition/conversion.present_value', ['strategy', 'type', 'later_ms'], `select partition.literal_of($1, $2::regtype, (extract(epoch from clock_timestamp()) * 1000000)::int8 + $3::int8 * 1000) as "value"`);

export interface AheadOfParams {
  readonly unit: string;
}
export interface AheadOfRow {
  readonly ahead: number | null;
}
export const aheadOf = defineQuery<AheadOfParams, AheadOfRow>('partition/conversion.ahead_of', ['unit'], `select partition.ahead_default($1) as ahead`);

export interface RecordTradeParams {
  readonly leaving: readonly string[];
  readonly coming: readonly string[];
}
export type RecordTradeRow = Record<string, never>;
/**
 * Partitions that were looked after are replaced by others.
 */
export const recordTrade = defineQuery<RecordTradeParams, RecordTradeRow>('partition/conversion.record_trade', ['leaving', 'coming'], `with gone as (
  update partition.parts set state = 'dropped', dropped = now() where table_name = any ($1::text[]) and state <> 'dropped'
  returning set_id, group_name
)
insert into partition.parts (set_id, table_name, group_name, state)
select g.set_id, c.name, g.group_name, 'attached' from (select distinct set_id, group_name from gone) g, unnest($2::text[]) as c(name)`);

export interface ManageTableParams {
  readonly table: string;
  readonly declaration: string;
}
export interface ManageTableRow {
  readonly change: string | null;
}
export const manageTable = defineQuery<ManageTableParams, ManageTableRow>('partition/conversion.manage_table', ['table', 'declaration'], `select partition.manage(pg_catalog.to_regclass($1), $2::jsonb) as change`);

export interface PauseSetParams {
  readonly is_paused: boolean;
  readonly table: string;
}
export type PauseSetRow = Record<string, never>;
export const pauseSet = defineQuery<PauseSetParams, PauseSetRow>('partition/conversion.pause_set', ['is_paused', 'table'], `update partition.sets set is_paused = $1 where table_name = $2`);

export interface DescribeTableParams {
  readonly table: string;
}
export interface DescribeTableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly persistence: string;
  readonly owner: string;
  readonly is_partition: boolean;
  readonly is_inherited: boolean;
  readonly extension: string | null;
  readonly size_bytes: number;
  readonly rows: number;
  readonly primary_key: string[];
  readonly primary_key_name: string | null;
  readonly columns: string[];
  readonly settable: string[];
  readonly options: string[];
  readonly partition_key: string | null;
  readonly partition_column: string | null;
  readonly condition: string;
}
/**
 * What decides whether and how a table can be converted; no row when there is no such relation.
 */
export const describeTable = defineQuery<DescribeTableParams, DescribeTableRow>('partition/conversion.describe_table', ['table'], `select c.oid::int8 as "oid", n.nspname::text as "schema", c.relname::text as "name", c.relkind::text as "kind",
       c.relpersistence::text as "persistence", pg_catalog.pg_get_userbyid(c.relowner)::text as "owner", c.relispartition as "is_partition",
       exists (select from pg_catalog.pg_inherits i where c.oid in (i.inhrelid, i.inhparent)) as "is_inherited",
       (select e.extname::text from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
         where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') as extension,
       pg_catalog.pg_total_relation_size(c.oid) as "size_bytes", greatest(c.reltuples, 0)::int8 as "rows",
       coalesce((select array_agg(a.attname::text order by k.position)
                   from pg_catalog.pg_constraint p, unnest(p.conkey) with ordinality as k(attnum, position), pg_catalog.pg_attribute a
                  where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.attnum), '{}') as "primary_key",
       (select p.conname::text from pg_catalog.pg_constraint p where p.conrelid = c.oid and p.contype = 'p') as primary_key_name,
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as "columns",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
              order by a.attnum) as "settable",
       coalesce(c.reloptions, '{}') as "options",
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
       (select a.attname::text from pg_catalog.pg_partitioned_table k join pg_catalog.pg_attribute a on a.attrelid = k.partrelid and a.attnum = k.partattrs[0]
         where k.partrelid = c.oid and k.partnatts = 1) as partition_column,
       coalesce(pg_catalog.pg_get_partition_constraintdef(c.oid), 'true') as "condition"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.oid = pg_catalog.to_regclass($1)`);

export interface DescribeKeyParams {
  readonly table: string;
  readonly column: string;
}
export interface DescribeKeyRow {
  readonly type: string;
  readonly is_not_null: boolean;
  readonly is_generated: boolean;
}
export const describeKey = defineQuery<DescribeKeyParams, DescribeKeyRow>('partition/conversion.describe_key', ['table', 'column'], `select pg_catalog.format_type(a.atttypid, a.atttypmod) as "type", a.attnotnull as "is_not_null", a.attgenerated <> '' as "is_generated"
  from pg_catalog.pg_attribute a
 where a.attrelid = pg_catalog.to_regclass($1) and a.attname = $2 and not a.attisdropped`);

export interface ListObstaclesParams {
  readonly table: string;
  readonly column: string;
  readonly claimed: readonly string[];
}
export interface ListObstaclesRow {
  readonly obstacle: string;
}
/**
 * What a partitioned table cannot have, or what would stay with the old table, in words for people.
 */
export const listObstacles = defineQuery<ListObstaclesParams, ListObstaclesRow>('partition/conversion.list_obstacles', ['table', 'column', 'claimed'], `with t as (select c.oid, c.reltype from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass($1)),
     key as (select a.attnum from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attname = $2)
select 'unique index ' || i.indexrelid::regclass || ' does not contain ' || quote_ident($2)
         || ': the uniqueness would end at each partition; ask for claims (--unique), drop it, or cut by a column that it contains' as "obstacle"
  from t, key, pg_catalog.pg_index i
 where i.indrelid = t.oid and i.indisunique and not i.indisprimary and not (key.attnum = any (i.indkey[0:i.indnkeyatts - 1]))
   and (select x.relname from pg_catalog.pg_class x where x.oid = i.indexrelid) <> all ($3::text[])
union all
select 'exclusion constraint ' || quote_ident(x.conname) || ' holds across the whole table; drop it first'
  from t, pg_catalog.pg_constraint x where x.conrelid = t.oid and x.contype = 'x'
union all
select 'foreign key ' || quote_ident(f.conname) || ' of ' || f.conrelid::regclass || ' points at columns without ' || quote_ident($2)
         || ', which cannot be unique in a table cut by it; cut by a column of that key (uuid7, id), or drop the foreign key'
  from t, key, pg_catalog.pg_constraint f
 where f.confrelid = t.oid and f.contype = 'f' and f.conparentid = 0 and f.conrelid <> t.oid and not (key.attnum = any (f.confkey))
union all
select 'foreign key ' || quote_ident(f.conname) || ' points from the table to itself; drop it first'
  from t, pg_catalog.pg_constraint f where f.confrelid = t.oid and f.conrelid = t.oid and f.contype = 'f' and f.conparentid = 0
union all
select 'publication ' || quote_ident(b.pubname) || ' would send changes under the names of partitions; run "alter publication '
         || quote_ident(b.pubname) || ' set (publish_via_partition_root = true)" first'
  from t, pg_catalog.pg_publication_rel r join pg_catalog.pg_publication b on b.oid = r.prpubid
 where r.prrelid = t.oid and not b.pubviaroot
union all
select 'rule ' || quote_ident(r.rulename) || ' belongs to this very table; replace it by a trigger'
  from t, pg_catalog.pg_rewrite r where r.ev_class = t.oid and r.rulename <> '_RETURN'
union all
select 'trigger ' || quote_ident(g.tgname) || ' is for each row and has transition tables, which partitions cannot have; make it for each statement'
  from t, pg_catalog.pg_trigger g
 where g.tgrelid = t.oid and not g.tgisinternal and g.tgtype & 1 = 1 and (g.tgoldtable is not null or g.tgnewtable is not null)
union all
select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) || ' uses the row type of the table and would keep the old one; drop it first'
  from t, pg_catalog.pg_depend d
 where d.refclassid = 'pg_catalog.pg_type'::regclass and d.deptype = 'n'
   and d.refobjid in (t.reltype, (select y.typarray from pg_catalog.pg_type y where y.oid = t.reltype))
union all
select pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' is written down against this very table; make its body a string, or drop it first'
  from t, pg_catalog.pg_depend d
 where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.deptype = 'n' and d.classid = 'pg_catalog.pg_proc'::regclass
 group by d.classid, d.objid
 order by 1`);

export interface FindUniqueIndexParams {
  readonly table: string;
  readonly columns: readonly string[];
}
export interface FindUniqueIndexRow {
  readonly index: string;
  readonly is_constraint: boolean;
}
/**
 * The unique index over exactly these columns, in any order, without a condition; no row when there is none.
 */
export const findUniqueIndex = defineQuery<FindUniqueIndexParams, FindUniqueIndexRow>('partition/conversion.find_unique_index', ['table', 'columns'], `select x.relname::text as "index", exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype = 'u') as "is_constraint"
  from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
 where i.indrelid = pg_catalog.to_regclass($1) and i.indisunique and i.indisvalid and not i.indisprimary and i.indpred is null
   and i.indexprs is null and not i.indnullsnotdistinct
   and array(select a.attname::text from pg_catalog.pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1]) order by 1)
     = array(select c from unnest($2::text[]) c order by 1)
 order by 1 limit 1`);

export interface ListCloneStatementsParams {
  readonly target_schema: string;
  readonly source: number;
  readonly target_name: string;
  readonly key_column: string;
  readonly skip_indexes: readonly string[];
  readonly from_step: number;
  readonly to_step: number;
}
export interface ListCloneStatementsRow {
  readonly statement: string;
}
/**
 * Everything about one table that `like` does not bring along and that may stand on the other before it is in use, in order.
 * The other has the same columns. From step 70 on they say who may do what with it. Triggers, publications and what points at the table follow at the swap: see list_followers.
 */
export const listCloneStatements = defineQuery<ListCloneStatementsParams, ListCloneStatementsRow>('partition/conversion.list_clone_statements', ['target_schema', 'source', 'target_name', 'key_column', 'skip_indexes', 'from_step', 'to_step'], `with s as (
  select c.*, c.oid::regclass::text as own, quote_ident($1) as place
    from pg_catalog.pg_class c where c.oid = $2::int8::oid
), t as (select s.*, s.place || '.' || quote_ident($3) as target from s),
keys as (
  select x.oid, x.conname, x.contype, x.conindid, x.condeferrable, x.condeferred,
         (select string_agg(quote_ident(a.attname), ', ' order by k.position)
            from unnest(x.conkey) with ordinality as k(attnum, position) join pg_catalog.pg_attribute a on a.attrelid = x.conrelid and a.attnum = k.attnum
           where k.attnum <> all (coalesce((select i.indkey[i.indnkeyatts:] from pg_catalog.pg_index i where i.indexrelid = x.conindid), '{}'))) as columns,
         pg_catalog.pg_get_constraintdef(x.oid) as definition,
         (select a.attnum = any (x.conkey) from pg_catalog.pg_attribute a where a.attrelid = x.conrelid and a.attname = $4) as has_key
    from t join pg_catalog.pg_constraint x on x.conrelid = t.oid
   where x.contype in ('p', 'u', 'f')
     -- Not the shadows that a key to a partitioned table casts, one for each of its partitions.
     and not exists (select from pg_catalog.pg_constraint y where y.oid = x.conparentid and y.conrelid = x.conrelid)
)
select statement as "statement" from (
  select 10 as step, '' as name, format('alter table %s owner to %I', target, pg_catalog.pg_get_userbyid(relowner)) as statement from t
  union all
  select 20, conname, format('alter table %s add constraint %I primary key (%s, %I)', target, conname, columns, $4)
    from t, keys where contype = 'p' and not has_key
  union all
  select 21, conname, format('alter table %s add constraint %I %s', target, conname, definition) from t, keys where contype in ('p', 'u') and has_key
  union all
  select 30, i.indexrelid::regclass::text,
         format('create %sindex %I on %s %s', case when i.indisunique then 'unique ' else '' end, x.relname, target,
           substr(pg_catalog.pg_get_indexdef(i.indexrelid),
             strpos(pg_catalog.pg_get_indexdef(i.indexrelid), ' ' || t.own || ' USING ') + length(t.own) + 2))
    from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
   where not exists (select from pg_catalog.pg_constraint p where p.conindid = i.indexrelid and p.contype in ('p', 'u', 'x'))
     and i.indisvalid and x.relname <> all ($5::text[])
  union all
  select 31, x.relname, format('comment on index %s.%I is %L', t.place, x.relname, d.description)
    from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid and x.relname <> all ($5::text[])
         join pg_catalog.pg_description d on d.objoid = x.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
  union all
  select 40, conname, format('alter table %s add constraint %I %s', target, conname, definition) from t, keys where contype = 'f'
  union all
  select 41, x.conname, format('comment on constraint %I on %s is %L', x.conname, t.target, d.description)
    from t join pg_catalog.pg_constraint x on x.conrelid = t.oid and x.contype in ('p', 'u', 'f') and x.conname <> all ($5::text[])
         join pg_catalog.pg_description d on d.objoid = x.oid and d.classoid = 'pg_catalog.pg_constraint'::regclass
  union all
  select 50, e.stxname, format('create statistics %s.%I%s on %s from %s', t.place, e.stxname,
           case when cardinality(e.stxkind) > 0 and e.stxkind <> '{d,f,m}' and not (e.stxkind @> '{e}' and cardinality(e.stxkind) in (1, 4)) then
             ' (' || array_to_string(array(select case k::text when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end
                                             from unnest(e.stxkind) k where k <> 'e'), ', ') || ')' else '' end,
           pg_catalog.pg_get_statisticsobjdef_columns(e.oid), t.target)
    from t join pg_catalog.pg_statistic_ext e on e.stxrelid = t.oid
  union all
  select 51, e.stxname, format('comment on statistics %s.%I is %L', t.place, e.stxname, d.description)
    from t join pg_catalog.pg_statistic_ext e on e.stxrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = e.oid and d.classoid = 'pg_catalog.pg_statistic_ext'::regclass
  union all
  select 60, '', format('comment on %s %s is %L', case when relkind = 'm' then 'materialized view' else 'table' end, target, d.description)
    from t join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
  union all
  select 61, a.attname, format('comment on column %s.%I is %L', t.target, a.attname, d.description)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = a.attnum
   where t.relkind = 'm'
  union all
  select 61, '', format('alter table %s replica identity %s', target, case relreplident when 'f' then 'full' else 'nothing' end)
    from t where relreplident in ('f', 'n') and relkind <> 'm'
  union all
  select 70, '', format('alter table %s %s row level security, %s force row level security', target,
           case when relrowsecurity then 'enable' else 'disable' end, case when relforcerowsecurity then '' else 'no' end) from t
   where relkind <> 'm'
  union all
  select 72, p.polname, format('create policy %I on %s as %s for %s to %s', p.polname, t.target,
           case when p.polpermissive then 'permissive' else 'restrictive' end,
           case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
           array_to_string(array(select case when r = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(r)) end from unnest(p.polroles) r), ', '))
         || coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
         || coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
    from t join pg_catalog.pg_policy p on p.polrelid = t.oid
  union all
  select 73, p.polname, format('comment on policy %I on %s is %L', p.polname, t.target, d.description)
    from t join pg_catalog.pg_policy p on p.polrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_policy'::regclass
  union all
  -- What default privileges have given the new table goes first.
  select 80, '', format('revoke all on %s from public%s', target,
           coalesce((select string_agg(distinct ', ' || quote_ident(r.rolname), '') from pg_catalog.pg_default_acl f, aclexplode(f.defaclacl) g
                      join pg_catalog.pg_roles r on r.oid = g.grantee where f.defaclobjtype = 'r' and r.oid <> t.relowner), '')) from t
  union all
  select 81, g.grantee::text || g.privilege_type, format('grant %s on %s to %s%s', g.privilege_type, t.target,
           case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
           case when g.is_grantable then ' with grant option' else '' end)
    from t, aclexplode(t.relacl) g where g.grantee <> t.relowner
  union all
  select 82, a.attname || g.grantee || g.privilege_type, format('grant %s (%I) on %s to %s%s', g.privilege_type, a.attname, t.target,
           case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
           case when g.is_grantable then ' with grant option' else '' end)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and not a.attisdropped, aclexplode(a.attacl) g
  union all
  select 90, a.attname, format('alter table %s alter %I set (%s)', t.target, a.attname, array_to_string(a.attoptions, ', '))
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attoptions is not null and not a.attisdropped
  union all
  select 91, a.attname, format('alter table %s alter %I set statistics %s', t.target, a.attname, a.attstattarget)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attstattarget is not null and a.attnum > 0 and not a.attisdropped
) all_of_them
where step between $6 and $7
order by step, name`);

export interface ListFollowersParams {
  readonly table: number;
  readonly kinds: readonly string[] | null;
}
export interface ListFollowersRow {
  readonly kind: string;
  readonly name: string;
  readonly of_table: string | null;
  readonly leave: string;
  readonly come: string;
}
/**
 * What points at a table and has to point at the one that takes its name, each with how it leaves and how it comes back.
 * Leaving may be nothing; both are run with an empty search_path, so names are qualified.
 */
export const listFollowers = defineQuery<ListFollowersParams, ListFollowersRow>('partition/conversion.list_followers', ['table', 'kinds'], `with t as (select c.oid, c.oid::regclass::text as own from pg_catalog.pg_class c where c.oid = $1::int8::oid)
select kind as "kind", name as "name", of_table, leave as "leave", come as "come" from (

  select 1 as step, 'trigger' as kind, g.tgname::text as name, null::text as of_table,
         format('drop trigger %I on %s', g.tgname, t.own) as leave,
         pg_catalog.pg_get_triggerdef(g.oid)
         || case g.tgenabled when 'O' then '' else format('; alter table %s %s trigger %I', t.own,
              case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, g.tgname) end
         || coalesce(format('; comment on trigger %I on %s is %L', g.tgname, t.own, d.description), '') as come
    from t join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgparentid = 0 and not starts_with(g.tgname, 'plinth_sync_')
         left join pg_catalog.pg_description d on d.objoid = g.oid and d.classoid = 'pg_catalog.pg_trigger'::regclass
  union all
  select 2, 'foreign key', f.conname, f.conrelid::regclass::text, format('alter table %s drop constraint %I', f.conrelid::regclass, f.conname),
         format('alter table %s add constraint %I %s%s', f.conrelid::regclass, f.conname, pg_catalog.pg_get_constraintdef(f.oid),
           case when f.convalidated then ' not valid' else '' end)
         || coalesce(format('; comment on constraint %I on %s is %L', f.conname, f.conrelid::regclass, d.description), '')
    from t join pg_catalog.pg_constraint f on f.confrelid = t.oid and f.contype = 'f' and f.conparentid = 0
         left join pg_catalog.pg_description d on d.objoid = f.oid and d.classoid = 'pg_catalog.pg_constraint'::regclass
  union all
  select 3, 'publication', p.pubname, null, format('alter publication %I drop table only %s', p.pubname, t.own),
         format('alter publication %I add table only %s%s%s', p.pubname, t.own,
           case when r.prattrs is null then '' else (select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
             from pg_catalog.pg_attribute a where a.attrelid = t.oid and a.attnum = any (r.prattrs)) end,
           coalesce(' where (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', ''))
    from t join pg_catalog.pg_publication_rel r on r.prrelid = t.oid join pg_catalog.pg_publication p on p.oid = r.prpubid
  union all
  select 4, 'sequence', d.objid::regclass::text, null, format('alter sequence %s owned by none', d.objid::regclass),
         format('alter sequence %s owned by %s.%I', d.objid::regclass, t.own, a.attname)
    from t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
              and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'a'
         join pg_catalog.pg_class q on q.oid = d.objid and q.relkind = 'S'
         join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  union all
  select distinct 5, 'view', v.oid::regclass::text, null, '',
         format('create or replace view %s%s as %s', v.oid::regclass,
           coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', ''), pg_catalog.pg_get_viewdef(v.oid))
    from t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
         join pg_catalog.pg_rewrite r on r.oid = d.objid and r.rulename = '_RETURN' join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind = 'v'
) all_of_them
where $2::text[] is null or kind = any ($2::text[])
order by step, name`);

export interface ListRelationsAroundParams {
  readonly table: number;
}
export interface ListRelationsAroundRow {
  readonly name: string;
}
/**
 * The table with its partitions, what reads it through views, and what points at it with a key, a policy or a column of its rows: where a swap
 * can change anything. Names as SQL takes them.
 */
export const listRelationsAround = defineQuery<ListRelationsAroundParams, ListRelationsAroundRow>('partition/conversion.list_relations_around', ['table'], `with recursive tables as (
  select $1::int8::oid as oid union select t.relid::oid from pg_catalog.pg_partition_tree($1::int8::oid) t
), reading as (
  select oid from tables
  union
  select w.ev_class from reading r
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite w on w.oid = d.objid
)
select format('%I.%I', n.nspname, c.relname) as "name"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.oid in (
   select oid from reading
   union select f.conrelid from pg_catalog.pg_constraint f where f.contype = 'f' and f.confrelid in (select oid from tables)
   union select p.polrelid from pg_catalog.pg_depend d join pg_catalog.pg_policy p on p.oid = d.objid
          where d.classid = 'pg_catalog.pg_policy'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid in (select oid from tables)
   union select a.attrelid from pg_catalog.pg_attribute a join pg_catalog.pg_type t on a.atttypid in (t.oid, t.typarray)
          where t.typrelid in (select oid from tables) and a.attnum > 0 and not a.attisdropped
 )
 order by 1`);

export interface ListGranteesParams {
  readonly table: number;
}
export interface ListGranteesRow {
  readonly grantee: string;
}
/**
 * Everybody but the owner who was granted anything on a table or its columns, as SQL calls them.
 */
export const listGrantees = defineQuery<ListGranteesParams, ListGranteesRow>('partition/conversion.list_grantees', ['table'], `select distinct case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end as "grantee"
  from pg_catalog.pg_class c left join pg_catalog.pg_attribute a on a.attrelid = c.oid,
       lateral (select * from pg_catalog.aclexplode(c.relacl) union all select * from pg_catalog.aclexplode(a.attacl)) g
 where c.oid = $1::int8::oid and g.grantee <> c.relowner
 order by 1`);

export interface ListMaterializedViewsParams {
  readonly table: number;
}
export interface ListMaterializedViewsRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly is_populated: boolean;
}
/**
 * Those that read a table, and what it takes to have each again.
 */
export const listMaterializedViews = defineQuery<ListMaterializedViewsParams, ListMaterializedViewsRow>('partition/conversion.list_materialized_views', ['table'], `select v.oid::int8 as "oid", n.nspname::text as "schema", v.relname::text as "name", pg_catalog.pg_get_viewdef(v.oid) as "definition",
       v.relispopulated as "is_populated"
  from pg_catalog.pg_class v join pg_catalog.pg_namespace n on n.oid = v.relnamespace
 where v.relkind = 'm'
   and exists (select from pg_catalog.pg_rewrite r join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
                where r.ev_class = v.oid and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = $1::int8::oid)
 order by 2, 3`);

export interface ListIdentitiesParams {
  readonly table: string;
}
export interface ListIdentitiesRow {
  readonly column: string;
  readonly generated: string;
  readonly sequence: string;
}
/**
 * Identity columns with their sequences.
 */
export const listIdentities = defineQuery<ListIdentitiesParams, ListIdentitiesRow>('partition/conversion.list_identities', ['table'], `select a.attname::text as "column", case a.attidentity when 'a' then 'always' else 'by default' end as "generated", pg_catalog.pg_get_serial_sequence($1, a.attname) as "sequence"
  from pg_catalog.pg_attribute a
 where a.attrelid = pg_catalog.to_regclass($1) and a.attidentity <> '' and not a.attisdropped`);

export interface ListChildrenParams {
  readonly table: string;
}
export interface ListChildrenRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly bound: string;
  readonly condition: string;
  readonly size_bytes: number;
}
/**
 * Partitions of a table with their bounds, and the condition that a row of each meets.
 */
export const listChildren = defineQuery<ListChildrenParams, ListChildrenRow>('partition/conversion.list_children', ['table'], `select c.oid::int8 as "oid", n.nspname::text as "schema", c.relname::text as "name", c.relkind::text as "kind",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound", coalesce(pg_catalog.pg_get_partition_constraintdef(c.oid), 'true') as "condition",
       pg_catalog.pg_total_relation_size(c.oid) as "size_bytes"
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where i.inhparent = pg_catalog.to_regclass($1)
 order by 2, 3`);

export interface HasIndexParams {
  readonly index: string;
}
export interface HasIndexRow {
  readonly is_valid: boolean;
}
/**
 * A valid index of that name, or an invalid leftover; no row for neither.
 */
export const hasIndex = defineQuery<HasIndexParams, HasIndexRow>('partition/conversion.has_index', ['index'], `select i.indisvalid as "is_valid" from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass($1)`);

export interface HasCheckParams {
  readonly table: string;
  readonly name: string;
}
export interface HasCheckRow {
  readonly is_valid: boolean;
  readonly definition: string;
}
export const hasCheck = defineQuery<HasCheckParams, HasCheckRow>('partition/conversion.has_check', ['table', 'name'], `select x.convalidated as "is_valid", pg_catalog.pg_get_constraintdef(x.oid) as "definition"
  from pg_catalog.pg_constraint x where x.conrelid = pg_catalog.to_regclass($1) and x.conname = $2`);

export interface ListOwnNamesParams {
  readonly table: number;
}
export interface ListOwnNamesRow {
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
}
/**
 * Indexes and extended statistics of a table: what needs another name when another table takes its own.
 */
export const listOwnNames = defineQuery<ListOwnNamesParams, ListOwnNamesRow>('partition/conversion.list_own_names', ['table'], `select 'index' as "kind", n.nspname::text as "schema", x.relname::text as "name"
  from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = x.relnamespace
 where i.indrelid = $1::int8::oid
union all
select 'statistics', n.nspname::text, e.stxname::text
  from pg_catalog.pg_statistic_ext e join pg_catalog.pg_namespace n on n.oid = e.stxnamespace where e.stxrelid = $1::int8::oid
 order by 1, 3`);

export interface ListPoliciesParams {
  readonly table: number;
}
export interface ListPoliciesRow {
  readonly name: string;
}
export const listPolicies = defineQuery<ListPoliciesParams, ListPoliciesRow>('partition/conversion.list_policies', ['table'], `select p.polname::text as "name" from pg_catalog.pg_policy p where p.polrelid = $1::int8::oid order by 1`);

export interface ListReferencedParams {
  readonly table: number;
}
export interface ListReferencedRow {
  readonly table: string;
}
/**
 * Tables this one has foreign keys to: dropping, attaching and detaching lock them too.
 */
export const listReferenced = defineQuery<ListReferencedParams, ListReferencedRow>('partition/conversion.list_referenced', ['table'], `select distinct x.confrelid::regclass::text as "table" from pg_catalog.pg_constraint x
 where x.conrelid = $1::int8::oid and x.contype = 'f' and x.confrelid <> x.conrelid order by 1`);

export interface SequenceStateParams {
  readonly sequence: string;
}
export interface SequenceStateRow {
  readonly name: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly is_cycling: boolean;
}
/**
 * What another identity column has to be made like.
 */
export const sequenceState = defineQuery<SequenceStateParams, SequenceStateRow>('partition/conversion.sequence_state', ['sequence'], `select c.relname::text as "name", s.seqstart::text as "start", s.seqincrement::text as "increment", s.seqmin::text as "minimum",
       s.seqmax::text as "maximum", s.seqcache::text as "cache",
       s.seqcycle as "is_cycling"
  from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid
 where s.seqrelid = pg_catalog.to_regclass($1)`);

export interface AddConversionParams {
  readonly id: string;
  readonly table_name: string;
  readonly route: string;
  readonly plan: string;
}
export type AddConversionRow = Record<string, never>;
export const addConversion = defineQuery<AddConversionParams, AddConversionRow>('partition/conversion.add_conversion', ['id', 'table_name', 'route', 'plan'], `insert into partition.conversions (id, table_name, route, state, plan)
values ($1, $2, $3, 'planned', $4)`);

export interface FindConversionParams {
  readonly id: string;
}
export interface FindConversionRow {
  readonly id: string;
  readonly table_name: string;
  readonly route: string;
  readonly state: string;
  readonly plan: unknown;
  readonly is_paused: boolean;
  readonly error: string | null;
  readonly snapshot_before: string | null;
  readonly snapshot_after: string | null;
  readonly started: Date;
  readonly swapped: Date | null;
  readonly finished: Date | null;
  readonly undone: Date | null;
}
export const findConversion = defineQuery<FindConversionParams, FindConversionRow>('partition/conversion.find_conversion', ['id'], `select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions where id = $1`);

export interface FindOpenConversionParams {
  readonly table_name: string;
}
export interface FindOpenConversionRow {
  readonly id: string;
  readonly table_name: string;
  readonly route: string;
  readonly state: string;
  readonly plan: unknown;
  readonly is_paused: boolean;
  readonly error: string | null;
  readonly snapshot_before: string | null;
  readonly snapshot_after: string | null;
  readonly started: Date;
  readonly swapped: Date | null;
  readonly finished: Date | null;
  readonly undone: Date | null;
}
/**
 * The one of a table that is neither finished nor undone.
 */
export const findOpenConversion = defineQuery<FindOpenConversionParams, FindOpenConversionRow>('partition/conversion.find_open_conversion', ['table_name'], `select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions where table_name = $1 and state not in ('finished', 'undone')`);

export type ListConversionsParams = Record<string, never>;
export interface ListConversionsRow {
  readonly id: string;
  readonly table_name: string;
  readonly route: string;
  readonly state: string;
  readonly plan: unknown;
  readonly is_paused: boolean;
  readonly error: string | null;
  readonly snapshot_before: string | null;
  readonly snapshot_after: string | null;
  readonly started: Date;
  readonly swapped: Date | null;
  readonly finished: Date | null;
  readonly undone: Date | null;
}
export const listConversions = defineQuery<ListConversionsParams, ListConversionsRow>('partition/conversion.list_conversions', [], `select id, table_name, route, state, plan, is_paused, error, snapshot_before, snapshot_after, started, swapped, finished, undone
  from partition.conversions order by started desc, id desc limit 200`);

export interface MoveConversionParams {
  readonly to_state: string;
  readonly id: string;
  readonly from_state: string;
}
export type MoveConversionRow = Record<string, never>;
/**
 * A guarded move: no row when it is not in that state any more.
 */
export const moveConversion = defineQuery<MoveConversionParams, MoveConversionRow>('partition/conversion.move_conversion', ['to_state', 'id', 'from_state'], `update partition.conversions
   set state = $1, error = null,
       swapped = case when $1 = 'swapped' then now() else swapped end,
       finished = case when $1 = 'finished' then now() else finished end,
       undone = case when $1 = 'undone' then now() else undone end
 where id = $2 and state = $3`);

export interface SetPlanParams {
  readonly plan: string;
  readonly id: string;
}
export type SetPlanRow = Record<string, never>;
export const setPlan = defineQuery<SetPlanParams, SetPlanRow>('partition/conversion.set_plan', ['plan', 'id'], `update partition.conversions set plan = $1 where id = $2`);

export interface SetPausedParams {
  readonly is_paused: boolean;
  readonly id: string;
}
export type SetPausedRow = Record<string, never>;
export const setPaused = defineQuery<SetPausedParams, SetPausedRow>('partition/conversion.set_paused', ['is_paused', 'id'], `update partition.conversions set is_paused = $1 where id = $2 and state not in ('finished', 'undone')`);

export interface SetErrorParams {
  readonly error: string | null;
  readonly id: string;
}
export type SetErrorRow = Record<string, never>;
export const setError = defineQuery<SetErrorParams, SetErrorRow>('partition/conversion.set_error', ['error', 'id'], `update partition.conversions set error = $1 where id = $2`);

export interface RecordSnapshotsParams {
  readonly snapshot_before: string;
  readonly snapshot_after: string;
  readonly id: string;
}
export type RecordSnapshotsRow = Record<string, never>;
export const recordSnapshots = defineQuery<RecordSnapshotsParams, RecordSnapshotsRow>('partition/conversion.record_snapshots', ['snapshot_before', 'snapshot_after', 'id'], `update partition.conversions set snapshot_before = $1, snapshot_after = $2 where id = $3`);

export interface ReplaceRangesParams {
  readonly id: string;
  readonly ranges: string;
}
export type ReplaceRangesRow = Record<string, never>;
/**
 * The report of one verification takes the place of the one before.
 */
export const replaceRanges = defineQuery<ReplaceRangesParams, ReplaceRangesRow>('partition/conversion.replace_ranges', ['id', 'ranges'], `with gone as (delete from partition.conversion_ranges where conversion_id = $1)
insert into partition.conversion_ranges
  (conversion_id, number, lower_key, upper_key, rows_source, rows_target, hash_source, hash_target, least_key, greatest_key, state)
select $1, r.number, r.lower_key, r.upper_key, r.rows_source, r.rows_target, r.hash_source, r.hash_target, r.least_key, r.greatest_key, r.state
  from pg_catalog.jsonb_to_recordset($2::jsonb) as r(number int, lower_key text, upper_key text, rows_source int8, rows_target int8,
    hash_source text, hash_target text, least_key text, greatest_key text, state text)
on conflict on constraint conversion_ranges_conversion_id_number_pk do update
  set lower_key = excluded.lower_key, upper_key = excluded.upper_key, rows_source = excluded.rows_source, rows_target = excluded.rows_target,
      hash_source = excluded.hash_source, hash_target = excluded.hash_target, least_key = excluded.least_key,
      greatest_key = excluded.greatest_key, state = excluded.state, verified = now()`);

export interface ListRangesParams {
  readonly id: string;
}
export interface ListRangesRow {
  readonly number: number;
  readonly lower_key: string | null;
  readonly upper_key: string | null;
  readonly rows_source: number;
  readonly rows_target: number;
  readonly hash_source: string;
  readonly hash_target: string;
  readonly least_key: string | null;
  readonly greatest_key: string | null;
  readonly state: string;
  readonly verified: Date;
}
export const listRanges = defineQuery<ListRangesParams, ListRangesRow>('partition/conversion.list_ranges', ['id'], `select number, lower_key, upper_key, rows_source, rows_target, hash_source, hash_target, least_key, greatest_key, state, verified
  from partition.conversion_ranges where conversion_id = $1 order by number`);

export interface OpenClaimsParams {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key_column: string;
}
export interface OpenClaimsRow {
  readonly claims: string;
}
export const openClaims = defineQuery<OpenClaimsParams, OpenClaimsRow>('partition/conversion.open_claims', ['table', 'columns', 'key_column'], `select partition.open_claims(pg_catalog.to_regclass($1), $2::text[], $3) as "claims"`);

export interface CloseClaimsParams {
  readonly table: string;
  readonly columns: readonly string[];
}
export interface CloseClaimsRow {
  readonly close_claims: string | null;
}
export const closeClaims = defineQuery<CloseClaimsParams, CloseClaimsRow>('partition/conversion.close_claims', ['table', 'columns'], `select partition.close_claims(pg_catalog.to_regclass($1), $2::text[])`);

export type ListDueAdoptionsParams = Record<string, never>;
export interface ListDueAdoptionsRow {
  readonly table_name: string;
  readonly ends: Date;
}
export const listDueAdoptions = defineQuery<ListDueAdoptionsParams, ListDueAdoptionsRow>('partition/conversion.list_due_adoptions', [], `select table_name as "table_name", ends as "ends" from partition.adoptions_ending() where is_due order by ends`);

export interface FindOldHolderParams {
  readonly tables: readonly string[];
  readonly older_than_seconds: number;
}
export interface FindOldHolderRow {
  readonly pid: number;
  readonly application_name: string;
  readonly state: string;
  readonly query: string;
  readonly age_seconds: number;
}
/**
 * The oldest transaction that holds a lock on one of these tables, when it is older than the limit.
 */
export const findOldHolder = defineQuery<FindOldHolderParams, FindOldHolderRow>('partition/conversion.find_old_holder', ['tables', 'older_than_seconds'], `select a.pid as "pid", coalesce(a.application_name, '') as "application_name", coalesce(a.state, '') as "state",
       coalesce(left(a.query, 200), '') as "query", extract(epoch from clock_timestamp() - a.xact_start)::float8 as "age_seconds"
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'relation' and l.granted and l.relation in (select pg_catalog.to_regclass(t.name) from unnest($1::text[]) as t(name)) and a.pid <> pg_catalog.pg_backend_pid()
   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
   and a.xact_start < clock_timestamp() - make_interval(secs => $2::float8)
 order by a.xact_start limit 1`);

export interface SizeOfTablesParams {
  readonly tables: readonly string[];
}
export interface SizeOfTablesRow {
  readonly bytes: number;
}
/**
 * Of tables with their partitions, indexes and large values.
 */
export const sizeOfTables = defineQuery<SizeOfTablesParams, SizeOfTablesRow>('partition/conversion.size_of_tables', ['tables'], `select coalesce(sum(pg_catalog.pg_total_relation_size(p.relid)), 0)::int8 as "bytes"
  from (select pg_catalog.to_regclass(t.name) from unnest($1::text[]) as t(name)
        union select p.relid from unnest($1::text[]) as t(name), pg_catalog.pg_partition_tree(pg_catalog.to_regclass(t.name)) p) p(relid)`);
