import { expect, test } from 'vitest';
import { decide, type Standing } from './decide.ts';

const standing = (given: Partial<Standing>): Standing => ({
  ring: '10 %',
  on: { calls: 100, failures: 0 },
  off: { calls: 900, failures: 9 },
  isDue: false,
  hasCanaries: true,
  ...given,
});
const failing = { calls: 100, failures: 10 };

test('[I35] where much more fails with it than without, it takes one ring back', () => {
  expect(decide(standing({ on: failing }))).toEqual({ to: '1 %', cause: 'errors' });
  expect(decide(standing({ on: failing, ring: '1 %' }))).toEqual({ to: 'canary', cause: 'errors' });
  expect(decide(standing({ on: failing, ring: '1 %', hasCanaries: false }))).toEqual({ to: 'none', cause: 'errors' });
  // Even when it is due to go on.
  expect(decide(standing({ on: failing, isDue: true }))).toEqual({ to: '1 %', cause: 'errors' });
});

test('[I35] few calls say nothing, and what fails without it too is not its fault', () => {
  expect(decide(standing({ on: { calls: 19, failures: 19 } }))).toBeUndefined();
  expect(decide(standing({ on: { calls: 20, failures: 4 } }))).toBeUndefined();
  expect(decide(standing({ on: { calls: 200, failures: 10 } }))).toBeUndefined();
  expect(decide(standing({ on: failing, off: { calls: 900, failures: 60 } }))).toBeUndefined();
});

test('[I35] where nobody is without it, it is compared with what was usual before', () => {
  const off = { calls: 0, failures: 0 };
  expect(decide(standing({ ring: 'all', on: failing, off, usualRate: 0.06 }))).toBeUndefined();
  expect(decide(standing({ ring: 'all', on: failing, off, usualRate: 0.01 }))).toEqual({ to: '10 %', cause: 'errors' });
  expect(decide(standing({ ring: 'all', on: failing, off }))).toEqual({ to: '10 %', cause: 'errors' });
});

test('[I35] it goes on when it is due and has been at work, and not beyond all', () => {
  expect(decide(standing({ isDue: true }))).toEqual({ to: 'all', cause: 'time' });
  expect(decide(standing({ isDue: true, on: { calls: 3, failures: 0 } }))).toBeUndefined();
  expect(decide(standing({ isDue: true, ring: 'all' }))).toBeUndefined();
  expect(decide(standing({ isDue: false }))).toBeUndefined();
});
