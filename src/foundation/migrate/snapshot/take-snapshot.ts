import type { Executor } from '../../../kernel/index.ts';
import type { Dependency, Described, Snapshot } from './model/types.ts';
import { type Catalog, readCatalog, type SnapshotRequest } from './read-catalog.ts';
import { listColumnNumbers, listDependencies } from './sql/queries/queries.gen.ts';

// How the server prints names and constants depends on these; undone by the savepoint.
const printing = `savepoint plinth_snapshot; set local search_path = pg_catalog; set local quote_all_identifiers = off;
set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1;
set local bytea_output = 'hex'; set local row_security = off`;

/**
 * Describes the schema of a database: about thirty statements, whatever its size. It runs in the open transaction of `executor`,
 * which should be repeatable read so that all of them see the same state; settings are left as they were. Takes no locks that
 * stand in anybody's way and sees only what the role may see of the catalog (everybody sees nearly everything).
 *
 * @throws PLINTH_MIGRATE_UNKNOWN_OBJECT when there is something a snapshot cannot describe
 */
export async function takeSnapshot(executor: Executor, request: SnapshotRequest = {}): Promise<Snapshot> {
  return (await readPrinted(executor, request)).snapshot;
}

/** A snapshot with what cannot be there without what; for making one database out of another. The same conditions and errors. */
export async function describeDatabase(executor: Executor, request: Omit<SnapshotRequest, 'relations'> = {}): Promise<Described> {
  const { snapshot, numbers, namespaces } = await readPrinted(executor, request);
  const names = new Map(
    (await listColumnNumbers.all(executor, { namespaces })).map(({ relation, number, name }) => [`${relation} ${number}`, name]),
  );
  const dependencies: Dependency[] = [];
  for (const row of await listDependencies.all(executor, {})) {
    const from = numbers.get(row.catalog)?.get(row.oid);
    const to = numbers.get(row.toCatalog)?.get(row.toOid);
    if (from === undefined || to === undefined) continue;
    const column = names.get(`${row.oid} ${row.column}`);
    const toColumn = names.get(`${row.toOid} ${row.toColumn}`);
    const ends = { from, ...(column !== undefined && { column }), to, ...(toColumn !== undefined && { toColumn }) };
    dependencies.push({ ...ends, isDefault: row.isDefault });
  }
  return { snapshot, dependencies };
}

async function readPrinted(executor: Executor, request: SnapshotRequest): Promise<Catalog> {
  await executor.query({ text: printing });
  const catalog = await readCatalog(executor, request);
  await executor.query({ text: 'rollback to savepoint plinth_snapshot; release savepoint plinth_snapshot' });
  return catalog;
}
