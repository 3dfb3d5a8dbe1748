// Made by `npm run generate` from catalog.sql, records.sql, registry.sql; do not edit.
// sources: 199a6d007599d13e81175be97b744ab2
import { defineQuery } from '../../../../kernel/index.ts';

export type ReadTablesParams = Record<string, never>;
export interface ReadTablesRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly is_view: boolean;
  readonly row_estimate: number;
  readonly block_count: number;
  readonly columns: unknown;
}
/**
 * Tables and views of a database with what each column can hold, how large they are, and for columns of views where they come from.
 * The types are told apart as privacy.value_class() does, which is in oltp only.
 * Sizes are those of the last vacuum or analyze: functions that measure would wait for locks.
 */
export const readTables = defineQuery<ReadTablesParams, ReadTablesRow>('privacy.read_tables', [], `with recursive parts as (
  select i.inhparent as root, i.inhrelid as part from pg_inherits i join pg_class p on p.oid = i.inhparent where p.relkind = 'p'
  union all
  select t.root, i.inhrelid from parts t join pg_inherits i on i.inhparent = t.part
), sizes as (
  select t.root, sum(greatest(p.reltuples, 0)) as row_count, sum(greatest(p.relpages, 0)) as block_count
  from parts t join pg_class p on p.oid = t.part and p.relkind = 'r' group by t.root
)
select n.nspname as "schema_name", c.relname as "table_name", c.relkind in ('v', 'm') as "is_view",
  coalesce(s.row_count, greatest(c.reltuples, 0))::float8 as "row_estimate",
  coalesce(s.block_count, greatest(c.relpages, 0))::int8 as "block_count",
  (select jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'isArray', t.typcategory = 'A',
      'isSampled', b.typcategory = 'S' or b.typname in ('date', 'json', 'jsonb', 'hstore', 'xml', 'citext', 'int4', 'int8', 'numeric'),
      'holds', case
        when b.typname = 'uuid' then 'uuid'
        when b.typname in ('json', 'jsonb', 'hstore') then 'json'
        when b.typname = 'bytea' then 'bytes'
        when b.typname in ('macaddr', 'macaddr8') then 'hardware'
        when b.typname in ('geometry', 'geography') or b.typcategory = 'G' then 'shape'
        when b.typname = 'xml' or b.typcategory = 'S' or b.typname = 'citext' then 'text'
        when b.typname = 'date' then 'date'
        when b.typcategory = 'D' then 'time'
        when b.typcategory = 'N' then 'number'
        when b.typcategory = 'B' then 'boolean'
        when b.typcategory = 'I' then 'network'
        when b.typcategory = 'E' then 'enum'
        else 'other' end,
      'sources', case when c.relkind in ('v', 'm') then (
        select jsonb_agg(distinct jsonb_build_array(bn.nspname, bc.relname))
        from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
          join pg_class bc on bc.oid = d.refobjid and bc.oid <> c.oid join pg_namespace bn on bn.oid = bc.relnamespace
          join pg_attribute ba on ba.attrelid = bc.oid and ba.attnum = d.refobjsubid and ba.attname = a.attname
        where r.ev_class = c.oid) end) order by a.attnum)
    from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
      join pg_type b on b.oid = coalesce(nullif(e.typbasetype, 0), e.oid, nullif(t.typbasetype, 0), t.oid)
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as "columns"
from pg_class c join pg_namespace n on n.oid = c.relnamespace left join sizes s on s.root = c.oid
where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
  and n.nspname !~ '^(pg_|information_schema$|partition_(detached|archived)$|migrate_trash_)'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1, 2`);

export interface ReadColumnNamesParams {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
}
export interface ReadColumnNamesRow {
  readonly position: number;
  readonly name: string;
}
/**
 * Of several tables, each named by its schema and itself at one place of the arrays.
 */
export const readColumnNames = defineQuery<ReadColumnNamesParams, ReadColumnNamesRow>('privacy.read_column_names', ['schemas', 'tables'], `select t.position::int as "position", a.attname as "name"
from unnest($1::text[], $2::text[]) with ordinality as t(schema, name, position)
join pg_namespace n on n.nspname = t.schema join pg_class c on c.relnamespace = n.oid and c.relname = t.name
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
order by t.position, a.attnum`);

export type ListProcessingParams = Record<string, never>;
export interface ListProcessingRow {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly legal_basis: string;
  readonly data_subjects: string[];
  readonly recipients: string[];
  readonly transfers: string[];
  readonly safeguards: string | null;
  readonly retention: string | null;
  readonly measures: string | null;
  readonly updated: Date;
  readonly tables: unknown;
}
export const listProcessing = defineQuery<ListProcessingParams, ListProcessingRow>('privacy.list_processing', [], `select r.id, r.name, r.purpose, r.legal_basis, r.data_subjects, r.recipients, r.transfers, r.safeguards, r.retention, r.measures, r.updated,
  coalesce((select jsonb_agg(jsonb_build_object('tier', t.tier, 'schema', t.schema_name, 'table', t.table_name) order by t.tier, t.schema_name, t.table_name)
    from privacy.processing_tables t where t.processing_record_id = r.id), '[]') as "tables"
from privacy.processing_records r
order by r.name`);

export interface RecordProcessingParams {
  readonly declaration: string;
}
export interface RecordProcessingRow {
  readonly id: string;
}
export const recordProcessing = defineQuery<RecordProcessingParams, RecordProcessingRow>('privacy.record_processing', ['declaration'], `select privacy.record_processing($1::jsonb) as "id"`);

