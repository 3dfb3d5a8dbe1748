import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { defineErrors } from './errors.ts';
import { together } from './together.ts';

test('calls at the same time are one piece of work, each key by itself; later ones go along with the next', async () => {
  const done: string[] = [];
  const double = together(async (key, items: readonly number[]) => {
    done.push(`${key} ${items}`);
    await turn();
    return items.map((item) => item * 2);
  });
  const first = [double('a', 1), double('a', 2), double('b', 3)];
  await undefined;
  await undefined;
  const later = [double('a', 4), double('a', 5)];
  expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10]);
  expect(done).toEqual(['a 1,2', 'b 3', 'a 4,5']);
  expect(await double('a', 6)).toBe(12);
});

test('as many are under way as there are lanes, each of 500 at most; it is quiet when all have ended', async () => {
  const ends: (() => void)[] = [];
  const sizes: number[] = [];
  const work = together(
    async (_, items: readonly number[]) => {
      sizes.push(items.length);
      await new Promise<void>((resolve) => ends.push(resolve));
      return items;
    },
    { lanes: 2 },
  );
  await work.quiet();
  const outcomes = Promise.all(Array.from({ length: 1_100 }, (_, item) => work('a', item)));
  let isQuiet = false;
  const quiet = work.quiet().then(() => {
    isQuiet = true;
  });
  await turn();
  expect(sizes).toEqual([500, 500]);
  for (const end of ends.splice(0)) end();
  await turn();
  expect(sizes).toEqual([500, 500, 100]);
  expect(isQuiet).toBe(false);
  for (const end of ends.splice(0)) end();
  await quiet;
  expect(await outcomes).toHaveLength(1_100);
  void work('a', 1);
  let isQuietAgain = false;
  void work.quiet().then(() => {
    isQuietAgain = true;
  });
  await turn();
  expect(isQuietAgain).toBe(false);
  for (const end of ends.splice(0)) end();
  await turn();
  expect(isQuietAgain).toBe(true);
});

const outcomesOf = async (calls: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(calls)).map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason.message)));

test('one that cannot be done, or is refused, is so alone', async () => {
  const work = together(async (_, items: readonly number[]) => {
    if (items.includes(3)) throw new Error('not 3');
    return items.map((item) => (item === 5 ? new Error('no 5') : item));
  });
  expect(await outcomesOf([1, 2, 3, 4, 5].map((item) => work('a', item)))).toEqual([1, 2, 'not 3', 4, 'no 5']);
});

const errors = defineErrors('KERNEL', { LATER: { message: () => 'later', httpStatus: 503, retryable: true } });

test.each([
  { what: 'an error that passes', error: errors.LATER(), options: {} },
  { what: 'an error that is nobody’s', error: new Error('later'), options: { isOfOne: () => false } },
])('$what is thrown to all who went with it at once, and to nobody else', async ({ error, options }) => {
  let times = 0;
  const work = together(async (_, items: readonly string[]) => {
    times++;
    if (items.includes('bad')) throw error;
    return items;
  }, options);
  expect(await outcomesOf([work('a', 'good'), work('a', 'bad'), work('b', 'good')])).toEqual(['later', 'later', 'good']);
  expect(times).toBe(2);
  expect(await work('a', 'good')).toBe('good');
});
