import { promiseMs } from './state.ts';
import { starvingAfterMs } from './weights.ts';

export type StarvationLevel = 'stalled' | 'warning' | 'critical' | 'breach';

const criticalAfterMs = 3 * 3_600_000;
/** A lane of which nothing was taken for so long, while others of its queue were served, is passed over. */
export const stalledAfterMs = 15 * 60_000;

/** What a wait is called; undefined below two hours. */
export function starvationLevel(waitMs: number): Exclude<StarvationLevel, 'stalled'> | undefined {
  if (waitMs > promiseMs) return 'breach';
  if (waitMs > criticalAfterMs) return 'critical';
  return waitMs > starvingAfterMs ? 'warning' : undefined;
}

/** Share of each claim that goes to the oldest jobs, whatever their band. */
export function overdueShare(oldestWaitMs: number): 0 | 0.25 | 1 {
  if (oldestWaitMs > criticalAfterMs) return 1;
  return oldestWaitMs > starvingAfterMs ? 0.25 : 0;
}

/** A lane with its oldest job. */
export interface Lane {
  readonly queueId: number;
  readonly band: number;
  readonly tenantId: string;
  readonly dueMs: number;
}

export interface Starving extends Lane {
  readonly level: StarvationLevel;
}

export const laneKey = ({ queueId, band, tenantId }: Omit<Lane, 'dueMs'>) => `${queueId} ${band} ${tenantId}`;

interface Seen {
  readonly dueMs: number;
  readonly sinceMs: number;
  /** Jobs of the queue that had ended then. */
  readonly finished: number;
}

/** Remembers the heads of old lanes: one that stays the same while its queue gets on is passed over. A lane is first in, first out. */
export class LaneWatch {
  #seen: ReadonlyMap<string, Seen> = new Map();

  /** `lanes`: at least those whose head is older than fifteen minutes. `finished`: how many jobs of a queue have ended, ever. */
  look(lanes: readonly Lane[], finished: (queueId: number) => number, nowMs: number): readonly Starving[] {
    const seen = new Map<string, Seen>();
    const starving: Starving[] = [];
    for (const lane of lanes) {
      const waitMs = nowMs - lane.dueMs;
      const key = laneKey(lane);
      const before = this.#seen.get(key);
      const ended = finished(lane.queueId);
      const now = before?.dueMs === lane.dueMs ? before : { dueMs: lane.dueMs, sinceMs: nowMs, finished: ended };
      seen.set(key, now);
      const isPassedOver = nowMs - now.sinceMs >= stalledAfterMs && ended > now.finished;
      const level = starvationLevel(waitMs) ?? (isPassedOver ? 'stalled' : undefined);
      if (level) starving.push({ ...lane, level });
    }
    this.#seen = seen;
    return starving;
  }
}
