import { adopt } from './adopt.ts';
import { refuseLowDisk } from './disk.ts';
import { conversionErrors } from './errors.ts';
import { exchange } from './exchange.ts';
import { underLocks } from './locks.ts';
import type { ConversionPlan } from './model/plan.ts';
import { type ConversionState, canMove, nextStep } from './model/states.ts';
import { rebuild } from './rebuild.ts';
import { manageTable, moveConversion, pauseSet, recordTrade, setPlan } from './sql/queries/queries.gen.ts';
import { swapSides } from './swap.ts';
import { copyAgain, verifyPair } from './verify.ts';
import { qualified, type Route, type Work } from './work.ts';

const routes = { adopt, rebuild, exchange } as const;

/** One conversion in the hands of the one session that works on it. */
export class Job {
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
    const { id, backfills, plan } = this.#work;
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
