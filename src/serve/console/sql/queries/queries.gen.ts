// Made by `npm run generate` from tables.sql; do not edit.
// sources: 27b7a7949175f9f904b69d15f0f6e939
import { defineQuery } from '../../../../kernel/index.ts';

export type ListTablesParams = Record<string, never>;
export interface ListTablesRow {
  readonly schema: string;
  readonly table: string;
  readonly comment: string | null;
  readonly row_estimate: number | null;
  readonly size_bytes: number;
  readonly has_tenants: boolean;
  readonly is_partitioned: boolean;
}
/**
 * Tables of people, not of PostgreSQL; a partitioned table once, with the size of all its partitions.
 */
export const listTables = defineQuery<ListTablesParams, ListTablesRow>('console.list_tables', [], `select n.nspname as schema,
       c.relname as "table",
       obj_description(c.oid, 'pg_class') as "comment",
       -- reltuples is -1 until the first vacuum or analyze: unknown is not zero.
       leaves.row_estimate as "row_estimate",
       leaves.size_bytes as "size_bytes",
       exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenants,
       c.relkind = 'p' as "is_partitioned"
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 cross join lateral (
         -- The tree is empty for a table that is not partitioned.
         select case when bool_or(leaf.reltuples < 0) then null else coalesce(sum(leaf.reltuples), 0) end::float8 as row_estimate,
                coalesce(sum(pg_total_relation_size(leaf.oid)), 0)::int8 as size_bytes
           from (select c.oid as relid where c.relkind = 'r'
                 union all
                 select part.relid from pg_partition_tree(c.oid) as part where part.isleaf) as part
           join pg_class as leaf on leaf.oid = part.relid
       ) as leaves
 where c.relkind in ('r', 'p')
   and not c.relispartition
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 order by n.nspname, c.relname`);

export interface FindTableParams {
  readonly schema: string;
  readonly table: string;
}
export interface FindTableRow {
  readonly id: number;
  readonly comment: string | null;
  readonly has_tenants: boolean;
  readonly is_row_security_enabled: boolean;
  readonly is_row_security_forced: boolean;
}
export const findTable = defineQuery<FindTableParams, FindTableRow>('console.find_table', ['schema', 'table'], `select c.oid::int8 as "id",
       obj_description(c.oid, 'pg_class') as "comment",
       exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenants,
       c.relrowsecurity as is_row_security_enabled,
       c.relforcerowsecurity as is_row_security_forced
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where n.nspname = $1
   and c.relname = $2
   and c.relkind in ('r', 'p')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'`);

export interface ListColumnsParams {
  readonly table_id: number;
}
export interface ListColumnsRow {
  readonly name: string;
  readonly type: string;
  readonly is_nullable: boolean;
  readonly default_expression: string | null;
  readonly comment: string | null;
}
export const listColumns = defineQuery<ListColumnsParams, ListColumnsRow>('console.list_columns', ['table_id'], `select a.attname as name,
       format_type(a.atttypid, a.atttypmod) as "type",
       not a.attnotnull as "is_nullable",
       pg_get_expr(d.adbin, d.adrelid) as "default_expression",
       col_description(a.attrelid, a.attnum) as "comment"
  from pg_attribute as a
  left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = $1
   and a.attnum > 0
   and not a.attisdropped
 order by a.attnum`);

export interface ListIndexesParams {
  readonly table_id: number;
}
export interface ListIndexesRow {
  readonly name: string;
  readonly definition: string;
  readonly is_unique: boolean;
  readonly is_primary: boolean;
  readonly is_valid: boolean;
  readonly size_bytes: number;
  readonly scans: number;
}
export const listIndexes = defineQuery<ListIndexesParams, ListIndexesRow>('console.list_indexes', ['table_id'], `select c.relname as "name",
       pg_get_indexdef(i.indexrelid) as "definition",
       i.indisunique as is_unique,
       i.indisprimary as is_primary,
       i.indisvalid as is_valid,
       parts.size_bytes as "size_bytes",
       parts.scans as "scans"
  from pg_index as i
  join pg_class as c on c.oid = i.indexrelid
 cross join lateral (
         select coalesce(sum(pg_relation_size(part.relid)), 0)::int8 as size_bytes,
                coalesce(sum(pg_stat_get_numscans(part.relid)), 0)::int8 as scans
           from (select i.indexrelid as relid union select tree.relid from pg_partition_tree(i.indexrelid) as tree) as part
       ) as parts
 where i.indrelid = $1
 order by i.indisprimary desc, c.relname`);

export interface ListConstraintsParams {
  readonly table_id: number;
}
export interface ListConstraintsRow {
  readonly name: string;
  readonly kind: string;
  readonly definition: string;
  readonly is_validated: boolean;
}
export const listConstraints = defineQuery<ListConstraintsParams, ListConstraintsRow>('console.list_constraints', ['table_id'], `select conname as name, contype::text as "kind", pg_get_constraintdef(oid, true) as "definition", convalidated as is_validated
  from pg_constraint
 where conrelid = $1 and contype <> 'n'
 order by array_position(array['p', 'u', 'f', 'c', 'x']::text[], contype::text), conname`);

export interface ListPoliciesParams {
  readonly table_id: number;
}
export interface ListPoliciesRow {
  readonly name: string;
  readonly verb: string;
  readonly using_expression: string | null;
  readonly check_expression: string | null;
}
export const listPolicies = defineQuery<ListPoliciesParams, ListPoliciesRow>('console.list_policies', ['table_id'], `select polname as name,
       polcmd::text as "verb",
       pg_get_expr(polqual, polrelid) as "using_expression",
       pg_get_expr(polwithcheck, polrelid) as "check_expression"
  from pg_policy
 where polrelid = $1
 order by polcmd, polname`);

export interface ListKeyColumnsParams {
  readonly table_id: number;
}
export interface ListKeyColumnsRow {
  readonly name: string;
}
export const listKeyColumns = defineQuery<ListKeyColumnsParams, ListKeyColumnsRow>('console.list_key_columns', ['table_id'], `select a.attname as name
  from pg_index as i
 cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
  join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
 where i.indrelid = $1 and i.indisprimary
 order by k.position`);
