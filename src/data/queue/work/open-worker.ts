import { hostname } from 'node:os';
import type { Session, Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, nilUuid, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Slot } from '../claim/index.ts';
import { externalOf } from '../effects/index.ts';
import { flowOfJob } from '../flows/index.ts';
import { ProgressBook } from '../progress/index.ts';
import { Claimer, type Pool } from './claimer.ts';
import { Claims } from './claims.ts';
import { Completer } from './completer.ts';
import { Directory, type KnownQueue } from './directory.ts';
import { Heartbeat } from './heartbeat.ts';
import type { HeldLease, Item, Outcome } from './item.ts';
import { Line } from './line.ts';
import { Runner, workerStopping } from './runner.ts';
import { giveBack, listCancelled, splitLease } from './sql/queries/queries.gen.ts';
import type { WorkCounts, WorkDeps, WorkOptions } from './worker.ts';

// A run that takes longer leaves its lease, which could not be folded before it ends.
const longRunMs = 5_000;
const splitLookMs = 1_000;
// How long the last results may take to be stored.
const flushMs = 10_000;
// How long aborted handlers have to end before their jobs are given to others.
const abortGraceMs = 1_000;

/** What a worker is made of, while it runs. */
export class OpenWorker {
  readonly #deps: WorkDeps;
  readonly #options: WorkOptions;
  readonly #directory: Directory;
  readonly #pools = new Map<string, Pool>();
  readonly #leases = new Map<string, HeldLease>();
  readonly #claimLine: Line;
  readonly #finishLine: Line;
  readonly #completer: Completer;
  readonly #progress: ProgressBook;
  readonly #claims: Claims;
  readonly #claimer: Claimer;
  #heartbeat: Heartbeat | undefined;
  readonly #started: Promise<void>;
  #isStopping = false;
  readonly #toReturn: Item[] = [];
  #returning: Promise<unknown> = Promise.resolve();
  readonly #splitter: NodeJS.Timeout;
  #leaseLosses = 0;

