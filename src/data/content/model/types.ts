import type { TenantSubject, Transaction } from '../../../foundation/connect/index.ts';

export const objectKinds = ['body', 'attachment', 'raw', 'preview', 'file', 'export'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** `recipe`: re-assembled from parts and literals; `bytes`: kept whole. */
export type BlobLayout = 'recipe' | 'bytes';

/** Who an object belongs to and what is known of it; bytes come beside. */
export interface ObjectInit {
  readonly kind: ObjectKind;
  /** `schema.table` and id of the row that owns it. */
  readonly ownerTable?: string;
  readonly ownerId?: string;
  readonly name?: string;
  readonly contentType?: string;
  readonly charset?: string;
  /** For imports the date of the thing itself. Default: now. */
  readonly created?: Date;
}

export interface StoredObject extends ObjectInit {
  readonly id: string;
  readonly blobId: string;
  /** Of a body or attachment of a message: the object of the raw message it was found in. */
  readonly rawObjectId?: string;
  /** Lower-case hex of the SHA-256 over the bytes as they are read back. */
  readonly sha256: string;
  readonly rawBytes: number;
  readonly layout: BlobLayout;
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
  /** `recipe`: re-assembled from parts and literals; `bytes`: kept whole because nothing in it could be. */
  readonly layout: BlobLayout;
  /** Text parts that a reader shows, in order. */
  readonly bodies: readonly StoredPart[];
  readonly attachments: readonly StoredPart[];
}

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ListRequest {
  readonly kind?: ObjectKind;
  readonly ownerId?: string;
  /** Id of the last object of the page before. */
  readonly after?: string;
  /** Default 100. */
  readonly limit?: number;
}

/** Bytes of objects of one kind; each blob counts once, under the first kind in alphabetical order that uses it. */
export interface KindSavings {
  readonly kind: ObjectKind;
  readonly objects: number;
  /** As if each object were kept by itself. */
  readonly rawBytes: number;
  /** After deduplication and recipes. */
  readonly uniqueBytes: number;
  /** After compression. */
  readonly storedBytes: number;
}

/** What the store keeps, three ways, and what keeping it took. */
export interface Savings {
  readonly objects: number;
  readonly blobs: number;
  /** What was handed over: parts of a message are not counted beside the message. */
  readonly rawBytes: number;
  readonly uniqueBytes: number;
  readonly storedBytes: number;
  /** Tables, indexes and TOAST; of one tenant, its share of them by stored bytes. */
  readonly diskBytes: number;
  readonly byKind: readonly KindSavings[];
}

/** What a tenant keeps that takes the most room, by name: at most ten of each. */
export interface Heaviest {
  readonly largest: readonly {
    readonly objectId: string;
    readonly name: string | null;
    readonly kind: ObjectKind;
    readonly contentType: string | null;
    readonly rawBytes: number;
    /** Of its own frames; the parts of a message are counted with their own objects. */
    readonly storedBytes: number;
  }[];
  readonly mostShared: readonly {
    readonly blobId: string;
    readonly name: string | null;
    readonly contentType: string | null;
    readonly rawBytes: number;
    readonly references: number;
  }[];
}

/** Bytes kept once per tenant, compressed, given back bit for bit. */
export interface Content extends AsyncDisposable {
  /**
   * Stores a stream in constant memory, also a raw message too large to be taken apart (`kind: 'raw'`). Until the
   * stream has ended nothing of it can be seen; a stream that fails or a process that dies leaves nothing.
   * @throws PLINTH_CONTENT_TOO_LARGE, PLINTH_CONTENT_INVALID_OBJECT, PLINTH_CONTENT_UPLOAD_EXPIRED
   */
  put(subject: TenantSubject, init: ObjectInit, bytes: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredObject>;
  /**
   * Stores whole messages inside the caller's transaction on the content tier; one round trip per table, not per message.
   * A few hundred at a time: they are held in memory, and a message is never split over calls.
   * @throws PLINTH_CONTENT_TOO_LARGE, PLINTH_CONTENT_INVALID_OBJECT
   */
  putMessages(tx: Transaction, subject: TenantSubject, messages: readonly MessagePut[]): Promise<readonly StoredMessage[]>;
  /** @throws PLINTH_CONTENT_UNKNOWN_OBJECT */
  stat(subject: TenantSubject, objectId: string): Promise<StoredObject>;
  /** Objects in order of putting, a page at a time. */
  list(subject: TenantSubject, request?: ListRequest): Promise<readonly StoredObject[]>;
  /**
   * Streams the bytes, or a range of them; nothing wrong is ever given: a damaged frame throws. Bytes are read while
   * they are consumed; no connection is held in between.
   * @throws PLINTH_CONTENT_UNKNOWN_OBJECT, PLINTH_CONTENT_DAMAGED, PLINTH_CONTENT_INVALID_RANGE, PLINTH_CONTENT_UNKNOWN_ALGORITHM
   */
  get(subject: TenantSubject, objectId: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /**
   * Removes an object, with a raw message also its parts, and the bytes nothing else refers to. Needs the role admin.
   * @throws PLINTH_CONTENT_UNKNOWN_OBJECT
   */
  remove(subject: TenantSubject, objectId: string): Promise<void>;
  /** Of one tenant, or without a subject of the whole store. Reads every row: for pages and reports, not for hot paths. */
  savings(subject?: TenantSubject): Promise<Savings>;
  /** The largest objects of a tenant, and the blobs to which most of them refer. Reads every row. */
  heaviest(subject: TenantSubject): Promise<Heaviest>;
}
