import { availableParallelism } from 'node:os';
import type { Connect, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import { firstBatchRows, nextBatchRows, throttleLimits, watchLoad } from '../../../foundation/migrate/index.ts';
import { type Clock, quoteQualified } from '../../../kernel/index.ts';
import type { KeyValue } from '../columns/index.ts';

/** Between two looks at the load of the server, and two tries on rows that others hold locked. */
export const pauseMs = 1_000;
/** On a server that is always busy a batch is due this often, so that the walk ends some day. */
const crawlMs = 3_000;

export interface WalkDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

/** What became of a batch. */
export interface Batch {
  /** The keys of all its rows, in order. */
  readonly keys: readonly (readonly KeyValue[])[];
  readonly done: number;
  /** Keys of rows that could not be done. */
  readonly failed: readonly string[];
}

export interface Work {
  /** Qualified. */
  readonly table: string;
  readonly request: WorkRequest;
  /** What is said of the rows that are done, e.g. `sealed anew`. */
  readonly did: string;
  /** Before each batch: a walk takes longer than keys stay in memory unasked for. */
  prepare(): Promise<void>;
  /** The next rows behind `after`, at most `limit`. */
  step(tx: Transaction, after: readonly KeyValue[] | undefined, limit: number): Promise<Batch>;
}

export interface Pass {
  readonly done: number;
  readonly failed: readonly string[];
}

/**
 * One walk over a table in the order of its key, in batches that give way to load. It keeps no record of where it is: what is left to do is
 * what the rows themselves say, so a killed walk is continued by the next.
 */
export async function walk(deps: WalkDeps, { table, request, did, prepare, step }: Work): Promise<Pass> {
  const { connect, clock, signal } = deps;
  const giveWay = giveWayTo(deps, request, table);
  const failed: string[] = [];
  let [done, batchRows] = [0, firstBatchRows];
  let after: readonly KeyValue[] | undefined;
  for (;;) {
    signal.throwIfAborted();
    await giveWay();
    await prepare();
    const startedMs = clock.monotonicMs();
    const [behind, limit] = [after, batchRows];
    const batch = await connect.transaction(request, (tx) => step(tx, behind, limit));
    done += batch.done;
    failed.push(...batch.failed);
    if (batch.keys.length < batchRows) return { done, failed };
    after = batch.keys.at(-1);
    batchRows = nextBatchRows(batchRows, clock.monotonicMs() - startedMs);
    deps.progress(`${table}: ${done} rows ${did}`);
  }
}

/** Waits while the server has more to do than it should, as backfills do. */
function giveWayTo({ connect, clock, signal, progress }: WalkDeps, request: WorkRequest, table: string): () => Promise<void> {
  const look = watchLoad(throttleLimits(availableParallelism()));
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const startedMs = clock.monotonicMs();
    if (startedMs - lookedMs < pauseMs) return;
    let isVacuumed = false;
    for (;;) {
      const throttle = await connect.transaction({ ...request, isReadOnly: true }, (tx) => look(tx, table));
      const isDue = clock.monotonicMs() - startedMs >= crawlMs;
      if (!throttle || (isDue && (throttle.isCrawl || isVacuumed))) break;
      progress(`${table} waits: ${throttle.message}`);
      // Once: dead rows that an old transaction keeps alive do not go away by trying again.
      if (throttle.cause === 'dead-rows' && !isVacuumed) {
        await vacuum(connect, request, table);
        isVacuumed = true;
      } else await clock.sleep(pauseMs, signal);
    }
    lookedMs = clock.monotonicMs();
  };
}

/** Removes what the walk left, at the pace of autovacuum, whose next round may be a minute away. */
async function vacuum(connect: Connect, { tier, tag }: WorkRequest, table: string): Promise<void> {
  await using session = await connect.session({ tier, tag });
  await session.query({ text: "set vacuum_cost_delay = '2ms'" });
  await session.query({ text: `vacuum (skip_locked) ${quoteQualified(table)}` });
}
