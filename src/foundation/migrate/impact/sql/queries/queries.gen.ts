// Made by `npm run generate` from impact.sql; do not edit.
// sources: 209bd0a78fa51505d353caf9cbc32462
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListSizesParams {
  readonly names: readonly string[];
}
export interface ListSizesRow {
  readonly name: string;
  readonly table_bytes: number;
  readonly index_bytes: number;
  readonly rows: number;
}
/**
 * Where a table was never counted, as many rows as fit: 28 bytes is the least one takes.
 */
export const listSizes = defineQuery<ListSizesParams, ListSizesRow>('migrate/impact.list_sizes', ['names'], `select q.name as "name", pg_catalog.pg_table_size(c.oid) as "table_bytes", pg_catalog.pg_indexes_size(c.oid) as "index_bytes",
       case when c.reltuples >= 0 then c.reltuples::int8 else pg_catalog.pg_table_size(c.oid) / 28 end as "rows"
  from unnest($1::text[]) as q(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(q.name)
 where c.relkind in ('r', 'm')`);

export interface ListDependantsParams {
  readonly names: readonly string[];
}
export interface ListDependantsRow {
  readonly on_table: string;
  readonly kind: string;
  readonly object: string;
}
/**
 * Views, policies, triggers, foreign keys and functions that stand on the tables by the catalog's own word.
 */
export const listDependants = defineQuery<ListDependantsParams, ListDependantsRow>('migrate/impact.list_dependants', ['names'], `with touched as (
  select c.oid, q.name from unnest($1::text[]) as q(name) join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(q.name)
)
select distinct t.name as "on_table", 'view' as "kind", v.oid::regclass::text as "object"
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
  join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid
  join pg_catalog.pg_class v on v.oid = w.ev_class and v.oid <> t.oid
union
select t.name, 'policy', p.polname || ' on ' || p.polrelid::regclass::text
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
  join pg_catalog.pg_policy p on d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid
union
select t.name, 'trigger', g.tgname || ' on ' || g.tgrelid::regclass::text
  from touched t join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union
select t.name, 'foreign key', k.conname || ' on ' || k.conrelid::regclass::text
  from touched t join pg_catalog.pg_constraint k on k.contype = 'f' and k.conparentid = 0 and t.oid in (k.confrelid, k.conrelid)
union
select t.name, 'function', d.objid::regprocedure::text
  from touched t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
 where d.classid = 'pg_catalog.pg_proc'::regclass
 order by 1, 2, 3`);

export interface ListFunctionBodiesParams {
  readonly patterns: readonly string[];
}
export interface ListFunctionBodiesRow {
  readonly name: string;
  readonly body: string;
}
/**
 * Functions whose text may name one of the tables; the scanner tells.
 */
export const listFunctionBodies = defineQuery<ListFunctionBodiesParams, ListFunctionBodiesRow>('migrate/impact.list_function_bodies', ['patterns'], `select p.oid::regprocedure::text as "name", p.prosrc as "body"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and p.prosqlbody is null and p.prosrc ilike any($1::text[])
 order by 1`);

export interface SaveReportParams {
  readonly id: string;
  readonly plan_hash: string;
  readonly environment: string;
  readonly risk: string;
  readonly body: string;
  readonly created: Date;
}
export type SaveReportRow = Record<string, never>;
export const saveReport = defineQuery<SaveReportParams, SaveReportRow>('migrate/impact.save_report', ['id', 'plan_hash', 'environment', 'risk', 'body', 'created'], `insert into migrate.impact_reports (id, plan_hash, environment, risk, body, created)
values ($1, $2, $3, $4, $5, $6)`);

export type FindLastReportParams = Record<string, never>;
export interface FindLastReportRow {
  readonly body: unknown;
}
export const findLastReport = defineQuery<FindLastReportParams, FindLastReportRow>('migrate/impact.find_last_report', [], `select body from migrate.impact_reports order by created desc, id desc limit 1`);
