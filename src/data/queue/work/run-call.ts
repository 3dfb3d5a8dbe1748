import { hasCode, type Log } from '../../../kernel/index.ts';
import { signed } from '../dead/index.ts';
import type { JobDefinition } from '../model/types.ts';
import type { Item } from './item.ts';
import { errorText } from './model/error-text.ts';
import { upgraded } from './model/upgrade.ts';
import type { Run } from './run.ts';
import type { RunEnd, RunSlots } from './run-end.ts';

// How long a run may go on after its signal was aborted before its slot is taken from it.
const abortGraceMs = 30_000;
const otherVersionMs = 15_000;
// Nobody will ever read such a payload.
const unreadable = ['PLINTH_CRYPTO_DOES_NOT_OPEN', 'PLINTH_CRYPTO_KEYS_DESTROYED', 'PLINTH_CRYPTO_KEY_UNKNOWN'];

type JobRecord = NonNullable<Item['job']['record']>;

export interface RunCaller {
  /** Calls the handler of a run; gives what that gives. */
  call(run: Run, definition: JobDefinition<unknown>): unknown;
  /** The same in a thread or process of its own. `begun` is called when it has begun there. */
  callIsolated(run: Run, definition: JobDefinition<unknown>, begun: () => void): Promise<unknown>;
  /** The payload of a run with what is encrypted in it in clear. */
  decrypt(run: Run): Promise<unknown>;
}
export interface RunCallDeps extends RunCaller {
  readonly log: Log;
}

/** Calls handlers: with the payload they expect, and within the time they may take. */
export class RunCall {
  readonly #deps: RunCallDeps;
  readonly #end: RunEnd;
  readonly #slots: RunSlots;

  constructor(deps: RunCallDeps, end: RunEnd, slots: RunSlots) {
    this.#deps = deps;
    this.#end = end;
    this.#slots = slots;
  }

  begin(run: Run, definition: JobDefinition<unknown>, record: JobRecord): void {
    if (record.payloadVersion !== (definition.version ?? 1) || definition.schema || definition.encrypted)
      void this.#prepared(run, definition, record);
    else this.#call(run, definition);
  }

  /** The payload as this version of the handler knows it. */
  async #prepared(run: Run, definition: JobDefinition<unknown>, record: JobRecord): Promise<void> {
    const outcome = await this.#readable(run, definition, record).catch((error) => ({ is: 'bad', error }) as const);
    if (!this.#slots.has(run)) return;
    if (outcome.is === 'failed') {
      this.#end.failed(run, definition, outcome.error);
    } else if (outcome.is === 'ready') {
      run.payload = outcome.payload;
      this.#call(run, definition);
    } else if (outcome.is === 'newer') {
      this.#end.settled(run, { status: 'snoozed', delayMs: otherVersionMs });
    } else {
      this.#end.settled(run, { status: 'dead', reason: 'bad_payload', error: signed(errorText(outcome.error), run.type) });
    }
    this.#slots.freed();
  }

  async #readable(run: Run, definition: JobDefinition<unknown>, { payload, payloadVersion }: JobRecord) {
    if (!definition.encrypted) return upgraded(definition, { payload, payloadVersion });
    try {
      return await upgraded(definition, { payload: await this.#deps.decrypt(run), payloadVersion });
    } catch (error) {
      // That keys could not be read now says nothing of the payload.
      return { is: unreadable.some((code) => hasCode(error, code)) ? 'bad' : 'failed', error } as const;
    }
  }

  #call(run: Run, definition: JobDefinition<unknown>): void {
    if (definition.isolation !== undefined) {
      // What it waits for a processor, and for its module, is not its own time.
      const begun = () => {
        run.startedMs = performance.now();
        this.#limit(run, definition);
      };
      this.#await(run, definition, this.#deps.callIsolated(run, definition, begun));
      return;
    }
    this.#limit(run, definition);
    let returned: unknown;
    try {
      returned = this.#deps.call(run, definition);
    } catch (error) {
      this.#end.failed(run, definition, error);
      return;
    }
    if (typeof (returned as Promise<unknown> | undefined)?.then !== 'function') {
      this.#end.returned(run, definition, returned);
      return;
    }
    this.#await(run, definition, returned as Promise<unknown>);
  }

  #await(run: Run, definition: JobDefinition<unknown>, returned: Promise<unknown>): void {
    returned.then(
      (value) => {
        this.#end.returned(run, definition, value);
        this.#slots.freed();
      },
      (error) => {
        this.#end.failed(run, definition, error);
        this.#slots.freed();
      },
    );
  }

  #limit(run: Run, definition: JobDefinition<unknown>): void {
    const { maxRunMs } = definition;
    if (maxRunMs === undefined) return;
    run.timer = setTimeout(() => {
      const error = new Error(`ran longer than the ${maxRunMs} ms that it may`);
      error.name = 'RunTooLong';
      run.abort(error);
      run.timer = setTimeout(() => {
        if (!this.#slots.has(run)) return;
        this.#deps.log.error(`A job of ${run.type} goes on ${abortGraceMs} ms after its signal was aborted: its slot is given to others.`);
        this.#end.failed(run, definition, error);
        this.#slots.freed();
      }, abortGraceMs).unref();
    }, maxRunMs).unref();
  }
}
