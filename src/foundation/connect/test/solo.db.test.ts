import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { withDefaults } from '../../../kernel/index.ts';
import { connectOptions, openSolo } from '../index.ts';

const { endpoint, client } = await testDatabase();
const open = () => openSolo(endpoint, withDefaults(connectOptions, { deadlineMs: 5_000 }));
const request = { tier: 'oltp', as: 'owner', tag: 'test.work' } as const;
const pidOf = async (executor: { query(statement: { text: string }): Promise<{ rows: unknown[] }> }) =>
  (await executor.query({ text: 'select pg_backend_pid() as pid' })).rows[0] as { pid: number };
const sessions = async () =>
  (await client.query("select pid from pg_stat_activity where datname = current_database() and application_name like 'plinth%'")).rows
    .length;

test('[I13] transactions and a session after one another are served by one connection, closed with the rest', async () => {
  {
    await using connect = open();
    const one = await connect.transaction(request, pidOf);
    const two = await connect.transaction({ ...request, isReadOnly: true }, pidOf);
    await using session = await connect.session({ tier: 'oltp', tag: 'test.session' });
    expect(new Set([one.pid, two.pid, session.backendPid]).size).toBe(1);
    // Meanwhile there is another one for who needs it.
    expect((await connect.transaction(request, pidOf)).pid).not.toBe(session.backendPid);
    expect(await sessions()).toBe(2);
  }
  await expect.poll(sessions).toBe(0);
});

test('[I13] what somebody left in a session, or broke, reaches nobody after him', async () => {
  await using connect = open();
  const first = await connect.transaction(request, async (tx) => {
    await tx.query({ text: "set datestyle = 'German'" });
    return pidOf(tx);
  });
  const second = await connect.transaction(request, pidOf);
  expect(second.pid).not.toBe(first.pid);
  await expect(connect.transaction(request, (tx) => tx.query({ text: 'select 1 / 0' }))).rejects.toMatchObject({
    code: 'PLINTH_SQL_BAD_VALUE',
  });
  expect(await connect.transaction(request, async (tx) => (await tx.query({ text: 'select 1 as n' })).rows)).toEqual([{ n: 1 }]);
});

test('[I8] a call that ends early has nothing running on the server', async () => {
  await using connect = open();
  await expect(
    connect.transaction({ ...request, deadlineMs: 100 }, (tx) => tx.query({ text: 'select pg_sleep(60)' })),
  ).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  const { rows } = await client.query(
    "select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)' and state = 'active' and pid <> pg_backend_pid()",
  );
  expect(rows).toEqual([]);
});
