import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { Drift } from './types.ts';

const intervalMs = 60 * 60_000;
// Four snapshots; a run that applied something has just taken them.
const firstMs = 60_000;

/** Looks every hour, for the first time a minute after the start, and says what it found; who looks at the console sees it there. */
export function driftScan({ drift, clock, log }: { readonly drift: Drift; readonly clock: Clock; readonly log: Log }): Service {
  return loop(
    { clock, log },
    {
      name: 'migrate.drift-scan',
      intervalMs,
      firstMs,
      async run(signal) {
        for (const { tiers, entries } of await drift.check({ signal })) {
          if (entries.length === 0) continue;
          const objects = [...new Set(entries.map(({ identity }) => identity))];
          log.warn(`${tiers[0]}: the schema was changed without a migration`, { objects: objects.slice(0, 10), count: objects.length });
        }
        await drift.forget({ signal });
      },
    },
  );
}
