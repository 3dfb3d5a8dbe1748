import { availableParallelism } from 'node:os';
import { type Clock, type Executor, messageOf, PlinthError, type Tier } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import { runBatch, sqlstateIn } from './batch.ts';
import { faultOf } from './model/faults.ts';
import { throttleLimits } from './model/throttle.ts';
import { nextBackfill, pauseBackfill, sayThrottled, shrinkBatch } from './sql/queries/queries.gen.ts';
import { describe, findStatus } from './status.ts';
import { readTarget, type Target } from './target.ts';
import { watchLoad } from './watch-load.ts';

/** Between two looks at the load, two tries after a failure, two lines of progress. */
const pauseMs = 1_000;
/** Passing failures in a row after which one is none any more. */
const patience = 10;

export interface Work {
  readonly connect: Connect;
  readonly clock: Clock;
  /** Any tier of the database. */
  readonly tier: Tier;
  /** Only this one; without it all that are due, the most urgent first. */
  readonly name?: string;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

/**
 * Works on the backfills of one database until none is due, giving way to load between batches. Meant for the leader. What is not
 * about a row pauses the backfill, with the reason.
 *
 * @throws when the server cannot be reached for some time
 */
export async function work({ connect, clock, tier, name, signal, progress }: Work): Promise<void> {
  const request = { tier, as: 'owner', priority: 'maintenance', tag: 'migrate.backfill', signal } as const;
  const on = <T>(doing: (executor: Executor) => Promise<T>) => connect.transaction(request, doing);
  const causeOf = watchLoad(throttleLimits(availableParallelism()));
  const targets = new Map<string, Target>();
  let lookedMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  for (;;) {
    const due = await on((tx) => nextBackfill.first(tx, { name: name ?? null }));
    if (!due) return;
    const { id } = due;
    try {
      const target = targets.get(id) ?? (await on((tx) => readTarget(tx, due)));
      targets.set(id, target);
      if (clock.monotonicMs() - lookedMs >= pauseMs) {
        const cause = await on((tx) => causeOf(tx, due.table_name));
        if (cause) {
          await on((tx) => sayThrottled.run(tx, { id, cause }));
          progress(`${due.name} waits: ${cause}`);
          await clock.sleep(pauseMs, signal);
          continue;
        }
        if (failures === 0) progress(describe(await on((tx) => findStatus(tx, due.name))));
        lookedMs = clock.monotonicMs();
      }
      const result = await connect.transaction(request, (tx) => runBatch(tx, target, clock));
      failures = 0;
      if (result === 'waiting') await clock.sleep(pauseMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || ++failures >= patience) {
        await on((tx) => pauseBackfill.run(tx, { id, error: messageOf(error) }));
        failures = 0;
      } else {
        progress(`${due.name}: ${messageOf(error)}; again in ${pauseMs} ms`);
        // A batch that ran out of time, or met a lock inside a trigger, holds fewer rows next time.
        if (sqlstateIn(error)) await on((tx) => shrinkBatch.run(tx, { id }));
        await clock.sleep(pauseMs, signal);
      }
    }
  }
}

/** Including a commit whose answer was lost: the cursor tells what became of it. */
function isPassing(error: unknown): boolean {
  return faultOf(sqlstateIn(error)) === 'passing' || (error instanceof PlinthError && error.code.startsWith('PLINTH_CONNECT_'));
}
