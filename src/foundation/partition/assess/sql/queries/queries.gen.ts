// Made by `npm run generate` from assess.sql; do not edit.
// sources: f3940f2edc64065876f9b32d408af203
import { defineQuery } from '../../../../../kernel/index.ts';

export interface MeasureTableParams {
  readonly table: string;
}
export interface MeasureTableRow {
  readonly table: string;
  readonly kind: string;
  readonly rows: number;
  readonly size_bytes: number;
  readonly index_bytes: number;
  readonly inserted: number;
  readonly deleted: number;
  readonly dead: number;
  readonly seconds_counted: number;
  readonly vacuum_ms: number | null;
  readonly vacuums: number;
  readonly buffer_bytes: number;
  readonly inbound: string[];
  readonly outbound: string[];
}
/**
 * What the server knows of a table; nothing of its rows is read. Counts are since the statistics were last reset. No row: there is no such table.
 */
export const measureTable = defineQuery<MeasureTableParams, MeasureTableRow>('partition/assess.measure_table', ['table'], `select c.oid::regclass::text as "table", c.relkind::text as "kind", greatest(c.reltuples, 0)::int8 as "rows",
       pg_total_relation_size(c.oid) as "size_bytes", pg_indexes_size(c.oid) as "index_bytes",
       coalesce(s.n_tup_ins, 0) as "inserted", coalesce(s.n_tup_del, 0) as "deleted", coalesce(s.n_dead_tup, 0) as "dead",
       extract(epoch from clock_timestamp() - coalesce(d.stats_reset, pg_postmaster_start_time()))::float8 as "seconds_counted",
       -- Since 18.
       (to_jsonb(s) ->> 'total_vacuum_time')::float8 + (to_jsonb(s) ->> 'total_autovacuum_time')::float8 as vacuum_ms,
       coalesce(s.vacuum_count + s.autovacuum_count, 0) as "vacuums",
       (select setting::int8 * 8192 from pg_catalog.pg_settings where name = 'shared_buffers') as "buffer_bytes",
       array(select x.conname || ' of ' || x.conrelid::regclass from pg_catalog.pg_constraint x
              where x.confrelid = c.oid and x.contype = 'f' and x.conparentid = 0 order by 1) as "inbound",
       array(select x.conname || ' to ' || x.confrelid::regclass from pg_catalog.pg_constraint x
              where x.conrelid = c.oid and x.contype = 'f' and x.conparentid = 0 order by 1) as "outbound"
  from pg_catalog.pg_class c
    left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
    left join pg_catalog.pg_stat_database d on d.datname = current_database()
 where c.oid = to_regclass($1) and c.relkind in ('r', 'p')`);

export interface ListCandidatesParams {
  readonly table: string;
}
export interface ListCandidatesRow {
  readonly column: string;
  readonly type: string;
  readonly strategy: string;
  readonly correlation: number | null;
  readonly n_distinct: number | null;
  readonly is_in_key: boolean;
  readonly problems: string[];
}
/**
 * Columns a table could be cut by, with what is known of their values, and what is in the way of each.
 */
export const listCandidates = defineQuery<ListCandidatesParams, ListCandidatesRow>('partition/assess.list_candidates', ['table'], `select a.attname::text as "column", a.atttypid::regtype::text as "type", k.strategy as "strategy",
       p.correlation::float8 as correlation, p.n_distinct::float8 as n_distinct,
       exists (select from pg_catalog.pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)) as "is_in_key",
       array(select x from partition.key_problems(a.attrelid, a.attname, k.strategy) x) as "problems"
  from pg_catalog.pg_attribute a
    cross join lateral (select case a.atttypid::regtype::text when 'timestamp with time zone' then 'time' when 'timestamp without time zone' then 'time'
      when 'date' then 'time' when 'uuid' then 'uuid7' when 'bigint' then 'id' end as strategy) k
    join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_stats p on p.schemaname = n.nspname and p.tablename = c.relname and p.attname = a.attname and not p.inherited
 where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and k.strategy is not null
 order by a.attnum`);

export type FindStatementsViewParams = Record<string, never>;
export interface FindStatementsViewRow {
  readonly view: string;
}
/**
 * Where pg_stat_statements is, if it is.
 */
export const findStatementsView = defineQuery<FindStatementsViewParams, FindStatementsViewRow>('partition/assess.find_statements_view', [], `select quote_ident(n.nspname) || '.pg_stat_statements' as "view"
  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`);
