import type { BeforeDetach } from '../../../foundation/partition/index.ts';
import type { Service, Tier } from '../../../kernel/index.ts';

/** The last block of a month. */
export interface Head {
  /** First day of the month. */
  readonly stream: string;
  readonly number: number;
  /** Hexadecimal. */
  readonly hash: string;
}

/** What is kept outside of the database. */
export interface AnchorRecord {
  readonly tier: Tier;
  /** `heads`: these were sealed. `released`: this month may leave. `accepted`: from here on the database is right, whatever was before. */
  readonly kind: 'heads' | 'released' | 'accepted';
  readonly heads: readonly Head[];
  /** ISO. */
  readonly at: string;
  /** Of what was accepted: why. */
  readonly reason?: string;
}

/** Where records are kept that nobody changes who can change the database. */
export interface Anchors {
  /** All of a tier, in order. @throws PLINTH_AUDIT_BROKEN_ANCHOR */
  read(tier: Tier): Promise<readonly AnchorRecord[]>;
  /** Resolved means durable. By one process at a time for a tier. */
  append(record: AnchorRecord): Promise<void>;
}

/** Something in the trail is not as it was sealed. */
export interface Finding {
  readonly tier: Tier;
  readonly what: 'changed' | 'removed' | 'inserted' | 'block' | 'rolled back' | 'anchor';
  /** First day of the month. */
  readonly stream?: string;
  /** Of the block. */
  readonly number?: number;
  readonly eventId?: number;
  readonly detail: string;
}

export interface ChainStatus {
  readonly tier: Tier;
  readonly blocks: number;
  readonly sealedEvents: number;
  /** Of the last seconds; of longer where a transaction has been open for longer. */
  readonly unsealedEvents: number;
  /** When the last block was made; absent before the first. */
  readonly sealed?: Date;
}

export interface Verification {
  readonly status: readonly ChainStatus[];
  /** Empty when the trail is whole. */
  readonly findings: readonly Finding[];
  /** How many heads were compared with the database. */
  readonly anchoredHeads: number;
  readonly durationMs: number;
}

export interface VerifyRequest {
  /** Why the database, as it is now, is right though it does not fit its anchors: a backup was restored. It is written to them. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface Chain {
  /** Fills the interface of partition: a month leaves when all of it is sealed and anchored. */
  readonly beforeDetach: BeforeDetach;
  readonly service: Service;
  /** Seals and anchors what is final now, in all databases; gives the number of events. @throws PLINTH_AUDIT_ROLLED_BACK, PLINTH_AUDIT_BROKEN_ANCHOR */
  seal(signal?: AbortSignal): Promise<number>;
  /**
   * Seals what is final and proves the rest: reads all events and compares them with their blocks, the blocks with each other, and their
   * heads with the anchors.
   */
  verify(request?: VerifyRequest): Promise<Verification>;
  status(): Promise<readonly ChainStatus[]>;
}
