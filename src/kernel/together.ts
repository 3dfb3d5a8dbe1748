import { PlinthError } from './errors.ts';

interface Call<I, O> {
  readonly item: I;
  resolve(outcome: O): void;
  reject(error: unknown): void;
}

/** Calls with the same key. */
interface Line<I, O> {
  waiting: Call<I, O>[];
  underway: number;
  isAwake: boolean;
}

export interface TogetherOptions {
  /** Pieces of work for the same key at the same time at most. Default 1. */
  readonly lanes?: number;
  /**
   * Whether one item may be to blame for what was thrown, so that the others are worth another try without it. Default: of what is not
   * retryable. Never, for questions that nobody's input can spoil.
   */
  readonly isOfOne?: (error: unknown) => boolean;
}

export interface Together<I, O, K extends string = string> {
  (key: K, item: I): Promise<O>;
  /** Resolves when all that was asked for has its outcome. */
  quiet(): Promise<void>;
}

/** How many go together at most. */
const most = 500;

/**
 * Makes one piece of work of calls with the same key at the same time: what comes while as many as may be are under way goes along with the
 * next. Nothing waits for a timer, so a single call is as fast as without it. Rejects nobody for another's item: what cannot be done for one is
 * halved until that one is alone.
 *
 * @param work gives an outcome for each item, in their order, and an error for one that is refused; does all the others or none
 */
export function together<I, O, K extends string = string>(
  work: (key: K, items: readonly I[]) => Promise<readonly (O | Error)[]>,
  { lanes = 1, isOfOne = isLasting }: TogetherOptions = {},
): Together<I, O, K> {
  const lines = new Map<K, Line<I, O>>();
  let whenQuiet: PromiseWithResolvers<void> | undefined;

  async function settle(key: K, calls: readonly Call<I, O>[]): Promise<void> {
    try {
      const outcomes = await work(
        key,
        calls.map(({ item }) => item),
      );
      calls.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index] as O | Error;
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    } catch (error) {
      if (calls.length === 1 || !isOfOne(error)) {
        for (const { reject } of calls) reject(error);
        return;
      }
      const half = calls.length >> 1;
      await settle(key, calls.slice(0, half));
      await settle(key, calls.slice(half));
    }
  }

  function fill(key: K, line: Line<I, O>): void {
    while (line.waiting.length > 0 && line.underway < lanes) {
      line.underway++;
      void settle(key, line.waiting.splice(0, most)).then(() => {
        line.underway--;
        fill(key, line);
      });
    }
    if (line.underway > 0) return;
    lines.delete(key);
    if (lines.size > 0) return;
    whenQuiet?.resolve();
    whenQuiet = undefined;
  }

  function begin(key: K): Line<I, O> {
    const line = { waiting: [], underway: 0, isAwake: false };
    lines.set(key, line);
    return line;
  }

  function call(key: K, item: I): Promise<O> {
    const line = lines.get(key) ?? begin(key);
    const outcome = new Promise<O>((resolve, reject) => {
      line.waiting.push({ item, resolve, reject });
    });
    if (!line.isAwake && line.underway < lanes) {
      line.isAwake = true;
      // What the caller adds in the same breath goes along.
      queueMicrotask(() => {
        line.isAwake = false;
        fill(key, line);
      });
    }
    return outcome;
  }

  return Object.assign(call, {
    async quiet() {
      if (lines.size === 0) return;
      whenQuiet ??= Promise.withResolvers();
      await whenQuiet.promise;
    },
  });
}

const isLasting = (error: unknown) => !(error instanceof PlinthError && error.retryable);
