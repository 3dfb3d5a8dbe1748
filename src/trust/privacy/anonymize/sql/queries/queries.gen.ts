// Made by `npm run generate` from copy.sql; do not edit.
// sources: 48a45839159a87f0c20c4de03e5e89e8
import { defineQuery } from '../../../../../kernel/index.ts';

export type IdentifyDatabaseParams = Record<string, never>;
export interface IdentifyDatabaseRow {
  readonly server: string;
  readonly database: number;
  readonly name: string;
}
/**
 * Tells databases apart, on whatever server: creating one gives it an oid, and a server its start of life.
 */
export const identifyDatabase = defineQuery<IdentifyDatabaseParams, IdentifyDatabaseRow>('privacy/anonymize.identify_database', [], `select (select c.system_identifier::text from pg_catalog.pg_control_system() c) as "server", d.oid::int8 as "database", d.datname as "name"
  from pg_catalog.pg_database d where d.datname = current_database()`);

export type ListSequencesParams = Record<string, never>;
export interface ListSequencesRow {
  readonly schema: string;
  readonly sequence: string;
  readonly table_schema: string;
  readonly table: string;
}
/**
 * Those that belong to columns of tables.
 */
export const listSequences = defineQuery<ListSequencesParams, ListSequencesRow>('privacy/anonymize.list_sequences', [], `select sn.nspname as "schema", s.relname as "sequence", tn.nspname as "table_schema", t.relname as "table"
  from pg_catalog.pg_depend d
  join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S' join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
  join pg_catalog.pg_class t on t.oid = d.refobjid join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
 where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
 order by 1, 2`);

export type ListChoicesParams = Record<string, never>;
export interface ListChoicesRow {
  readonly table: string;
  readonly column: string;
  readonly choice: string;
}
/**
 * Columns that a check holds to a list of words, with the first of those.
 */
export const listChoices = defineQuery<ListChoicesParams, ListChoicesRow>('privacy/anonymize.list_choices', [], `select n.nspname || '.' || c.relname as "table", a.attname as "column", (regexp_match(d.definition, '''((?:[^'']|'''')*)''::'))[1] as "choice"
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
cross join lateral (select pg_get_constraintdef(k.oid) as definition) d
where k.contype = 'c' and cardinality(k.conkey) = 1 and d.definition ~ '^CHECK \\(\\(\\(?[^ ]+ = ANY \\(\\(?ARRAY\\['''`);
