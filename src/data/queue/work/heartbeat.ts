import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Log } from '../../../kernel/index.ts';

/** What the thread is born with. */
export interface ThreadData {
  readonly endpoint: Endpoint;
  readonly workerId: string;
  readonly leaseMs: number;
  readonly longLagMs: number;
  readonly pulse: SharedArrayBuffer;
  readonly pool: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly types: readonly string[];
  readonly slots: number;
}
export interface ToThread {
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
  readonly types?: readonly string[];
  readonly endpoint?: Endpoint;
  readonly draining?: boolean;
  readonly beat?: boolean;
  readonly stop?: boolean;
}
export interface FromThread {
  readonly lost?: readonly string[];
  /** Jobs of our leases that somebody cancelled. */
  readonly cancelled?: readonly string[];
  /** It is connected and keeps what it is told to. */
  readonly ready?: boolean;
  readonly failed?: string;
}

const pulseMs = 100;

export interface HeartbeatDeps {
  readonly log: Log;
  /** Where the queue is and as whom, with the password as it is now. */
  endpoint(): Promise<Endpoint>;
  /** Leases that were taken away. */
  lost(leases: readonly string[]): void;
  cancelled(jobs: readonly string[]): void;
  busy(): number;
}

/** The side of the main thread: says which leases are held, and hears which are not any more. */
export class Heartbeat {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #pulse: Int32Array;
  readonly #timer: NodeJS.Timeout;
  readonly #deps: HeartbeatDeps;
  readonly #longLagMs: number;
  #drop: string[] = [];
  #isStopping = false;
  #isReady: () => void = () => {};
  /** Resolves when leases are kept: no job is claimed before. */
  readonly ready = new Promise<void>((resolve) => {
    this.#isReady = resolve;
  });

  constructor(deps: HeartbeatDeps, data: Omit<ThreadData, 'pulse'>) {
    const pulse = new SharedArrayBuffer(8);
    this.#pulse = new Int32Array(pulse);
    this.#deps = deps;
    this.#longLagMs = data.longLagMs;
    this.#beat();
    // In the sources and in the package alike, whatever the ending.
    const script = new URL(`heartbeat-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(script, { workerData: { ...data, pulse } satisfies ThreadData });
    this.#ended = new Promise((resolve) => void this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error) => deps.log.error('the thread that keeps the leases has failed', { error: error.message }));
    this.#timer = setInterval(() => this.#beat(), pulseMs);
    this.#timer.unref();
  }

  hold(lease: string): void {
    this.#tell({ hold: [lease], drop: this.#drop });
    this.#drop = [];
  }

  drop(lease: string): void {
    this.#drop.push(lease);
    if (this.#drop.length >= 64) this.#flushDrops();
  }

  types(types: readonly string[]): void {
    this.#tell({ types });
  }

  draining(): void {
    this.#tell({ draining: true });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    this.#tell({ stop: true });
    const timer = setTimeout(() => void this.#worker.terminate(), 2_000);
    await this.#ended;
    clearTimeout(timer);
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #flushDrops(): void {
    this.#tell({ drop: this.#drop });
    this.#drop = [];
  }

  #beat(): void {
    const now = Date.now() | 0;
    const before = Atomics.exchange(this.#pulse, 0, now);
    Atomics.store(this.#pulse, 1, this.#deps.busy());
    const lagMs = before === 0 ? 0 : ((now - before) | 0) - pulseMs;
    if (lagMs > this.#longLagMs) {
      this.#deps.log.warn(
        `The event loop was blocked for ${lagMs} ms: a handler computes for long without a pause. A thread of its own keeps its leases meanwhile.`,
      );
    }
    if (this.#drop.length > 0) this.#flushDrops();
  }

  #hear({ ready, lost, cancelled, failed }: FromThread): void {
    if (ready) this.#isReady();
    if (lost) this.#deps.lost(lost);
    if (cancelled) this.#deps.cancelled(cancelled);
    if (failed === undefined || this.#isStopping) return;
    this.#deps.log.warn('leases could not be renewed, next try soon', { error: failed });
    // The password may have changed.
    void this.#deps.endpoint().then(
      (endpoint) => this.#tell({ endpoint }),
      () => {},
    );
  }
}
