import { expect, test } from 'vitest';
import { fakeClock } from '../../../../tests/support/index.ts';
import { silentLog } from '../../../kernel/index.ts';
import type { AuditEntry } from '../../tenancy/index.ts';
import { openEntryQueue } from './entry-queue.ts';

const entry = (action: string): AuditEntry => ({ kind: 'operation', action, success: true });
const actions = (entries: readonly AuditEntry[]) => entries.map(({ action }) => action);

test('[I26] what comes while a batch is written goes together, in order', async () => {
  const written: string[][] = [];
  const { promise: first, resolve: finish } = Promise.withResolvers<void>();
  const queue = openEntryQueue({
    clock: fakeClock(),
    log: silentLog,
    async write(entries) {
      written.push(actions(entries));
      if (written.length === 1) await first;
    },
  });
  for (const action of ['a', 'b', 'c']) queue.add(entry(action));
  finish();
  await queue.idle();
  queue.add(entry('d'));
  await queue.idle();
  expect(written).toEqual([['a'], ['b', 'c'], ['d']]);
});

test('[I26] what cannot be written is tried again until it can, and nothing overtakes it', async () => {
  const clock = fakeClock();
  const written: string[][] = [];
  let failures = 2;
  const queue = openEntryQueue({
    clock,
    log: silentLog,
    async write(entries) {
      if (failures-- > 0) throw new Error('down');
      written.push(actions(entries));
    },
  });
  queue.add(entry('a'));
  await clock.advance(0);
  queue.add(entry('b'));
  expect(clock.sleeping).toBe(1);
  await clock.advance(1_000);
  await clock.advance(1_000);
  await queue.idle();
  expect(written).toEqual([['a', 'b']]);
});

test('[I26] what is lost when it is disposed of is logged by its action', async () => {
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (message: string, fields?: object) => void logged.push([message, fields]) };
  {
    await using queue = openEntryQueue({ clock: fakeClock(), log, write: () => Promise.reject(new Error('down')) });
    queue.add(entry('shop.close'));
  }
  expect(logged).toEqual([['1 entries of the trail are lost', { error: 'down', actions: ['shop.close'] }]]);
});

test('[I26] what is of different tiers is never one batch: a retry would write the first half again', async () => {
  const written: string[][] = [];
  const queue = openEntryQueue({ clock: fakeClock(), log: silentLog, write: async (entries) => void written.push(actions(entries)) });
  queue.add({ ...entry('a'), tier: 'oltp' });
  for (const [action, tier] of [
    ['b', 'oltp'],
    ['c', 'oltp'],
    ['d', 'content'],
    ['e', 'oltp'],
  ] as const)
    queue.add({ ...entry(action), tier });
  await queue.idle();
  expect(written).toEqual([['a'], ['b', 'c'], ['d'], ['e']]);
});
