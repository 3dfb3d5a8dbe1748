import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { type Connect, databaseName, type Witness, type WorkRequest } from '../../../foundation/connect/index.ts';
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
// What tenants wrote is worth less than that the rest is written in time.
const walDeadlineMs = 1_000;

interface Database {
  readonly tier: Tier;
  /** A tenant's own. */
  readonly place: Endpoint | undefined;
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
    this.#meter = new Meter((tier, place) => this.#databaseOf(tier, place).shares);
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
    await this.#shareWal();
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

  /** A database that does not answer keeps no other waiting: what was written there meanwhile is nobody's. */
  async #shareWal(): Promise<void> {
    const shared = [...this.#databases.values()].map((database) =>
      this.#shareWalOf(database).catch((error) => {
        database.shares.skip();
        this.#deps.log.debug('who wrote how much is not known', { tier: database.tier, error: messageOf(error) });
      }),
    );
    await Promise.all(shared);
  }

  async #shareWalOf(database: Database): Promise<void> {
    const { tier, place, shares } = database;
    const pids = shares.backendPids;
    if (database.knowsWal === false) shares.skip();
    if (pids.length === 0 || database.knowsWal === false) return;
    const request = {
      tier,
      ...(place && { place }),
      as: 'owner',
      tag: 'tenancy.usage-wal',
      isReadOnly: true,
      deadlineMs: walDeadlineMs,
    } as const;
    await this.#deps.connect.transaction(request, async (tx) => {
      database.knowsWal ??= (await knowsWal.one(tx, {})).knows;
      if (!database.knowsWal) return;
      const written = await readWal.all(tx, { pids });
      shares.settle(new Map(written.map(({ pid, wal_bytes }) => [pid, wal_bytes])));
    });
  }

  #databaseOf(tier: Tier, place: Endpoint | undefined): Database {
    const key = place ? databaseName(place) : this.#deps.connect.databaseKey(tier);
    const found = this.#databases.get(key);
    if (found) return found;
    const database: Database = { tier, place, shares: new WalShares() };
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
