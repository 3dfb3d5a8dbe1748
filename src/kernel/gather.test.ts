import { expect, test } from 'vitest';
import { gather } from './gather.ts';

test('what is asked in one turn is one question, what comes meanwhile the next', async () => {
  const questions: (readonly number[])[] = [];
  let answer = () => {};
  const double = gather(async (keys: readonly number[]) => {
    questions.push(keys);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return keys.map((key) => key * 2);
  });
  const first = [double(1), double(2)];
  await expect.poll(() => questions.length).toBe(1);
  const second = [double(3), double(4), double(5)];
  answer();
  expect(await Promise.all(first)).toEqual([2, 4]);
  await expect.poll(() => questions.length).toBe(2);
  answer();
  expect(await Promise.all(second)).toEqual([6, 8, 10]);
  expect(questions).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test('an error is thrown to all who asked with it, and to nobody else', async () => {
  const ask = gather(async (keys: readonly string[]) => {
    if (keys.includes('bad')) throw new Error('no');
    return keys;
  });
  expect(await Promise.allSettled([ask('good'), ask('bad')])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(await ask('good')).toBe('good');
});
