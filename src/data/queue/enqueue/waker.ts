import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, messageOf } from '../../../kernel/index.ts';
import { notifyQueues } from './sql/queries/queries.gen.ts';

// Every commit with a NOTIFY takes one lock of the whole server.
const apartMs = 5;

/**
 * Tells who waits for jobs that there are some. A queue that was idle is told of at once, one that is not at most once in five
 * milliseconds. Nothing of the jobs is in it, since every role may listen; and nothing is lost with it but time, since workers look by
 * themselves each second.
 */
export class Waker {
  readonly #connect: Connect;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #toldMs = new Map<number, number>();
  readonly #due = new Set<number>();
  readonly #listeners = new Set<(queueIds: readonly number[]) => void>();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(deps: { readonly connect: Connect; readonly clock: Clock; readonly log: Log }) {
    this.#connect = deps.connect;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  onReady(listener: (queueIds: readonly number[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** After the commit. Never fails, and is waited for by nobody. */
  committed(queueIds: Iterable<number>): void {
    const nowMs = this.#clock.monotonicMs();
    const now: number[] = [];
    for (const id of queueIds) {
      // Whose turn comes in a moment waits for it.
      if (!this.#due.has(id) && nowMs - (this.#toldMs.get(id) ?? -apartMs) >= apartMs) {
        this.#toldMs.set(id, nowMs);
        now.push(id);
      } else {
        this.#due.add(id);
      }
    }
    if (now.length > 0) this.#send(now);
    if (this.#due.size > 0) this.#timer ??= setTimeout(() => this.#sendDue(), apartMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#due.size > 0) this.#sendDue();
    await this.#sending;
  }

  #sendDue(): void {
    this.#timer = undefined;
    const ids = [...this.#due];
    this.#due.clear();
    const nowMs = this.#clock.monotonicMs();
    for (const id of ids) this.#toldMs.set(id, nowMs);
    this.#send(ids);
  }

  #send(queueIds: readonly number[]): void {
    for (const listener of this.#listeners) listener(queueIds);
    const request = {
      tier: 'queue',
      as: 'owner',
      priority: 'critical',
      tag: 'queue.wake',
      deadlineMs: 1_000,
      isRetryable: false,
      isSingle: true,
    } as const;
    this.#sending = this.#connect
      .transaction(request, (tx) => notifyQueues.run(tx, { queue_ids: queueIds.map(String) }))
      .then(
        () => {},
        (error: unknown) =>
          this.#log.debug('queue: workers were not told of new jobs and find them by themselves', { error: messageOf(error) }),
      );
  }
}
