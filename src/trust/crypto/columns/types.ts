import type { Tier } from '../../../kernel/index.ts';
import type { KeyValue } from './model/associated-data.ts';
import type { IndexKind } from './model/blind-index.ts';

/** A column that crypto.declare_column() declared. */
export interface EncryptedColumn {
  /** One tier of its database. */
  readonly tier: Tier;
  /** Qualified. */
  readonly table: string;
  readonly column: string;
  readonly keyColumns: readonly string[];
  /** As SQL writes them; empty when the catalog no longer has the table or one of the columns. */
  readonly keyTypes: readonly string[];
  readonly purpose: string;
  readonly index?: { readonly column: string; readonly kind: IndexKind };
  /** The name that is part of every sealed value. */
  readonly sealedAs: string;
}

/** Encrypts and decrypts values of one column. Good for the unit of work it was made for: half a minute after that its keys may be gone. */
export interface ColumnCipher {
  /**
   * Binds the text to the row with this key (the values of the key columns in their order).
   * @throws PLINTH_CRYPTO_NOT_TEXT, PLINTH_CRYPTO_NO_KEY_VALUE, PLINTH_CRYPTO_KEY_NOT_LOADED
   */
  encrypt(text: string, key: readonly KeyValue[]): Buffer;
  /** @throws PLINTH_CRYPTO_DOES_NOT_OPEN, PLINTH_CRYPTO_KEY_UNKNOWN, PLINTH_CRYPTO_KEY_NOT_LOADED */
  decrypt(sealed: Buffer, key: readonly KeyValue[]): string;
}

/** Encrypts and decrypts the declared columns of one table for one tenant. */
export interface TableCipher {
  readonly columns: readonly EncryptedColumn[];
  /**
   * Copies of the rows in which declared columns are sealed and their index columns filled. Columns a row does not have stay away, null
   * stays null. Each row needs its key columns.
   * @throws PLINTH_CRYPTO_NO_KEY_VALUE, PLINTH_CRYPTO_NOT_TEXT
   */
  encryptRows<R extends object>(rows: readonly R[]): Promise<Sealed<R>[]>;
  /**
   * Copies of the rows in which sealed columns are text.
   * @throws PLINTH_CRYPTO_DOES_NOT_OPEN, PLINTH_CRYPTO_KEY_UNKNOWN, PLINTH_CRYPTO_KEYS_DESTROYED
   */
  decryptRows<R extends object>(rows: readonly R[]): Promise<Opened<R>[]>;
  /** What to compare the index column of `column` with, to find rows with this value. @throws PLINTH_CRYPTO_NOT_INDEXED */
  term(column: string, value: string): Buffer;
  /** One column for values that come one by one, in a loop without waiting. @throws PLINTH_CRYPTO_COLUMN_UNKNOWN */
  column(column: string): ColumnCipher;
}

/** A row on its way to the database. */
export type Sealed<R> = { readonly [K in keyof R]: R[K] | Buffer };
/** A row that came from there. */
export type Opened<R> = { readonly [K in keyof R]: R[K] extends Buffer ? string : R[K] extends Buffer | null ? string | null : R[K] };
