// Made by `npm run generate` from details.sql; do not edit.
// sources: 4168224d83322fe9220440496c3c084c
import { defineQuery } from '../../../../../kernel/index.ts';

export interface InspectTablesParams {
  readonly names: readonly string[];
}
export interface InspectTablesRow {
  readonly name: string;
  readonly is_keyed: boolean;
  readonly is_protected: boolean;
  readonly is_cut: boolean;
}
/**
 * What is to be known of tables before anything is kept there; none where there is no such table.
 */
export const inspectTables = defineQuery<InspectTablesParams, InspectTablesRow>('queue/details.inspect_tables', ['names'], `select g.name as "name",
       exists (select from pg_catalog.pg_index i
                where i.indrelid = c.oid and i.indisprimary
                  and (select array_agg(a.attname::text order by k.place) from unnest(i.indkey) with ordinality k (attnum, place)
                         join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) = '{tenant_id,job_id}') as "is_keyed",
       exists (select from tenancy.protected_tables p where p.schema_name = n.nspname and p.table_name = c.relname) as "is_protected",
       exists (select from partition.sets s
                where s.table_name = format('%I.%I', n.nspname, c.relname) and s.strategy = 'uuid7' and s.key_column = 'job_id'
                  and s.declaration #>> '{release,heldBy}' = 'queue.open_in') as "is_cut"
  from unnest($1::text[]) g (name)
    join pg_catalog.pg_class c on c.oid = to_regclass(g.name) and c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace`);

export interface ListDetailsParams {
  readonly tenant_id: string;
  readonly job_id: string;
}
export interface ListDetailsRow {
  readonly table: string;
  readonly row: unknown;
}
export const listDetails = defineQuery<ListDetailsParams, ListDetailsRow>('queue/details.list_details', ['tenant_id', 'job_id'], `select d.kept_in as "table", d.details as "row" from queue.details_of(array[$1::uuid], array[$2::uuid]) d`);
