import type { Transaction } from '../../../../foundation/connect/index.ts';
import type { Executor, Tier } from '../../../../kernel/index.ts';
import type { DetailsRow } from '../../details/index.ts';
import type { EffectVerdict, ExternalOptions } from '../../effects/index.ts';
import type { Run } from '../run.ts';
import { Calls } from './calls.ts';
import type { Effect, Ended, SaidOfRun, ToIsolate } from './messages.ts';
import { tell, thrownOf } from './told.ts';

type Said = ToIsolate extends infer M ? (M extends unknown ? Omit<M, 'run'> : never) : never;

/** The run of an isolate, on the side of the worker: does for it what needs the worker. */
export class Current {
  readonly calls: Calls;
  readonly ended = Promise.withResolvers<unknown>();
  readonly #run: Run;
  readonly #post: (said: Said) => void;
  readonly #transactions = new Map<number, Transaction>();
  #begun = 0;
  #mistake: unknown;

  constructor(run: Run, post: (said: Said) => void) {
    this.#run = run;
    this.#post = post;
    this.calls = new Calls(post, (what, args) => this.#does[what]?.(...(args as never[])));
  }

  get jobId(): string {
    return this.#run.id;
  }

  abort(reason: unknown): void {
    this.#post({ abort: tell(reason) });
  }

  /** Its isolate has ended. */
  lost(error: unknown): void {
    this.ended.reject(error);
  }

  hear(said: SaidOfRun): void {
    if ('log' in said) this.#run.log[said.log](said.message, said.fields === undefined ? undefined : JSON.parse(said.fields));
    else if ('done' in said) this.#progress(said);
    else if ('ended' in said) this.#end(said.ended);
    else this.calls.hear(said);
  }

  #progress({ done, total, note }: { readonly done: number; readonly total: number; readonly note?: string }): void {
    try {
      this.#run.progress(done, total, note);
    } catch (error) {
      // It has gone on by now: its run fails at the end.
      this.#mistake ??= error;
    }
  }

  #end({ result, thrown, snoozedMs, missedLines }: Ended): void {
    this.#run.missedLines(missedLines);
    if (snoozedMs !== undefined) this.#run.putBack(snoozedMs);
    if (thrown) this.ended.reject(thrownOf(thrown));
    else if (this.#mistake !== undefined) this.ended.reject(this.#mistake);
    else this.ended.resolve(result === undefined ? undefined : JSON.parse(result));
  }

  /** What the handler may ask for. */
  readonly #does: Readonly<Record<string, (...args: never[]) => unknown>> = {
    parents: () => this.#run.parents(),
    batch: () => this.#run.flow.batch(),
    append: (members: Parameters<Run['flow']['append']>[0]) => this.#run.flow.append(members),
    run: (tier: Tier, work: number) => this.#run.run(tier, (tx) => this.#within(tx, work)),
    transaction: (tier: Tier, work: number) => this.#run.transaction(tier, (tx) => this.#within(tx, work)),
    details: (row: DetailsRow, transaction?: number) =>
      this.#run.details(row, transaction === undefined ? undefined : this.#transaction(transaction)),
    query: (transaction: number, statement: Parameters<Executor['query']>[0]) => this.#query(transaction, statement),
    external: (name: string, onUnknown: ExternalOptions<unknown>['onUnknown'], work: number, verify?: number) =>
      this.#external(name, onUnknown, work, verify),
  };

  async #within(tx: Transaction, work: number): Promise<unknown> {
    const number = ++this.#begun;
    this.#transactions.set(number, tx);
    try {
      return await this.calls.ask('work', work, number);
    } finally {
      this.#transactions.delete(number);
    }
  }

  async #query(transaction: number, statement: Parameters<Executor['query']>[0]) {
    const { rows, rowCount } = await this.#transaction(transaction).query(statement);
    return { rows, rowCount };
  }

  #transaction(number: number): Transaction {
    const tx = this.#transactions.get(number);
    if (!tx) throw new Error('This transaction has ended; its statements are awaited within its work.');
    return tx;
  }

  #external(name: string, onUnknown: ExternalOptions<unknown>['onUnknown'], work: number, verify?: number): Promise<unknown> {
    let isOpen = false;
    const judged = async (key: string) => {
      const effect = await this.calls.ask<Effect<unknown>>('call', work, key);
      if (!effect.thrown) return effect.value;
      isOpen = effect.isOpen;
      throw thrownOf(effect.thrown);
    };
    return this.#run.external(name, judged, {
      ...(onUnknown && { onUnknown }),
      ...(verify !== undefined && { verify: (key: string) => this.calls.ask<EffectVerdict<unknown>>('call', verify, key) }),
      // Cut off in the middle, nobody knows.
      isUnknown: (error) => isOpen || this.calls.isClosedBy(error),
    });
  }
}
