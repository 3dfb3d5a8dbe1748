import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../foundation/cluster/index.ts';
import { type Connect, databaseName, distinctDatabases, type Transaction } from '../../foundation/connect/index.ts';
import type { Clock, Tier } from '../../kernel/index.ts';
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

/** A database with a key of its own. */
interface KeyPlace {
  readonly tier: Tier;
  /** Of a placed tenant. */
  readonly place?: Endpoint;
}

/** The keys of the seal, one of each database in memory: the newest, which signs. */
export class SealKeys {
  readonly #connect: Connect;
  readonly #clock: Clock;
  /** Where the tenants are that are placed. */
  readonly #places: () => readonly Endpoint[];
  readonly #signers = new Map<string, Signer>();

  private constructor(connect: Connect, clock: Clock, places: () => readonly Endpoint[]) {
    this.#connect = connect;
    this.#clock = clock;
    this.#places = places;
  }

  /** Reads the keys of the shared databases; makes one where there is none. */
  static async open(connect: Connect, clock: Clock, places: () => readonly Endpoint[]): Promise<SealKeys> {
    const keys = new SealKeys(connect, clock, places);
    await Promise.all(keys.#shared().map((one) => keys.#read(one)));
    return keys;
  }

  /** That of a placed tenant's database is read when it is asked for first. */
  for(tier: Tier, place?: Endpoint): Signer | Promise<Signer> {
    return this.#signers.get(this.#nameOf({ tier, ...(place && { place }) })) ?? this.#read({ tier, ...(place && { place }) });
  }

  /** Takes up the newest key and the clock of every database. */
  async refresh(signal?: AbortSignal): Promise<void> {
    // One placed tenant's database that is down is nobody else's trouble: its key is read when it is back.
    const placed = this.#placed().map((one) => this.#read(one, signal).catch(() => this.#signers.delete(this.#nameOf(one))));
    await Promise.all([...this.#shared().map((one) => this.#read(one, signal)), ...placed]);
  }

  /** @throws PLINTH_TENANCY_ROTATED_RECENTLY */
  async rotate(): Promise<void> {
    const rotate = (one: KeyPlace) =>
      this.#take(one, 'tenancy.rotate-key', undefined, async (tx) => {
        await lockSealKeys.run(tx, {});
        const before = await newestSealKey.one(tx, {});
        if (before.age_s < settledS) throw tenancyErrors.ROTATED_RECENTLY({ waitS: Math.ceil(settledS - before.age_s) });
        return this.#make(tx, (before.id + 1) % 256);
      });
    await Promise.all([...this.#shared(), ...this.#placed()].map(rotate));
  }

  #shared(): readonly KeyPlace[] {
    return distinctDatabases(this.#connect).map((tier) => ({ tier }));
  }

  #placed(): readonly KeyPlace[] {
    return this.#places().map((place) => ({ tier: 'oltp', place }));
  }

  #nameOf({ tier, place }: KeyPlace): string {
    return place ? databaseName(place) : this.#connect.databaseKey(tier);
  }

  #read(one: KeyPlace, signal?: AbortSignal): Promise<Signer> {
    return this.#take(one, 'tenancy.read-key', signal, async (tx) => {
      const known = await newestSealKey.first(tx, {});
      if (known) return known;
      await lockSealKeys.run(tx, {});
      // Another process may have made it while we waited for the lock.
      return (await newestSealKey.first(tx, {})) ?? this.#make(tx, 0);
    });
  }

  async #make(tx: Transaction, id: number) {
    const made = sealKey(id, randomBytes(64));
    await insertSealKey.run(tx, { id: made.id, inner_block: made.innerBlock, outer_block: made.outerBlock });
    await deleteSpentSealKeys.run(tx, {});
    return newestSealKey.one(tx, {});
  }

  async #take(
    one: KeyPlace,
    tag: string,
    signal: AbortSignal | undefined,
    work: (tx: Transaction) => ReturnType<typeof newestSealKey.one>,
  ): Promise<Signer> {
    const row = await this.#connect.transaction({ ...one, as: 'owner', tag, ...(signal && { signal }) }, work);
    const key = { id: row.id, innerBlock: row.inner_block, outerBlock: row.outer_block };
    const signer = { key, skewMs: row.epoch_s * 1_000 - this.#clock.now().getTime() };
    this.#signers.set(this.#nameOf(one), signer);
    return signer;
  }
}
