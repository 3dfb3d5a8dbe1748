import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import { type Connect, type Session, takeLead } from '../index.ts';
import { openPlain } from './harness.ts';

const database = await testDatabase();
let connect: Connect;

beforeAll(async () => {
  connect = await openPlain(database.endpoint);
});
afterAll(() => connect[Symbol.asyncDispose]());

const ask = (name: string) => takeLead(connect, { tier: 'oltp', tag: 'test.lead', name });

test('one leads, the others are told so at once, and leads of other names are apart', async () => {
  await using lead = await ask('sweep');
  expect(await ask('sweep')).toBeUndefined();
  await using other = await ask('sort');
  expect([lead, other].every((one) => one !== undefined)).toBe(true);
});

test('a lead is given away by disposing it, and lost with its connection, of which the leader hears', async () => {
  const first = await ask('sweep');
  await first?.[Symbol.asyncDispose]();
  const second = (await until(() => ask('sweep'))) as Session;
  const lost = new Promise((resolve) => second.onLost(resolve));
  await database.client.query('select pg_terminate_backend($1)', [second.backendPid]);
  await lost;
  await using third = (await until(() => ask('sweep'))) as Session;
  expect(third.backendPid).not.toBe(second.backendPid);
});
