import type { Session } from '../../../foundation/connect/index.ts';
import { type Log, messageOf, uuidv7 } from '../../../kernel/index.ts';
import type { Completer } from './completer.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { HeldLease, Item } from './item.ts';
import type { Line } from './line.ts';
import type { Run } from './run.ts';
import { giveBack, giveBackUnknown, listCancelled, splitLease } from './sql/queries/queries.gen.ts';

// A run that takes longer leaves its lease, which could not be folded before it ends.
const longRunMs = 5_000;
const splitLookMs = 1_000;

export interface HeldLeasesDeps {
  readonly workerId: string;
  readonly log: Log;
  /** Behind what was told there of the same leases. */
  readonly line: Line;
  readonly completer: () => Pick<Completer, 'left' | 'parted'>;
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
  readonly #returning = new Set<Promise<void>>();

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
   * Gives jobs of one lease leases of their own. In memory at once: what there is to tell of them waits until the database knows. Resolves when
   * it does, or never will.
   */
  apart(items: readonly Item[]): Promise<void> {
    const [first] = items;
    if (!first) return Promise.resolve();
    const { lease } = first;
    const places = items.map(({ place }) => place);
    for (const item of items) {
      item.lease = { id: uuidv7(), queueId: lease.queueId, open: 1, size: 1, isLost: false, isParting: true, results: undefined };
      item.place = 1;
      this.#leases.set(item.lease.id, item.lease);
    }
    const leases = items.map((item) => item.lease);
    const parting = this.#split(lease, places, leases);
    for (const item of items) item.parting = parting;
    return parting;
  }

  async #split(lease: HeldLease, places: readonly number[], parts: readonly HeldLease[]): Promise<void> {
    const { workerId: worker, line, heartbeat, completer } = this.#deps;
    const split = { worker, lease: lease.id, places: [...places], new_leases: parts.map(({ id }) => id) };
    try {
      await line.insist((session) => splitLease.run(session, split));
    } catch {
      // The line was closed: the jobs are in their old lease, which is not closed without them.
      return;
    }
    for (const part of parts) {
      heartbeat()?.hold(part.id);
      completer().parted(part);
    }
    completer().left(lease, parts.length);
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
    if (this.#toReturn.push(item) === 1) setImmediate(() => this.giveBack(this.#toReturn.splice(0)));
  }

  /** Resolves when all that was given back is ready again, or cannot be. */
  async returned(): Promise<void> {
    while (this.#toReturn.length > 0 || this.#returning.size > 0) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      await Promise.all(this.#returning);
    }
  }

  giveBack(items: readonly Item[]): void {
    if (items.length === 0) return;
    const returning = this.#giveBack(items).finally(() => void this.#returning.delete(returning));
    this.#returning.add(returning);
  }

  async #giveBack(items: readonly Item[]): Promise<void> {
    const { workerId: worker, line, heartbeat, completer } = this.#deps;
    for (const { parting } of items) await parting;
    const byLease = Map.groupBy(items, ({ lease }) => lease);
    const leases = [...byLease.keys()];
    const counts = leases.map((lease) => byLease.get(lease)?.length ?? 0);
    // Whole leases end with it, which is no loss.
    leases.forEach((lease, index) => {
      if (lease.open === counts[index]) heartbeat()?.drop(lease.id);
    });
    const places = leases.flatMap((lease) => (byLease.get(lease) ?? []).map(({ place }) => place));
    try {
      await line.insist((session) => giveBack.run(session, { worker, leases: leases.map(({ id }) => id), counts, places }));
    } catch {
      // The line was closed: others run them when their lease has expired, which is not closed without them.
      return;
    }
    leases.forEach((lease, index) => void completer().left(lease, counts[index] ?? 0));
  }

  /** Gives back what the database says is ours and we do not know: the answer to its claim was lost. */
  async giveBackUnknown(session: Session): Promise<void> {
    const { returned } = await giveBackUnknown.one(session, { worker: this.#deps.workerId, known: [...this.#leases.keys()] });
    if (returned > 0) this.#deps.log.warn(`The answer to a claim was lost: ${returned} jobs go back.`);
  }
}
