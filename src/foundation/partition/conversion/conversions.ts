import { type Clock, type Executor, messageOf, type Tier, uuidv7 } from '../../../kernel/index.ts';
import { type Connect, distinctDatabases, takeLead } from '../../connect/index.ts';
import type { Backfills } from '../../migrate/index.ts';
import type { WorkBounds } from '../model/types.ts';
import { conversionErrors } from './errors.ts';
import { Job } from './job.ts';
import { type ConversionPlan, sidesOf } from './model/plan.ts';
import type { ConversionState } from './model/states.ts';
import { planExchange, planTable, type Trade } from './planning.ts';
import {
  addConversion,
  describeTable,
  type FindConversionRow,
  findConversion,
  findOpenConversion,
  listConversions,
  listDueAdoptions,
  setError,
  setPaused,
} from './sql/queries/queries.gen.ts';
import { readStatus } from './status.ts';
import type { ConversionStatus, Conversions } from './types.ts';
import type { Work } from './work.ts';

/** As long as a server may take to notice that the process which led is gone. */
const noticeMs = 3_000;
const pollMs = 200;

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

  async function lead(tier: Tier, name: string, signal: AbortSignal) {
    for (const started = deps.clock.monotonicMs(); ; ) {
      const session = await takeLead(connect, { tier, tag: 'partition.conversion', name, signal });
      if (session || deps.clock.monotonicMs() - started > noticeMs) return session;
      await deps.clock.sleep(pollMs, signal);
    }
  }

  /** Runs `doing` on a session that is the only one to work on the conversion; what it throws is kept in the ledger. */
  async function working<T>(table: string, bounds: WorkBounds | undefined, doing: (job: Job) => Promise<T>): Promise<ConversionStatus> {
    const { tier, row } = await openOf(table);
    const signal = bounds?.signal ?? new AbortController().signal;
    await using session = await lead(tier, `plinth partition conversion ${row.id}`, signal);
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
