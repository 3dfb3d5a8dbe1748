import { PlinthError } from './errors.ts';

interface Waiting<I, O> {
  readonly item: I;
  resolve(outcome: O): void;
  reject(error: unknown): void;
}

/** How many go together at most. */
const most = 200;

/**
 * Makes one piece of work of calls with the same key at the same time: what comes while one is under way goes along with the next. Nothing
 * waits for a timer, so a single call is as fast as without it. What cannot be done for one is tried again without it for the others; questions,
 * which nobody's input can spoil, go together in `gather`.
 *
 * `work` gives an outcome for each item, in their order, and does all of them or none.
 */
export function together<I, O>(work: (key: string, items: readonly I[]) => Promise<readonly O[]>): (key: string, item: I) => Promise<O> {
  const waiting = new Map<string, Waiting<I, O>[]>();

  async function settle(key: string, batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const outcomes = await work(
        key,
        batch.map(({ item }) => item),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as O);
    } catch (error) {
      if (batch.length === 1 || (error instanceof PlinthError && error.retryable)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await settle(key, batch.slice(0, half));
      await settle(key, batch.slice(half));
    }
  }

  async function drain(key: string, calls: Waiting<I, O>[]): Promise<void> {
    // What is added in the same breath goes along.
    await undefined;
    while (calls.length > 0) await settle(key, calls.splice(0, most));
    waiting.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const calls = waiting.get(key);
      if (calls) calls.push({ item, resolve, reject });
      else {
        const begun = [{ item, resolve, reject }];
        waiting.set(key, begun);
        void drain(key, begun);
      }
    });
}
