// Made by `npm run generate` from catalog.sql; do not edit.
// sources: f995576a2104fe7cf3d02fbd701f6e24
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListColumnsParams {
  readonly without_schemas: readonly string[];
}
export interface ListColumnsRow {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly category: string;
  readonly is_nullable: boolean;
  readonly is_generated: boolean;
  readonly is_unique: boolean;
}
/**
 * Of every table outside these schemas, in order of place; partitions, and what belongs to extensions, aside.
 */
export const listColumns = defineQuery<ListColumnsParams, ListColumnsRow>('privacy/catalog.list_columns', ['without_schemas'], `select n.nspname as "schema", c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as "type",
       y.typcategory::text as "category", not a.attnotnull as "is_nullable", a.attgenerated <> '' as "is_generated",
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)) as "is_unique"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type y on y.oid = a.atttypid
 where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
   and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
 order by 1, 2, a.attnum`);

export type ListForeignKeysParams = Record<string, never>;
export interface ListForeignKeysRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly parent_schema: string;
  readonly parent_table: string;
  readonly on_delete: string;
  readonly definition: string;
  readonly columns: string[];
  readonly parent_columns: string[];
}
/**
 * All of the database, those of single partitions aside.
 */
export const listForeignKeys = defineQuery<ListForeignKeysParams, ListForeignKeysRow>('privacy/catalog.list_foreign_keys', [], `select cn.nspname as "schema", cc.relname as "table", k.conname as "name", pn.nspname as "parent_schema", pc.relname as "parent_table",
       k.confdeltype::text as "on_delete", pg_get_constraintdef(k.oid) as "definition",
       array(select a.attname::text from unnest(k.conkey) with ordinality as u (attnum, n)
               join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum order by u.n) as "columns",
       array(select a.attname::text from unnest(k.confkey) with ordinality as u (attnum, n)
               join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum order by u.n) as "parent_columns"
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class cc on cc.oid = k.conrelid join pg_catalog.pg_namespace cn on cn.oid = cc.relnamespace
  join pg_catalog.pg_class pc on pc.oid = k.confrelid join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
 where k.contype = 'f' and k.conparentid = 0
 order by 1, 2, 3`);
