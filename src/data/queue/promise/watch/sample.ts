import type { Transaction } from '../../../../foundation/connect/index.ts';
import {
  countReady,
  estimateReady,
  type ListWatchedQueuesRow,
  type ListWatchedTypesRow,
  listWatchedQueues,
  listWatchedTypes,
  sizeOfReady,
} from '../sql/queries/queries.gen.ts';

/** Of each slot and band of a queue so many are counted; of more, some pages of the table tell. */
const mostCounted = 1_000;
const pagesRead = 400;

/** Ready jobs of a band. */
export interface Ready {
  jobs: number;
  /** Mean run times together. */
  workMs: number;
  /** The same of those that are due for three hours. */
  overdueWorkMs: number;
  lacksHandler: boolean;
}

export interface Sample {
  readonly queues: readonly ListWatchedQueuesRow[];
  /** By queue, the five bands. */
  readonly ready: ReadonlyMap<number, readonly Ready[]>;
}

export const emptyBands = (): Ready[] => Array.from({ length: 5 }, () => ({ jobs: 0, workMs: 0, overdueWorkMs: 0, lacksHandler: false }));

/** Depth of all queues. A few milliseconds, whatever waits. */
export async function readSample(tx: Transaction): Promise<Sample> {
  const queues = await listWatchedQueues.all(tx, {});
  const types = new Map((await listWatchedTypes.all(tx, {})).map((type) => [type.id, type]));
  const counted = await countReady.all(tx, { most: mostCounted });
  const ready = new Map(queues.map(({ id }) => [id, emptyBands()]));
  const capped = new Set(counted.filter((row) => row.is_capped).map(bandKey));
  add(
    ready,
    types,
    counted.filter((row) => !capped.has(bandKey(row))),
  );
  if (capped.size > 0) {
    const { pages } = await sizeOfReady.one(tx, {});
    const percent = Math.min(100, (100 * pagesRead) / Math.max(1, pages));
    const estimated = (await estimateReady.all(tx, { percent })).filter((row) => capped.has(bandKey(row)));
    // Pages that were not read may hold what was counted: no estimate is below the count.
    const found = Map.groupBy(estimated, bandKey);
    const bandsOf = Map.groupBy(
      counted.filter((row) => capped.has(bandKey(row))),
      bandKey,
    );
    const jobsOf = (rows: readonly { readonly jobs: number }[]) => rows.reduce((sum, { jobs }) => sum + jobs, 0);
    for (const [key, rows] of bandsOf) {
      const estimate = found.get(key) ?? [];
      add(ready, types, jobsOf(estimate) > jobsOf(rows) ? estimate : rows);
    }
  }
  return { queues, ready };
}

interface ReadyRow {
  readonly queue_id: number;
  readonly band: number;
  readonly type_id: number;
  readonly jobs: number;
  readonly overdue: number;
}

const bandKey = ({ queue_id, band }: Pick<ReadyRow, 'queue_id' | 'band'>) => queue_id * 8 + band;

function add(ready: ReadonlyMap<number, Ready[]>, types: ReadonlyMap<number, ListWatchedTypesRow>, rows: readonly ReadyRow[]): void {
  for (const { queue_id, band, type_id, jobs, overdue } of rows) {
    const of = ready.get(queue_id)?.[band];
    if (!of) continue;
    const type = types.get(type_id);
    const runMs = type?.mean_run_ms ?? 0;
    of.jobs += jobs;
    of.workMs += jobs * runMs;
    of.overdueWorkMs += overdue * runMs;
    of.lacksHandler ||= type?.has_handler === false;
  }
}
