import { availableParallelism, hostname } from 'node:os';
import { type Clock, messageOf } from '../../../kernel/index.ts';
import { ProgressBook } from '../progress/index.ts';
import { Claims } from './claims.ts';
import { Completer } from './completer.ts';
import { Directory } from './directory.ts';
import { Feeder } from './feeder.ts';
import { Heartbeat } from './heartbeat.ts';
import { HeldLeases } from './held-leases.ts';
import { Isolates } from './isolation/index.ts';
import { Line } from './line.ts';
import { Pools } from './pools.ts';
import { countingSnoozes } from './snoozes.ts';
import type { WorkCounts, WorkDeps, WorkOptions } from './worker.ts';

// How long the last results may take to be stored.
const flushMs = 10_000;
// How long aborted handlers have to end before their jobs are given to others.
const abortGraceMs = 1_000;

/** What a worker is made of, while it runs. */
export class OpenWorker {
  readonly #deps: WorkDeps;
  readonly #options: WorkOptions;
  readonly #pools: Pools;
  readonly #leases: HeldLeases;
  readonly #claimLine: Line;
  readonly #finishLine: Line;
  readonly #completer: Completer;
  readonly #progress: ProgressBook;
  readonly #feeder: Feeder;
  readonly #isolates: Isolates;
  #heartbeat: Heartbeat | undefined;
  readonly #started: Promise<void>;
  #isStopping = false;
  #leaseLosses = 0;

  constructor(deps: WorkDeps, options: WorkOptions) {
    this.#deps = deps;
    this.#options = options;
    const { workerId, log, clock } = deps;
    const directory = new Directory(deps.definitions);
    this.#claimLine = new Line(deps, 'queue.claim', (session) => {
      claims.forget();
      return this.#feeder.listen(session);
    });
    this.#finishLine = new Line(deps, 'queue.finish');
    this.#leases = new HeldLeases({
      workerId,
      log,
      line: this.#finishLine,
      completer: () => this.#completer,
      heartbeat: () => this.#heartbeat,
      running: () => this.#pools.running(),
      lost: () => {
        this.#leaseLosses++;
        deps.promise?.counters.leasesLost(1);
      },
    });
    this.#completer = new Completer({
      line: this.#finishLine,
      clock,
      log,
      workerId,
      version: options.handlerVersion,
      closed: (lease) => this.#leases.forget(lease),
      lost: (lease, results) => this.#leases.lost(lease, results),
      drained: () => {
        for (const runner of this.#pools.runners) runner.pump();
      },
    });
    this.#progress = new ProgressBook(
      () => this.#finishLine.session(),
      (error) => log.debug('how far jobs have got could not be written', { error: messageOf(error) }),
    );
    this.#isolates = new Isolates({ log, graceMs: options.isolateGraceMs, most: availableParallelism() });
    const claims = new Claims({ workerId, leaseMs: options.leaseMs, directory, figures: (queueId) => deps.promise?.figures(queueId) });
    this.#pools = new Pools(
      {
        ...deps,
        directory,
        completer: this.#completer,
        leases: this.#leases,
        progress: this.#progress,
        isolates: this.#isolates,
        snoozed: countingSnoozes({ line: this.#finishLine, log }),
        hungry: () => this.#feeder.woken(),
        ran: (item, durationMs) => claims.ran(item, durationMs),
      },
      options,
    );
    this.#feeder = new Feeder({
      line: this.#claimLine,
      clock,
      log,
      directory,
      workerId,
      cancelled: () => void this.#leases.cancelled().then((jobs) => this.#cancel(jobs)),
      giveBackUnknown: (session) => this.#leases.giveBackUnknown(session),
      poolOf: (queue) => this.#pools.of(queue),
      claim: async (session, queue, slot, wanted) => {
        const items = await claims.claim(session, queue, slot, wanted);
        for (const { lease } of items) this.#leases.hold(lease);
        return items;
      },
    });
    this.#started = this.#start();
  }

  counts(): WorkCounts {
    let [busy, buffered] = [0, 0];
    for (const runner of this.#pools.runners) {
      busy += runner.busy;
      buffered += runner.buffered;
    }
    return { recorded: this.#completer.recorded, leaseLosses: this.#leaseLosses, busy, buffered };
  }

  ready(queueIds: readonly number[]): void {
    for (const id of queueIds) this.#feeder.ready(id);
  }

  get slots(): number {
    return this.#pools.slots;
  }

  setSlots(pool: string, slots: number): void {
    this.#pools.setSlots(pool, slots);
  }

  /** Gives back what has not begun, lets what runs end for a while, and aborts and gives back the rest. */
  async stop(): Promise<void> {
    await this.#started;
    this.#leases.stop();
    this.#isStopping = true;
    const { log, clock } = this.#deps;
    const stopping = this.#feeder.stop();
    this.#heartbeat?.draining();
    const { runners } = this.#pools;
    const unstarted = runners.flatMap((runner) => [...runner.stop()]);
    await stopping;
    const lateClaims = runners.flatMap((runner) => [...runner.takeBuffered()]);
    this.#leases.giveBack([...unstarted, ...lateClaims]);
    const drained = Promise.all(runners.map((runner) => runner.drained()));
    if (!(await isWithin(clock, drained, this.#options.drainMs))) {
      for (const run of this.#pools.running()) run.abort(workerStopping());
      if (!(await isWithin(clock, drained, abortGraceMs))) {
        // Those are ended before anybody runs their jobs again.
        await isWithin(clock, this.#isolates.stop(), abortGraceMs);
        const left = runners.flatMap((runner) => [...runner.abandon()]);
        if (left.length > 0) log.warn('jobs went on after they were told to stop; others run them again', { jobs: left.length });
        this.#leases.giveBack(left);
      }
    }
    const written = this.#leases.returned().then(() => this.#completer.flushed());
    if (!(await isWithin(clock, written, flushMs)))
      log.error('the database could not be told what became of jobs; they are run again elsewhere when their leases have expired');
    await this.#progress.flush();
    await isWithin(clock, this.#isolates.stop(), flushMs);
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
        lost: (ids) => this.#leases.notRenewed(ids),
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
      if (this.#isStopping) return;
      this.#feeder.start();
      this.#isolates.begin(this.#deps.definitions.defined());
    });
  }

  #cancel(jobs: readonly string[]): void {
    if (jobs.length === 0) return;
    const ids = new Set(jobs);
    for (const runner of this.#pools.runners) runner.cancel(ids);
  }
}

/** Why runs end with the process that has them. */
function workerStopping(): Error {
  const error = new Error('this worker stops; the job is run again elsewhere');
  error.name = 'WorkerStopping';
  return error;
}

async function isWithin(clock: Clock, work: Promise<unknown>, ms: number): Promise<boolean> {
  const waiting = new AbortController();
  const late = clock.sleep(ms, waiting.signal).then(
    () => false,
    () => true,
  );
  const isDone = await Promise.race([work.then(() => true), late]);
  waiting.abort();
  return isDone;
}
