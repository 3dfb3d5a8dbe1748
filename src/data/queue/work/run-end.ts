import type { Log } from '../../../kernel/index.ts';
import { signed } from '../dead/index.ts';
import type { JobDefinition } from '../model/types.ts';
import type { Completer } from './completer.ts';
import type { Item, Outcome } from './item.ts';
import { errorText } from './model/error-text.ts';
import { judge } from './model/verdict.ts';
import type { Run } from './run.ts';
import { mostSnoozes } from './snoozes.ts';

export interface RunEndDeps {
  readonly completer: Completer;
  readonly log: Log;
  /** A run ended, for shares and estimates. */
  ran(item: Item, durationMs: number, outcome: Outcome['status']): void;
  /** Counts that its handler puts a job back; whether it may. */
  snoozed(item: Item): Promise<boolean>;
  /** It ended because the process has to: no attempt is used. */
  returned(item: Item): void;
}

/** Where runs are while they run. */
export interface RunSlots {
  has(run: Run): boolean;
  /** Takes a run out of its slot; false where that was done before. */
  release(run: Run): boolean;
  /** A run ended later than the call that began it. */
  freed(): void;
}

/** Tells how runs ended: of each once. */
export class RunEnd {
  readonly #deps: RunEndDeps;
  readonly #slots: RunSlots;

  constructor(deps: RunEndDeps, slots: RunSlots) {
    this.#deps = deps;
    this.#slots = slots;
  }

  /** Its handler returned. */
  returned(run: Run, definition: JobDefinition<unknown>, value: unknown): void {
    if (run.snoozedMs !== undefined || run.abortedFor || run.ending !== undefined) {
      this.failed(run, definition, run.abortedFor);
      return;
    }
    if (!this.#slots.release(run)) return;
    const endMs = performance.now();
    const durationMs = endMs - run.startedMs;
    const { completer, ran } = this.#deps;
    const { item } = run;
    const result = run.resultOf(value);
    const lines = run.written();
    if (lines) completer.logged(item, lines);
    if (result === undefined && item.job.record?.follow === null) completer.completed(item, durationMs, endMs);
    else completer.ended(item, durationMs, endMs, { status: 'completed', result });
    ran(item, durationMs, 'completed');
  }

  /** Its handler threw, or cannot be called, or goes on though it was told to end. */
  failed(run: Run, definition: JobDefinition<unknown>, thrown: unknown): void {
    if (run.ending === 'committed') {
      this.#over(run, thrown);
      return;
    }
    if (run.ending !== undefined) {
      // Its end is being decided in the database.
      void run.ending.then((error) => {
        this.failed(run, definition, thrown ?? error);
        this.#slots.freed();
      });
      return;
    }
    if (run.snoozedMs !== undefined) {
      void this.#snoozed(run, run.snoozedMs);
      return;
    }
    const { abortedFor } = run;
    if (abortedFor?.name === 'WorkerStopping') {
      if (this.#slots.release(run)) this.#deps.returned(run.item);
      return;
    }
    if (abortedFor?.name === 'JobCancelled') {
      this.settled(run, { status: 'cancelled' });
      return;
    }
    // What a handler throws because it was told to stop says less than why it was told.
    const error = abortedFor ?? thrown;
    const verdict = judge(error, definition, run, Math.random());
    const told = { error: signed(errorText(error), run.type) };
    if (verdict.status === 'failed') {
      this.settled(run, { status: 'failed', delayMs: verdict.delayMs, keepAge: definition.keepAge ?? false, ...told });
    } else {
      this.settled(run, { ...verdict, ...told });
    }
  }

  settled(run: Run, outcome: Outcome): void {
    if (!this.#slots.release(run)) return;
    const endMs = performance.now();
    const durationMs = endMs - run.startedMs;
    const { completer, ran } = this.#deps;
    const lines = run.written();
    if (lines) completer.logged(run.item, lines);
    completer.ended(run.item, durationMs, endMs, outcome);
    ran(run.item, durationMs, outcome.status);
  }

  async #snoozed(run: Run, delayMs: number): Promise<void> {
    if (await this.#deps.snoozed(run.item)) {
      this.settled(run, { status: 'snoozed', delayMs });
    } else {
      const error = { name: 'SnoozedOut', message: `It was put back ${mostSnoozes} times: what it waits for does not come.` };
      this.settled(run, { status: 'dead', reason: 'snoozed_out', error: signed(error, run.type) });
    }
    this.#slots.freed();
  }

  /** It was ended by its own transaction: what comes after it changes nothing. */
  #over(run: Run, thrown: unknown): void {
    if (!this.#slots.release(run)) return;
    if (thrown !== undefined && run.snoozedMs === undefined) {
      const { name, message } = errorText(thrown);
      run.log.warn('The handler failed after its transaction had ended the job.', { name, message });
    }
    this.#deps.completer.left(run.item.lease, 1);
    this.#deps.ran(run.item, performance.now() - run.startedMs, 'completed');
    run.keepLate();
  }
}
