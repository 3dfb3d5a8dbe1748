import type { Executor } from '../../../kernel/index.ts';
import { type Clock, type Log, messageOf, sqlstateOf } from '../../../kernel/index.ts';
import { finishStatement } from './finish-statement.ts';
import type { HeldLease, Item, LogLine, Outcome, Results } from './item.ts';
import type { Line } from './line.ts';
import { reconnectDelayMs } from './model/backoff.ts';

// While something is on its way the next statement waits for company: a statement has its price, and a commit even more.
const lingerMs = 2;
const lingerJobs = 200;
const mostAStatement = 5_000;
const mostWaiting = 10_000;

export interface CompleterDeps {
  readonly line: Line;
  readonly clock: Clock;
  readonly log: Log;
  readonly workerId: string;
  readonly version: string;
  /** Every job of it has ended and was written. */
  closed(lease: HeldLease): void;
  /** It was not ours any more: nothing of it was recorded. */
  lost(lease: HeldLease, results: number): void;
  /** There is room again. */
  drained(): void;
}

interface Batch {
  readonly leases: { readonly lease: HeldLease; results: Results }[];
  readonly closed: HeldLease[];
  readonly size: number;
}

/** Writes how runs ended, many at a time. What it was told and could not write yet is kept, and the leases with it. */
export class Completer {
  readonly #deps: CompleterDeps;
  readonly #dirty = new Set<HeldLease>();
  #waiting = 0;
  #recorded = 0;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #onIdle: (() => void) | undefined;
  #lastWriteMs = -Infinity;

  constructor(deps: CompleterDeps) {
    this.#deps = deps;
  }

  /** More than this is not taken in: the database does not keep up. */
  get isFull(): boolean {
    return this.#waiting >= mostWaiting;
  }

  completed(item: Item, durationMs: number, endMs: number): void {
    const { lease } = item;
    const results = this.#resultsOf(lease);
    results.places.push(item.place);
    results.durationsMs.push(durationMs);
    results.endsMs.push(endMs);
    lease.open--;
    this.#told();
  }

  ended(item: Item, durationMs: number, endMs: number, outcome: Outcome): void {
    const { lease, job } = item;
    if (outcome.status === 'completed') {
      const results = this.#resultsOf(lease);
      results.more.push({ at: results.places.length, result: outcome.result, follow: job.record?.follow ?? null });
      this.completed(item, durationMs, endMs);
      return;
    }
    this.#resultsOf(lease).others.push({ item, durationMs, endMs, outcome });
    lease.open--;
    this.#told();
  }

  logged(item: Item, lines: readonly LogLine[]): void {
    this.#resultsOf(item.lease).logs.push({ place: item.place, lines });
  }

  /** Jobs left a lease in another way than by a result; where they were the last ones, the lease is closed. */
  left(lease: HeldLease, jobs: number): void {
    lease.open -= jobs;
    // With results of it a statement is coming anyway; lines of a log alone have to wait for no other.
    if (lease.open > 0 || sizeOf(lease.results) > 0) return;
    this.#resultsOf(lease);
    this.#told();
  }

  /** The database knows of a lease now. */
  parted(lease: HeldLease): void {
    lease.isParting = false;
    if (!lease.results) return;
    this.#isDue = true;
    this.#soon();
  }

  /** How many results are known to be in the database. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Resolves when all that was told is written. */
  async flushed(): Promise<void> {
    if (this.#dirty.size === 0 && !this.#isWriting) return;
    this.#isDue = true;
    this.#write();
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #resultsOf(lease: HeldLease): Results {
    if (!lease.results) {
      lease.results = { places: [], durationsMs: [], endsMs: [], more: [], others: [], logs: [] };
      this.#dirty.add(lease);
    }
    return lease.results;
  }

  #told(): void {
    this.#waiting++;
    if (this.#isWriting) return;
    if (this.#waiting >= lingerJobs) {
      this.#isDue = true;
      this.#soon();
    } else if (this.#timer === undefined && !this.#isDue) {
      if (performance.now() - this.#lastWriteMs > lingerMs) {
        this.#isDue = true;
        this.#soon();
      } else {
        this.#timer = setTimeout(() => this.#write(), lingerMs);
      }
    }
  }

  /** At the end of this turn: what else ends in it goes along. */
  #soon(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    setImmediate(() => this.#write());
  }

