import { availableParallelism, cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, hasCode, type Log, loop, messageOf, type Service } from '../../../kernel/index.ts';
import { Cells, type Counted, mergedBy, type Taken } from './model/counted.ts';
import { trimmed } from './model/histogram.ts';
import { addJobMetrics, addQueueMetrics, addTenantTimes, putWorkerPerformance, setMeanRunTimes } from './sql/queries/queries.gen.ts';
import type { Counters } from './types.ts';

/** Who counts, where it runs jobs: only such a process has a performance. */
export interface WorkerFacts {
  readonly workerId: string;
  /** Pools it serves, by comma. */
  readonly pool: string;
  readonly slots: number;
}

export interface CountingDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined while this process runs no jobs. */
  readonly worker: () => WorkerFacts | undefined;
}

/** At each fifth second of the clock, so that what is written belongs to one minute. */
export const flushIntervalMs = 5_000;

/**
 * Counts what this process does for the queue and adds it to the tables. A process that is killed loses at most what it has counted since
 * it last wrote; what may have been written is not written again.
 */
export class Counting implements AsyncDisposable {
  readonly service: Service;
  readonly counters: Counters;
  readonly #deps: CountingDeps;
  readonly #cells = new Cells();
  readonly #lag = monitorEventLoopDelay({ resolution: 20 });
  #since: Date;
  #cpu = cpuTimes();
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: CountingDeps) {
    this.#deps = deps;
    this.#since = deps.clock.now();
    this.counters = this.#cells;
    this.service = loop(deps, {
      name: 'writing of the figures of jobs',
      intervalMs: 1,
      run: async (signal) => {
        this.#lag.enable();
        await deps.clock.sleep(flushIntervalMs - (deps.clock.now().getTime() % flushIntervalMs), signal);
        await this.flush();
      },
    });
  }

  /** Writes what was counted so far; what could not be written is counted with what comes next. */
  flush(): Promise<void> {
    const next = this.#writing.then(() => this.#write());
    this.#writing = next.catch(() => {});
    return next;
  }

  /** Stops and writes the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop();
    this.#lag.disable();
    await this.flush().catch((error) => this.#deps.log.warn('figures of the last seconds are not written', { error: messageOf(error) }));
  }

  async #write(): Promise<void> {
    const { connect, clock, worker } = this.#deps;
    const [began, now] = [this.#since, clock.now()];
    const minute = new Date(Math.floor(began.getTime() / 60_000) * 60_000);
    this.#since = now;
    const taken = this.#cells.take();
    const facts = worker();
    const { counted, times } = taken;
    if (counted.length === 0 && times.length === 0 && !facts) return;
    try {
      await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.counters', deadlineMs: flushIntervalMs }, async (tx) => {
        if (counted.length > 0) {
          const byType = JSON.stringify(typesOf(counted));
          await addJobMetrics.run(tx, { minute, counted: byType });
          await addQueueMetrics.run(tx, { minute, counted: JSON.stringify(bandsOf(counted)) });
          await addTenantTimes.run(tx, { minute, times: JSON.stringify(times.map(toTime)) });
        }
        if (facts) await putWorkerPerformance.run(tx, { minute, ...this.#performance(facts, taken, now.getTime() - began.getTime()) });
      });
    } catch (error) {
      if (!hasCode(error, 'PLINTH_CONNECT_COMMIT_IN_DOUBT')) this.#cells.giveBack(taken);
      throw error;
    }
    // By itself: types are few and shared by all processes, so their rows are locked for as short as can be.
    const runs = counted.map((one) => ({ type_id: one.typeId, runs: one.completed + one.failed, run_ms: one.runMs }));
    if (runs.length === 0) return;
    await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.counters', deadlineMs: flushIntervalMs }, (tx) =>
      setMeanRunTimes.run(tx, { counted: JSON.stringify(runs) }),
    );
  }

  #performance(facts: WorkerFacts, { counted, leaseLosses }: Taken, elapsedMs: number) {
    const sum = (of: (one: Counted) => number) => counted.reduce((total, one) => total + of(one), 0);
    const before = this.#cpu;
    this.#cpu = cpuTimes();
    const cpuMs = this.#cpu.totalMs - before.totalMs;
    const loopLagMs = this.#lag.max / 1e6;
    this.#lag.reset();
    return {
      worker_id: facts.workerId,
      pool: facts.pool,
      completed: sum((one) => one.completed),
      failed: sum((one) => one.failed),
      busy_ratio: Math.min(1, sum((one) => one.runMs) / Math.max(1, elapsedMs * facts.slots)),
      cpu_ratio: cpuMs > 0 ? (this.#cpu.busyMs - before.busyMs) / cpuMs : 0,
      loop_lag_ms: Number.isFinite(loopLagMs) ? loopLagMs : 0,
      connection_waits: this.#deps.connect.pools().reduce((total, pool) => total + pool.waiting, 0),
      lease_losses: leaseLosses,
      uptime_s: Math.round(process.uptime()),
      rss_bytes: process.memoryUsage.rss(),
    };
  }
}

/** Of all processors of the host: more slots are no use where others have them. */
function cpuTimes(): { readonly busyMs: number; readonly totalMs: number } {
  let [busyMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    busyMs += all - times.idle;
    totalMs += all;
  }
  // Where the system tells nothing, it is this process alone.
  if (totalMs > 0) return { busyMs, totalMs };
  const { user, system } = process.cpuUsage();
  return { busyMs: (user + system) / 1_000, totalMs: performance.now() * availableParallelism() };
}

/** One row for each key: a statement may not meet the same row twice. */
const typesOf = (counted: readonly Counted[]) =>
  mergedBy(counted, ({ typeId, queueId }) => `${typeId},${queueId}`).map(({ enqueued, completed, failed, retried, ...one }) => ({
    ...{ type_id: one.typeId, queue_id: one.queueId, enqueued, completed, failed, retried },
    ...{ run_ms: one.runMs, runs: trimmed(one.runs), waits: trimmed(one.waits) },
  }));

const bandsOf = (counted: readonly Counted[]) =>
  mergedBy(counted, ({ queueId, band }) => `${queueId},${band}`).map(({ band, completed, failed, retried, ...one }) => ({
    ...{ queue_id: one.queueId, band, completed, failed, retried, waits: trimmed(one.waits), wait_max_ms: one.waitMaxMs },
  }));

const toTime = ({ tenantId, queueId, band, runMs }: Taken['times'][number]) => ({
  ...{ tenant_id: tenantId, queue_id: queueId, band, run_ms: runMs },
});
