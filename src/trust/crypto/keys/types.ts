/**
 * Owned here, for a key management service: who keeps the keys that wrap data keys, the master keys (KEK). A product fills
 * `crypto.KeySource` with one; else the options of crypto say where the key comes from.
 */
export interface KeySource {
  /** What messages call it, e.g. `the file /srv/keys/master.key`. Never a key. */
  readonly origin: string;
  /** Ids of the keys there are, that which wraps first. A key keeps its id. `isFresh`: not what was read earlier. */
  ids(request?: { readonly isFresh?: boolean }): Promise<readonly string[]>;
  /** Encrypts with the first key. `associated` has to be given again to open it. */
  wrap(dataKey: Buffer, associated: Buffer): Promise<{ readonly id: string; readonly wrapped: Buffer }>;
  /** @throws PLINTH_CRYPTO_MASTER_KEY_UNKNOWN, or anything when it does not open */
  unwrap(id: string, wrapped: Buffer, associated: Buffer): Promise<Buffer>;
  /** Makes a new first key and keeps the others. Absent where only its keeper can. */
  add?(): Promise<void>;
}

export type KeyState = 'active' | 'retiring' | 'destroyed';

/** A data key as it may be shown: what is known of it, not the key. */
export interface KeyVersion {
  readonly tenantId: string;
  /** What it encrypts for, e.g. `personal`. */
  readonly purpose: string;
  readonly version: number;
  readonly state: KeyState;
  /** Id of the master key that wraps it; null once destroyed. */
  readonly masterKey: string | null;
  readonly created: Date;
  /** When a newer version took over. */
  readonly rotated: Date | null;
  /** When it was last proven that no declared column holds a value of it. */
  readonly emptied: Date | null;
  readonly destroyed: Date | null;
}

/** What `shred` came to. */
export interface Shredding {
  readonly tenantId: string;
  readonly destroyed: readonly Pick<KeyVersion, 'purpose' | 'version' | 'masterKey'>[];
  /** How it was proven: the keys were asked for again, and refused. */
  readonly proof: readonly string[];
  /** What still opens with the master key until it is changed and the old one thrown away. */
  readonly remains: readonly string[];
}
