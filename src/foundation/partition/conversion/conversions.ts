import { type Clock, type Executor, messageOf, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { type Connect, distinctDatabases, takeLead } from '../../connect/index.ts';
import type { Backfills } from '../../migrate/index.ts';
import type { WorkBounds } from '../model/types.ts';
import { adopt } from './adopt.ts';
import { refuseLowDisk } from './disk.ts';
import { conversionErrors } from './errors.ts';
import { exchange } from './exchange.ts';
import { underLocks } from './locks.ts';
import { type ConversionPlan, sidesOf } from './model/plan.ts';
import { type ConversionState, canMove, nextStep } from './model/states.ts';
import { planExchange, planTable, type Trade } from './planning.ts';
import { rebuild } from './rebuild.ts';
import {
  addConversion,
  describeTable,
  type FindConversionRow,
  findConversion,
  findOpenConversion,
  listConversions,
  listDueAdoptions,
  manageTable,
  moveConversion,
  pauseSet,
  recordTrade,
  setError,
  setPaused,
  setPlan,
} from './sql/queries/queries.gen.ts';
import { readStatus } from './status.ts';
import { swapSides } from './swap.ts';
import type { ConversionStatus, Conversions } from './types.ts';
import { copyAgain, verifyPair } from './verify.ts';
import { qualified, type Route, type Work } from './work.ts';

export interface ConversionDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  /** How long a swap is tried before it gives up. */
  readonly lockDeadlineMs: number;
  readonly backfills: Backfills;
  /** Of the disk under the servers; absent, or giving undefined: nobody knows. */
  readonly freeBytes?: () => Promise<number | undefined>;
}

