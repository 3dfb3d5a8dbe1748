import { expect, test } from 'vitest';
import { type Load, throttleLimits, throttleOf } from './throttle.ts';

const mb = 1024 * 1024;
const limits = throttleLimits(4);
/** Everything exactly at its limit. */
const atLimit: Load = {
  replayLagSeconds: 10,
  replayLagBytes: 64 * mb,
  endangeredSlots: [],
  walBytesPerSecond: 20 * mb,
  deadShare: 0.2,
  isVacuumed: false,
  lockWaiters: 5,
  activeSessions: 8,
};

test('at its limits, and with nothing to be seen, nothing waits', () => {
  expect(throttleOf(atLimit, limits)).toBeUndefined();
  expect(throttleOf({ ...atLimit, replayLagSeconds: null, replayLagBytes: null, walBytesPerSecond: null }, limits)).toBeUndefined();
});

test.for<[Partial<Load>, string, string]>([
  [{ replayLagSeconds: 10.6 }, 'standby', 'a standby is 11 s behind (limit 10 s)'],
  [{ replayLagBytes: 65 * mb, replayLagSeconds: null }, 'standby', 'a standby is 65 MB behind (limit 64 MB)'],
  [{ endangeredSlots: ['one', 'two'] }, 'slot', 'replication slot one, two may lose its WAL'],
  [{ walBytesPerSecond: 41 * mb }, 'wal', 'the server writes 41 MB of WAL a second (limit 20 MB)'],
  [{ deadShare: 0.214 }, 'dead-rows', '21 % of the table are dead rows (limit 20 %)'],
  [{ isVacuumed: true }, 'vacuum', 'the table is being vacuumed'],
  [{ lockWaiters: 6 }, 'locks', '6 sessions wait for locks (limit 5)'],
  [{ activeSessions: 9 }, 'sessions', '9 sessions are at work (limit 8)'],
])('over one limit: %j', ([over, cause, message]) => {
  expect(throttleOf({ ...atLimit, ...over }, limits)).toEqual({ cause, message, isCrawl: cause === 'sessions' || cause === 'wal' });
});

test('of several causes the one that harms most is told', () => {
  const load = { ...atLimit, endangeredSlots: ['a'], replayLagSeconds: 60, deadShare: 1, isVacuumed: true };
  expect(throttleOf(load, limits)?.cause).toBe('slot');
  expect(throttleOf({ ...load, endangeredSlots: [] }, limits)?.cause).toBe('standby');
  expect(throttleOf({ ...load, endangeredSlots: [], replayLagSeconds: 0 }, limits)?.cause).toBe('vacuum');
});
