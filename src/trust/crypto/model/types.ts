import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { TenantData } from '../../tenancy/index.ts';
import type { AtRestFinding } from '../at-rest/index.ts';
import type { ColumnCipher, EncryptedColumn, TableCipher } from '../columns/index.ts';
import type { DatabaseEncryption } from '../database/index.ts';
import type { KeyVersion, Shredding } from '../keys/index.ts';
import type { MasterKeyRotation, Rotation, RotationRequest } from '../rotation/index.ts';
import type { SealingWork } from '../sealing/index.ts';
import type { Tokens } from '../tokens/index.ts';

/** Encrypts what belongs to tenants, with keys that only this process sees in clear. */
export interface Crypto extends AsyncDisposable {
  /**
   * Fills the interface of tenancy: keys and tokens are not exported, because only this platform's master key opens them; with the tenant
   * they are destroyed.
   */
  readonly tenantData: TenantData;
  /**
   * Encrypts and decrypts the declared columns of a table, for one unit of work. Loads keys; from then on nothing waits.
   * @throws PLINTH_CRYPTO_TABLE_UNKNOWN, PLINTH_CRYPTO_KEYS_DESTROYED, PLINTH_CRYPTO_MASTER_KEY_UNKNOWN
   */
  table(request: { readonly tenantId: string; readonly table: string; readonly tier?: Tier }): Promise<TableCipher>;
  /**
   * Encrypts and decrypts text that is in no declared column, e.g. the payload of a job. `name` says what it is and is part of each value,
   * like the key that is given with it. Rotation gives such values a new key from then on and leaves the old ones to the old key.
   */
  values(request: { readonly tenantId: string; readonly purpose: string; readonly name: string }): Promise<ColumnCipher>;
  /** Every declared column of every database, also those that the catalog no longer has. */
  columns(): Promise<readonly EncryptedColumn[]>;
  /** What is known of the data keys of a tenant, or of all; never a key. */
  keys(tenantId?: string): Promise<readonly KeyVersion[]>;
  rotate(request?: RotationRequest): Promise<readonly Rotation[]>;
  rotateMasterKey(request?: Omit<RotationRequest, 'tenantId'>): Promise<MasterKeyRotation>;
  /**
   * Destroys every data key of a tenant for ever: what they encrypted is gone. Recorded before it happens.
   * @throws PLINTH_CRYPTO_NO_AUDIT
   */
  shred(tenantId: string): Promise<Shredding>;
  readonly tokens: Tokens;
  /** Brings what stands in clear into declared columns. */
  readonly sealing: SealingWork;
  /** Whether encryption inside each database works, and why not. */
  database(): Promise<readonly DatabaseEncryption[]>;
  /**
   * Gives the functions in the database the tenant's key for the rest of the transaction.
   * @throws PLINTH_CRYPTO_NO_PGCRYPTO, PLINTH_CRYPTO_KEY_WOULD_BE_LOGGED
   */
  openInDatabase(tx: Transaction, tenantId: string): Promise<void>;
  /** What protects data that is stored, as it is found now. */
  atRest(): Promise<readonly AtRestFinding[]>;
}
