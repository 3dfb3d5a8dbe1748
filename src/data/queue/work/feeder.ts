import type { Session } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, messageOf } from '../../../kernel/index.ts';
import { prepareForClaims, type Slot } from '../claim/index.ts';
import type { Directory, KnownQueue } from './directory.ts';
import type { Item } from './item.ts';
import type { Line } from './line.ts';
import { pollDelayMs } from './model/backoff.ts';
import type { Runner } from './runner.ts';

const wakeChannel = 'plinth_queue';
const cancelChannel = 'plinth_queue_cancel';

const refreshMs = 2_000;
const sweepMs = 1_000;
const slotsOfReady: readonly Slot[] = [0, 1, 2];
const mostAClaim = 500;
// No claim takes more work than this, so that what is urgent later waits no longer.
const mostAheadMs = 2_000;

export interface Pool {
  readonly name: string;
  slots: number;
  readonly runner: Runner;
  /** Moving mean of what a run took. */
  meanRunMs: number;
}

export interface FeederDeps {
  readonly line: Line;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: Directory;
  readonly workerId: string;
  /** Jobs of this worker were cancelled. */
  cancelled(): void;
  /** The pool of a queue; undefined where this process does not serve it. */
  poolOf(queue: KnownQueue): Pool | undefined;
  /** A claim came to nothing here, and may have been one there. */
  giveBackUnknown(session: Session): Promise<void>;
  /** Takes up to `wanted` jobs, in the order they are to run in. */
  claim(session: Session, queue: KnownQueue, slot: Slot, wanted: number): Promise<readonly Item[]>;
}

/** When a slot of a queue is looked into next. */
interface Source {
  nextMs: number;
  empty: number;
}

/** One for the process and all its queues: keeps the buffers of its pools filled, so that no slot waits for the database. */
export class Feeder {
  readonly #deps: FeederDeps;
  readonly #sources = new Map<string, Source>();
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #refreshedMs = -Infinity;
  #wake: (() => void) | undefined;
  #isWoken = false;
  #isUnsure = false;

  constructor(deps: FeederDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#rounds();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.woken();
    await this.#running;
  }

  /** What a new session begins with. Whatever was told while nobody listened is looked for at once. */
  async listen(session: Session): Promise<void> {
    session.onNotification((channel, payload) => {
      if (channel === wakeChannel) this.ready(payload);
      else if (payload === this.#deps.workerId) this.#deps.cancelled();
    });
    await prepareForClaims(session);
    await session.query({ text: `listen ${wakeChannel}; listen ${cancelChannel}` });
    this.#sources.clear();
    this.#refreshedMs = -Infinity;
  }

  /** Something has changed: a buffer has room. */
  woken(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Jobs of that queue can be run. */
  ready(queueId: number | string): void {
    for (const slot of slotsOfReady) this.#sources.delete(`${queueId} ${slot}`);
    this.woken();
  }

  async #rounds(): Promise<void> {
    const { signal } = this.#stopping;
    const { line, log, clock } = this.#deps;
    while (!signal.aborted) {
      try {
        const session = await line.session();
        if (this.#isUnsure) await this.#deps.giveBackUnknown(session);
        this.#isUnsure = false;
        if (this.#refreshedMs === -Infinity) await this.#refresh(session);
        this.#isWoken = false;
        const found = await this.#round(session);
        // Behind the claims, so that no job that has just come waits for it.
        await this.#refresh(session);
        if (!found) await this.#pause();
      } catch (error) {
        if (signal.aborted) return;
        this.#isUnsure = true;
        log.warn('jobs could not be claimed, next try soon', { error: messageOf(error) });
        await clock.sleep(100 + 400 * Math.random(), signal).catch(() => {});
      }
    }
  }

  async #refresh(session: Session): Promise<void> {
    const now = performance.now();
    if (now - this.#refreshedMs < refreshMs) return;
    await this.#deps.directory.refresh(session);
    this.#refreshedMs = now;
  }

  /** Claims once from each source whose time it is; whether anything was found. */
  async #round(session: Session): Promise<boolean> {
    const { directory } = this.#deps;
    let found = false;
    for (const queue of directory.queues) {
      const pool = queue.isPaused ? undefined : this.#deps.poolOf(queue);
      if (!pool) continue;
      for (const slot of slotsOfReady) {
        const wanted = wantedFor(pool);
        if (wanted <= 0 || this.#stopping.signal.aborted) break;
        const source = this.#source(queue.id, slot);
        if (source.nextMs > performance.now()) continue;
        const items = await this.#deps.claim(session, queue, slot, wanted);
        if (items.length === 0) {
          // A slot that takes no new jobs may still get one that was on its way when it was closed.
          const isCurrent = slot === directory.slot;
          source.empty++;
          source.nextMs = performance.now() + (isCurrent ? pollDelayMs(source.empty, Math.random()) : sweepMs);
        } else {
          source.empty = 0;
          source.nextMs = 0;
          found = true;
          pool.runner.add(items);
        }
      }
    }
    return found;
  }

  #source(queueId: number, slot: number): Source {
    const key = `${queueId} ${slot}`;
    const known = this.#sources.get(key);
    if (known) return known;
    const source = { nextMs: 0, empty: 0 };
    this.#sources.set(key, source);
    return source;
  }

  /** Until somebody wakes us, or the next source is due. */
  #pause(): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    const now = performance.now();
    let nextMs = this.#refreshedMs + refreshMs;
    for (const { nextMs: at } of this.#sources.values()) if (at > now && at < nextMs) nextMs = at;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, nextMs - now));
      this.#wake = done;
    });
  }
}

/** As many as fill the slots for a while; none while half of that is still there. */
function wantedFor({ slots, runner, meanRunMs }: Pool): number {
  const free = slots - runner.busy;
  const ahead = Math.max(free, Math.floor((slots * mostAheadMs) / Math.max(meanRunMs, 0.01)));
  const most = Math.min(2 * mostAClaim, ahead);
  if (runner.buffered > most / 2) return 0;
  return Math.min(mostAClaim, most - runner.buffered);
}
