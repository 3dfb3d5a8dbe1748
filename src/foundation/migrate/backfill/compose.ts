import { quoteIdentifier } from '../../../kernel/index.ts';
import type { RowStatement } from './statement.ts';

/** The primary key of a table, in its own order. */
export interface KeyColumns {
  readonly names: readonly string[];
  /** As SQL writes them. */
  readonly types: readonly string[];
}

/** A key, column by column as text. */
export type Key = readonly string[];

/** Rows of the table: those of a range, lower end excluded, or those with certain keys. */
export type Rows = { readonly after: Key | null; readonly upTo: Key } | { readonly keys: readonly Key[] };

interface Composed {
  readonly text: string;
  readonly values: unknown[];
}

const quoted = (names: readonly string[]) => names.map(quoteIdentifier);
const qualified = ({ schema, name }: RowStatement['table']) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** The largest key of a table; no row when it is empty. */
export function largestKey(table: RowStatement['table'], key: KeyColumns): string {
  const columns = quoted(key.names);
  return `select ${asArray(columns)} as key from ${qualified(table)} order by ${columns.map((column) => `${column} desc`).join(', ')} limit 1`;
}

/** The last key and the number of the next rows in a range; no row when the range is empty. Reads the index only. */
export function nextPage(table: RowStatement['table'], key: KeyColumns, rows: Rows, limit: number): Composed {
  const columns = quoted(key.names);
  const { condition, values } = conditionOf(rows, columns, key.types);
  return {
    text: `with page as materialized (select ${columns.join(', ')} from ${qualified(table)} where ${condition} order by ${columns.join(', ')} limit ${limit})
select ${asArray(columns)} as key, (select count(*) from page) as rows from page order by ${columns.map((column) => `${column} desc`).join(', ')} limit 1`,
    values,
  };
}

/**
 * Does the work on those rows that still need it and that nobody else holds locked. Answers in one row: `changed`, how many the
 * statement updated or inserted, and `locked`, the keys it left to their holders (null for none).
 *
 * A locked row is seen as its last committed version, so neither a change nor a deletion that came in between is undone. An update
 * finds its rows by key and not by ctid: the statement's snapshot does not see a version that appeared while the lock was taken. It
 * asks a hash of the batch, which `is true` keeps from becoming a join: where statistics expect one row, as at the end of a table that
 * grows, a join is a loop over the batch for each row of the batch.
 */
export function workOn({ kind, table, alias, head, where, tail }: RowStatement, key: KeyColumns, rows: Rows): Composed {
  const name = quoteIdentifier(alias ?? table.name);
  const relation = `${qualified(table)}${alias ? ` as ${name}` : ''}`;
  const columns = key.names.map((column) => `${name}.${quoteIdentifier(column)}`);
  const { condition, values } = conditionOf(rows, columns, key.types);
  const keys = key.names.map((_, index) => `plinth_${index + 1}`);
  const asKeys = columns.map((column, index) => `${column} as ${keys[index]}`).join(', ');
  // On lines of their own: the author's pieces may end in a comment.
  const needed = `from ${relation} where ${condition} and (\n${where}\n)`;
  const batchKeys = kind === 'update' ? keys : quoted(key.names);
  const batch = `select ${kind === 'update' ? asKeys : `${name}.*`} ${needed} for ${kind === 'update' ? 'no key update' : 'key share'} of ${name} skip locked`;
  const changed =
    kind === 'update'
      ? `update ${relation} set\n${head}\nwhere ((${columns.join(', ')}) in (select ${keys.join(', ')} from plinth_batch)) is true and ${condition} returning 1`
      : `${head}\nfrom plinth_batch as ${name}\n${tail}\nreturning 1`;
  return {
    text: `with plinth_needed as materialized (select ${asKeys} ${needed}),
plinth_batch as materialized (${batch}),
plinth_changed as (${changed})
select (select count(*) from plinth_changed) as changed,
       (select pg_catalog.jsonb_agg(${asArray(keys)}) from (
          select ${keys.join(', ')} from plinth_needed except select ${batchKeys.join(', ')} from plinth_batch) left_out) as locked`,
    values,
  };
}

const asArray = (columns: readonly string[]) => `pg_catalog.jsonb_build_array(${columns.map((column) => `${column}::text`).join(', ')})`;

function conditionOf(rows: Rows, columns: readonly string[], types: readonly string[]): { condition: string; values: unknown[] } {
  const row = `(${columns.join(', ')})`;
  if ('keys' in rows) {
    const cells = types.map((type, index) => `(k.value ->> ${index})::${type}`).join(', ');
    const condition = `${row} in (select ${cells} from pg_catalog.jsonb_array_elements($1::jsonb) as k(value))`;
    return { condition, values: [JSON.stringify(rows.keys)] };
  }
  const values: unknown[] = [];
  const bound = (key: Key) => `(${types.map((type, index) => `$${values.push(key[index])}::${type}`).join(', ')})`;
  const parts = [...(rows.after ? [`${row} > ${bound(rows.after)}`] : []), `${row} <= ${bound(rows.upTo)}`];
  return { condition: parts.join(' and '), values };
}
