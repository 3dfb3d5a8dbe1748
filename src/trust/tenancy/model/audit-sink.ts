import type { RequestOrigin } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';

/** An entry of the trail that is no change of a row: an action somebody took, or data somebody read. */
export interface AuditEntry {
  readonly kind: 'operation' | 'access';
  /** `<capability>.<what>`, e.g. `tenancy.break-glass`. */
  readonly action: string;
  readonly success: boolean;
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  /** Where the data is; absent for what concerns the platform as a whole. */
  readonly tier?: Tier | undefined;
  /** What was acted on: a kind (`table`, `role`, `tenant`) and its name or id. */
  readonly target?: { readonly type: string; readonly id: string } | undefined;
  /** Why, in the words of whoever did it. */
  readonly purpose?: string | undefined;
  /** Where the request came from, as the application says it. */
  readonly origin?: RequestOrigin | undefined;
  readonly durationMs?: number | undefined;
  readonly rowCount?: number | undefined;
  /** Of the rows that were read. */
  readonly keys?: readonly string[] | undefined;
  /** 0 to 100, of the statement behind it. */
  readonly complexityScore?: number | undefined;
  /** Highest level of the data touched. */
  readonly classification?: 'public' | 'internal' | 'confidential' | 'restricted' | undefined;
  /** Regulations that want it on record. Absent: those that follow from the action. */
  readonly complianceFlags?: readonly string[] | undefined;
  /** Never a secret, never a person's data. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Owned by tenancy, filled by audit. Resolved means: written and durable, so it is awaited before what it records is let happen. */
export interface AuditSink {
  record(entry: AuditEntry): Promise<void>;
}
