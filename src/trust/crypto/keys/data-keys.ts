import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Connect, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import { type Clock, hasCode } from '../../../kernel/index.ts';
import { tenancyErrors } from '../../tenancy/index.ts';
import { cryptoErrors } from '../errors.ts';
import { type ClearKey, KeyRing } from './key-ring.ts';
import { destroyedWhen, insertKey, listMasterKeys, liveKeys, lockKeys, newestVersion, retireKey } from './sql/queries/queries.gen.ts';
import type { KeySource, KeyState } from './types.ts';

/** A ring is compared with the database this often; a rotation waits so long until every process encrypts with the new key. */
export const ringLifeMs = 30_000;
/** Rings in memory, least recently used first to go; a ring is some hundred bytes. */
const ringLimit = 10_000;
const maxVersion = 65_535;
const dataKeyBytes = 32;

export interface DataKeysDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly source: () => KeySource;
}

/** Binds a wrapped key to its place: put into another row it does not unwrap. */
export const placeOf = (tenantId: string, purpose: string, version: number): Buffer =>
  Buffer.from(`plinth data key\0${tenantId}\0${purpose}\0${version}`);

/** The data keys of all tenants: made when first asked for, wrapped in the database, in clear in this process alone. */
export class DataKeys {
  readonly #deps: DataKeysDeps;
  readonly #rings = new Map<string, KeyRing>();
  readonly #loading = new Map<string, Promise<KeyRing>>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(deps: DataKeysDeps) {
    this.#deps = deps;
    this.#sweeper = setInterval(() => this.sweep(), ringLifeMs).unref();
  }

  /**
   * The keys of a tenant for a purpose, at most half a minute old, or as of now with `isFresh`. Makes the first key.
   *
   * @throws PLINTH_CRYPTO_KEYS_DESTROYED, PLINTH_CRYPTO_MASTER_KEY_UNKNOWN, PLINTH_CRYPTO_UNKNOWN_PURPOSE and what the key source throws
   */
  async ring(tenantId: string, purpose: string, { isFresh = false } = {}): Promise<KeyRing> {
    const name = `${tenantId}/${purpose}`;
    const known = this.#rings.get(name);
    if (known && !isFresh && !known.isWiped && this.#deps.clock.monotonicMs() - known.checkedMs < ringLifeMs) return this.#use(name, known);
    // One that began earlier may have read what is not so any more.
    if (isFresh) await this.#loading.get(name)?.catch(() => {});
    const loading = this.#loading.get(name) ?? this.#load(tenantId, purpose, known).finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return this.#use(name, await loading);
  }

  /** Makes a new version that encrypts from now on; the one before still decrypts. @throws PLINTH_CRYPTO_ROTATED_TOO_OFTEN */
  async advance(tenantId: string, purpose: string): Promise<number> {
    await this.#deps.source().ids();
    const version = await this.#on({ tag: 'crypto.advance-key' }, async (tx) => {
      await lockKeys.run(tx, {});
      await retireKey.run(tx, { tenant_id: tenantId, purpose });
      return this.#make(tx, tenantId, purpose);
    });
    await this.ring(tenantId, purpose, { isFresh: true });
    return version;
  }

  /** Forgets the keys of a tenant. */
  forget(tenantId: string): void {
    for (const [name, ring] of this.#rings) if (ring.tenantId === tenantId) this.#drop(name, ring);
  }

  /** Wipes what was not compared for two lives: keys that nobody uses, or that the database did not confirm. */
  sweep(): void {
    const oldest = this.#deps.clock.monotonicMs() - 2 * ringLifeMs;
    for (const [name, ring] of this.#rings) if (ring.checkedMs < oldest) this.#drop(name, ring);
  }

  /** Wipes all keys, for good. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const [name, ring] of this.#rings) this.#drop(name, ring);
  }

  #use(name: string, ring: KeyRing): KeyRing {
    this.#rings.delete(name);
    this.#rings.set(name, ring);
    if (this.#rings.size > ringLimit) for (const [oldest, least] of this.#rings.entries().take(1)) this.#drop(oldest, least);
    return ring;
  }

  async #load(tenantId: string, purpose: string, known: KeyRing | undefined): Promise<KeyRing> {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(purpose)) throw cryptoErrors.UNKNOWN_PURPOSE({ purpose });
    const checkedMs = this.#deps.clock.monotonicMs();
    const rows = await this.#live(tenantId, purpose).catch((error) => {
      // What the database does not confirm is not used: the keys may have been destroyed.
      known?.wipe();
      throw error;
    });
    // A ring that was evicted while this one waited is filled anew.
    const ring = known ?? new KeyRing(tenantId, purpose);
    const keys: ClearKey[] = [];
    for (const { version, wrapped, master_key } of rows) {
      keys.push(ring.find(version) ?? { version, key: await this.#unwrap(tenantId, purpose, version, master_key, wrapped) });
    }
    ring.fill(keys, rows.find(({ state }) => (state as KeyState) === 'active')?.version ?? 0);
    ring.checkedMs = checkedMs;
    return ring;
  }

  /** The live versions, one of them active. Of two who make the first one, the second finds it made. */
  async #live(tenantId: string, purpose: string) {
    const read = (tx: Transaction) => liveKeys.all(tx, { tenant_id: tenantId, purpose });
    const rows = await this.#on({ tag: 'crypto.load-keys', isReadOnly: true }, read);
    if (rows.some(({ state }) => state === 'active')) return rows;
    // Before the transaction: a master key that is to be made asks the database how many keys are wrapped.
    await this.#deps.source().ids();
    return this.#on({ tag: 'crypto.make-key' }, async (tx) => {
      await lockKeys.run(tx, {});
      if ((await read(tx)).length === 0) await this.#make(tx, tenantId, purpose);
      return read(tx);
    }).catch((error) => {
      throw hasCode(error, 'PLINTH_SQL_FOREIGN_KEY') ? tenancyErrors.UNKNOWN_TENANT({ tenant: tenantId }, { cause: error }) : error;
    });
  }

  /** Inserts the next version of a key; needs the lock. */
  async #make(tx: Transaction, tenantId: string, purpose: string): Promise<number> {
    const { destroyed } = await destroyedWhen.one(tx, { tenant_id: tenantId });
    if (destroyed) throw cryptoErrors.KEYS_DESTROYED({ tenantId, destroyed: destroyed.toISOString() });
    const source = this.#deps.source();
    // Another machine may have made a master key of its own: two of them would each leave keys that the other cannot open.
    const wrapping = await listMasterKeys.all(tx, {});
    const strangerTo = (known: readonly string[]) => wrapping.find(({ id }) => !known.includes(id));
    if (strangerTo(await source.ids())) {
      const known = await source.ids({ isFresh: true });
      const stranger = strangerTo(known);
      if (stranger) throw cryptoErrors.MASTER_KEY_UNKNOWN({ id: stranger.id, origin: source.origin, known });
    }
    const version = (await newestVersion.one(tx, { tenant_id: tenantId, purpose })).version + 1;
    if (version > maxVersion) throw cryptoErrors.ROTATED_TOO_OFTEN({ tenantId, purpose });
    const clear = randomBytes(dataKeyBytes);
    const { id, wrapped } = await source.wrap(clear, placeOf(tenantId, purpose, version));
    clear.fill(0);
    await insertKey.run(tx, { tenant_id: tenantId, purpose, version, wrapped, master_key: id });
    return version;
  }

  async #unwrap(tenantId: string, purpose: string, version: number, masterKey: string, wrapped: Buffer): Promise<KeyObject> {
    try {
      const clear = await this.#deps.source().unwrap(masterKey, wrapped, placeOf(tenantId, purpose, version));
      const key = createSecretKey(clear);
      clear.fill(0);
      return key;
    } catch (error) {
      if ((error as { code?: unknown }).code?.toString().startsWith('PLINTH_')) throw error;
      throw cryptoErrors.MASTER_KEY_REFUSED({ tenantId, purpose, version }, { cause: error });
    }
  }

  // `critical` has connections of its own: work that holds the others cannot block itself by asking for a key.
  #on<T>(request: Pick<WorkRequest, 'tag' | 'isReadOnly'>, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#deps.connect.transaction({ tier: 'oltp', as: 'owner', priority: 'critical', ...request }, work);
  }

  #drop(name: string, ring: KeyRing): void {
    this.#rings.delete(name);
    ring.wipe();
  }
}
