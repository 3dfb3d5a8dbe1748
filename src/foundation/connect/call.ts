import { connectErrors } from './errors.ts';
import type { WorkRequest } from './model/types.ts';

/**
 * The bounds of one call: its deadline and its caller's signal, as one promise and one signal. Holds one timer and at
 * most one listener; both are gone after `close`.
 */
export class Call {
  readonly tag: string;
  readonly deadlineMs: number;
  readonly startedMs = performance.now();
  /** Why the call has to end, once it has to. */
  reason: Error | undefined;
  tries = 0;
  readonly #caller: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #controller: AbortController | undefined;
  readonly #listeners = new Set<(reason: Error) => void>();
  readonly #onCallerAbort = () => this.#end(connectErrors.ABORTED({ tag: this.tag }, { cause: this.#caller?.reason }));

  constructor(request: Pick<WorkRequest, 'tag' | 'signal'>, deadlineMs: number) {
    this.tag = request.tag;
    this.deadlineMs = deadlineMs;
    this.#caller = request.signal;
    this.#timer = setTimeout(() => this.#end(connectErrors.DEADLINE({ tag: this.tag, deadlineMs, tries: this.tries })), deadlineMs);
    if (this.#caller?.aborted) this.#onCallerAbort();
    else this.#caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  get remainingMs(): number {
    return this.deadlineMs - (performance.now() - this.startedMs);
  }

  /** For the work itself; made only when somebody asks for it, because it is dear. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.reason) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  /** Settles as `promise` does, or rejects as soon as the call has to end; `promise` is then left to itself. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.onEnd(reject);
      promise.then(
        (value) => {
          stop();
          resolve(value);
        },
        (error) => {
          stop();
          reject(error);
        },
      );
    });
  }

  /** Calls back once when the call has to end, at once if it has to already; returns what takes the listener away. */
  onEnd(listener: (reason: Error) => void): () => void {
    if (this.reason) listener(this.reason);
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws the reason, when the call has to end. */
  check(): void {
    if (this.reason) throw this.reason;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  #end(reason: Error): void {
    if (this.reason) return;
    this.reason = reason;
    this.close();
    this.#controller?.abort(reason);
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }
}
