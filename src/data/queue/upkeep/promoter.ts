import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import { refill } from '../limits/index.ts';
import { promote } from './sql/queries/queries.gen.ts';

// A transaction of some 20 ms.
const most = 1_000;
// A job that was delayed meanwhile, for less than that, starts that late.
const longestPauseMs = 1_000;

/** Makes delayed jobs ready when they are due, and those that a limit held when it has units again. Every process does: who comes first takes them, the others pass over. */
export function promoter({
  connect,
  clock,
  log,
}: {
  readonly connect: Pick<Connect, 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
}): Service {
  const name = 'queue.promote';
  return loop(
    { clock, log },
    {
      name,
      intervalMs: longestPauseMs,
      async run(signal) {
        const at = { tier: 'queue', as: 'owner', priority: 'maintenance', tag: name, signal } as const;
        const { promoted, next_ms, refill_ms } = await connect.transaction(at, async (tx) => ({
          ...(await promote.one(tx, { most })),
          refill_ms: await refill(tx),
        }));
        if (promoted === most) return 0;
        return Math.max(1, Math.ceil(Math.min(longestPauseMs, next_ms ?? longestPauseMs, refill_ms ?? longestPauseMs)));
      },
    },
  );
}
