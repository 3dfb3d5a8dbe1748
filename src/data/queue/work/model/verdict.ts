import type { FailureHints, JobDefinition } from '../../model/types.ts';
import { retryDelayMs } from './backoff.ts';

/** What becomes of a job whose run failed. */
export type Verdict =
  | { readonly status: 'failed'; readonly delayMs: number }
  | { readonly status: 'discarded' }
  | { readonly status: 'dead'; readonly reason: 'exhausted' | 'permanent' };

const longestDelayMs = 30 * 86_400_000;

/** The error itself knows best, then the definition; else the job is tried again as long as it has runs left. */
export function judge(
  error: unknown,
  definition: Pick<JobDefinition<never>, 'onError'>,
  run: { readonly attempt: number; readonly maxAttempts: number },
  random: number,
): Verdict {
  const hints: FailureHints = typeof error === 'object' && error !== null ? error : {};
  const verdict = verdictOf(hints.verdict) ?? verdictOf(judgedBy(definition, error)) ?? 'retry';
  if (verdict === 'discard') return { status: 'discarded' };
  if (verdict === 'dead') return { status: 'dead', reason: 'permanent' };
  if (run.attempt >= run.maxAttempts) return { status: 'dead', reason: 'exhausted' };
  const asked = hints.retryAfterMs;
  const delayMs = typeof asked === 'number' && asked >= 0 ? Math.min(asked, longestDelayMs) : retryDelayMs(run.attempt, random);
  return { status: 'failed', delayMs };
}

// Errors come from anywhere: a `verdict` that is none of ours is somebody else's word.
const verdictOf = (given: unknown) => (given === 'retry' || given === 'discard' || given === 'dead' ? given : undefined);

function judgedBy({ onError }: Pick<JobDefinition<never>, 'onError'>, error: unknown): unknown {
  try {
    return onError?.(error);
  } catch {
    return undefined;
  }
}
