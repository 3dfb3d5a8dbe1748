import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import type { Witness, WorkRequest } from '../index.ts';
import { openPlain, plainContext } from './harness.ts';

const database = await testDatabase();
await database.client.query('create table notes (id int primary key)');
const told: [string, ...unknown[]][] = [];
let onAnswer: (() => Promise<void>) | undefined;
const witness: Witness = {
  waited: (waitMs) => void told.push(['waited', waitMs > 0]),
  ran: ({ text }, { rowCount }, durationMs) => {
    told.push(['ran', text, rowCount, durationMs > 0]);
    return onAnswer?.();
  },
  copying: (text) => {
    told.push(['copying', text]);
    return onAnswer?.();
  },
  copied: (rowCount, durationMs) => void told.push(['copied', rowCount, durationMs > 0]),
  failed: (error, durationMs) => {
    told.push(['failed', durationMs > 0]);
    return new TypeError('renamed', { cause: error });
  },
  ended: ({ heldMs, backendPid }) => void told.push(['ended', heldMs > 0, backendPid > 0]),
};
const watch = ({ tag }: WorkRequest) => (tag === 'test.unseen' ? [] : [witness]);
const connect = await openPlain(
  database.endpoint,
  { oltpConnections: 1, acquireTimeoutMs: 100 },
  { sessionContext: () => ({ ...plainContext, watch }), statementWatch: () => ({ watch: () => [{}] }) },
);
afterAll(() => connect[Symbol.asyncDispose]());
const request = { tier: 'oltp', as: { tenantId: 'a' }, tag: 'test.seen' } as const;

beforeEach(() => {
  told.length = 0;
  onAnswer = undefined;
});

test('[I16] a witness sees statements and how long the connection was held, not what frames them', async () => {
  await connect.transaction(request, async (tx) => {
    await tx.savepoint(() => tx.query({ text: 'insert into notes values (1), (2)' }));
  });
  // That the first connection was opened is no waiting for others.
  expect(told).toEqual([
    ['ran', 'insert into notes values (1), (2)', 2, true],
    ['ended', true, true],
  ]);
  told.length = 0;
  await connect.transaction({ ...request, tag: 'test.unseen' }, (tx) => tx.query({ text: 'select 1' }));
  expect(told).toEqual([]);
});

test('[I16] COPY is told of before its first byte and when it has ended', async () => {
  const release = Promise.withResolvers<void>();
  const text = await connect.transaction(request, async (tx) => {
    await pipeline(['3\n4\n'], tx.copyFrom('copy notes from stdin'));
    onAnswer = () => release.promise;
    const read = buffer(tx.copyTo('copy (select id from notes order by id) to stdout'));
    let isRead = false;
    void read.then(() => {
      isRead = true;
    });
    await until(async () => told.some(([what, sql]) => what === 'copying' && String(sql).includes('to stdout')), { what: 'the COPY' });
    expect(isRead).toBe(false);
    release.resolve();
    return (await read).toString();
  });
  expect(text).toBe('1\n2\n3\n4\n');
  expect(told.filter(([what]) => what === 'copied')).toEqual([
    ['copied', 2, true],
    ['copied', 4, true],
  ]);
});

test('[I16] it may keep an answer back, and name a failure', async () => {
  onAnswer = () => Promise.reject(new RangeError('not on record'));
  await expect(connect.transaction(request, (tx) => tx.query({ text: 'insert into notes values (9)' }))).rejects.toThrow('not on record');
  expect((await database.client.query('select from notes where id = 9')).rowCount).toBe(0);
  const failing = connect.transaction(request, (tx) => tx.query({ text: 'select 1/0' }));
  await expect(failing).rejects.toMatchObject({ message: 'renamed', cause: { code: 'PLINTH_SQL_BAD_VALUE' } });
  expect(told.slice(-2)).toEqual([
    ['failed', true],
    ['ended', true, true],
  ]);
});

test('[I16] who waited for a connection in vain is told of, too', async () => {
  const [held, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holder = connect.transaction(request, async () => {
    held.resolve();
    await done.promise;
  });
  await held.promise;
  told.length = 0;
  await expect(connect.transaction(request, async () => {})).rejects.toMatchObject({ code: 'PLINTH_CONNECT_POOL_EXHAUSTED' });
  expect(told).toEqual([['waited', true]]);
  done.resolve();
  await holder;
});
