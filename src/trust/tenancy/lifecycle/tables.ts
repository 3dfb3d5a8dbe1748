import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import { type LifecycleDeps, leftAlone } from './context.ts';
import { listProtectedTables } from './sql/queries/queries.gen.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** Takes no null and has no default. */
  readonly isRequired: boolean;
  /** Gives the next value; null where there is none. */
  readonly sequence: string | null;
}

/** A table with tenants' rows, in the database it is in. */
export interface TenantTable {
  readonly tier: Tier;
  /** Schema and name. */
  readonly name: string;
  /** The same, quoted. */
  readonly sql: string;
  /** Those that take values. */
  readonly columns: readonly TableColumn[];
  readonly keyColumns: readonly string[];
  /** Tables whose rows have to be there when a row comes. */
  readonly references: readonly string[];
  /** Tables whose rows have to be there at the end of a transaction, if it asks for that. */
  readonly deferrable: readonly string[];
  /** Those that name a person of the registry. */
  readonly userColumns: readonly string[];
  /** The platform's record about the tenant: the application has no hand in its rows. */
  readonly isRecord: boolean;
  readonly cut?: { readonly by: string; readonly how: 'time' | 'uuid7' | 'id' };
}

/** The tables of a database; `tier` is the first of those that share it. */
export async function readTables(deps: LifecycleDeps, tier: Tier, tx: Transaction): Promise<readonly TenantTable[]> {
  const rows = await listProtectedTables.all(tx, { left_alone: leftAlone(deps) });
  return rows.map((row) => ({
    tier,
    name: `${row.schema_name}.${row.table_name}`,
    sql: `${quoteIdentifier(row.schema_name)}.${quoteIdentifier(row.table_name)}`,
    columns: row.columns as TableColumn[],
    keyColumns: row.key_columns,
    references: row.references,
    deferrable: row.deferrable,
    userColumns: row.user_columns,
    isRecord: row.is_record,
    ...(row.cut_by && row.cut_how && row.cut_how !== 'list' && { cut: { by: row.cut_by, how: row.cut_how as 'time' } }),
  }));
}

/** The tables of all databases. */
export async function readAllTables(deps: LifecycleDeps): Promise<readonly TenantTable[]> {
  const { connect } = deps;
  const lists = await Promise.all(
    distinctDatabases(connect).map((tier) =>
      connect.transaction({ tier, as: 'owner', tag: 'tenancy.tables', isReadOnly: true }, (tx) => readTables(deps, tier, tx)),
    ),
  );
  return lists.flat();
}

/** Equal where two platforms have the same tables and columns, in whatever databases. */
export function fingerprintOf(tables: readonly TenantTable[]): string {
  const lines = tables.map(({ name, columns }) => `${name}(${columns.map((column) => `${column.name} ${column.type}`).join(', ')})`);
  return createHash('sha256')
    .update([...new Set(lines)].sort().join('\n'))
    .digest('hex');
}

const list = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => quoteIdentifier(name)).join(', ');
const ofTenant = (tenantId: string) => `tenant_id = ${quoteLiteral(tenantId)}`;

/** How a tenant's rows are read: as they are, or with other values in place of theirs. */
export interface Reading {
  readonly tenantId: string;
  /** SQL of such values by column, over the alias `t`. */
  readonly instead?: ReadonlyMap<string, string>;
}

const shown = (columns: readonly { readonly name: string }[], { instead }: Reading) =>
  columns.map(({ name }) => instead?.get(name) ?? `t.${quoteIdentifier(name)}`).join(', ');
const rowsOf = ({ sql }: Pick<TenantTable, 'sql'>, { tenantId }: Reading) => `${sql} t where t.${ofTenant(tenantId)}`;

