import { expect, test } from 'vitest';
import { warmUpDays, warmUpMessages } from './warm-up.ts';

test('warm-up grows from day to day, keeps half of the limit for campaigns, and ends', () => {
  const days = Array.from({ length: warmUpDays }, (_, day) => warmUpMessages(day, 1_000) as number);
  expect(days.slice(0, 3)).toEqual([2, 4, 6]);
  expect(days.every((count, day) => day === 0 || count >= (days[day - 1] as number))).toBe(true);
  expect(days.at(-1)).toBe(50);
  expect(warmUpMessages(10, 20)).toBe(10);
  expect(warmUpMessages(10, 0)).toBe(0);
  expect(warmUpMessages(warmUpDays, 1_000)).toBeUndefined();
});
