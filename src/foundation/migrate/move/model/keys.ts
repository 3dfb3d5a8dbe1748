import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';

/** A key, column by column as text. */
export type Key = readonly string[];

export interface KeyColumns {
  readonly names: readonly string[];
  /** As SQL writes them. */
  readonly types: readonly string[];
}

// COPY takes no parameters, so keys are literals here.
const rowOf = (values: Key, types: readonly string[]) =>
  `(${values.map((value, index) => `${quoteLiteral(value)}::${types[index]}`).join(', ')})`;
const columnsOf = (names: readonly string[]) => `(${names.map(quoteIdentifier).join(', ')})`;

/** SQL condition of a range of keys, lower end excluded; an absent end is open. */
export function inRange({ names, types }: KeyColumns, after: Key | null, upTo: Key | null): string {
  const parts = [
    ...(after ? [`${columnsOf(names)} > ${rowOf(after, types)}`] : []),
    ...(upTo ? [`${columnsOf(names)} <= ${rowOf(upTo, types)}`] : []),
  ];
  return parts.length > 0 ? parts.join(' and ') : 'true';
}

/** SQL condition of certain keys; at least one. As VALUES, which are joined: a list would be compared one by one with each row. */
export function amongKeys({ names, types }: KeyColumns, keys: readonly Key[]): string {
  return `${columnsOf(names)} in (values ${keys.map((key) => rowOf(key, types)).join(', ')})`;
}

/** SQL of a row's key as it is kept: an array of text. */
export function keyArray(names: readonly string[], row = ''): string {
  return `pg_catalog.jsonb_build_array(${names.map((name) => `${row}${quoteIdentifier(name)}::text`).join(', ')})`;
}