/** How many rows a tenant has in a table, and a hash of them that does not depend on their order: the sum of hashes modulo 2^64. */
export async function hashRows(
  tx: Transaction,
  table: Pick<TenantTable, 'sql'>,
  columns: readonly { readonly name: string }[],
  reading: Reading,
): Promise<{ readonly rows: number; readonly rowHash: string }> {
  const hash =
    'mod(mod(coalesce(sum(hashtextextended(row(%)::text, 0)::numeric), 0), 18446744073709551616) + 18446744073709551616, 18446744073709551616)';
  // A function as what replaces: the text may hold what `replace` understands otherwise.
  const text = `select count(*) as rows, ${hash.replace('%', () => shown(columns, reading))}::text as "rowHash" from ${rowsOf(table, reading)}`;
  return (await tx.query({ text })).rows[0];
}

export async function countRows(tx: Transaction, table: Pick<TenantTable, 'sql'>, tenantId: string): Promise<number> {
  return (await tx.query({ text: `select count(*) as n from ${table.sql} where ${ofTenant(tenantId)}` })).rows[0].n;
}

export type CopyFormat = 'text' | 'binary';

export const formatFor = (columns: readonly TableColumn[]): CopyFormat =>
  columns.some(({ type }) => type === 'bytea') ? 'binary' : 'text';

export function copyOut(tx: Transaction, table: TenantTable, format: CopyFormat, reading: Reading): AsyncIterable<Uint8Array> {
  return tx.copyTo(`copy (select ${shown(table.columns, reading)} from ${rowsOf(table, reading)}) to stdout (format ${format})`);
}

export async function copyIn(
  tx: Transaction,
  table: TenantTable,
  copied: { readonly columns: readonly { readonly name: string }[]; readonly format: CopyFormat },
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  await pipeline(bytes, tx.copyFrom(`copy ${table.sql} (${list(copied.columns)}) from stdin (format ${copied.format})`));
}

/** From when to when, or from which number to which, the tenant's rows of a cut table are; undefined where it has none. */
export async function rangeOf(tx: Transaction, table: TenantTable, reading: Reading): Promise<{ from: string; to: string } | undefined> {
  if (!table.cut) return undefined;
  const column = `(${shown([{ name: table.cut.by }], reading)})`;
  const place = { time: `${column}::timestamptz`, uuid7: `uuid_extract_timestamp(${column})`, id: `${column}::int8` }[table.cut.how];
  const step = table.cut.how === 'id' ? '1' : "interval '1 second'";
  // The end is not in a range.
  const text = `select min(${place})::text as from, (max(${place}) + ${step})::text as to from ${rowsOf(table, reading)}`;
  const found = (await tx.query({ text })).rows[0];
  return found.from === null || found.to === null ? undefined : found;
}

/** Lets the sequences of a table give only values beyond those that a tenant brought. */
export async function passSequences(tx: Transaction, table: TenantTable, tenantId: string): Promise<void> {
  for (const { name, sequence } of table.columns) {
    if (sequence === null) continue;
    const column = quoteIdentifier(name);
    await tx.query({
      text: `select setval(${quoteLiteral(sequence)}, m.last) from (select max(${column})::int8 as last from ${table.sql} where ${ofTenant(tenantId)}) m
        where m.last > coalesce(pg_sequence_last_value(${quoteLiteral(sequence)}::regclass), 0)`,
    });
  }
}

const batchRows = 5_000;

/** Removes one batch of a tenant's rows; 0 when there are no more. */
export async function deleteBatch(tx: Transaction, table: TenantTable, tenantId: string): Promise<number> {
  const { sql, keyColumns } = table;
  const isKeyed = keyColumns[0] === 'tenant_id' && ![...table.references, ...table.deferrable].includes(table.name);
  // Rows that refer to each other, or that no key tells apart, go in one statement.
  if (!isKeyed) return deleteAll(tx, table, tenantId);
  const keys = list(keyColumns.map((name) => ({ name })));
  const text = `delete from ${sql} where (${keys}) in (select ${keys} from ${sql} where ${ofTenant(tenantId)} limit ${batchRows})`;
  return (await tx.query({ text })).rowCount ?? 0;
}

export async function deleteAll(tx: Transaction, table: Pick<TenantTable, 'sql'>, tenantId: string): Promise<number> {
  return (await tx.query({ text: `delete from ${table.sql} where ${ofTenant(tenantId)}` })).rowCount ?? 0;
}
