import { availableParallelism } from 'node:os';
import { type Clock, type Executor, messageOf, PlinthError, type Tier } from '../../../kernel/index.ts';
import type { Connect, Session } from '../../connect/index.ts';
import { runBatch, sqlstateIn } from './batch.ts';
import { faultOf } from './model/faults.ts';
import { throttleLimits } from './model/throttle.ts';
import { nextBackfill, pauseBackfill, sayThrottled, shrinkBatch } from './sql/queries/queries.gen.ts';
import { describe, findStatus } from './status.ts';
import { readTarget, type Target } from './target.ts';
import { watchLoad } from './watch-load.ts';

/** Between two looks at the load, two tries after a failure, two lines of progress. */
const pauseMs = 1_000;
/** On a server that is always busy a batch is due this often, so that the backfill ends some day. */
const crawlMs = 3_000;
/** Passing failures in a row after which one is none any more. */
const patience = 10;

export interface Work {
  readonly connect: Connect;
  readonly clock: Clock;
  /** Any tier of the database. */
  readonly tier: Tier;
  /** The leader's session, for what cannot run in a transaction. */
  readonly lead: Session;
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
export async function work({ connect, clock, tier, lead, name, signal, progress }: Work): Promise<void> {
  const request = { tier, as: 'owner', priority: 'maintenance', tag: 'migrate.backfill', signal } as const;
  const on = <T>(doing: (executor: Executor) => Promise<T>) => connect.transaction(request, doing);
  const look = watchLoad(throttleLimits(availableParallelism()));
  const targets = new Map<string, Target>();
  let lookedMs = Number.NEGATIVE_INFINITY;
  let movedMs = clock.monotonicMs();
  let failures = 0;
  let isVacuumed = false;
  for (;;) {
    const due = await on((tx) => nextBackfill.first(tx, { name: name ?? null }));
    if (!due) return;
    const { id } = due;
    try {
      const target = targets.get(id) ?? (await on((tx) => readTarget(tx, due)));
      targets.set(id, target);
      if (clock.monotonicMs() - lookedMs >= pauseMs) {
        const throttle = await on((tx) => look(tx, due.table_name));
        if (throttle) {
          await on((tx) => sayThrottled.run(tx, { id, cause: throttle.message }));
          progress(`${due.name} waits: ${throttle.message}`);
        }
        if (throttle && !(throttle.isCrawl && clock.monotonicMs() - movedMs >= crawlMs)) {
          // Once for what was done since: dead rows that an old transaction keeps alive do not go away by trying again.
          if (throttle.cause === 'dead-rows' && !isVacuumed) await vacuum(lead, due.table_name);
          else await clock.sleep(pauseMs, signal);
          isVacuumed ||= throttle.cause === 'dead-rows';
          continue;
        }
        if (failures === 0) progress(describe(await on((tx) => findStatus(tx, due.name))));
        if (!throttle) lookedMs = clock.monotonicMs();
      }
      movedMs = clock.monotonicMs();
      const result = await connect.transaction(request, (tx) => runBatch(tx, target, clock));
      failures = 0;
      isVacuumed = false;
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

/**
 * Removes the dead rows that the backfill made, at the pace of autovacuum: waiting for its next round would cost up to a minute for
 * every fifth of the table. Gives up at once where somebody holds a lock on the table.
 */
async function vacuum(lead: Session, table: string): Promise<void> {
  await lead.query({ text: "set vacuum_cost_delay = '2ms'; set row_security = off" });
  await lead.query({ text: `vacuum (skip_locked) ${table}` });
}
