const seconds = 10;
// Below this number of retries in the window the share does not bind; a quiet process could never retry otherwise.
const floor = 10;
const share = 0.1;

/**
 * Lets retries be at most a tenth of the requests of the last ten seconds, so that an outage cannot double the load
 * on the server it hits. Time is given in milliseconds of a monotonic clock.
 */
export class RetryBudget {
  // One pair per second, the current one last.
  readonly #window = Array.from({ length: seconds - 1 }, () => ({ requests: 0, retries: 0 }));
  #current = { requests: 0, retries: 0 };
  #second = 0;

  constructor() {
    this.#window.push(this.#current);
  }

  /** Counts a first try. */
  request(nowMs: number): void {
    this.#advance(nowMs);
    this.#current.requests++;
  }

  /** Whether one more retry fits, and counts it if so. */
  tryRetry(nowMs: number): boolean {
    if (this.remaining(nowMs) < 1) return false;
    this.#current.retries++;
    return true;
  }

  /** Retries that fit now. */
  remaining(nowMs: number): number {
    this.#advance(nowMs);
    let requests = 0;
    let retries = 0;
    for (const second of this.#window) {
      requests += second.requests;
      retries += second.retries;
    }
    return Math.max(floor, Math.floor(requests * share)) - retries;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    for (let passed = Math.min(second - this.#second, seconds); passed > 0; passed--) {
      this.#current = { requests: 0, retries: 0 };
      this.#window.push(this.#current);
      this.#window.shift();
    }
    this.#second = second;
  }
}
