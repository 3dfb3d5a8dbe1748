import type { Finding } from '../model/findings.ts';

/** Which dead letters; what is absent asks for nothing. Inside `tenancy.run` always that tenant's. */
export interface LetterFilter {
  readonly ids?: readonly string[];
  readonly tenantId?: string;
  readonly signature?: string;
  readonly type?: string;
  /** Given up at or after. */
  readonly since?: Date;
  /** Given up before. */
  readonly until?: Date;
}

/** A job that was given up, without what its tenant wrote. */
export interface DeadLetter {
  readonly jobId: string;
  readonly tenantId: string;
  readonly queue: string;
  readonly type: string;
  readonly reason: 'exhausted' | 'permanent' | 'crash_loop' | 'bad_payload' | 'no_handler' | 'snoozed_out';
  readonly signature: string;
  /** Class and message of the last error, without ids, numbers, addresses, paths and quoted words. */
  readonly kind: string;
  readonly runs: number;
  readonly handlerVersion: string;
  readonly failed: Date;
  readonly redriven: Date | null;
  readonly redrivenAs: string | null;
}

export interface LetterPage {
  readonly letters: readonly DeadLetter[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/** Failed runs of one kind, over all tenants. */
export interface FailurePattern {
  readonly signature: string;
  readonly type: string;
  readonly queue: string;
  readonly kind: string;
  /** Runs that failed so. */
  readonly count: number;
  /** Tenants it happened to in its widest minute, and the part that one of them had where it was largest. */
  readonly tenants: number;
  readonly topShare: number;
  readonly firstHour: Date;
  readonly lastHour: Date;
  readonly firstJobId: string;
  readonly lastJobId: string;
  readonly findings: readonly Finding[];
  readonly versions: readonly string[];
  /** Dead letters of it that nobody has redriven. */
  readonly dead: number;
}

export interface RedriveRequest extends LetterFilter {
  /** All that fit, instead of a trial of ten. Ids are no trial. */
  readonly isAll?: boolean;
  /** All, though no trial worked. */
  readonly isForced?: boolean;
  /** How many become due in a second. Default 20. */
  readonly perSecond?: number;
}

export interface Redriven {
  readonly redriven: readonly { readonly jobId: string; readonly tenantId: string; readonly as: string }[];
  /** Dead letters that fit and are left: beyond a trial, or of a job type or queue that is gone. */
  readonly left: number;
}

/** Jobs that were given up, why, and how they get another chance. */
export interface Dead {
  /** Newest first, page by page. Default 50, at most 500. Without `isRedrivenToo` those that wait for somebody. */
  list(
    filter?: Pick<LetterFilter, 'tenantId' | 'signature' | 'type'> & { readonly isRedrivenToo?: boolean },
    page?: { readonly before?: string; readonly limit?: number },
  ): Promise<LetterPage>;
  /** What failed most, with what stands out about it. Default: of the last 24 hours, at most 50. */
  patterns(filter?: { readonly type?: string; readonly since?: Date; readonly limit?: number }): Promise<readonly FailurePattern[]>;
  /**
   * Enqueues dead letters again as new jobs that name the old one, oldest first, each once whoever asks, and a second's worth at a time: by
   * ids all of them, else ten to try, and all where the last trial worked.
   * @throws PLINTH_QUEUE_NO_LETTER, PLINTH_QUEUE_NO_CHOICE, PLINTH_QUEUE_TRIAL_OPEN
   */
  redrive(request: RedriveRequest, acting: { readonly by: string }): Promise<Redriven>;
}
