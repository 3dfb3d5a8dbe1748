import { type Connect, distinctDatabases, type Transaction } from '../../foundation/connect/index.ts';
import { hasCode, quoteIdentifier, type Tier } from '../../kernel/index.ts';
import type { Audit } from '../../trust/audit/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { consoleErrors } from './errors.ts';
import * as queries from './sql/queries/queries.gen.ts';

export interface ListedTable {
  readonly tier: Tier;
  readonly schema: string;
  readonly table: string;
  readonly comment: string | null;
  /** From the last vacuum or analyze; null before the first one. */
  readonly rowEstimate: number | null;
  /** With indexes, TOAST and partitions. */
  readonly sizeBytes: number;
  readonly hasTenants: boolean;
  readonly isPartitioned: boolean;
}

export interface TableDescription {
  readonly comment: string | null;
  readonly hasTenants: boolean;
  readonly isRowSecurityEnabled: boolean;
  readonly isRowSecurityForced: boolean;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly isNullable: boolean;
    readonly default: string | null;
    readonly comment: string | null;
  }[];
  readonly indexes: readonly {
    readonly name: string;
    readonly definition: string;
    readonly isUnique: boolean;
    readonly isPrimary: boolean;
    readonly isValid: boolean;
    readonly sizeBytes: number;
    readonly scans: number;
  }[];
  readonly constraints: readonly {
    readonly name: string;
    readonly kind: string;
    readonly definition: string;
    readonly isValidated: boolean;
  }[];
  readonly policies: readonly {
    readonly name: string;
    readonly verb: string;
    readonly using: string | null;
    readonly check: string | null;
  }[];
  /** Text of the cells in the order of `columns`, as the application role sees them; null with the reason in `rowsNote`. */
  readonly rows: readonly (readonly (string | null)[])[] | null;
  readonly rowsNote: string | null;
}

export interface TableAddress {
  readonly tier: Tier;
  readonly schema: string;
  readonly table: string;
}

export interface TablesDeps {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly audit: Pick<Audit, 'reads'>;
}

type Cell = string | null;

const rowsShown = 100;
const cellCharacters = 300;

/** Every table of the platform by tier; tiers that share a database are listed under the first of them. */
export async function listTables({ connect }: TablesDeps, signal: AbortSignal): Promise<ListedTable[]> {
  const lists = await Promise.all(
    distinctDatabases(connect).map((tier) =>
      connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'console.tables', signal }, async (tx) => {
        const rows = await queries.listTables.all(tx, {});
        return rows.map((row) => ({
          tier,
          schema: row.schema,
          table: row.table,
          comment: row.comment,
          rowEstimate: row.row_estimate,
          sizeBytes: row.size_bytes,
          hasTenants: row.has_tenants,
          isPartitioned: row.is_partitioned,
        }));
      }),
    ),
  );
  return lists.flat();
}

/**
 * What the catalog says of a table, and its first rows. Structure is read as the owner; rows as the application
 * role, so that what is shown is what row security lets through: for a table with tenants' rows those of
 * `tenantId` only, and none without one. Where a restricted column is among them, it is on record who was shown them before they are.
 *
 * @throws PLINTH_CONSOLE_UNKNOWN_TABLE
 */
export async function describeTable(
  deps: TablesDeps,
  address: TableAddress,
  tenantId: string | undefined,
  signal: AbortSignal,
  reader?: string,
): Promise<TableDescription> {
  const { tier, schema, table } = address;
  const request = { tier, isReadOnly: true, signal };
  const { keyColumns, ...structure } = await deps.connect.transaction({ ...request, as: 'owner', tag: 'console.table' }, async (tx) => {
    const found = await queries.findTable.first(tx, { schema, table });
    if (!found) throw consoleErrors.UNKNOWN_TABLE({ tier, schema, table });
    return readStructure(tx, found);
  });

  const text = selectRows(address, structure.columns, keyColumns);
  const names = structure.columns.map(({ name }) => name);
  const read = async (tx: Transaction) =>
    (await tx.query({ text })).rows.map(({ cells }: { cells: Cell[] }) => Object.fromEntries(cells.map((cell, i) => [names[i], cell])));
  const shown = {
    ...{ tier, table: `${schema}.${table}`, columns: names, keyColumns: keyColumns.filter((name) => name !== 'tenant_id') },
    ...(tenantId !== undefined && { tenantId }),
    ...(reader !== undefined && { purpose: `console: ${reader}` }),
  };
  if (structure.hasTenants && tenantId === undefined) return { ...structure, rows: null, rowsNote: 'Choose a tenant to see its rows.' };
  try {
    const rows = await deps.audit.reads.read(shown, () =>
      structure.hasTenants
        ? deps.tenancy.run({ tenantId: tenantId as string }, { ...request, tag: 'console.rows' }, read)
        : deps.connect.transaction({ ...request, as: 'system', tag: 'console.rows' }, read),
    );
    return { ...structure, rows: rows.map((row) => names.map((name) => row[name] ?? null)), rowsNote: null };
  } catch (error) {
    if (!hasCode(error, 'PLINTH_SQL_FORBIDDEN')) throw error;
    return { ...structure, rows: null, rowsNote: 'The application role may not read this table; only the platform itself does.' };
  }
}

async function readStructure(tx: Transaction, found: queries.FindTableRow) {
  const id = { table_id: found.id };
  const columns = await queries.listColumns.all(tx, id);
  const indexes = await queries.listIndexes.all(tx, id);
  const constraints = await queries.listConstraints.all(tx, id);
  const policies = await queries.listPolicies.all(tx, id);
  const keyColumns = await queries.listKeyColumns.all(tx, id);
  return {
    comment: found.comment,
    hasTenants: found.has_tenants,
    isRowSecurityEnabled: found.is_row_security_enabled,
    isRowSecurityForced: found.is_row_security_forced,
    columns: columns.map((c) => ({
      name: c.name,
      type: c.type,
      isNullable: c.is_nullable,
      default: c.default_expression,
      comment: c.comment,
    })),
    indexes: indexes.map((i) => ({
      name: i.name,
      definition: i.definition,
      isUnique: i.is_unique,
      isPrimary: i.is_primary,
      isValid: i.is_valid,
      sizeBytes: i.size_bytes,
      scans: i.scans,
    })),
    constraints: constraints.map((c) => ({ name: c.name, kind: c.kind, definition: c.definition, isValidated: c.is_validated })),
    policies: policies.map((p) => ({ name: p.name, verb: p.verb, using: p.using_expression, check: p.check_expression })),
    keyColumns: keyColumns.map((c) => c.name),
  };
}

// One array of texts a row; long values are cut by the server, bytes shown as their size, so that 100 rows stay small.
function selectRows({ schema, table }: TableAddress, columns: TableDescription['columns'], keyColumns: readonly string[]): string {
  const cells = columns.map(({ name, type }) =>
    type === 'bytea' ? `length(${quoteIdentifier(name)})::text || ' bytes'` : `left(${quoteIdentifier(name)}::text, ${cellCharacters})`,
  );
  const order = keyColumns.length > 0 ? ` order by ${keyColumns.map(quoteIdentifier).join(', ')}` : '';
  // By which a row is known in the trail.
  const key = keyColumns.filter((name) => name !== 'tenant_id').map((name) => `${quoteIdentifier(name)}::text`);
  const id = key.length > 0 ? `, concat_ws(',', ${key.join(', ')}) as id` : '';
  return `select array[${cells.join(', ')}]::text[] as cells${id} from ${quoteIdentifier(schema)}.${quoteIdentifier(table)}${order} limit ${rowsShown}`;
}
