import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Executor } from '../../../kernel/index.ts';
import { ProgressBook } from './progress-book.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('[I98] the last word of each job is written once a second, those of all together', async () => {
  const written: unknown[][] = [];
  const executor = {
    query: async (statement: { readonly values?: readonly unknown[] }) => {
      written.push([statement.values?.[1], statement.values?.[2]]);
      return { rows: [], rowCount: 0 };
    },
  } as unknown as Executor;
  const book = new ProgressBook(
    async () => executor,
    () => expect.unreachable(),
  );
  const say = (jobId: string, done: number) => book.say({ tenantId: 't', jobId, done, total: 9, note: null });
  say('a', 1);
  say('a', 2);
  await vi.advanceTimersByTimeAsync(1);
  expect(written).toEqual([[['a'], [2]]]);
  say('a', 3);
  say('b', 1);
  await vi.advanceTimersByTimeAsync(500);
  say('a', 4);
  expect(written).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(written.slice(1)).toEqual([
    [
      ['a', 'b'],
      [4, 1],
    ],
  ]);
  say('b', 2);
  await book.flush();
  expect(written.slice(2)).toEqual([[['b'], [2]]]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(written).toHaveLength(3);
});
