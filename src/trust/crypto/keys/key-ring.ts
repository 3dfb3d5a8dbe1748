import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { cryptoErrors } from '../errors.ts';

/** A clear data key and the version that stands in what it encrypts. */
export interface ClearKey {
  readonly version: number;
  readonly key: Buffer;
}

/**
 * The live data keys of one tenant for one purpose, in clear. Once wiped it gives no key any more: a buffer of zeros would encrypt too.
 * Keys are in private fields, which neither `inspect` nor JSON shows.
 */
export class KeyRing {
  readonly tenantId: string;
  readonly purpose: string;
  /** When its versions were last compared with the database. */
  checkedMs = 0;
  #keys = new Map<number, ClearKey>();
  #active: ClearKey | undefined;
  readonly #derived = new Map<string, Buffer>();

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
  derive(label: string): Buffer {
    const { key } = this.active;
    const derived = this.#derived.get(label) ?? createHmac('sha256', key).update(label).digest();
    this.#derived.set(label, derived);
    return derived;
  }

  /** Takes these versions and no others; those it had before and that are not among them are wiped. */
  fill(keys: readonly ClearKey[], activeVersion: number): void {
    const kept = new Map(keys.map((one) => [one.version, one]));
    for (const [version, one] of this.#keys) if (kept.get(version)?.key !== one.key) one.key.fill(0);
    if (this.#active?.version !== activeVersion) this.#forgetDerived();
    this.#keys = kept;
    this.#active = kept.get(activeVersion);
  }

  wipe(): void {
    this.fill([], 0);
  }

  [inspect.custom](): string {
    return `KeyRing(${this.purpose} of ${this.tenantId}, versions ${[...this.#keys.keys()].join(', ') || 'none'})`;
  }

  #forgetDerived(): void {
    for (const key of this.#derived.values()) key.fill(0);
    this.#derived.clear();
  }
}
