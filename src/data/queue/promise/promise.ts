import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { LedLoop } from '../upkeep/index.ts';
import { AdmissionControl, type AdmissionDeps } from './admission.ts';
import { openAlertRules } from './alert-rules.ts';
import { Counting, type WorkerFacts } from './counters.ts';
import { Figures, figuresMaxAgeMs } from './figures.ts';
import { slotsOfProcess } from './model/slots.ts';
import { openReports } from './reports.ts';
import { readOwnSlots } from './sql/queries/queries.gen.ts';
import type { Counters, QueueFigures, QueuePromise } from './types.ts';
import { type PoolBoundsOptions, Watch } from './watch/index.ts';

/** The worker of this process, as it is seen from here. */
export interface WatchedWorker extends WorkerFacts {
  /** Jobs of the pool that it runs at the same time from now on. */
  setSlots(pool: string, slots: number): void;
}

export interface PromiseDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  readonly scaling: PoolBoundsOptions;
  readonly limitsOf: AdmissionDeps['limitsOf'];
  /** Undefined while this process runs no jobs. */
  readonly worker: () => WatchedWorker | undefined;
}

/** What other parts of the queue use of this one. */
export interface OpenedPromise extends AsyncDisposable {
  /** What people read. */
  readonly reports: QueuePromise;
  readonly counters: Counters;
  /** What claims go by; undefined where nobody watches the queue. From memory: on the hot path. */
  figures(queueId: number): QueueFigures | undefined;
  /** Asked before jobs are taken. */
  readonly admit: AdmissionControl['admit'];
  /** What the process does that leads. */
  loops(): readonly LedLoop[];
  /** What each process does: figures, slots of its pools, counters. */
  services(): readonly Service[];
  /** Takes this process's part of the slots that were decided. */
  followSlots(signal?: AbortSignal): Promise<void>;
  /** Writes what this process has counted and not written yet. */
  flush(): Promise<void>;
}

const slotsIntervalMs = 10_000;

/** Watches that no job waits for more than four hours. */
export function openPromise(deps: PromiseDeps): OpenedPromise {
  const { connect, worker } = deps;
  const counting = new Counting(deps);
  const figures = new Figures(deps);
  const watch = new Watch(deps);
  const reports: QueuePromise = { ...openReports(deps), ...openAlertRules(deps) };
  const admission = new AdmissionControl({ ...deps, figures });

  async function followSlots(signal?: AbortSignal): Promise<void> {
    const own = worker();
    if (!own) return;
    const request = { tier: 'queue', as: 'owner', tag: 'queue.pools', isReadOnly: true, ...(signal && { signal }) } as const;
    const rows = await connect.transaction(request, (tx) => readOwnSlots.all(tx, { worker_id: own.workerId }));
    for (const { pool, desired, workers, position } of rows) own.setSlots(pool, slotsOfProcess(desired, workers, position));
  }

  return {
    reports,
    counters: counting.counters,
    figures: (queueId) => figures.of(queueId),
    admit: (request) => admission.admit(request),
    loops: () => watch.loops(),
    services: () => [
      counting.service,
      loop(deps, {
        name: 'reading of the figures of queues',
        intervalMs: figuresMaxAgeMs,
        // Who runs no jobs asks when it enqueues.
        run: async () => {
          if (worker()) await figures.fresh();
        },
      }),
      loop(deps, { name: 'slots of the pools', intervalMs: slotsIntervalMs, run: followSlots }),
    ],
    followSlots,
    flush: () => counting.flush(),
    [Symbol.asyncDispose]: () => counting[Symbol.asyncDispose](),
  };
}
