import { hostname } from 'node:os';
import type { Session, Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, nilUuid, type Tier } from '../../../kernel/index.ts';
import type { Slot } from '../claim/index.ts';
import { externalOf } from '../effects/index.ts';
import { Claimer, type Pool } from './claimer.ts';
import { Claims } from './claims.ts';
import { Completer } from './completer.ts';
import { Directory, type KnownQueue } from './directory.ts';
import { Heartbeat } from './heartbeat.ts';
import type { HeldLease, Item } from './item.ts';
import { Line } from './line.ts';
import { Runner, workerStopping } from './runner.ts';
import { giveBack } from './sql/queries/queries.gen.ts';
import type { WorkCounts, WorkDeps, WorkOptions } from './worker.ts';

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
  readonly #claims: Claims;
  readonly #claimer: Claimer;
  #heartbeat: Heartbeat | undefined;
  readonly #started: Promise<void>;
  #completed = 0;
  #failed = 0;
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
    this.#claims = new Claims({ workerId: deps.workerId, leaseMs: options.leaseMs, directory: this.#directory });
    this.#claimer = new Claimer({
      line: this.#claimLine,
      clock: deps.clock,
      log: deps.log,
      directory: this.#directory,
      poolOf: (queue) => this.#poolOf(queue),
      claim: (session, queue, slot, wanted) => this.#claim(session, queue, slot, wanted),
    });
    this.#started = this.#start();
  }

  counts(): WorkCounts {
    let [busy, buffered] = [0, 0];
    for (const { runner } of this.#pools.values()) {
      busy += runner.busy;
      buffered += runner.buffered;
    }
    return { completed: this.#completed, failed: this.#failed, leaseLosses: this.#leaseLosses, busy, buffered };
  }

  /** Gives back what has not begun, lets what runs end for a while, and aborts and gives back the rest. */
  async stop(): Promise<void> {
    await this.#started;
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
    await this.#completer.flushed();
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
            if (lease) this.#lost(lease, 0);
          }
        },
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
    this.#claimer.start();
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
        slots,
        definition: (typeId) => this.#directory.definition(typeId),
        queueName: (id) => this.#directory.queueName(id),
        transaction: (item, tier, signal, work) => this.#transaction(item, tier, signal, work),
        external: ({ tenantId, id, attempt }) =>
          externalOf(this.#deps.connect, { tenantId, jobId: id, attempt, workerId: this.#deps.workerId }),
        enter: (item, work) => (item.job.tenantId === nilUuid ? work() : this.#deps.tenancy.within({ tenantId: item.job.tenantId }, work)),
        hungry: () => this.#claimer.woken(),
        ran: (item, durationMs) => {
          this.#completed++;
          pool.meanRunMs += (durationMs - pool.meanRunMs) * 0.02;
          this.#claims.ran(item, durationMs);
        },
        returned: (item) => void this.#giveBack([item]),
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

  async #giveBack(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const byLease = Map.groupBy(items, ({ lease }) => lease);
    const leases = [...byLease.keys()];
    const counts = leases.map((lease) => byLease.get(lease)?.length ?? 0);
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
