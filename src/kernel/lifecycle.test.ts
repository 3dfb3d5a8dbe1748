import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { loop } from './lifecycle.ts';
import { silentLog } from './log.ts';

/** A clock whose sleeps end when the test says so. */
function steppedClock() {
  let wake = () => {};
  const clock: Clock = {
    now: () => new Date(0),
    monotonicMs: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
  return { clock, step: () => wake() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('[I4] a loop runs, waits, runs again, and goes on after a round that failed', async () => {
  const { clock, step } = steppedClock();
  let rounds = 0;
  const errors: string[] = [];
  const service = loop(
    { clock, log: { ...silentLog, error: (message) => errors.push(message) } },
    {
      name: 'sweep',
      intervalMs: 1000,
      run: async () => {
        if (++rounds === 1) throw new Error('first round fails');
      },
    },
  );
  service.start();
  await turn();
  expect([rounds, errors]).toEqual([1, ['sweep failed, next try in 1000 ms']]);
  step();
  await turn();
  expect(rounds).toBe(2);
  await service.stop();
  step();
  await turn();
  expect(rounds).toBe(2);
});

test('[I4] stop aborts the running round and waits for its end', async () => {
  const { clock } = steppedClock();
  let hasEnded = false;
  const service = loop(
    { clock, log: silentLog },
    {
      name: 'slow',
      intervalMs: 1,
      run: (signal) =>
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', async () => {
            await turn();
            hasEnded = true;
            resolve();
          }),
        ),
    },
  );
  service.start();
  await turn();
  await service.stop();
  expect(hasEnded).toBe(true);
});

test('[I4] the first round may wait, and stop does not wait for it', async () => {
  const { clock, step } = steppedClock();
  let rounds = 0;
  const spec = { name: 'later', intervalMs: 1000, firstMs: 60_000, run: async () => void rounds++ };
  const service = loop({ clock, log: silentLog }, spec);
  service.start();
  await turn();
  expect(rounds).toBe(0);
  step();
  await turn();
  expect(rounds).toBe(1);
  await service.stop();
  const other = loop({ clock, log: silentLog }, spec);
  other.start();
  await other.stop();
  expect(rounds).toBe(1);
});
