import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog, systemClock } from '../../../kernel/index.ts';
import { Waker } from './waker.ts';

/** A waker with what it told its listeners, call by call, and the errors of the statements that notify. */
function openWaker(transaction = async () => {}) {
  const waker = new Waker({ connect: { transaction } as never, clock: systemClock, log: silentLog });
  const told: (readonly number[])[] = [];
  waker.onReady((ids) => told.push(ids));
  return { waker, told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('[I10] a queue that was idle is told of at once, one that is not at most every 5 ms, and the last of them too', () => {
  const { waker, told } = openWaker();
  waker.committed([1]);
  expect(told).toEqual([[1]]);
  for (let n = 0; n < 30; n++) waker.committed([1]);
  vi.advanceTimersByTime(4);
  waker.committed([1, 2]);
  expect(told).toEqual([[1], [2]]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([[1], [2], [1]]);
  vi.advanceTimersByTime(1_000);
  expect(told).toHaveLength(3);
  waker.committed([1]);
  expect(told).toEqual([[1], [2], [1], [1]]);
});

test('[I10] whatever the pace of commits, calls are 5 ms apart', () => {
  const { waker } = openWaker();
  const startedMs = performance.now();
  const toldMs: number[] = [];
  waker.onReady(() => toldMs.push(performance.now() - startedMs));
  for (let ms = 0; ms <= 20; ms++) {
    waker.committed([1]);
    vi.advanceTimersByTime(1);
  }
  expect(toldMs).toEqual([0, 6, 11, 16, 21]);
});

test('[I10] what waits to be told is told when it is closed', async () => {
  const notified: unknown[] = [];
  const { waker, told } = openWaker(async () => void notified.push(told.at(-1)));
  waker.committed([1]);
  waker.committed([1]);
  await waker[Symbol.asyncDispose]();
  expect(notified).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('[I10] that the server cannot be told is not known to who enqueues', async () => {
  const { waker, told } = openWaker(() => Promise.reject(new Error('full')));
  waker.committed([1]);
  await waker[Symbol.asyncDispose]();
  expect(told).toEqual([[1]]);
});
