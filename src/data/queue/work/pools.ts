import type { Completer } from './completer.ts';
import type { Directory, KnownQueue } from './directory.ts';
import type { Pool } from './feeder.ts';
import type { HeldLeases } from './held-leases.ts';
import type { Item, Outcome } from './item.ts';
import type { Run } from './run.ts';
import { type RunHostDeps, runHost } from './run-host.ts';
import { Runner } from './runner.ts';
import type { WorkOptions } from './worker.ts';

interface PoolsDeps extends RunHostDeps {
  readonly directory: Directory;
  readonly completer: Completer;
  readonly leases: HeldLeases;
  /** Whether its job may be put back once more. */
  readonly snoozed: (item: Item) => Promise<boolean>;
  /** There is room in a buffer. */
  hungry(): void;
  /** A run ended, for shares of time. */
  ran(item: Item, durationMs: number): void;
}

/** The pools that this process serves, each with its slots; made when a queue of it is seen first. */
export class Pools {
  readonly #deps: PoolsDeps;
  readonly #options: WorkOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(deps: PoolsDeps, options: WorkOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Undefined where this process does not serve it. */
  of(queue: KnownQueue): Pool | undefined {
    const { pools } = this.#options;
    if (pools && !pools.includes(queue.pool)) return undefined;
    const known = this.#pools.get(queue.pool);
    if (known) return known;
    const pool = this.#open(queue.pool);
    this.#pools.set(queue.pool, pool);
    return pool;
  }

  get runners(): readonly Runner[] {
    return [...this.#pools.values()].map(({ runner }) => runner);
  }

  *running(): Iterable<Run> {
    for (const { runner } of this.#pools.values()) yield* runner.running;
  }

  get slots(): number {
    let slots = 0;
    for (const pool of this.#pools.values()) slots += pool.slots;
    return slots || this.#options.slots;
  }

  setSlots(name: string, slots: number): void {
    const pool = this.#pools.get(name);
    if (!pool || pool.slots === slots) return;
    pool.slots = slots;
    pool.runner.pump();
  }

  #open(name: string): Pool {
    const { directory, completer, leases, log, hungry } = this.#deps;
    const pool: Pool = {
      name,
      slots: this.#options.slots,
      meanRunMs: 10,
      runner: new Runner({
        ...runHost(this.#deps),
        completer,
        log,
        slots: () => pool.slots,
        definition: (typeId) => directory.definition(typeId),
        hungry,
        ran: (item, durationMs, outcome) => {
          pool.meanRunMs += (durationMs - pool.meanRunMs) * 0.02;
          this.#deps.ran(item, durationMs);
          this.#count(item, durationMs, outcome);
        },
        returned: (item) => leases.return(item),
        snoozed: this.#deps.snoozed,
        isPaused: (tenantId) => directory.isPaused(tenantId),
        apart: (items) => leases.apart(items),
      }),
    };
    return pool;
  }

  #count({ lease, job }: Item, durationMs: number, outcome: Outcome['status']): void {
    if (outcome === 'snoozed') return;
    const waitMs = Math.max(0, Date.now() - durationMs - job.due.getTime());
    this.#deps.promise?.counters.finished(job.typeId, lease.queueId, job.band, waitMs, durationMs, outcome, job.tenantId);
  }
}
