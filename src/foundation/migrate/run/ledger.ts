import { type Executor, isTier, type Tier, tiers } from '../../../kernel/index.ts';
import type { MigrationState } from '../model/states.ts';
import { hasLedger, listHalfReverted, listMigrations, listObjects, listUnfinished } from '../sql/queries/queries.gen.ts';

export interface LedgerRow {
  readonly rowId: string;
  /** `source/name`. */
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly tier: Tier;
  readonly state: MigrationState;
  readonly checksum: string;
  readonly treeSha256: string;
}

export interface LedgerObjects {
  /** `source/objects/name`. */
  readonly id: string;
  readonly sha256: string;
  /** In the words of DROP. */
  readonly defines: readonly string[];
}

/** What one database says about itself; empty before the first run. */
export interface Ledger {
  readonly exists: boolean;
  /** False before the first run with this Plinth: its newer tables and columns are not there yet. */
  readonly isCurrent: boolean;
  /** Nobody has a table here yet, so that no lock of a run can be in anybody's way. */
  readonly isUnused: boolean;
  readonly rows: readonly LedgerRow[];
  readonly objects: readonly LedgerObjects[];
  /** `source/name` of applied migrations whose backfills are not through. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * Reads the ledger. A migration whose transactional way back was begun reads as applied: either that is not committed
 * yet, or it was rolled back.
 */
export async function readLedger(executor: Executor): Promise<Ledger> {
  const { exists, is_current: isCurrent, has_backfills: hasBackfills, is_unused: isUnused } = await hasLedger.one(executor, {});
  if (!exists) return { exists, isCurrent, isUnused, rows: [], objects: [], unfinished: new Set() };
  // Sent at once: one round trip.
  const [migrations, objects, unfinished] = await Promise.all([
    listMigrations.all(executor, {}),
    listObjects.all(executor, {}),
    hasBackfills ? listUnfinished.all(executor, {}) : [],
  ]);
  const isReverting = migrations.some(({ state }) => state === 'reverting');
  const halves = new Set(isReverting ? (await listHalfReverted.all(executor, {})).map(({ id }) => id) : []);
  return {
    exists,
    isCurrent,
    isUnused,
    rows: migrations
      .filter((row): row is typeof row & { tier: Tier } => isTier(row.tier))
      .map((row) => ({
        rowId: row.id,
        id: `${row.source}/${row.name}`,
        source: row.source,
        name: row.name,
        tier: row.tier,
        state: row.state === 'reverting' && !halves.has(row.id) ? 'applied' : (row.state as MigrationState),
        checksum: row.checksum_up,
        treeSha256: row.tree_sha256,
      }))
      .sort((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier)),
    objects: objects.map(({ identity, sha256, defines }) => ({ id: identity, sha256, defines })),
    unfinished: new Set(unfinished.map(({ id }) => id)),
  };
}
