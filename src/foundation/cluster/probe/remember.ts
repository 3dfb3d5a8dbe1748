import type { Clock, Tier } from '../../../kernel/index.ts';
import type { ServerProbe } from '../model/types.ts';

// What a server can do changes with a restart or at an operator's hand; a console that looks every few seconds need not ask each time.
const maxAgeMs = 60_000;

/** `probe` asked once a minute per tier at most. Calls at the same time share an answer; a failure is not kept. */
export function rememberProbes(clock: Clock, probe: (tier: Tier) => Promise<ServerProbe>): (tier: Tier) => Promise<ServerProbe> {
  const answers = new Map<Tier, { readonly answer: Promise<ServerProbe>; readonly askedMs: number }>();
  return (tier) => {
    const known = answers.get(tier);
    const nowMs = clock.monotonicMs();
    if (known && nowMs - known.askedMs < maxAgeMs) return known.answer;
    const answer = probe(tier);
    answers.set(tier, { answer, askedMs: nowMs });
    answer.catch(() => answers.delete(tier));
    return answer;
  };
}
