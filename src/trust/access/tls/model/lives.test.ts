import { expect, it } from 'vitest';
import { daysUntil, isDue } from '../../model/life.ts';
import { validityFrom } from './lives.ts';

const now = new Date('2026-06-01T12:00:00Z');
const after = (days: number) => new Date(now.getTime() + days * 86_400_000);

it('[I20] a certificate is due when less than a third of its life is left', () => {
  const life = validityFrom(now, 'server');
  expect([59, 61, 90, 91].map((days) => isDue(life, after(days)))).toEqual([false, true, true, true]);
  expect(daysUntil(life.validUntil, now)).toBe(90);
  expect(daysUntil(life.validUntil, after(91))).toBe(-1);
});

it('is good at once, also on a machine whose clock is behind', () => {
  expect(validityFrom(now, 'client').validFrom.getTime()).toBeLessThan(now.getTime() - 60_000);
});
