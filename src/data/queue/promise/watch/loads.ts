import { capacityOf } from '../model/wait.ts';
import type { Runs } from './runs.ts';
import type { Sample } from './sample.ts';

// For so long a pool has to have had jobs for all its slots before what it got done says what it can do.
const saturatedMs = 2 * 60_000;
const idleRatio = 0.3;

export interface PoolLoad {
  readonly workMs: number;
  readonly capacity: number;
  readonly isStarvedOfJobs: boolean;
}

/** What pools have to do, and what they can; remembers since when each has had jobs for all its slots. */
export class PoolLoads {
  readonly #saturatedSince = new Map<string, number>();

  /** `busy`: the part of its slots that a pool used. */
  of({ queues, ready }: Sample, nowMs: number, runs: Runs, busy: ReadonlyMap<string, number>): ReadonlyMap<string, PoolLoad> {
    const pools = Map.groupBy(queues, ({ pool }) => pool);
    return new Map(
      [...pools].map(([pool, members]) => {
        const slots = members[0]?.slots ?? 0;
        const bands = members.filter((queue) => !queue.is_paused).flatMap((queue) => ready.get(queue.id) ?? []);
        const jobs = bands.reduce((total, band) => total + band.jobs, 0);
        if (jobs < Math.max(1, slots)) this.#saturatedSince.delete(pool);
        else if (!this.#saturatedSince.has(pool)) this.#saturatedSince.set(pool, nowMs);
        const isSaturated = nowMs - (this.#saturatedSince.get(pool) ?? nowMs) >= saturatedMs;
        const seen = isSaturated ? runs.recent(members.map(({ id }) => id)) : undefined;
        const load = {
          workMs: bands.reduce((total, band) => total + band.workMs, 0),
          capacity: capacityOf(slots, seen),
          isStarvedOfJobs: isSaturated && (busy.get(pool) ?? 1) < idleRatio,
        };
        return [pool, load];
      }),
    );
  }

  forget(): void {
    this.#saturatedSince.clear();
  }
}
