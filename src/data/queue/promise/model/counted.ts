import { bucketCount, bucketOf } from './histogram.ts';

/** How a run ended, as in job_results. */
export type Outcome = 'completed' | 'failed' | 'cancelled' | 'discarded' | 'dead';

/** A kind of job in a band of a queue, since it was last taken. */
export interface Counted {
  readonly typeId: number;
  readonly queueId: number;
  readonly band: number;
  enqueued: number;
  completed: number;
  /** Also those that are tried again. */
  failed: number;
  retried: number;
  runMs: number;
  waitMaxMs: number;
  readonly runs: number[];
  readonly waits: number[];
}

/** Processing time of a tenant in a band of a queue. */
export interface TenantTime {
  readonly tenantId: string;
  readonly queueId: number;
  readonly band: number;
  runMs: number;
}

/** What was taken: for one write. */
export interface Taken {
  readonly counted: readonly Counted[];
  readonly times: readonly TenantTime[];
  readonly leaseLosses: number;
}

/** Nothing counted yet. */
export const emptyCell = (typeId: number, queueId: number, band: number): Counted => ({
  ...{ typeId, queueId, band, enqueued: 0, completed: 0, failed: 0, retried: 0, runMs: 0, waitMaxMs: 0 },
  runs: new Array<number>(bucketCount).fill(0),
  waits: new Array<number>(bucketCount).fill(0),
});

/** Adds what was counted elsewhere, of whatever kind and band. */
export function addTo(cell: Counted, other: Counted): void {
  cell.enqueued += other.enqueued;
  cell.completed += other.completed;
  cell.failed += other.failed;
  cell.retried += other.retried;
  cell.runMs += other.runMs;
  cell.waitMaxMs = Math.max(cell.waitMaxMs, other.waitMaxMs);
  for (const [bucket, count] of other.runs.entries()) (cell.runs[bucket] as number) += count;
  for (const [bucket, count] of other.waits.entries()) (cell.waits[bucket] as number) += count;
}

/** One for each key. */
export function mergedBy(counted: readonly Counted[], key: (one: Counted) => string): readonly Counted[] {
  return [...Map.groupBy(counted, key).values()].map((cells) => {
    const [{ typeId, queueId, band }] = cells as [Counted, ...Counted[]];
    const merged = emptyCell(typeId, queueId, band);
    for (const cell of cells) addTo(merged, cell);
    return merged;
  });
}

/** Counts in memory what a process enqueues and runs: some additions a job, no clock, no promise. */
export class Cells {
  #cells = new Map<number, Counted>();
  #times = new Map<string, TenantTime>();
  #leaseLosses = 0;

  enqueued(typeId: number, queueId: number, band: number, count: number): void {
    this.#cell(typeId, queueId, band).enqueued += count;
  }

  finished(typeId: number, queueId: number, band: number, waitMs: number, runMs: number, outcome: Outcome, tenantId: string): void {
    const cell = this.#cell(typeId, queueId, band);
    if (outcome === 'completed') cell.completed++;
    else if (outcome === 'failed' || outcome === 'dead') cell.failed++;
    if (outcome === 'failed') cell.retried++;
    cell.runMs += runMs;
    if (waitMs > cell.waitMaxMs) cell.waitMaxMs = waitMs;
    (cell.runs[bucketOf(runMs)] as number)++;
    (cell.waits[bucketOf(waitMs)] as number)++;
    this.#spent(tenantId, queueId, band, runMs);
  }

  leasesLost(count: number): void {
    this.#leaseLosses += count;
  }

  /** Everything since the last time. */
  take(): Taken {
    const taken = { counted: [...this.#cells.values()], times: [...this.#times.values()], leaseLosses: this.#leaseLosses };
    this.#cells = new Map();
    this.#times = new Map();
    this.#leaseLosses = 0;
    return taken;
  }

  /** What was taken and could not be written. */
  giveBack({ counted, times, leaseLosses }: Taken): void {
    for (const one of counted) addTo(this.#cell(one.typeId, one.queueId, one.band), one);
    for (const { tenantId, queueId, band, runMs } of times) this.#spent(tenantId, queueId, band, runMs);
    this.#leaseLosses += leaseLosses;
  }

  #spent(tenantId: string, queueId: number, band: number, runMs: number): void {
    const key = `${tenantId}${band},${queueId}`;
    const time = this.#times.get(key);
    if (time) time.runMs += runMs;
    else this.#times.set(key, { tenantId, queueId, band, runMs });
  }

  #cell(typeId: number, queueId: number, band: number): Counted {
    // Ids are smallint: the three fit a small integer.
    const key = (typeId * 32_768 + queueId) * 8 + band;
    let cell = this.#cells.get(key);
    if (!cell) {
      cell = emptyCell(typeId, queueId, band);
      this.#cells.set(key, cell);
    }
    return cell;
  }
}
