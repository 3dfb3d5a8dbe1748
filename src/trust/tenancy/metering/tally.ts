import type { Connect, Witness, WorkRequest } from '../../../foundation/connect/index.ts';
import { type Clock, hasCode, type Log, loop, messageOf, type Service, type Tier } from '../../../kernel/index.ts';
import { type Counted, type Counter, Meter } from './model/meter.ts';
import { minuteOf, minutesKeptHours } from './model/minute.ts';
import { WalShares } from './model/wal-shares.ts';
import { addUsageHours, addUsageMinutes, forgetUsageMinutes, knowsWal, readWal } from './sql/queries/queries.gen.ts';

export interface TallyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often what was counted is written: at each fifth second of the clock, so that what is written belongs to one minute. */
const flushIntervalMs = 5_000;

// Nothing waits for it, save the end of a command.
const deadlineMs = flushIntervalMs;

interface Database {
  readonly tier: Tier;
  readonly shares: WalShares<Counter>;
  knowsWal?: boolean;
}

/**
 * Counts in memory what this process runs for whom, and adds it to the tables every five seconds: a process that is killed loses what it
 * has counted since, and what it has written is never written again.
 */
export class Tally implements AsyncDisposable {
  readonly service: Service;
  readonly #deps: TallyDeps;
  readonly #meter: Meter;
  readonly #databases = new Map<string, Database>();
  /** From when on it was counted. */
  #since: Date;
  #forgotten = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: TallyDeps) {
    this.#deps = deps;
    this.#since = deps.clock.now();
    this.#meter = new Meter((tier) => this.#databaseOf(tier).shares);
    this.service = loop(deps, {
      name: 'writing of the usage',
      intervalMs: flushIntervalMs / 5,
      run: async (signal) => {
        await deps.clock.sleep(flushIntervalMs - (deps.clock.now().getTime() % flushIntervalMs), signal);
        await this.flush();
      },
    });
  }

  /** Who has to see a transaction. On the hot path. */
  watch(request: WorkRequest): readonly Witness[] {
    return this.#meter.watch(request);
  }

  /** Writes what was counted so far; one after the other. What could not be written is counted with what comes next. */
  flush(): Promise<void> {
    const next = this.#writing.then(() => this.#write());
    this.#writing = next.catch(() => {});
    return next;
  }

  /** Stops and writes the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop();
    await this.flush().catch((error) => this.#deps.log.warn('the usage of the last seconds is not written', { error: messageOf(error) }));
  }

  async #write(): Promise<void> {
    await this.#shareWal().catch((error) => this.#deps.log.debug('who wrote how much is not known yet', { error: messageOf(error) }));
    const minute = minuteOf(this.#since);
    this.#since = this.#deps.clock.now();
    const counted = this.#meter.take();
    if (counted.length === 0) return;
    const rows = JSON.stringify(counted.map(toRow));
    try {
      await this.#inRegistry(async (tx) => {
        await Promise.all([addUsageHours.run(tx, { minute, counted: rows }), addUsageMinutes.run(tx, { minute, counted: rows })]);
      });
    } catch (error) {
      // What may have been written is not written again: rather lost than counted twice.
      if (!hasCode(error, 'PLINTH_CONNECT_COMMIT_IN_DOUBT')) this.#meter.giveBack(counted);
      throw error;
    }
    if (minute.getTime() === this.#forgotten) return;
    this.#forgotten = minute.getTime();
    const before = new Date(minute.getTime() - minutesKeptHours * 60 * 60_000);
    await this.#inRegistry((tx) => forgetUsageMinutes.run(tx, { before }));
  }

  async #shareWal(): Promise<void> {
    for (const database of this.#databases.values()) {
      const pids = database.shares.backendPids;
      if (pids.length === 0 || database.knowsWal === false) continue;
      const { connect } = this.#deps;
      const request = { tier: database.tier, as: 'owner', tag: 'tenancy.usage-wal', isReadOnly: true, deadlineMs } as const;
      await connect.transaction(request, async (tx) => {
        database.knowsWal ??= (await knowsWal.one(tx, {})).knows;
        if (!database.knowsWal) return;
        const written = await readWal.all(tx, { pids });
        database.shares.settle(new Map(written.map(({ pid, wal_bytes }) => [pid, wal_bytes])));
      });
    }
  }

  #databaseOf(tier: Tier): Database {
    const key = this.#deps.connect.databaseKey(tier);
    const found = this.#databases.get(key);
    if (found) return found;
    const database: Database = { tier, shares: new WalShares() };
    this.#databases.set(key, database);
    return database;
  }

  #inRegistry(work: Parameters<Connect['transaction']>[1]): Promise<unknown> {
    return this.#deps.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.usage', deadlineMs }, work);
  }
}

const toRow = ({ tenantId, tier, queries, rows, executionMs, heldMs, poolWaitMs, walBytes }: Counted) => ({
  ...{ tenant_id: tenantId, tier, queries, rows, execution_ms: executionMs },
  ...{ held_ms: heldMs, pool_wait_ms: poolWaitMs, wal_bytes: walBytes },
});
