import type pg from 'pg';

/** A type of the server as far as TypeScript cares. */
export interface ServerType {
  readonly name: string;
  readonly category: string;
  readonly element: ServerType | undefined;
}

/** All types of a database by oid, extensions' included. */
export async function readTypes(client: pg.Client): Promise<ReadonlyMap<number, ServerType>> {
  const { rows } = await client.query(
    'select oid::int4 as oid, typname, typcategory, typelem::int4 as element, typbasetype::int4 as base from pg_catalog.pg_type',
  );
  const byOid = new Map<number, (typeof rows)[number]>(rows.map((row) => [row.oid, row]));
  const types = new Map<number, ServerType>();
  const make = (oid: number): ServerType => {
    const row = byOid.get(oid);
    if (row.base !== 0) return make(row.base);
    return { name: row.typname, category: row.typcategory, element: row.typcategory === 'A' ? make(row.element) : undefined };
  };
  for (const oid of byOid.keys()) types.set(oid, make(oid));
  return types;
}

const numbers = ['int2', 'int4', 'int8', 'float4', 'float8', 'oid'];
// Arrays the driver takes apart; it leaves the text of all others as it is.
const parsedArrays = [
  ...['bool', 'bytea', 'int2', 'int4', 'int8', 'float4', 'float8', 'oid', 'text', 'varchar', 'bpchar', 'uuid', 'json', 'jsonb'],
  ...['timestamptz', 'date', 'numeric', 'inet', 'cidr', 'macaddr'],
];
// The driver makes objects of its own out of these; nobody wants them in a row.
const objects = ['interval', 'point', 'circle'];

/**
 * The TypeScript type of a value that comes back.
 * @throws Error where the driver would give something surprising, with the cast that avoids it.
 */
export function resultType(type: ServerType): string {
  if (type.element) {
    if (!parsedArrays.includes(type.element.name)) throw new Error(`${type.element.name}[] arrives as text; cast it, e.g. to text[]`);
    return `${resultType(type.element)}[]`;
  }
  if (objects.includes(type.name))
    throw new Error(`${type.name} arrives as an object of the driver; cast it to text or take a number out of it`);
  if (type.name === 'json' || type.name === 'jsonb') return 'unknown';
  return scalar(type.name);
}

/** The TypeScript type of a parameter. JSON is given as text, because the driver would turn a JavaScript array into an SQL array. */
export function paramType(type: ServerType): string {
  return type.element ? `readonly ${scalar(type.element.name)}[]` : scalar(type.name);
}

function scalar(name: string): string {
  if (name === 'bool') return 'boolean';
  if (numbers.includes(name)) return 'number';
  if (name === 'bytea') return 'Buffer';
  return name === 'timestamptz' || name === 'timestamp' ? 'Date' : 'string';
}
