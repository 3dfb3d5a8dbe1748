import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { ScannedColumn, ScannedTable } from '../model/catalog.ts';
import { readTables as readTablesQuery } from '../sql/queries/queries.gen.ts';

type RawColumn = Omit<ScannedColumn, 'sources'> & { readonly sources: readonly (readonly [schema: string, table: string])[] | null };

/** Every table and view of every database, each database once, under the first of its tiers. Reads catalogs only. */
export async function readTables(connect: Connect, signal?: AbortSignal): Promise<readonly ScannedTable[]> {
  const perDatabase = distinctDatabases(connect).map((tier) => readDatabase(connect, tier, signal));
  return (await Promise.all(perDatabase)).flat();
}

async function readDatabase(connect: Connect, tier: Tier, signal: AbortSignal | undefined): Promise<ScannedTable[]> {
  const request = { tier, as: 'owner', tag: 'privacy.catalog', isReadOnly: true, ...(signal && { signal }) } as const;
  const rows = await connect.transaction(request, (tx) => readTablesQuery.all(tx, {}));
  return rows.map((row) => ({
    place: { tier, schema: row.schema_name, table: row.table_name },
    isView: row.is_view,
    rowEstimate: row.row_estimate,
    blockCount: row.block_count,
    columns: ((row.columns ?? []) as readonly RawColumn[]).map((column) => ({
      ...column,
      sources: (column.sources ?? []).map(([schema, table]) => ({ schema, table })),
    })),
  }));
}
