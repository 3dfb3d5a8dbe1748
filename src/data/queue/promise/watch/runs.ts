import type { Transaction } from '../../../../foundation/connect/index.ts';
import { quantileMs } from '../model/histogram.ts';
import { readRecentRuns } from '../sql/queries/queries.gen.ts';

interface Minute {
  readonly begunMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  readonly runMs: number;
  readonly histogram: readonly number[];
}

export interface Seen {
  readonly runs: number;
  readonly runMs: number;
  readonly elapsedMs: number;
}

const minuteMs = 60_000;

/** What was run in the last minutes. */
export class Runs {
  /** Runs that ended since the first look, by queue. */
  readonly ended: ReadonlyMap<number, number>;
  readonly #minutes: ReadonlyMap<number, readonly Minute[]>;
  readonly #nowMs: number;

  constructor(minutes: ReadonlyMap<number, readonly Minute[]>, before: Runs | undefined, nowMs: number) {
    this.#minutes = minutes;
    this.#nowMs = nowMs;
    const ended = new Map(before?.ended);
    for (const [queueId, list] of minutes) {
      const known = new Map(before?.of(queueId).map((minute) => [minute.begunMs, minute.completed + minute.failed]));
      const more = list.reduce((total, one) => total + one.completed + one.failed - (known.get(one.begunMs) ?? 0), 0);
      ended.set(queueId, (ended.get(queueId) ?? 0) + more);
    }
    this.ended = ended;
  }

  of(queueId: number): readonly Minute[] {
    return this.#minutes.get(queueId) ?? [];
  }

  /** In the last whole minute and the one that runs. */
  recent(queueIds: readonly number[]): Seen {
    const sinceMs = Math.floor(this.#nowMs / minuteMs) * minuteMs - minuteMs;
    const minutes = queueIds.flatMap((id) => this.of(id)).filter(({ begunMs }) => begunMs >= sinceMs);
    return {
      runs: minutes.reduce((total, one) => total + one.completed + one.failed, 0),
      runMs: minutes.reduce((total, one) => total + one.runMs, 0),
      elapsedMs: this.#nowMs - sinceMs,
    };
  }

  perSecond(queueId: number): number {
    const { runs, elapsedMs } = this.recent([queueId]);
    return elapsedMs > 0 ? (runs * 1_000) / elapsedMs : 0;
  }

  /** Runs that ended in the last five minutes. */
  count(queueId: number): number {
    return this.of(queueId).reduce((total, one) => total + one.completed + one.failed, 0);
  }

  /** Share of them that failed. */
  errorRate(queueId: number): number {
    const failed = this.of(queueId).reduce((total, one) => total + one.failed, 0);
    return failed === 0 ? 0 : failed / this.count(queueId);
  }

  /** Jobs that were given up in the last five minutes. */
  dead(queueId: number): number {
    return this.of(queueId).reduce((total, { dead }) => total + dead, 0);
  }

  /** Mean and slow run times over all of these queues; undefined where nothing ran. */
  times(queueIds: readonly number[]): { readonly meanMs: number; readonly p95Ms: number } | undefined {
    const minutes = queueIds.flatMap((id) => this.of(id));
    const runs = minutes.reduce((total, one) => total + one.completed + one.failed, 0);
    if (runs === 0) return undefined;
    const histogram = minutes.reduce<readonly number[]>((sum, one) => merge(sum, one.histogram), []);
    const meanMs = minutes.reduce((total, one) => total + one.runMs, 0) / runs;
    return { meanMs, p95Ms: quantileMs(histogram, 0.95) ?? meanMs };
  }
}

export const noRuns = new Runs(new Map(), undefined, 0);

const merge = (one: readonly number[], other: readonly number[]) =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, bucket) => (one[bucket] ?? 0) + (other[bucket] ?? 0));

export async function readRuns(tx: Transaction, before: Runs): Promise<Runs> {
  const rows = await readRecentRuns.all(tx, {});
  const minutes = rows.map((row) => ({
    queueId: row.queue_id,
    minute: {
      ...{ begunMs: row.begun.getTime(), completed: row.completed, failed: row.failed, dead: row.dead, runMs: row.run_ms },
      histogram: (row.histograms as number[][]).reduce<readonly number[]>(merge, []),
    },
  }));
  const nowMs = rows[0]?.read.getTime() ?? 0;
  const byQueue = Map.groupBy(minutes, ({ queueId }) => queueId);
  return new Runs(new Map([...byQueue].map(([queueId, list]) => [queueId, list.map(({ minute }) => minute)])), before, nowMs);
}