  constructor(deps: WorkDeps, options: WorkOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#directory = new Directory(deps.definitions);
    this.#claimLine = new Line(deps, 'queue.claim', (session) => this.#claimer.listen(session));
    this.#finishLine = new Line(deps, 'queue.finish');
    this.#completer = new Completer({
      line: this.#finishLine,
      clock: deps.clock,
      log: deps.log,
      workerId: deps.workerId,
      version: options.handlerVersion,
      closed: (lease) => this.#forget(lease),
      lost: (lease, results) => this.#lost(lease, results),
      drained: () => {
        for (const { runner } of this.#pools.values()) runner.pump();
      },
    });
    this.#progress = new ProgressBook(
      () => this.#finishLine.session(),
      (error) => deps.log.debug('how far jobs have got could not be written', { error: messageOf(error) }),
    );
    this.#claims = new Claims({
      workerId: deps.workerId,
      leaseMs: options.leaseMs,
      directory: this.#directory,
      figures: (queueId) => deps.promise?.figures(queueId),
    });
    this.#claimer = new Claimer({
      line: this.#claimLine,
      clock: deps.clock,
      log: deps.log,
      directory: this.#directory,
      workerId: deps.workerId,
      cancelled: () => void this.#askCancelled(),
      poolOf: (queue) => this.#poolOf(queue),
      claim: (session, queue, slot, wanted) => this.#claim(session, queue, slot, wanted),
    });
    this.#splitter = setInterval(() => this.#splitLong(), splitLookMs);
    this.#splitter.unref();
    this.#started = this.#start();
  }

  counts(): WorkCounts {
    let [busy, buffered] = [0, 0];
    for (const { runner } of this.#pools.values()) {
      busy += runner.busy;
      buffered += runner.buffered;
    }
    return { recorded: this.#completer.recorded, leaseLosses: this.#leaseLosses, busy, buffered };
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

  #count({ lease, job }: Item, durationMs: number, outcome: Outcome['status']): void {
    if (outcome === 'snoozed') return;
    const waitMs = Math.max(0, Date.now() - durationMs - job.due.getTime());
    this.#deps.promise?.counters.finished(job.typeId, lease.queueId, job.band, waitMs, durationMs, outcome, job.tenantId);
  }

  /** Gives back what has not begun, lets what runs end for a while, and aborts and gives back the rest. */
  async stop(): Promise<void> {
    await this.#started;
    clearInterval(this.#splitter);
    this.#isStopping = true;
    const { log } = this.#deps;
    const stopping = this.#claimer.stop();
    this.#heartbeat?.draining();
    const runners = [...this.#pools.values()].map(({ runner }) => runner);
    const unstarted = runners.flatMap((runner) => [...runner.stop()]);
    await stopping;
    const lateClaims = runners.flatMap((runner) => [...runner.takeBuffered()]);
    await this.#giveBack([...unstarted, ...lateClaims]);
    const drained = Promise.all(runners.map((runner) => runner.drained()));
    if (!(await this.#within(drained, this.#options.drainMs))) {
      for (const runner of runners) for (const run of runner.running) run.abort(workerStopping());
      if (!(await this.#within(drained, abortGraceMs))) {
        const left = runners.flatMap((runner) => [...runner.abandon()]);
        log.warn('jobs went on after they were told to stop; others run them again', { jobs: left.length });
        await this.#giveBack(left);
      }
    }
    await this.#returning;
    if (!(await this.#within(this.#completer.flushed(), flushMs)))
      log.error('results could not be stored; their jobs are run again elsewhere');
    await this.#progress.flush();
    await this.#heartbeat?.stop();
    await this.#claimLine[Symbol.asyncDispose]();
    await this.#finishLine[Symbol.asyncDispose]();
  }

  async #start(): Promise<void> {
    const { workerId, log } = this.#deps;
    const { leaseMs, longLagMs, handlerVersion, slots, pools } = this.#options;
    const endpoint = await this.#deps.endpoint();
    const types = this.#deps.definitions
      .defined()
      .filter(({ handler }) => handler)
      .map(({ name }) => name);
    this.#heartbeat = new Heartbeat(
      {
        log,
        endpoint: () => this.#deps.endpoint(),
        lost: (ids) => {
          for (const id of ids) {
            const lease = this.#leases.get(id);
            // Of one whose jobs have all ended its finish tells.
            if (lease && lease.open > 0) this.#lost(lease, 0);
          }
        },
        cancelled: (jobs) => this.#cancel(jobs),
        busy: () => this.counts().busy,
      },
      {
        endpoint,
        workerId,
        leaseMs,
        longLagMs,
        pool: pools?.join(',') ?? '*',
        host: hostname(),
        pid: process.pid,
        version: handlerVersion,
        types,
        slots,
      },
    );
    void this.#heartbeat.ready.then(() => {
      if (!this.#isStopping) this.#claimer.start();
    });
  }

  #poolOf(queue: KnownQueue): Pool | undefined {
    const { pools, slots } = this.#options;
    if (pools && !pools.includes(queue.pool)) return undefined;
    const known = this.#pools.get(queue.pool);
    if (known) return known;
    const pool: Pool = {
      name: queue.pool,
      slots,
      meanRunMs: 10,
      runner: new Runner({
        completer: this.#completer,
        log: this.#deps.log,
        slots: () => pool.slots,
        definition: (typeId) => this.#directory.definition(typeId),
        queueName: (id) => this.#directory.queueName(id),
        transaction: (item, tier, signal, work) => this.#transaction(item, tier, signal, work),
        external: ({ tenantId, id, attempt }) =>
          externalOf(this.#deps.connect, { tenantId, jobId: id, attempt, workerId: this.#deps.workerId }),
        flow: ({ tenantId, id, item }) =>
          flowOfJob(this.#deps.connect, this.#deps.flows, { tenantId, jobId: id, follow: item.job.record?.follow }),
        progress: ({ tenantId, id, item }, done, total, note) => {
          if (!item.lease.isLost) this.#progress.say({ tenantId, jobId: id, done, total, note });
        },
        enter: (item, work) => (item.job.tenantId === nilUuid ? work() : this.#deps.tenancy.within({ tenantId: item.job.tenantId }, work)),
        hungry: () => this.#claimer.woken(),
        ran: (item, durationMs, outcome) => {
          pool.meanRunMs += (durationMs - pool.meanRunMs) * 0.02;
          this.#claims.ran(item, durationMs);
          this.#count(item, durationMs, outcome);
        },
        returned: (item) => this.#return(item),
        apart: (items) => this.#apart(items),
      }),
    };
    this.#pools.set(queue.pool, pool);
    return pool;
  }

  async #claim(session: Session, queue: KnownQueue, slot: Slot, wanted: number): Promise<readonly Item[]> {
    const items = await this.#claims.claim(session, queue, slot, wanted);
    for (const { lease } of items) {
      if (this.#leases.has(lease.id)) continue;
      this.#leases.set(lease.id, lease);
      this.#heartbeat?.hold(lease.id);
    }
    return items;
  }

  #transaction<T>(item: Item, tier: Tier, signal: AbortSignal | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const request = { tier, tag: `queue.${this.#directory.definition(item.job.typeId)?.name ?? 'job'}`, ...(signal && { signal }) };
    if (item.job.tenantId === nilUuid) return this.#deps.connect.transaction({ ...request, as: 'system' }, work);
    return this.#deps.tenancy.run({ tenantId: item.job.tenantId }, request, work);
  }

  #forget(lease: HeldLease): void {
    this.#leases.delete(lease.id);
    this.#heartbeat?.drop(lease.id);
  }

  #lost(lease: HeldLease, results: number): void {
    if (!lease.isLost) {
      this.#leaseLosses++;
      this.#deps.promise?.counters.leasesLost(1);
      this.#deps.log.error('a lease was lost: its jobs are run by others, and what they gave here is not recorded', {
        lease: lease.id,
        results,
      });
    }
    lease.isLost = true;
    this.#forget(lease);
    const error = new Error('the lease of this job was lost; another worker runs it');
    error.name = 'LeaseLost';
    for (const { runner } of this.#pools.values()) for (const run of runner.running) if (run.item.lease === lease) run.abort(error);
  }

  async #askCancelled(): Promise<void> {
    try {
      const session = await this.#finishLine.session();
      this.#cancel((await listCancelled.one(session, { worker: this.#deps.workerId })).ids ?? []);
    } catch (error) {
      // The next renewal of the leases tells it as well.
      this.#deps.log.debug('cancelled jobs could not be asked for', { error: messageOf(error) });
    }
  }

  #cancel(jobs: readonly string[]): void {
    if (jobs.length === 0) return;
    const ids = new Set(jobs);
    for (const { runner } of this.#pools.values()) runner.cancel(ids);
  }

  #splitLong(): void {
    const now = performance.now();
    const long: Item[] = [];
    for (const { runner } of this.#pools.values()) {
      for (const { item, startedMs } of runner.running) {
        if (now - startedMs > longRunMs && item.lease.size > 1 && !item.lease.isLost) long.push(item);
      }
    }
    for (const items of Map.groupBy(long, ({ lease }) => lease).values()) void this.#apart(items);
  }

  /**
   * Gives jobs of one lease leases of their own. In memory at once: results go the same way behind this statement, and find it done. Where it
   * fails, the new leases are none, and their jobs run again elsewhere.
   */
  async #apart(items: readonly Item[]): Promise<void> {
    const [first] = items;
    if (!first) return;
    const { lease } = first;
    const places = items.map(({ place }) => place);
    for (const item of items) {
      item.lease = { id: uuidv7(), queueId: lease.queueId, open: 1, size: 1, isLost: false, results: undefined };
      item.place = 1;
      this.#leases.set(item.lease.id, item.lease);
      this.#heartbeat?.hold(item.lease.id);
    }
    this.#completer.left(lease, items.length);
    try {
      const session = await this.#finishLine.session();
      await splitLease.run(session, {
        worker: this.#deps.workerId,
        lease: lease.id,
        places,
        new_leases: items.map((item) => item.lease.id),
      });
    } catch (error) {
      this.#deps.log.warn('long jobs could not get leases of their own', { error: messageOf(error), jobs: items.length });
    }
  }

  /** Those of one turn go together. */
  #return(item: Item): void {
    if (this.#toReturn.push(item) > 1) return;
    this.#returning = Promise.all([
      this.#returning,
      new Promise<void>((resolve) => setImmediate(() => resolve(this.#giveBack(this.#toReturn.splice(0))))),
    ]);
  }

  async #giveBack(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const byLease = Map.groupBy(items, ({ lease }) => lease);
    const leases = [...byLease.keys()];
    const counts = leases.map((lease) => byLease.get(lease)?.length ?? 0);
    // Whole leases end with it, which is no loss.
    leases.forEach((lease, index) => {
      if (lease.open === counts[index]) this.#heartbeat?.drop(lease.id);
    });
    const places = leases.flatMap((lease) => (byLease.get(lease) ?? []).map(({ place }) => place));
    try {
      const session = await this.#finishLine.session();
      await giveBack.run(session, { worker: this.#deps.workerId, leases: leases.map(({ id }) => id), counts, places });
    } catch (error) {
      this.#deps.log.warn('jobs could not be given back; others run them when their lease has expired', { error: messageOf(error) });
    }
    leases.forEach((lease, index) => void this.#completer.left(lease, counts[index] ?? 0));
  }

  async #within(work: Promise<unknown>, ms: number): Promise<boolean> {
    const waiting = new AbortController();
    const late = this.#deps.clock.sleep(ms, waiting.signal).then(
      () => false,
      () => true,
    );
    const isDone = await Promise.race([work.then(() => true), late]);
    waiting.abort();
    return isDone;
  }
}
