import type { Clock } from '../../kernel/index.ts';
import { RetryBudget } from './model/retry-budget.ts';

const opensAtOnce = 2;
const opensPerSecond = 10;

/**
 * What all pools of one server share: how fast it may be opened connections on, how many retries it has to bear, and
 * the connections that have to be closed when it falls silent.
 */
export class Server {
  readonly name: string;
  readonly retries = new RetryBudget();
  readonly #clock: Clock;
  readonly #queue: (() => void)[] = [];
  #opening = 0;
  // A bucket of one second's opens; refilled by time.
  #tokens = opensPerSecond;
  #refilledMs: number;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
    this.#refilledMs = clock.monotonicMs();
  }

  /** Runs `open` when it is its turn: at most two at a time and ten per second, because a login costs the server a process. */
  async open<T>(open: () => Promise<T>): Promise<T> {
    while (this.#opening >= opensAtOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#opening++;
    try {
      await this.#takeToken();
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
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens * 1_000) / opensPerSecond);
  }
}
