import type { TablePlace } from '../model/types.ts';

/** What a person is called by. A kind is `email`, `phone`, or a word of the product's, such as `customer`. */
export interface Identifier {
  readonly kind: string;
  /** In the one form that is compared: an address in lower case, a phone number as digits behind the country's. */
  readonly value: string;
  /** Means the person in this tenant's rows only; absent: in all, and in what belongs to no tenant. */
  readonly tenantId?: string;
}

export const erasureMethods = ['delete', 'anonymise', 'keep'] as const;
export type ErasureMethod = (typeof erasureMethods)[number];

/** Which rows of a table are about a person, and what becomes of them. */
export interface SubjectLink extends TablePlace {
  /** Column → kind of identifier: rows that hold one of the person's there are the person's. */
  readonly matches: Readonly<Record<string, string>>;
  /** Column → kind: what those rows hold there identifies the person elsewhere. Only what is one person's alone. */
  readonly yields?: Readonly<Record<string, string>>;
  readonly method: ErasureMethod;
  /** The columns to anonymise; for that method alone. */
  readonly anonymised?: readonly string[];
  /** Why the rows are kept; for that method needed. */
  readonly reason?: string;
}

/** A row that is a person's, for stores that keep things by their owner. */
export interface PersonRow extends TablePlace {
  readonly tenantId?: string;
  readonly id: string;
  readonly method: ErasureMethod;
}

/** Whom a request is about, for those who look. */
export interface Person {
  readonly identifiers: readonly Identifier[];
  /** Rows with an `id` of type uuid in the tables of all tiers, some at a time. They are there until every other store is done. */
  rows(): AsyncIterable<readonly PersonRow[]>;
}

/** What one place holds of a person. */
export interface PersonFinding {
  /** `oltp:shop.orders`, or what people call it. */
  readonly place: string;
  readonly method: ErasureMethod;
  readonly count: number;
  /** Why it is kept, or why it is touched although nobody declared it. */
  readonly reason?: string;
  /** Tables whose files have held it. Erased rows leave their bytes in there until the table is rewritten. */
  readonly tables: readonly TablePlace[];
}

/** Where an export goes. */
export interface ExportSink {
  /** One JSON document per line. */
  records(name: string, records: AsyncIterable<unknown>): Promise<void>;
  file(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface StepBounds {
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Owned here, filled by everything that keeps data of people beyond the rows of tables. All of it may be called again after a crash. */
export interface SubjectStore {
  /** Looks only. After `erase` it finds nothing any more but what is kept. */
  find(person: Person, bounds: StepBounds): Promise<readonly PersonFinding[]>;
  export(person: Person, sink: ExportSink, bounds: StepBounds): Promise<void>;
  erase(person: Person, bounds: StepBounds): Promise<void>;
}

export interface SubjectTarget {
  /** An e-mail address, a phone number with its country (`+49…`), or with `kind` anything that a link matches. */
  readonly identifier: string;
  /** Default: told from the identifier. */
  readonly kind?: string;
  /** Slug or id; default: all tenants, and what belongs to none. */
  readonly tenant?: string;
}

export interface SubjectRequest extends SubjectTarget {
  /** On what ground, e.g. the number of the letter; into the trail and the certificate. */
  readonly purpose: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** What one store holds of the person and what erasing would do. */
export interface PlannedPlace extends PersonFinding {
  readonly store: string;
  /** The legal hold that is in the way, in words. */
  readonly hold?: string;
}

/** What became of the bytes on disk: `vacuumed` leaves them in free space until it is used again. */
export type Purged = 'rewritten' | 'vacuumed' | 'dropped';

export interface ErasedPlace {
  readonly store: string;
  readonly place: string;
  readonly method: ErasureMethod;
  readonly count: number;
  readonly reason?: string;
  /** `oltp:shop.orders` → what became of the files it was in. */
  readonly tables: Readonly<Record<string, Purged>>;
}

/** Evidence that a person was erased, without a word of theirs. */
export interface ErasureCertificate {
  readonly kind: 'erasure';
  readonly request: string;
  readonly tenantId?: string;
  /** Keyed hash, hex. */
  readonly person: { readonly identifierKind: string; readonly hash: string };
  readonly purpose: string;
  readonly asked: string;
  readonly completed: string;
  readonly places: readonly ErasedPlace[];
  /** What the certificate does not cover, in words. */
  readonly remains: readonly string[];
  /** Ed25519 key that signed, SPKI in base64. */
  readonly publicKey: string;
  /** Over the JSON of all other fields, in base64. */
  readonly signature: string;
}

export interface RequestSummary {
  readonly id: string;
  readonly tenantId?: string;
  readonly kind: 'export' | 'erase';
  readonly identifierKind: string;
  readonly identifierHash: string;
  readonly purpose: string;
  readonly state: 'running' | 'held' | 'completed';
  readonly heldBy?: string;
  readonly places: number;
  readonly rows: number;
  readonly created: Date;
  readonly completed?: Date;
}

/** What an export wrote. */
export interface PersonExport {
  readonly request: string;
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string; readonly records?: number }[];
}

/** Requests of people about their data: over all tiers, and everything that fills `SubjectStore`. */
export interface Subjects {
  /** Declares or changes a link. @throws PLINTH_PRIVACY_BAD_LINK, PLINTH_PRIVACY_UNKNOWN_PLACE */
  link(link: SubjectLink): Promise<void>;
  links(): Promise<readonly SubjectLink[]>;
  /** What there is of a person and what erasing would do; changes nothing. @throws PLINTH_PRIVACY_BAD_IDENTIFIER, PLINTH_PRIVACY_LOOSE_LINK */
  plan(target: SubjectTarget & Partial<StepBounds>): Promise<readonly PlannedPlace[]>;
  /**
   * Writes all there is of a person into a new folder: records as JSON lines, files as they are, and a manifest with hashes. The folder
   * gets its name when it is whole.
   * @throws PLINTH_PRIVACY_FOLDER_EXISTS
   */
  export(request: SubjectRequest, folder: string): Promise<PersonExport>;
  /**
   * Erases a person, store by store, and looks again. One that was interrupted goes on where it was: call it again, or `resume`. Rewrites
   * small tables that held the person, under a lock that waits for nobody long.
   * @throws PLINTH_PRIVACY_HELD, PLINTH_PRIVACY_BUSY, PLINTH_PRIVACY_NOT_GONE, PLINTH_PRIVACY_OLD_SNAPSHOT, PLINTH_PRIVACY_FOREIGN_KEY
   */
  erase(request: SubjectRequest): Promise<ErasureCertificate>;
  /** Goes on with an erasure that was begun. @throws PLINTH_PRIVACY_UNKNOWN_REQUEST, and as `erase` */
  resume(requestId: string, bounds?: Partial<StepBounds>): Promise<ErasureCertificate>;
  /** Latest first. */
  requests(): Promise<readonly RequestSummary[]>;
  /** Of a completed erasure. @throws PLINTH_PRIVACY_UNKNOWN_REQUEST */
  certificate(requestId: string): Promise<ErasureCertificate>;
}
