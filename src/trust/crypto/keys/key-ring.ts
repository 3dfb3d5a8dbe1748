import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { cryptoErrors } from '../errors.ts';

/**
 * A clear data key and the version that stands in what it encrypts. A KeyObject is outside of the heap that inspections and heap dumps show,
 * is overwritten when it is given up, and makes a cipher in a tenth of the time that one from bytes takes.
 */
export interface ClearKey {
  readonly version: number;
  readonly key: KeyObject;
}

/** The live data keys of one tenant for one purpose, in clear. Once wiped it gives no key any more. */
export class KeyRing {
  readonly tenantId: string;
  readonly purpose: string;
  /** When its versions were last compared with the database. */
  checkedMs = 0;
  #keys: ReadonlyMap<number, ClearKey> = new Map();
  #active: ClearKey | undefined;
  readonly #derived = new Map<string, KeyObject>();

  constructor(tenantId: string, purpose: string) {
    this.tenantId = tenantId;
    this.purpose = purpose;
  }

  /** That which encrypts. @throws PLINTH_CRYPTO_KEY_NOT_LOADED when it was wiped meanwhile */
  get active(): ClearKey {
    if (!this.#active) throw cryptoErrors.KEY_NOT_LOADED({ tenantId: this.tenantId, purpose: this.purpose });
    return this.#active;
  }

  get isWiped(): boolean {
    return this.#active === undefined;
  }

  /** The key of a version, or undefined where this process has not seen it. */
  find(version: number): ClearKey | undefined {
    return this.#keys.get(version);
  }

  /** A key for one use under the active one, e.g. the blind index of one column. */
  derive(label: string): KeyObject {
    const { key } = this.active;
    const derived = this.#derived.get(label) ?? createSecretKey(createHmac('sha256', key).update(label).digest());
    this.#derived.set(label, derived);
    return derived;
  }

  /** Takes these versions and no others. */
  fill(keys: readonly ClearKey[], activeVersion: number): void {
    if (this.#active?.version !== activeVersion) this.#derived.clear();
    this.#keys = new Map(keys.map((one) => [one.version, one]));
    this.#active = this.#keys.get(activeVersion);
  }

  wipe(): void {
    this.fill([], 0);
  }

  [inspect.custom](): string {
    return `KeyRing(${this.purpose} of ${this.tenantId}, versions ${[...this.#keys.keys()].join(', ') || 'none'})`;
  }
}
