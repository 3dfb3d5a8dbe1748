import { quoteIdentifier } from '../../../../kernel/index.ts';

/** What the catalog knows of a column. */
export interface ColumnFacts {
  readonly name: string;
  /** As `format_type` gives it, e.g. `character varying(80)`. */
  readonly type: string;
  /** `pg_type.typcategory`. */
  readonly category: string;
  readonly isNullable: boolean;
  /** Alone, or in a key with others. */
  readonly isUnique: boolean;
  readonly isGenerated: boolean;
}

/** What stands in a column in place of a person's value. */
export interface Neutral {
  readonly value: string;
  /** Whether it stands there already; about `t`. */
  readonly isDone: string;
}

const constants: Readonly<Record<string, string>> = { N: '0', B: 'false', D: "'1970-01-01'", T: "'0'", I: "'0.0.0.0'", A: "'{}'" };
const named: Readonly<Record<string, string>> = {
  uuid: "'00000000-0000-0000-0000-000000000000'",
  json: "'{}'",
  jsonb: "'{}'",
  bytea: "''",
};

/**
 * Null where that is allowed, else the dullest value of the type; texts get one that nobody else has, as keys and addresses have to be
 * told apart. Undefined where nothing fits: a key of a type with one dull value, or a computed column.
 */
export function neutralOf(column: ColumnFacts): Neutral | undefined {
  const name = `t.${quoteIdentifier(column.name)}`;
  if (column.isGenerated) return undefined;
  if (column.isNullable) return { value: 'null', isDone: `${name} is null` };
  if (column.category === 'S' || column.type.endsWith('citext')) {
    // An address, so that it also passes where addresses are demanded.
    const value = `'erased-' || replace(gen_random_uuid()::text, '-', '') || '@erased.invalid'`;
    return { value: `(${value})::${column.type}`, isDone: `${name}::text like 'erased-%'` };
  }
  const constant = named[column.type] ?? constants[column.category];
  if (constant === undefined || column.isUnique) return undefined;
  // Compared as text: json has no equality.
  return { value: `${constant}::${column.type}`, isDone: `${name}::text = ${constant}::${column.type}::text` };
}
