import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

test('[I5] retries are a tenth of the requests of the last ten seconds, or ten', () => {
  const budget = new RetryBudget();
  expect(budget.remaining(0)).toBe(10);
  for (let i = 0; i < 500; i++) budget.request(1_000);
  expect(budget.remaining(9_000)).toBe(50);
  for (let i = 0; i < 50; i++) expect(budget.tryRetry(9_000)).toBe(true);
  expect(budget.tryRetry(9_000)).toBe(false);
  // The requests have left the window, the retries have not.
  expect(budget.remaining(11_500)).toBe(-40);
  expect(budget.remaining(19_500)).toBe(10);
});

test('[I5] an outage of 30 seconds under load is asked for at most 1.1 times', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 300, maxLength: 300 }), (load) => {
      const budget = new RetryBudget();
      let requests = 0;
      let retries = 0;
      for (const [tick, count] of load.entries()) {
        for (let i = 0; i < count; i++) {
          budget.request(tick * 100);
          requests++;
          for (let tries = 1; tries < 4 && budget.tryRetry(tick * 100); tries++) retries++;
        }
      }
      // Where nearly nothing is asked, the floor of ten per window is what binds.
      expect(retries).toBeLessThanOrEqual(Math.max(requests * 0.1 + 10, 40));
    }),
  );
});