export interface ListClassificationsParams {
  readonly schema: string | null;
  readonly table: string | null;
}
export interface ListClassificationsRow {
  readonly tier: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly column_name: string | null;
  readonly classification_level: string;
  readonly category: string | null;
  readonly sensitivity_score: number;
  readonly encryption_required: boolean;
  readonly retention_period_years: number | null;
  readonly compliance: string[];
  readonly source: string;
  readonly confidence: number;
  readonly reason: string;
  readonly created: Date;
}
export const listClassifications = defineQuery<ListClassificationsParams, ListClassificationsRow>('privacy.list_classifications', ['schema', 'table'], `select d.tier, d.schema_name, d.table_name, d.column_name, d.classification_level, d.category, d.sensitivity_score, d.encryption_required,
  d.retention_period_years, d.compliance, d.source, d.confidence, d.reason, d.created
from privacy.data_classification d
where ($1::text is null or d.schema_name = $1) and ($2::text is null or d.table_name = $2)
order by d.tier, d.schema_name, d.table_name, d.column_name nulls first`);

export interface ListOfTablesParams {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
}
export interface ListOfTablesRow {
  readonly tier: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly column_name: string | null;
  readonly classification_level: string;
  readonly category: string | null;
  readonly sensitivity_score: number;
  readonly encryption_required: boolean;
  readonly retention_period_years: number | null;
  readonly compliance: string[];
  readonly source: string;
  readonly confidence: number;
  readonly reason: string;
  readonly created: Date;
}
/**
 * The same of several tables, each named by its schema and itself at one place of the arrays.
 */
export const listOfTables = defineQuery<ListOfTablesParams, ListOfTablesRow>('privacy.list_of_tables', ['schemas', 'tables'], `select d.tier, d.schema_name, d.table_name, d.column_name, d.classification_level, d.category, d.sensitivity_score, d.encryption_required,
  d.retention_period_years, d.compliance, d.source, d.confidence, d.reason, d.created
from privacy.data_classification d
where (d.schema_name, d.table_name) in (select t.schema, t.name from unnest($1::text[], $2::text[]) as t(schema, name))`);

export interface ClassifyColumnsParams {
  readonly tier: string;
  readonly target: string;
  readonly decisions: string;
}
export interface ClassifyColumnsRow {
  readonly count: number;
}
export const classifyColumns = defineQuery<ClassifyColumnsParams, ClassifyColumnsRow>('privacy.classify_columns', ['tier', 'target', 'decisions'], `select privacy.classify($1, $2, $3::jsonb) as "count"`);

export interface ForgetPlaceParams {
  readonly tiers: readonly string[];
  readonly schema: string;
  readonly table: string;
  readonly column: string | null;
}
export type ForgetPlaceRow = Record<string, never>;
export const forgetPlace = defineQuery<ForgetPlaceParams, ForgetPlaceRow>('privacy.forget_place', ['tiers', 'schema', 'table', 'column'], `delete from privacy.data_classification
where tier = any ($1) and schema_name = $2 and table_name = $3 and column_name is not distinct from $4`);

export interface PutFindingsParams {
  readonly findings: string;
}
export type PutFindingsRow = Record<string, never>;
/**
 * What a scan found, where nobody decided.
 */
export const putFindings = defineQuery<PutFindingsParams, PutFindingsRow>('privacy.put_findings', ['findings'], `insert into privacy.data_classification as d
  (tier, schema_name, table_name, column_name, classification_level, category, sensitivity_score, encryption_required, compliance, source, confidence, reason)
select f.tier, f.schema, f."table", f."column", k.classification_level, f.category, k.sensitivity_score, k.encryption_required, k.compliance, 'auto',
  f.confidence, f.reason
from jsonb_to_recordset($1::jsonb) f (tier text, schema text, "table" text, "column" text, category text, confidence float8, reason text)
  join privacy.categories k on k.category = f.category
on conflict (tier, schema_name, table_name, column_name) do update
set classification_level = excluded.classification_level, category = excluded.category, sensitivity_score = excluded.sensitivity_score,
    encryption_required = excluded.encryption_required, compliance = excluded.compliance, confidence = excluded.confidence, reason = excluded.reason,
    created = case when d.category is distinct from excluded.category then now() else d.created end
where d.source = 'auto' and (d.category, d.confidence, d.reason) is distinct from (excluded.category, excluded.confidence, excluded.reason)`);

export interface DropStaleFindingsParams {
  readonly scanned: string;
}
export type DropStaleFindingsRow = Record<string, never>;
/**
 * Findings in tables that were looked at and are no more; decisions stay.
 */
export const dropStaleFindings = defineQuery<DropStaleFindingsParams, DropStaleFindingsRow>('privacy.drop_stale_findings', ['scanned'], `delete from privacy.data_classification d
using jsonb_to_recordset($1::jsonb) s (tier text, schema text, "table" text, columns text[])
where d.source = 'auto' and d.tier = s.tier and d.schema_name = s.schema and d.table_name = s."table" and d.column_name <> all (s.columns)`);

export interface DropFindingsOfGoneTablesParams {
  readonly tier: string;
  readonly tables: string;
}
export type DropFindingsOfGoneTablesRow = Record<string, never>;
export const dropFindingsOfGoneTables = defineQuery<DropFindingsOfGoneTablesParams, DropFindingsOfGoneTablesRow>('privacy.drop_findings_of_gone_tables', ['tier', 'tables'], `delete from privacy.data_classification d
where d.source = 'auto' and d.tier = $1
  and (d.schema_name, d.table_name) not in (select t.schema, t."table" from jsonb_to_recordset($2::jsonb) t (schema text, "table" text))`);
