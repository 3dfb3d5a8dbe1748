import { expect, test } from 'vitest';
import type { ServerProbe } from '../model/types.ts';
import { rememberProbes } from './remember.ts';

test('a probe is asked once a minute per tier, and again at once after a failure', async () => {
  let nowMs = 0;
  let isUp = true;
  const asked: string[] = [];
  const probe = rememberProbes({ now: () => new Date(nowMs), monotonicMs: () => nowMs, sleep: async () => {} }, async (tier) => {
    asked.push(tier);
    if (!isUp) throw new Error('down');
    return { version: '18.4' } as ServerProbe;
  });
  await Promise.all([probe('oltp'), probe('oltp'), probe('queue')]);
  nowMs = 59_000;
  await probe('oltp');
  expect(asked).toEqual(['oltp', 'queue']);
  nowMs = 61_000;
  isUp = false;
  await expect(probe('oltp')).rejects.toThrow('down');
  isUp = true;
  await probe('oltp');
  expect(asked).toEqual(['oltp', 'queue', 'oltp', 'oltp']);
});
