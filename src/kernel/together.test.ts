import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
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

test('one that cannot be done is refused alone', async () => {
  const work = together(async (_, items: readonly number[]) => {
    if (items.includes(3)) throw new Error('not 3');
    return items;
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => work('a', item)));
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason)))).toEqual([
    1,
    2,
    'Error: not 3',
    4,
    5,
  ]);
});
