import { cryptoErrors } from '../errors.ts';
import type { KeyRing } from '../keys/index.ts';
import { AssociatedData, type KeyValue } from './model/associated-data.ts';
import { seal, unseal, versionOf } from './model/sealed-value.ts';
import type { ColumnCipher } from './types.ts';

/** Where values belong: a declared column, or anything else with a name of its own. */
export interface Place {
  readonly tenantId: string;
  readonly sealedAs: string;
  /** Of the key's columns, as SQL writes them. */
  readonly keyColumns: readonly string[];
  readonly keyTypes: readonly string[];
}

/** The cipher of one place over the keys of a ring. Everything is synchronous: keys are in memory. */
export class RingCipher implements ColumnCipher {
  ring: KeyRing;
  readonly #place: Place;
  readonly #associated: AssociatedData;
  readonly #isUuid: readonly boolean[];

  constructor(ring: KeyRing, place: Place) {
    this.ring = ring;
    this.#place = place;
    this.#associated = new AssociatedData(place.tenantId, place.sealedAs);
    this.#isUuid = place.keyTypes.map((type) => type === 'uuid');
  }

  encrypt(text: string, key: readonly KeyValue[]): Buffer {
    if (typeof text !== 'string') throw cryptoErrors.NOT_TEXT({ column: this.#place.sealedAs, type: typeof text });
    const { version, key: clear } = this.ring.active;
    return seal(clear, version, this.#associatedWith(key), text);
  }

  decrypt(sealed: Buffer, key: readonly KeyValue[]): string {
    const { tenantId, sealedAs: column } = this.#place;
    const version = versionOf(sealed);
    if (version === undefined) throw cryptoErrors.DOES_NOT_OPEN({ column, reason: 'it was cut, or is no sealed value at all' });
    const known = this.ring.find(version);
    if (!known) {
      if (this.ring.isWiped) throw cryptoErrors.KEY_NOT_LOADED({ tenantId, purpose: this.ring.purpose });
      throw cryptoErrors.KEY_UNKNOWN({ tenantId, purpose: this.ring.purpose, version, column });
    }
    const text = unseal(known.key, this.#associatedWith(key), sealed);
    if (text === undefined) {
      throw cryptoErrors.DOES_NOT_OPEN({ column, reason: 'it was changed, or belongs to another row, column or tenant' });
    }
    return text;
  }

  #associatedWith(key: readonly KeyValue[]): Buffer {
    const { keyColumns, sealedAs } = this.#place;
    for (let index = 0; index < keyColumns.length; index++) {
      if (key[index] === undefined || key[index] === null) {
        throw cryptoErrors.NO_KEY_VALUE({ column: sealedAs, key: keyColumns[index] as string });
      }
    }
    return this.#associated.of(key, this.#isUuid);
  }
}
