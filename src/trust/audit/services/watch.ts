import { type Connect, takeLead } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { Anomalies } from '../anomalies/index.ts';
import type { LongTerm } from '../long-term/index.ts';
import { outsideSessions } from '../operations/index.ts';

const intervalMs = 60_000;

/**
 * Each minute, in one process of a platform: puts on record which sessions go past Plinth, judges hours that have ended, and copies the
 * trail to OLAP. A session that is over within a minute may go unseen.
 */
export function watchTrail(deps: {
  readonly connect: Connect;
  readonly anomalies: Pick<Anomalies, 'judge'>;
  readonly longTerm: LongTerm;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: Log;
}): Service {
  let seen: ReadonlySet<string> = new Set();

  const noteOutside = async () => {
    const sessions = await outsideSessions(deps.connect);
    const keyOf = ({ tier, backendPid, started }: (typeof sessions)[number]) => `${tier} ${backendPid} ${started.getTime()}`;
    for (const session of sessions.filter((one) => !seen.has(keyOf(one)))) {
      const { tier, backendPid, ...details } = session;
      const target = { type: 'session', id: `${tier} ${backendPid}` };
      deps.events.emit('audited', { action: 'audit.outside-session', success: true, target, details });
    }
    seen = new Set(sessions.map(keyOf));
  };

  return loop(deps, {
    name: 'audit.watch',
    intervalMs,
    async run(signal) {
      await using lead = await takeLead(deps.connect, { tier: 'oltp', tag: 'audit.watch', name: 'plinth audit watch', signal });
      if (!lead) return;
      await noteOutside();
      await deps.anomalies.judge({ signal });
      await deps.longTerm.feed({ signal });
    },
  });
}
