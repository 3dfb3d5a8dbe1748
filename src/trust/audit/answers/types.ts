import type { Tier } from '../../../kernel/index.ts';
import type { EventKind, Level } from '../model/types.ts';

/** An event of the trail as it is shown. Values of changed rows are in the history of their row. */
export interface TrailEvent {
  /** `<tier>-<number>`. */
  readonly id: string;
  readonly created: Date;
  /** One tier of the database it stands in. */
  readonly tier: Tier;
  readonly kind: EventKind;
  readonly action: string;
  readonly isSuccess: boolean;
  /** Slug, else id; null for the platform's own work. */
  readonly tenant: string | null;
  /** Address of the user, else id; null for work without one. */
  readonly user: string | null;
  readonly memberRole: string | null;
  readonly databaseUser: string;
  readonly applicationName: string;
  /** As the application says it, else that of the session. */
  readonly clientAddress: string | null;
  readonly requestId: string | null;
  readonly userAgent: string | null;
  readonly targetType: string | null;
  readonly targetId: string | null;
  readonly rowCount: number | null;
  readonly keys: readonly string[];
  readonly purpose: string | null;
  readonly durationMs: number | null;
  readonly complexityScore: number | null;
  readonly classification: Level | null;
  readonly complianceFlags: readonly string[];
  readonly details: unknown;
}

export interface TrailFilter {
  /** Default: 30 days before `to`. */
  readonly from?: Date;
  /** Exclusive; default: now. */
  readonly to?: Date;
  /** Slug or id. */
  readonly tenant?: string;
  /** Address or id. */
  readonly user?: string;
  readonly kind?: EventKind;
  /** Its beginning: `migrate.` */
  readonly action?: string;
  /** Of what was acted on: `shop.orders`. */
  readonly target?: string;
  readonly isSuccess?: boolean;
  /** At most so many; default 200, at most 1,000. */
  readonly limit?: number;
  /** What a call before gave as `next`. */
  readonly before?: string;
}

export interface TrailPage {
  readonly events: readonly TrailEvent[];
  /** For `before`, to go on; absent at the end. */
  readonly next?: string;
}

export interface ExportRequest {
  readonly from: Date;
  readonly to: Date;
  readonly format: 'jsonl' | 'csv';
  /** File to write; beside it goes `<file>.seal.json`. */
  readonly file: string;
  /** PEM file of an Ed25519 private key; default: the platform's own, made when it is first used. */
  readonly keyFile?: string;
  readonly signal?: AbortSignal;
}

export interface Exported {
  readonly file: string;
  readonly sealFile: string;
  readonly events: number;
  readonly sha256: string;
  /** Of the key that signed, to be compared by whoever receives the file. */
  readonly fingerprint: string;
}

/** Rows as the trail names them: by `audit.key_of_row()`. */
export interface RowsAsked {
  readonly tier: Tier;
  /** Qualified, as `regclass` prints it. */
  readonly table: string;
  readonly keys: readonly string[];
  /** Absent: of any tenant, or of none. */
  readonly tenantId?: string;
}

/** That something was done with one of the rows, without who did it and without values. */
export interface EventAbout {
  readonly eventId: number;
  readonly created: Date;
  readonly kind: EventKind;
  readonly action: string;
  /** That were changed. */
  readonly columns: readonly string[];
}

/** Questions to the trail, of all databases together. */
export interface Answers {
  /** @throws PLINTH_AUDIT_UNKNOWN_USER, PLINTH_TENANCY_UNKNOWN_TENANT, PLINTH_AUDIT_BAD_CURSOR */
  events(filter?: TrailFilter): Promise<TrailPage>;
  /** Events in which the key of a row stands, newest first: who read it and who changed it. Default: of all time, 1,000 at most. */
  whoSaw(subject: string, request?: { readonly table?: string; readonly from?: Date; readonly to?: Date }): Promise<readonly TrailEvent[]>;
  /** What was done with these rows, in order. */
  about(rows: RowsAsked): Promise<readonly EventAbout[]>;
  /**
   * Writes all events of a time into a signed file. That it is done is on record before it begins; a file that is complete is there
   * under its name, one that is not never is.
   *
   * @throws PLINTH_AUDIT_BAD_KEY_FILE, PLINTH_AUDIT_FILE_EXISTS
   */
  export(request: ExportRequest): Promise<Exported>;
}
