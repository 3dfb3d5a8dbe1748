import { hasCode } from '../../../kernel/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { DataKeys, KeyRing } from '../keys/index.ts';
import { RingCipher } from './column-cipher.ts';
import type { KeyValue } from './model/associated-data.ts';
import { termOf } from './model/blind-index.ts';
import type { EncryptedColumn, Opened, Sealed, TableCipher } from './types.ts';

/** The purpose whose key makes blind indexes. It has one version for ever: under a second one equal values would differ. */
export const searchPurpose = 'search';

type Row = Record<string, unknown>;

interface Entry {
  readonly declared: EncryptedColumn;
  readonly cipher: RingCipher;
}

/** The declared columns of one table for one tenant, over rings that are in memory. */
export class RowCipher implements TableCipher {
  readonly columns: readonly [EncryptedColumn, ...EncryptedColumn[]];
  readonly #dataKeys: DataKeys;
  readonly #tenantId: string;
  readonly #entries: readonly Entry[];
  #search: KeyRing | undefined;

  private constructor(dataKeys: DataKeys, tenantId: string, columns: RowCipher['columns'], rings: ReadonlyMap<string, KeyRing>) {
    this.columns = columns;
    this.#dataKeys = dataKeys;
    this.#tenantId = tenantId;
    this.#search = rings.get(searchPurpose);
    this.#entries = columns.map((declared) => ({
      declared,
      cipher: new RingCipher(rings.get(declared.purpose) as KeyRing, { ...declared, tenantId }),
    }));
  }

  /** @throws as DataKeys.ring */
  static async open(dataKeys: DataKeys, tenantId: string, columns: RowCipher['columns']): Promise<RowCipher> {
    const purposes = new Set(columns.flatMap(({ purpose, index }) => (index ? [purpose, searchPurpose] : [purpose])));
    const rings = await Promise.all([...purposes].map(async (purpose) => [purpose, await dataKeys.ring(tenantId, purpose)] as const));
    return new RowCipher(dataKeys, tenantId, columns, new Map(rings));
  }

  async encryptRows<R extends object>(rows: readonly R[]): Promise<Sealed<R>[]> {
    await this.refresh();
    return this.sealRows(rows);
  }

  async decryptRows<R extends object>(rows: readonly R[]): Promise<Opened<R>[]> {
    await this.refresh();
    try {
      return this.openRows(rows);
    } catch (error) {
      // Another process may have rotated since the keys were compared.
      if (!hasCode(error, 'PLINTH_CRYPTO_KEY_UNKNOWN')) throw error;
      await this.refresh({ isFresh: true });
      return this.openRows(rows);
    }
  }

  /** As encryptRows, with the keys as they are. */
  sealRows<R extends object>(rows: readonly R[]): Sealed<R>[] {
    return rows.map((row) => {
      const copy = { ...row } as Row;
      for (const { declared, cipher } of this.#entries) {
        const value = copy[declared.column];
        if (value === undefined) continue;
        const { index } = declared;
        if (index) copy[index.column] = value === null ? null : this.#term(declared, value as string);
        if (value !== null) copy[declared.column] = cipher.encrypt(value as string, keyOf(declared, row as Row));
      }
      return copy as Sealed<R>;
    });
  }

  /** As decryptRows, with the keys as they are. */
  openRows<R extends object>(rows: readonly R[]): Opened<R>[] {
    return rows.map((row) => {
      const copy = { ...row } as Row;
      for (const { declared, cipher } of this.#entries) {
        const value = copy[declared.column];
        if (value === undefined || value === null) continue;
        copy[declared.column] = cipher.decrypt(value as Buffer, keyOf(declared, row as Row));
      }
      return copy as Opened<R>;
    });
  }

  term(column: string, value: string): Buffer {
    return this.#term(this.#entry(column).declared, value);
  }

  column(column: string): RingCipher {
    return this.#entry(column).cipher;
  }

  /** Lets all ciphers use the rings as they are now. */
  async refresh(request: { readonly isFresh?: boolean } = {}): Promise<void> {
    for (const { cipher, declared } of this.#entries) cipher.ring = await this.#dataKeys.ring(this.#tenantId, declared.purpose, request);
    if (this.#search) this.#search = await this.#dataKeys.ring(this.#tenantId, searchPurpose);
  }

  #term({ index, sealedAs, column }: EncryptedColumn, value: string): Buffer {
    if (!index || !this.#search) throw cryptoErrors.NOT_INDEXED({ column, operator: '=' });
    if (typeof value !== 'string') throw cryptoErrors.NOT_TEXT({ column: sealedAs, type: typeof value });
    return termOf(this.#search.derive(sealedAs), index.kind, value);
  }

  #entry(column: string): Entry {
    const found = this.#entries.find(({ declared }) => declared.column === column);
    const [{ table }] = this.columns;
    if (!found) throw cryptoErrors.COLUMN_UNKNOWN({ table, column, declared: this.columns.map((one) => one.column) });
    return found;
  }
}

const keyOf = ({ keyColumns }: EncryptedColumn, row: Row): KeyValue[] => keyColumns.map((name) => row[name] as KeyValue);
