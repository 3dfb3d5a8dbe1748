import { randomBytes } from 'node:crypto';
import type { Connect, Transaction } from '../../foundation/connect/index.ts';
import { type Clock, type Tier, tiers } from '../../kernel/index.ts';
import { tenancyErrors } from './errors.ts';
import { type SealKey, sealKey } from './model/seal.ts';
import { deleteSpentSealKeys, insertSealKey, lockSealKeys, newestSealKey } from './sql/queries/queries.gen.ts';

/** What is needed to seal for one database. */
export interface Signer {
  readonly key: SealKey;
  /** How far the server's clock is ahead of ours: expiry is judged by the server's. */
  readonly skewMs: number;
}

// Other processes look for a new key this often; a rotation waits for two rounds.
export const keyWatchIntervalMs = 30_000;
const settledS = (2 * keyWatchIntervalMs) / 1_000;

/** The keys of the seal, one of each database in memory: the newest, which signs. */
export class SealKeys {
  readonly #connect: Connect;
  readonly #clock: Clock;
  readonly #signers = new Map<string, Signer>();

  private constructor(connect: Connect, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** Reads the keys of all databases; makes one where there is none. */
  static async open(connect: Connect, clock: Clock): Promise<SealKeys> {
    const keys = new SealKeys(connect, clock);
    await keys.refresh();
    return keys;
  }

  for(tier: Tier): Signer {
    return this.#signers.get(this.#connect.databaseKey(tier)) as Signer;
  }

  /** Takes up the newest key and the clock of every database. */
  async refresh(signal?: AbortSignal): Promise<void> {
    await this.#each('tenancy.read-key', signal, async (tx) => {
      const known = await newestSealKey.first(tx, {});
      if (known) return known;
      await lockSealKeys.run(tx, {});
      // Another process may have made it while we waited for the lock.
      return (await newestSealKey.first(tx, {})) ?? this.#make(tx, 0);
    });
  }

  /** @throws PLINTH_TENANCY_ROTATED_RECENTLY */
  async rotate(): Promise<void> {
    await this.#each('tenancy.rotate-key', undefined, async (tx) => {
      await lockSealKeys.run(tx, {});
      const before = await newestSealKey.one(tx, {});
      if (before.age_s < settledS) throw tenancyErrors.ROTATED_RECENTLY({ waitS: Math.ceil(settledS - before.age_s) });
      return this.#make(tx, (before.id + 1) % 256);
    });
  }

  async #make(tx: Transaction, id: number) {
    const made = sealKey(id, randomBytes(64));
    await insertSealKey.run(tx, { id: made.id, inner_block: made.innerBlock, outer_block: made.outerBlock });
    await deleteSpentSealKeys.run(tx, {});
    return newestSealKey.one(tx, {});
  }

  async #each(
    tag: string,
    signal: AbortSignal | undefined,
    work: (tx: Transaction) => ReturnType<typeof newestSealKey.one>,
  ): Promise<void> {
    const databases = new Map(tiers.map((tier) => [this.#connect.databaseKey(tier), tier]));
    await Promise.all(
      [...databases].map(async ([database, tier]) => {
        const row = await this.#connect.transaction({ tier, as: 'owner', tag, ...(signal && { signal }) }, work);
        const key = { id: row.id, innerBlock: row.inner_block, outerBlock: row.outer_block };
        this.#signers.set(database, { key, skewMs: row.epoch_s * 1_000 - this.#clock.now().getTime() });
      }),
    );
  }
}
