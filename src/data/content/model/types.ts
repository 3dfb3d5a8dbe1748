import type { TenantSubject, Transaction } from '../../../foundation/connect/index.ts';

export type ObjectKind = 'body' | 'attachment' | 'raw' | 'preview' | 'file' | 'export';

/** Who an object belongs to and what is known of it; bytes come beside. */
export interface ObjectInit {
  readonly kind: ObjectKind;
  /** `schema.table` and id of the row that owns it. */
  readonly ownerTable?: string;
  readonly ownerId?: string;
  readonly name?: string;
  readonly contentType?: string;
  readonly charset?: string;
  /** For imports the date of the thing itself; decides its storage tier. Default: now. */
  readonly created?: Date;
}

export interface StoredObject {
  readonly id: string;
  readonly blobId: string;
  readonly kind: ObjectKind;
  readonly name?: string;
  readonly contentType?: string;
  readonly charset?: string;
  /** Lower-case hex of the SHA-256 over the bytes as they are read back. */
  readonly sha256: string;
  readonly rawBytes: number;
  readonly created: Date;
}

/** A MIME leaf part that became an object of its own. */
export interface StoredPart extends StoredObject {
  /** Position in the MIME tree, `1`, `1.2`, as in IMAP. */
  readonly path: string;
  readonly disposition?: string;
  readonly contentId?: string;
}

export interface MessagePut {
  readonly raw: Buffer;
  readonly ownerTable: string;
  readonly ownerId: string;
  readonly created: Date;
}

export interface StoredMessage {
  readonly raw: StoredObject;
  /** `recipe`: re-assembled from parts and literals; `bytes`: kept whole because re-assembly was not exact. */
  readonly layout: 'recipe' | 'bytes';
  readonly bodies: readonly StoredPart[];
  readonly attachments: readonly StoredPart[];
}

/** Bytes kept once per tenant, compressed, given back bit for bit. */
export interface Content extends AsyncDisposable {
  /** Stores a stream in constant memory. @throws PLINTH_CONTENT_TOO_LARGE */
  put(subject: TenantSubject, init: ObjectInit, bytes: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredObject>;
  /** Stores whole messages inside the caller's transaction on the content tier; one round trip per table, not per message. */
  putMessages(tx: Transaction, subject: TenantSubject, messages: readonly MessagePut[]): Promise<readonly StoredMessage[]>;
  /** @throws PLINTH_CONTENT_UNKNOWN_OBJECT, PLINTH_CONTENT_DAMAGED */
  stat(subject: TenantSubject, objectId: string): Promise<StoredObject>;
  /** Streams the bytes, or the range [start, end) of them; nothing wrong is ever given: a damaged frame throws. */
  get(subject: TenantSubject, objectId: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}
