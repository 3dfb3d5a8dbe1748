import { type Log, messageOf, uuidv7 } from '../../../kernel/index.ts';
import type { Completer } from './completer.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { HeldLease, Item } from './item.ts';
import type { Line } from './line.ts';
import type { Run } from './run.ts';
import { giveBack, listCancelled, splitLease } from './sql/queries/queries.gen.ts';

// A run that takes longer leaves its lease, which could not be folded before it ends.
const longRunMs = 5_000;
const splitLookMs = 1_000;

export interface HeldLeasesDeps {
  readonly workerId: string;
  readonly log: Log;
  /** Behind what was told there of the same leases. */
  readonly line: Line;
  readonly completer: () => Pick<Completer, 'left'>;
  readonly heartbeat: () => Pick<Heartbeat, 'hold' | 'drop'> | undefined;
  running(): Iterable<Run>;
  /** One was taken away. */
  lost(): void;
}

/** The leases of this process: which it has, and all ways in which jobs leave one without a result. */
export class HeldLeases {
  readonly #deps: HeldLeasesDeps;
  readonly #leases = new Map<string, HeldLease>();
  readonly #toReturn: Item[] = [];
  readonly #splitter: NodeJS.Timeout;
  #returning: Promise<unknown> = Promise.resolve();

  constructor(deps: HeldLeasesDeps) {
    this.#deps = deps;
    this.#splitter = setInterval(() => this.#splitLong(), splitLookMs);
    this.#splitter.unref();
  }

  stop(): void {
    clearInterval(this.#splitter);
  }

  hold(lease: HeldLease): void {
    if (this.#leases.has(lease.id)) return;
    this.#leases.set(lease.id, lease);
    this.#deps.heartbeat()?.hold(lease.id);
  }

  forget({ id }: HeldLease): void {
    this.#leases.delete(id);
    this.#deps.heartbeat()?.drop(id);
  }

  /** Leases that could not be renewed. */
  notRenewed(ids: readonly string[]): void {
    for (const id of ids) {
      const lease = this.#leases.get(id);
      // Of one whose jobs have all ended its finish tells.
      if (lease && lease.open > 0) this.lost(lease, 0);
    }
  }

  lost(lease: HeldLease, results: number): void {
    if (!lease.isLost) {
      this.#deps.lost();
      this.#deps.log.error('a lease was lost: its jobs are run by others, and what they gave here is not recorded', {
        lease: lease.id,
        results,
      });
    }
    lease.isLost = true;
    this.forget(lease);
    const error = new Error('the lease of this job was lost; another worker runs it');
    error.name = 'LeaseLost';
    for (const run of this.#deps.running()) if (run.item.lease === lease) run.abort(error);
  }

  /** Jobs of our leases that somebody cancelled. */
  async cancelled(): Promise<readonly string[]> {
    try {
      const session = await this.#deps.line.session();
      return (await listCancelled.one(session, { worker: this.#deps.workerId })).ids ?? [];
    } catch (error) {
      // The next renewal of the leases tells it as well.
      this.#deps.log.debug('cancelled jobs could not be asked for', { error: messageOf(error) });
      return [];
    }
  }

  /**
   * Gives jobs of one lease leases of their own. In memory at once: results go the same way behind this statement, and find it done. Where it
   * fails, the new leases are none, and their jobs run again elsewhere.
   */
  apart(items: readonly Item[]): Promise<void> {
    const [first] = items;
    if (!first) return Promise.resolve();
    const { lease } = first;
    const places = items.map(({ place }) => place);
    for (const item of items) {
      item.lease = { id: uuidv7(), queueId: lease.queueId, open: 1, size: 1, isLost: false, results: undefined };
      item.place = 1;
      this.hold(item.lease);
    }
    this.#deps.completer().left(lease, items.length);
    const parting = this.#split(lease, places, items);
    for (const item of items) item.parting = parting;
    return parting;
  }

  async #split(lease: HeldLease, places: readonly number[], items: readonly Item[]): Promise<void> {
    const { workerId: worker, line, log } = this.#deps;
    try {
      const session = await line.session();
      const new_leases = items.map((item) => item.lease.id);
      await splitLease.run(session, { worker, lease: lease.id, places: [...places], new_leases });
    } catch (error) {
      log.warn('long jobs could not get leases of their own', { error: messageOf(error), jobs: items.length });
    }
  }

  #splitLong(): void {
    const now = performance.now();
    const long: Item[] = [];
    for (const { item, startedMs } of this.#deps.running()) {
      if (now - startedMs > longRunMs && item.lease.size > 1 && !item.lease.isLost) long.push(item);
    }
    for (const items of Map.groupBy(long, ({ lease }) => lease).values()) void this.apart(items);
  }

  /** It is to be run again, here or elsewhere; those of one turn go together. */
  return(item: Item): void {
    if (this.#toReturn.push(item) > 1) return;
    this.#returning = Promise.all([
      this.#returning,
      new Promise<void>((resolve) => setImmediate(() => resolve(this.giveBack(this.#toReturn.splice(0))))),
    ]);
  }

  /** Resolves when all that was returned is ready again. */
  async returned(): Promise<void> {
    await this.#returning;
  }

  async giveBack(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const { workerId: worker, line, log, heartbeat, completer } = this.#deps;
    const byLease = Map.groupBy(items, ({ lease }) => lease);
    const leases = [...byLease.keys()];
    const counts = leases.map((lease) => byLease.get(lease)?.length ?? 0);
    // Whole leases end with it, which is no loss.
    leases.forEach((lease, index) => {
      if (lease.open === counts[index]) heartbeat()?.drop(lease.id);
    });
    const places = leases.flatMap((lease) => (byLease.get(lease) ?? []).map(({ place }) => place));
    try {
      const session = await line.session();
      await giveBack.run(session, { worker, leases: leases.map(({ id }) => id), counts, places });
    } catch (error) {
      log.warn('jobs could not be given back; others run them when their lease has expired', { error: messageOf(error) });
    }
    leases.forEach((lease, index) => void completer().left(lease, counts[index] ?? 0));
  }
}
