import type { Tier } from '../../../kernel/index.ts';
import type { WorkBounds } from '../model/types.ts';

/** A partition that may have to go, as those who can forbid it see it. */
export interface LeavingPart {
  readonly tier: Tier;
  readonly set: string;
  readonly table: string;
  /** Half-open, as literals. */
  readonly from: string;
  readonly to: string;
}

/** Owned here, filled by whoever keeps legal holds. */
export interface Holds {
  /** The hold that covers rows of it, in words; undefined for none. A throw keeps the partition. */
  holdOn(part: LeavingPart): Promise<string | undefined>;
}

/** Owned here, filled by whoever still has to read or seal what leaves: consumers of changes, roll-ups, audit. */
export interface BeforeDetach {
  /** Why it has to stay, in words; undefined when it may go. A throw keeps the partition. */
  reasonToStay(part: LeavingPart): Promise<string | undefined>;
}

/** What was or would be done with one partition. */
export interface RetentionStep {
  readonly tier: Tier;
  readonly set: string;
  readonly table: string;
  readonly from?: string;
  readonly to?: string;
  /** The planner's estimate. */
  readonly rows?: number;
  readonly sizeBytes?: number;
  readonly step: 'detach' | 'carry and detach' | 'archive and drop' | 'drop';
  /** What keeps it, in words; absent when nothing does. */
  readonly gate?: string;
  /** False in a dry run and when a gate or a lock was in the way. */
  readonly isDone: boolean;
}

export type RetainRequest = WorkBounds & {
  /** Only this table. */
  readonly table?: string;
  /** Only says what would happen. */
  readonly isDryRun?: boolean;
};
