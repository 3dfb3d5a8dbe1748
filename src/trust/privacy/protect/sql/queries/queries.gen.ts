// Made by `npm run generate` from protect.sql; do not edit.
// sources: aaac202f5ab17d9091c93a2bb9ce8d29
import { defineQuery } from '../../../../../kernel/index.ts';

export interface DescribeColumnParams {
  readonly wanted: readonly string[];
  readonly schema: string;
  readonly column: string;
  readonly table: string;
}
export interface DescribeColumnRow {
  readonly kind: string;
  readonly type: string;
  readonly is_required: boolean;
  readonly has_default: boolean;
  readonly is_generated: boolean;
  readonly is_tenants: boolean;
  readonly has_key: boolean;
  readonly indexes: string[];
  readonly is_unique: boolean;
  readonly is_unique_alone: boolean;
  readonly dependents: string[];
  readonly taken: string[];
}
/**
 * What the database knows of a column, and what would be in the way of dropping it.
 */
export const describeColumn = defineQuery<DescribeColumnParams, DescribeColumnRow>('privacy/protect.describe_column', ['wanted', 'schema', 'column', 'table'], `select c.relkind::text as "kind", format_type(a.atttypid, a.atttypmod) as "type", a.attnotnull as "is_required",
       a.atthasdef and a.attgenerated = '' as "has_default", a.attgenerated <> '' as "is_generated",
       exists (select from pg_catalog.pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and t.atttypid = 'uuid'::regtype and t.attnotnull)
         as "is_tenants",
       exists (select from pg_catalog.pg_constraint p, unnest(p.conkey) k (attnum) join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = k.attnum
                where p.conrelid = c.oid and p.contype = 'p' and t.attname <> 'tenant_id') as "has_key",
       array(select i.indexrelid::regclass::text from pg_catalog.pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey) and not i.indisprimary order by 1)
         as "indexes",
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)) as "is_unique",
       -- Unique by itself or within the tenant, and nothing more to it.
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and not i.indisprimary and i.indpred is null and i.indexprs is null
                  and a.attnum = any (i.indkey)
                  and not exists (select from unnest(i.indkey[0:i.indnkeyatts - 1]) k (attnum) join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = k.attnum
                                   where t.attnum <> a.attnum and t.attname <> 'tenant_id')) as "is_unique_alone",
       array(select pg_describe_object(d.classid, d.objid, d.objsubid) from pg_catalog.pg_depend d
              where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid = a.attnum
                and (d.deptype = 'n' or d.classid = 'pg_catalog.pg_constraint'::regclass
                     and (select k.contype in ('p', 'f', 'x') from pg_catalog.pg_constraint k where k.oid = d.objid)
                     or d.classid = 'pg_catalog.pg_attrdef'::regclass
                     and (select f.adnum <> a.attnum from pg_catalog.pg_attrdef f where f.oid = d.objid))
              order by 1) as "dependents",
       array(select t.attname::text from pg_catalog.pg_attribute t where t.attrelid = c.oid and t.attname = any ($1::text[]) and not t.attisdropped)
         as "taken"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = $2
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = $3 and a.attnum > 0 and not a.attisdropped
 where c.relname = $4`);

export type ListProtectionsParams = Record<string, never>;
export interface ListProtectionsRow {
  readonly group_name: string;
  readonly tier: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly column_name: string;
  readonly sealed_column: string;
  readonly reason: string;
  readonly begun: Date;
  readonly purged: Date | null;
}
export const listProtections = defineQuery<ListProtectionsParams, ListProtectionsRow>('privacy/protect.list_protections', [], `select p.group_name, p.tier, p.schema_name, p.table_name, p.column_name, p.sealed_column, p.reason, p.begun, p.purged
  from privacy.protections p order by p.tier, p.schema_name, p.table_name, p.column_name`);

export interface BeginProtectionParams {
  readonly tier: string;
  readonly group_name: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly sealed_column: string;
  readonly reason: string;
}
export type BeginProtectionRow = Record<string, never>;
export const beginProtection = defineQuery<BeginProtectionParams, BeginProtectionRow>('privacy/protect.begin_protection', ['tier', 'group_name', 'schema', 'table', 'column', 'sealed_column', 'reason'], `insert into privacy.protections as p (tier, group_name, schema_name, table_name, column_name, sealed_column, reason)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict on constraint protections_tier_group_name_pk do update
set sealed_column = excluded.sealed_column, reason = excluded.reason, begun = now(), purged = null`);

export interface NotePurgeParams {
  readonly purged: Date;
  readonly tier: string;
  readonly group_name: string;
}
export type NotePurgeRow = Record<string, never>;
export const notePurge = defineQuery<NotePurgeParams, NotePurgeRow>('privacy/protect.note_purge', ['purged', 'tier', 'group_name'], `update privacy.protections set purged = $1 where tier = $2 and group_name = $3`);

export interface ListClearColumnsParams {
  readonly places: string;
}
export interface ListClearColumnsRow {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}
/**
 * Those of the places (schema, table, column) that are columns of tables and no bytes.
 */
export const listClearColumns = defineQuery<ListClearColumnsParams, ListClearColumnsRow>('privacy/protect.list_clear_columns', ['places'], `select n.nspname::text as "schema", c.relname::text as "table", a.attname::text as "column"
  from jsonb_to_recordset($1::jsonb) as p (schema text, "table" text, "column" text)
  join pg_catalog.pg_namespace n on n.nspname = p.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.table and c.relkind in ('r', 'p')
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = p.column and a.attnum > 0 and not a.attisdropped
 where a.atttypid <> 'bytea'::regtype
 order by 1, 2, 3`);
