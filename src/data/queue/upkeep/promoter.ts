import type { Connect } from '../../../foundation/connect/index.ts';
import type { Clock, Log, Service } from '../../../kernel/index.ts';
import { rounds, service } from './lead/rounds.ts';
import { promote } from './sql/queries/queries.gen.ts';

// A transaction of some 20 ms.
const most = 1_000;
// A job that was delayed meanwhile, for less than that, starts that late.
const longestPauseMs = 1_000;

/** Makes delayed jobs ready when they are due. Every process does: who comes first takes them, the others pass over. */
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
  return service(name, (signal) =>
    rounds(
      { clock, log },
      {
        name,
        intervalMs: longestPauseMs,
        async run() {
          const at = { tier: 'queue', as: 'owner', priority: 'maintenance', tag: name, signal } as const;
          const { promoted, next_ms } = await connect.transaction(at, (tx) => promote.one(tx, { most }));
          if (promoted === most) return 0;
          return Math.min(longestPauseMs, Math.max(1, Math.ceil(next_ms ?? longestPauseMs)));
        },
      },
      signal,
    ),
  );
}