  #write(): void {
    if (this.#isWriting || this.#dirty.size === 0) return;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const batch = this.#take();
    if (batch.size === 0) return;
    this.#isWriting = true;
    void this.#written(batch).then(() => {
      const wasFull = this.isFull;
      this.#waiting -= batch.size;
      this.#isWriting = false;
      this.#lastWriteMs = performance.now();
      if (wasFull && !this.isFull) this.#deps.drained();
      if (this.#dirty.size === 0) {
        this.#onIdle?.();
        this.#onIdle = undefined;
      } else if (this.#waiting >= lingerJobs || this.#onIdle) {
        this.#write();
      } else {
        this.#timer ??= setTimeout(() => this.#write(), lingerMs);
      }
    });
  }

  #take(): Batch {
    const leases: { lease: HeldLease; results: Results }[] = [];
    const closed: HeldLease[] = [];
    let size = 0;
    for (const lease of this.#dirty) {
      if (lease.isParting) continue;
      const results = lease.results as Results;
      const said = sizeOf(results);
      lease.results = undefined;
      this.#dirty.delete(lease);
      // Of one that was given back as a whole there is nothing to say, and it is not missed.
      if (said + results.logs.length > 0) leases.push({ lease, results });
      if (lease.open <= 0) closed.push(lease);
      size += Math.max(1, said);
      if (size >= mostAStatement) break;
    }
    return { leases, closed, size };
  }

  /** Resolves when the batch is written, or given up because it cannot be. */
  async #written(batch: Batch, isRepeated = false): Promise<void> {
    const { line, clock, log, workerId, version } = this.#deps;
    for (let tries = 0; ; tries++) {
      let session: Executor;
      try {
        session = await line.session();
      } catch {
        // The line was closed: whoever claims these jobs next runs them again.
        return;
      }
      try {
        const statement = finishStatement({ workerId, version, ...batch, nowMs: performance.now(), isRepeated });
        const { rows } = await session.query(statement);
        this.#tell(batch, new Set(rows[0]?.refused as string[]));
        return;
      } catch (error) {
        // Whether it was committed is not known: what is there already is not written twice.
        isRepeated = true;
        const state = sqlstateOf(error) ?? sqlstateOf((error as Error).cause);
        if (isDataError(state)) {
          log.error('results could not be stored as they are', { error: messageOf(error), jobs: batch.size });
          return this.#apart(batch);
        }
        if (tries > 0) log.warn('results wait to be stored', { error: messageOf(error), jobs: batch.size });
        // What the server refuses it refuses again a moment later; where the session was lost, the line waits by itself.
        if (state !== undefined || tries > 0) await clock.sleep(reconnectDelayMs(tries, Math.random()));
      }
    }
  }

  /** One of them is at fault: each lease by itself, and the one with the fault without the texts of its handlers. */
  async #apart(batch: Batch): Promise<void> {
    if (batch.leases.length > 1) {
      for (const entry of batch.leases) {
        await this.#written({ leases: [entry], closed: batch.closed.filter((lease) => lease === entry.lease), size: 0 }, true);
      }
      return;
    }
    const [entry] = batch.leases;
    if (!entry) return;
    const { results } = entry;
    const hasTexts =
      results.logs.length > 0 ||
      results.more.some(({ result }) => result !== undefined) ||
      results.others.some(({ outcome }) => outcome.error !== undefined);
    if (!hasTexts) {
      this.#deps.log.error('results were given up; their jobs run again when their lease has expired', { lease: entry.lease.id });
      this.#deps.lost(entry.lease, batch.size);
      return;
    }
    const error = { name: 'Error', message: 'PostgreSQL did not take what this run had to say.' };
    const others = results.others.map((other) => ({
      ...other,
      outcome: { ...other.outcome, error: other.outcome.error === undefined ? undefined : error },
    }));
    const more = results.more.map((one) => ({ ...one, result: undefined }));
    await this.#written({ ...batch, leases: [{ lease: entry.lease, results: { ...results, logs: [], more, others } }] }, true);
  }

  #tell({ leases, closed }: Batch, refused: ReadonlySet<string>): void {
    if (refused.size > 0) {
      for (const { lease, results } of leases) {
        if (refused.has(lease.id)) this.#deps.lost(lease, results.places.length + results.others.length);
      }
    }
    for (const { lease, results } of leases) if (!refused.has(lease.id)) this.#recorded += results.places.length + results.others.length;
    for (const lease of closed) this.#deps.closed(lease);
  }
}

const sizeOf = (results: Results | undefined) => (results ? results.places.length + results.others.length : 0);

/** Whether the server refused what was said, and would again. */
const isDataError = (state: string | undefined) => state !== undefined && /^(22|23|42|54)/.test(state);
