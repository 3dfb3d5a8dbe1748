import { connectErrors } from './errors.ts';
import type { WorkRequest } from './model/types.ts';

/**
 * The bounds of one call: its deadline and its caller's signal. Holds one timer and at most one listener; both are gone
 * after `close`.
 */
export class Call {
  readonly tag: string;
  readonly deadlineMs: number;
  readonly startedMs = performance.now();
  tries = 0;
  /** Why the call has to end, once it has to. */
  reason: Error | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #onCallerAbort: (() => void) | undefined;
  #controller: AbortController | undefined;
  #listener: ((reason: Error) => void) | undefined;

  constructor(request: Pick<WorkRequest, 'tag' | 'signal'>, deadlineMs: number) {
    this.tag = request.tag;
    this.deadlineMs = deadlineMs;
    this.#caller = request.signal;
    this.#timer = setTimeout(() => this.#end(connectErrors.DEADLINE({ tag: this.tag, deadlineMs, tries: this.tries })), deadlineMs);
    if (this.#caller) this.#follow(this.#caller);
  }

  get remainingMs(): number {
    return this.deadlineMs - (performance.now() - this.startedMs);
  }

  /** Aborted when the call has to end. Made when somebody asks for it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.reason) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  /** Settles as `promise` does, or rejects as soon as the call has to end; `promise` is then left to itself. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onEnd(reject);
      promise.then(resolve, reject);
    });
  }

  /** Calls back when the call has to end, at once if it has to already. Takes the place of an earlier listener: a call waits for one thing at a time. */
  onEnd(listener: (reason: Error) => void): void {
    this.#listener = listener;
    if (this.reason) listener(this.reason);
  }

  /** @throws the reason, when the call has to end. */
  check(): void {
    if (this.reason) throw this.reason;
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#onCallerAbort) this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  #follow(caller: AbortSignal): void {
    this.#onCallerAbort = () => this.#end(connectErrors.ABORTED({ tag: this.tag }, { cause: caller.reason }));
    if (caller.aborted) this.#onCallerAbort();
    else caller.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  #end(reason: Error): void {
    if (this.reason) return;
    this.reason = reason;
    this.close();
    this.#controller?.abort(reason);
    this.#listener?.(reason);
  }
}
