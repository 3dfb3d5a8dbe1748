import type { Clock } from '../../../kernel/index.ts';
import { RetryBudget } from '../model/retry-budget.ts';

const opensAtOnce = 2;
const opensPerSecond = 10;

/** What all pools of one server share: how fast connections to it may be opened, and how many retries it has to bear. */
export class Server {
  readonly retries = new RetryBudget();
  readonly #clock: Clock;
  readonly #closing: AbortSignal;
  readonly #queue: (() => void)[] = [];
  #opening = 0;
  // A bucket of one second's opens; refilled by time.
  #tokens = opensPerSecond;
  #refilledMs: number;

  constructor(clock: Clock, closing: AbortSignal) {
    this.#clock = clock;
    this.#closing = closing;
    this.#refilledMs = clock.monotonicMs();
  }

  /** Runs `open` when it is its turn: at most two at a time and ten per second, because a login costs the server a process. */
  async open<T>(open: () => Promise<T>): Promise<T> {
    while (this.#opening >= opensAtOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#opening++;
    try {
      await this.#takeToken();
      this.#closing.throwIfAborted();
      return await open();
    } finally {
      this.#opening--;
      this.#queue.shift()?.();
    }
  }

  async #takeToken(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(opensPerSecond, this.#tokens + ((nowMs - this.#refilledMs) * opensPerSecond) / 1_000);
    this.#refilledMs = nowMs;
    this.#tokens--;
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens * 1_000) / opensPerSecond, this.#closing);
  }
}