/** Opens conversions over the platform's connections; neither connects nor starts anything. */
export function openConversions(deps: ConversionDeps): Conversions {
  const { connect } = deps;
  const on = <T>(tier: Tier, doing: (tx: Executor) => Promise<T>) =>
    connect.transaction({ tier, as: 'owner', priority: 'maintenance', tag: 'partition.conversion' }, doing);

  /** The first database that gives something. */
  async function somewhere<T>(doing: (tx: Executor, tier: Tier) => Promise<T | undefined>): Promise<T | undefined> {
    for (const tier of distinctDatabases(connect)) {
      const found = await on(tier, (tx) => doing(tx, tier));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function openOf(table: string): Promise<{ readonly tier: Tier; readonly row: FindConversionRow }> {
    const found = await somewhere(async (tx, tier) => {
      const row = await findOpenConversion.first(tx, { table_name: table });
      return row && { tier, row };
    });
    if (!found) throw conversionErrors.CONVERSION_UNKNOWN({ table });
    return found;
  }

  const statusOf = async (tier: Tier, row: FindConversionRow) => readStatus(deps, tier, row, (doing) => on(tier, doing));

  /** Plans it where the table is, unless it is planned already. */
  async function begin(table: string, plan: (tx: Executor, tier: Tier) => Promise<ConversionPlan>): Promise<void> {
    const tier =
      (await somewhere(async (tx, one) => ((await describeTable.first(tx, { table })) ? one : undefined))) ??
      distinctDatabases(connect)[0] ??
      'oltp';
    await on(tier, async (tx) => {
      if (await findOpenConversion.first(tx, { table_name: table })) return;
      const planned = await plan(tx, tier);
      await addConversion.run(tx, { id: uuidv7(), table_name: table, route: planned.route, plan: JSON.stringify(planned) });
    });
  }

  /** Runs `doing` on a session that is the only one to work on the conversion; what it throws is kept in the ledger. */
  async function working<T>(table: string, bounds: WorkBounds | undefined, doing: (job: Job) => Promise<T>): Promise<ConversionStatus> {
    const { tier, row } = await openOf(table);
    const signal = bounds?.signal ?? new AbortController().signal;
    const name = `plinth partition conversion ${row.id}`;
    await using session = await takeLead(connect, { tier, tag: 'partition.conversion', name, signal });
    if (!session) throw conversionErrors.CONVERSION_BUSY({ table });
    try {
      // The catalog is read once before the swap and once under its locks: the second time without planning.
      await session.query({
        text: 'set search_path = pg_catalog; set row_security = off; set lock_timeout = 0; set statement_timeout = 0; set plan_cache_mode = force_generic_plan',
      });
      const found = await findConversion.one(session, { id: row.id });
      const { lockDeadlineMs, clock, backfills, freeBytes = async () => undefined } = deps;
      const progress = bounds?.onProgress ?? (() => {});
      const plan = found.plan as ConversionPlan;
      const own = { session, clock, signal, lockDeadlineMs, backfills, freeBytes, progress };
      const work: Work = { id: row.id, plan, sides: sidesOf(row.id), ...own };
      await doing(new Job(work, table, found.state as ConversionState, found.is_paused));
    } catch (error) {
      // Whatever state the session is in, nobody continues on it; the lock goes with it.
      session.destroy();
      signal.throwIfAborted();
      await on(tier, (tx) => setError.run(tx, { id: row.id, error: messageOf(error) }));
      throw error;
    }
    return statusOf(tier, await on(tier, (tx) => findConversion.one(tx, { id: row.id })));
  }

  const exchanged = async (table: string, trade: Trade, bounds?: WorkBounds) => {
    await begin(table, (tx, tier) => planExchange(tx, tier, table, trade));
    return working(table, bounds, (job) => job.advance());
  };

  return {
    async convert(request, bounds) {
      await begin(request.table, (tx, tier) => planTable(tx, tier, request));
      return working(request.table, bounds, (job) => job.advance());
    },
    split: (table, part, every, bounds) => exchanged(table, { kind: 'split', part, every: String(every) }, bounds),
    drain: (table, part, every, bounds) => exchanged(table, { kind: 'drain', part, every: String(every) }, bounds),
    merge: (table, parts, bounds) => exchanged(table, { kind: 'merge', parts }, bounds),
    reclaim: (table, part, bounds) => exchanged(table, { kind: 'reclaim', part }, bounds),
    addGroup: (table, name, values, bounds) => exchanged(table, { kind: 'group', name, values }, bounds),
    async resume(table, bounds) {
      const { tier, row } = await openOf(table);
      await on(tier, (tx) => setPaused.run(tx, { id: row.id, is_paused: false }));
      return working(table, bounds, (job) => job.resume());
    },
    async pause(table) {
      const { tier, row } = await openOf(table);
      await on(tier, (tx) => setPaused.run(tx, { id: row.id, is_paused: true }));
      for (const { name, state } of await deps.backfills.list(tier)) {
        if (name.startsWith(`partition/${row.id}`) && state === 'running') await deps.backfills.pause(name);
      }
      return statusOf(tier, await on(tier, (tx) => findConversion.one(tx, { id: row.id })));
    },
    verify: (table, bounds) => working(table, bounds, (job) => job.verify()),
    swap: (table, bounds) => working(table, bounds, (job) => job.swap()),
    finish: (table, bounds) => working(table, bounds, (job) => job.finish()),
    undo: (table, bounds) => working(table, bounds, (job) => job.undo()),
    async giveUpDue(bounds) {
      const given: string[] = [];
      for (const tier of distinctDatabases(connect)) {
        for (const { table_name: table, ends } of await on(tier, (tx) => listDueAdoptions.all(tx, {}))) {
          const { id } = await working(table, bounds, (job) => job.giveUp());
          const error = `Given up by upkeep: without a swap ${table} would have refused rows from ${ends.toISOString()} on. Convert it again, and swap in time.`;
          await on(tier, (tx) => setError.run(tx, { id, error }));
          given.push(table);
        }
      }
      return given;
    },
    async list() {
      const lists: ConversionStatus[] = [];
      for (const tier of distinctDatabases(connect)) {
        for (const row of await on(tier, (tx) => listConversions.all(tx, {}))) lists.push(await statusOf(tier, row));
      }
      return lists;
    },
  };
}

const routes = { adopt, rebuild, exchange } as const;

/** One conversion in the hands of the one session that works on it. */
class Job {
  #work: Work;
  readonly #table: string;
  #state: ConversionState;
  readonly #isPaused: boolean;

  constructor(work: Work, table: string, state: ConversionState, isPaused: boolean) {
    this.#work = work;
    this.#table = table;
    this.#state = state;
    this.#isPaused = isPaused;
  }

  get #route(): Route<ConversionPlan> {
    return routes[this.#work.plan.route] as unknown as Route<ConversionPlan>;
  }

  /** Up to the next decision. */
  async advance(): Promise<void> {
    for (let step = nextStep(this.#state, this.#work.plan.route); step; step = nextStep(this.#state, this.#work.plan.route)) {
      this.#work.progress(`${this.#table}: ${this.#state}`);
      if (step === 'prepare') await this.#prepare();
      else if (step === 'copy') await this.#move('copying');
      else await this.verify();
    }
  }

  /** Also finishes what a killed swap or undo left to be settled. */
  async resume(): Promise<void> {
    if (this.#state !== 'swapped') return this.advance();
    if (this.#work.plan.isBack) return this.undo();
    await this.#settle();
  }

  async #prepare(): Promise<void> {
    const work = this.#work;
    await refuseLowDisk(work, this.#table, this.#route.copies(work));
    await this.#route.build(work);
    const engage = async () => {
      await this.#route.engage(work);
      await this.#record('prepared');
    };
    await underLocks(work, await this.#route.engageLocks(work), 'share row exclusive', engage, () => this.#route.prepare(work));
    this.#state = 'prepared';
  }

  async verify(): Promise<void> {
    if (this.#state === 'planned') return this.advance();
    this.#expect('verified', 'It was compared before the swap; there is nothing to compare any more.', ['prepared', 'copying', 'verified']);
    const work = this.#work;
    if (this.#state === 'prepared' && work.plan.route !== 'adopt') await this.#move('copying');
    const pair = this.#route.pair(work);
    if (this.#state === 'copying') await this.#copy();
    if (pair) await copyAgain(work, pair);
    await this.#route.prove(work);
    try {
      if (pair) await verifyPair(work, pair);
    } catch (error) {
      if (this.#state === 'verified') await this.#move('copying');
      throw error;
    }
    if (this.#state !== 'verified') await this.#move('verified');
  }

  async #copy(): Promise<void> {
    const { plan, backfills, signal, progress } = this.#work;
    const table = this.#table;
    if (this.#isPaused) throw conversionErrors.CONVERSION_PAUSED({ table, reason: 'somebody asked for it' });
    const columns = plan.columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(', ');
    for (const { name, source, target } of this.#route.copies(this.#work)) {
      const statement = `insert into ${qualified(target)} (${columns}) overriding system value select ${columns} from ${qualified(source)} on conflict do nothing`;
      const started = await backfills.start({ name, tier: plan.tier, statement });
      if (started.state === 'paused') await backfills.resume(name);
      const { quarantined } = await backfills.run(name, { signal, onProgress: progress });
      if (quarantined > 0) {
        const [first] = await backfills.quarantine(name);
        throw conversionErrors.CONVERSION_QUARANTINE({
          table,
          name,
          rows: quarantined,
          first: `(${first?.key.join(', ')}): ${first?.error}`,
        });
      }
    }
  }

  async swap(): Promise<void> {
    this.#expect('swapped', `Run "plinth partition verify ${this.#table}" first.`, ['verified']);
    await swapSides(this.#work, this.#route, this.#table, async (plan) => {
      this.#work = { ...this.#work, plan };
      await setPlan.run(this.#work.session, { id: this.#work.id, plan: JSON.stringify(plan) });
      await this.#record('swapped');
      await this.#recordTrade('forth');
    });
    this.#state = 'swapped';
    await this.#settle();
  }

  async #settle(): Promise<void> {
    const { plan, session } = this.#work;
    await this.#route.settle(this.#work, 'forth');
    if (plan.route === 'exchange') return;
    await manageTable.all(session, { table: this.#table, declaration: JSON.stringify(plan.declaration) });
    await pauseSet.run(session, { table: this.#table, is_paused: false });
  }

  async finish(): Promise<void> {
    this.#expect('finished', `Run "plinth partition swap ${this.#table}" first.`, ['swapped']);
    await this.#settle();
    await underLocks(this.#work, [this.#table], 'access exclusive', async () => {
      await this.#route.discard(this.#work, true);
      await this.#record('finished');
    });
  }

  async undo(): Promise<void> {
    const { session, id, backfills, plan } = this.#work;
    if (!canMove(this.#state, 'undone')) this.#expect('undone', 'What was dropped does not come back.', []);
    if (this.#state === 'swapped') {
      if (!plan.isBack) {
        await this.#route.buildBack(this.#work);
        await underLocks(this.#work, await this.#route.swapLocks(this.#work), 'access exclusive', async (tx) => {
          await this.#route.swapBack(this.#work);
          this.#work = { ...this.#work, plan: { ...plan, isBack: true } };
          await setPlan.run(tx, { id, plan: JSON.stringify(this.#work.plan) });
          await this.#recordTrade('back');
          if (plan.route !== 'exchange') await pauseSet.run(tx, { table: this.#table, is_paused: true });
        });
      }
      await this.#route.settle(this.#work, 'back');
    }
    for (const { name, state } of await backfills.list(plan.tier)) {
      if (name.startsWith(`partition/${id}`) && state === 'running') await backfills.pause(name);
    }
    await underLocks(this.#work, [this.#table], 'access exclusive', async () => {
      await this.#route.discard(this.#work, false);
      await this.#record('undone');
    });
    void session;
  }

  /** Undoes it, unless somebody was faster and swapped. */
  async giveUp(): Promise<void> {
    const remedy = 'It was about to be given up, which a swap makes needless.';
    this.#expect('undone', remedy, ['prepared', 'verified']);
    await this.undo();
  }

  async #recordTrade(direction: 'forth' | 'back'): Promise<void> {
    const { plan, session } = this.#work;
    if (plan.route !== 'exchange') return;
    const names = (parts: typeof plan.parts) => parts.map(({ name }) => qualified({ schema: plan.schema, name }).replaceAll('"', ''));
    const [leaving, coming] = direction === 'forth' ? [plan.leaving, plan.parts] : [plan.parts, plan.leaving];
    await recordTrade.run(session, { leaving: names(leaving), coming: names(coming) });
  }

  #expect(wanted: ConversionState, remedy: string, states: readonly ConversionState[]): void {
    if (!states.includes(this.#state)) throw conversionErrors.CONVERSION_STATE({ table: this.#table, state: this.#state, wanted, remedy });
  }

  async #move(to: ConversionState): Promise<void> {
    await this.#record(to);
    this.#state = to;
  }

  /** In the transaction that is open, if one is. */
  async #record(to: ConversionState): Promise<void> {
    const { session, id } = this.#work;
    const moved = canMove(this.#state, to) && (await moveConversion.run(session, { id, from_state: this.#state, to_state: to })) === 1;
    if (!moved)
      throw conversionErrors.CONVERSION_STATE({ table: this.#table, state: this.#state, wanted: to, remedy: 'Look at it again.' });
  }
}
