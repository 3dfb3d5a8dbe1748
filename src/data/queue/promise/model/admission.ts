/** Above it the promise could not be kept for what is enqueued now. */
export const mostPredictedWaitMs = 3 * 3_600_000;

export type OnOverload = 'reject' | 'demote' | 'accept';

export interface Judged {
  readonly verdict: 'accept' | 'demote' | 'reject';
  /** Whether an operator should know that it was taken all the same. */
  readonly isAlarming: boolean;
}

/**
 * What becomes of an enqueue when such a wait is predicted; undefined where nobody knows. Single and transactional ones are always taken: the
 * work that made them necessary is done already.
 */
export function judgeEnqueue(predictedWaitMs: number | undefined, isBulk: boolean, onOverload: OnOverload): Judged {
  if (predictedWaitMs === undefined || predictedWaitMs <= mostPredictedWaitMs) return { verdict: 'accept', isAlarming: false };
  if (!isBulk || onOverload === 'accept') return { verdict: 'accept', isAlarming: true };
  return { verdict: onOverload, isAlarming: false };
}

/** When the wait will have come down to what is bearable if nothing else is enqueued; at least some seconds, at most an hour. */
export function retryAfterSeconds(predictedWaitMs: number): number {
  return Math.min(3_600, Math.max(5, Math.ceil((predictedWaitMs - mostPredictedWaitMs) / 1_000)));
}
