import { type Executor, isTier, type Tier, tiers } from '../../../kernel/index.ts';
import type { MigrationState } from '../model/states.ts';
import { hasLedger, listMigrations, listObjects } from '../sql/queries/queries.gen.ts';

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
  readonly rows: readonly LedgerRow[];
  readonly objects: readonly LedgerObjects[];
}

export async function readLedger(executor: Executor): Promise<Ledger> {
  if (!(await hasLedger.one(executor, {})).exists) return { exists: false, rows: [], objects: [] };
  const migrations = await listMigrations.all(executor, {});
  const objects = await listObjects.all(executor, {});
  return {
    exists: true,
    rows: migrations
      .filter((row): row is typeof row & { tier: Tier } => isTier(row.tier))
      .map((row) => ({
        rowId: row.id,
        id: `${row.source}/${row.name}`,
        source: row.source,
        name: row.name,
        tier: row.tier,
        state: row.state as MigrationState,
        checksum: row.checksum_up,
        treeSha256: row.tree_sha256,
      }))
      .sort((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier)),
    objects: objects.map(({ identity, sha256, defines }) => ({ id: identity, sha256, defines })),
  };
}
