import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import { defineQuery, PlinthError } from '../../../kernel/index.ts';
import type { Connect, Subject } from '../index.ts';
import { openPlain } from './harness.ts';

const database = await testDatabase();
let connect: Connect;

beforeAll(async () => {
  await database.client.query('create table notes (id int primary key, body text not null check (body <> $$bad$$))');
  connect = await openPlain(database.endpoint);
});
afterAll(() => connect[Symbol.asyncDispose]());

const owner = { tier: 'oltp', as: 'owner', tag: 'test.work' } as const;
const count = async () => Number((await database.client.query('select count(*) from notes')).rows[0].count);

test('[I1] the context and the name arrive with BEGIN, and none of it is left for the next', async () => {
  const seen = (as: Subject) =>
    connect.transaction({ tier: 'oltp', as, tag: 'test.context', requestId: 'r-7' }, async (tx) => {
      const { rows } = await tx.query({
        text: `select current_setting('app.current_tenant_id') as tenant, application_name as name, pg_backend_pid() as pid
          from pg_stat_activity where pid = pg_backend_pid()`,
      });
      return rows[0];
    });
  const first = await seen({ tenantId: 'a' });
  const second = await seen('system');
  expect(first).toMatchObject({ tenant: 'a', name: 'plinth:test.context r-7' });
  expect(second).toEqual({ ...first, tenant: '' });
});

test('[I1] the name is right again after a rollback took it back', async () => {
  const name = (tag: string, fails = false) =>
    connect.transaction({ ...owner, tag }, async (tx) => {
      const { rows } = await tx.query({ text: 'select application_name as name from pg_stat_activity where pid = pg_backend_pid()' });
      if (fails) throw new Error('no');
      return rows[0].name;
    });
  await name('test.a');
  await expect(name('test.b', true)).rejects.toThrow('no');
  expect(await name('test.b')).toBe('plinth:test.b');
  expect(await name('test.a')).toBe('plinth:test.a');
});

test('[I2] no connection of the application without a subject or a context', async () => {
  for (const as of [undefined, null, '', {}, { tenantId: '' }, 'app']) {
    await expect(connect.transaction({ ...owner, as: as as never }, async () => 1)).rejects.toMatchObject({
      code: 'PLINTH_CONNECT_NO_SUBJECT',
    });
  }
  await using bare = await openPlain(database.endpoint, {}, { sessionContext: () => undefined });
  await expect(bare.transaction({ ...owner, as: 'system' }, async () => 1)).rejects.toMatchObject({ code: 'PLINTH_CONNECT_NO_CONTEXT' });
  expect(await bare.transaction(owner, async () => 1)).toBe(1);
});

test('[I4] a context that comes too late touches nobody’s connection', async () => {
  const late = Promise.withResolvers<string>();
  const context = { prelude: (subject: Subject) => (subject === 'system' ? late.promise : 'select 1') };
  await using slow = await openPlain(database.endpoint, { oltpConnections: 1 }, { sessionContext: () => context });
  const app = { ...owner, as: { tenantId: 'a' } } as const;
  await expect(slow.transaction({ ...owner, as: 'system', deadlineMs: 150 }, async () => {})).rejects.toMatchObject({
    code: 'PLINTH_CONNECT_DEADLINE',
  });
  await slow.transaction(app, async (tx) => {
    late.resolve("select set_config('app.stray', 'yes', true)");
    await tx.query({ text: 'select pg_sleep(0.05)' });
    expect((await tx.query({ text: "select current_setting('app.stray', true) as stray" })).rows).toEqual([{ stray: null }]);
  });
});

test('commits what returns, rolls back what throws, and says why', async () => {
  await connect.transaction(owner, (tx) => tx.query({ text: "insert into notes values (1, 'kept')" }));
  await expect(
    connect.transaction(owner, async (tx) => {
      await tx.query({ text: "insert into notes values (2, 'lost')" });
      throw new TypeError('mine');
    }),
  ).rejects.toThrow(new TypeError('mine'));
  const insertAgain = connect.transaction(owner, async (tx) => {
    await tx.query({ text: "insert into notes values (1, 'again')" });
  });
  const refused = await insertAgain.catch((error) => error);
  expect(refused).toBeInstanceOf(PlinthError);
  expect(refused).toMatchObject({ code: 'PLINTH_SQL_UNIQUE', details: { constraint: 'notes_pkey' } });
  expect(refused.stack).toContain('transaction.db.test.ts');
  expect(await count()).toBe(1);
});

test('statements sent together run in order and in one transaction', async () => {
  const rows = await connect.transaction(owner, async (tx) => {
    const all = await Promise.all([1, 2, 3].map((n) => tx.query({ text: 'select $1::int as n, txid_current()::text as tx', values: [n] })));
    return all.map((result) => result.rows[0]);
  });
  expect(rows.map((row) => row.n)).toEqual([1, 2, 3]);
  expect(new Set(rows.map((row) => row.tx)).size).toBe(1);
});

test('a savepoint undoes its own work only', async () => {
  await connect.transaction(owner, async (tx) => {
    await tx.query({ text: "insert into notes values (10, 'outer')" });
    const failed = tx.savepoint(async () => {
      await tx.query({ text: "insert into notes values (11, 'inner')" });
      await tx.query({ text: "insert into notes values (12, 'bad')" });
    });
    await expect(failed).rejects.toMatchObject({ code: 'PLINTH_SQL_CHECK' });
    await tx.savepoint(() => tx.query({ text: "insert into notes values (13, 'second')" }));
  });
  const { rows } = await database.client.query('select id from notes where id >= 10 order by id');
  expect(rows).toEqual([{ id: 10 }, { id: 13 }]);
});

test('[I6] a swallowed error is not taken for a commit', async () => {
  const work = connect.transaction(owner, async (tx) => {
    await tx.query({ text: "insert into notes values (20, 'x')" });
    await tx.query({ text: 'select 1/0' }).catch(() => {});
  });
  await expect(work).rejects.toMatchObject({ code: 'PLINTH_CONNECT_NOT_COMMITTED', cause: { code: 'PLINTH_SQL_BAD_VALUE' } });
});

test('[I6] a transaction ended by its own work is an error', async () => {
  await expect(connect.transaction(owner, (tx) => tx.query({ text: 'commit' }))).rejects.toMatchObject({
    code: 'PLINTH_CONNECT_ENDED_INSIDE',
  });
});

test('a transaction cannot be used after its end', async () => {
  const tx = await connect.transaction(owner, async (tx) => tx);
  await expect(tx.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'PLINTH_CONNECT_TRANSACTION_OVER' });
});

test('isolation and read-only reach the server', async () => {
  const { rows } = await connect.transaction({ ...owner, isolation: 'serializable', isReadOnly: true }, (tx) =>
    tx.query({
      text: "select current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as is_read_only",
    }),
  );
  expect(rows).toEqual([{ isolation: 'serializable', is_read_only: 'on' }]);
  const write = connect.transaction({ ...owner, isReadOnly: true }, (tx) => tx.query({ text: "insert into notes values (30, 'x')" }));
  await expect(write).rejects.toMatchObject({ code: 'PLINTH_SQL_READ_ONLY' });
});

test('a deadline longer than the default is told to the server', async () => {
  const settings = (deadlineMs?: number) =>
    connect.transaction({ ...owner, ...(deadlineMs && { deadlineMs }) }, async (tx) => {
      const { rows } = await tx.query({
        text: "select current_setting('statement_timeout') as a, current_setting('transaction_timeout') as b, current_setting('lock_timeout') as c",
      });
      return rows[0];
    });
  expect(await settings()).toEqual({ a: '35s', b: '35s', c: '10s' });
  expect(await settings(55_000)).toEqual({ a: '1min', b: '1min', c: '10s' });
  expect(await settings()).toEqual({ a: '35s', b: '35s', c: '10s' });
});

test('work with a longer deadline is not ended by the server at the end of the shorter one', async () => {
  await using impatient = await openPlain(database.endpoint, { deadlineMs: 100 });
  // Five seconds is how much later than the deadline the server would end it.
  const { rows } = await impatient.transaction({ ...owner, deadlineMs: 20_000 }, (tx) =>
    tx.query({ text: 'select 1 as n from pg_sleep(5.5)' }),
  );
  expect(rows).toEqual([{ n: 1 }]);
});

test('values arrive as the types promise, and a number that is none is refused', async () => {
  const { rows } = await connect.transaction(owner, (tx) =>
    tx.query({
      text: `select 9007199254740991 as n, array[1, null]::int8[] as ns, '2020-02-29'::date as d, 1.10::numeric as x,
        '2020-01-01 00:00:00Z'::timestamptz as t, '\\x00ff'::bytea as b, '{"a":1}'::jsonb as j`,
    }),
  );
  expect(rows).toEqual([
    {
      n: 9007199254740991,
      ns: [1, null],
      d: '2020-02-29',
      x: '1.10',
      t: new Date('2020-01-01T00:00:00Z'),
      b: Buffer.from([0, 255]),
      j: { a: 1 },
    },
  ]);
  const tooLarge = connect.transaction(owner, (tx) => tx.query({ text: 'select 9007199254740993 as n' }));
  await expect(tooLarge).rejects.toMatchObject({ code: 'PLINTH_CONNECT_NUMBER_TOO_LARGE' });
});

test('[I10] a named statement survives a change of its result type', async () => {
  await database.client.query('create table things (a int)');
  const list = defineQuery<Record<string, never>, Record<string, unknown>>('list_things', [], 'select * from things');
  const read = () => connect.transaction(owner, (tx) => list.all(tx, {}));
  await Promise.all([read(), read()]);
  await database.client.query("alter table things add column b text default 'new'; insert into things values (1)");
  expect(await read()).toEqual([{ a: 1, b: 'new' }]);

  await using session = await connect.session({ tier: 'oltp', tag: 'test.session' });
  await list.all(session, {});
  await database.client.query('alter table things drop column b');
  expect(await list.all(session, {})).toEqual([{ a: 1 }]);
});

test('[I10] a connection keeps a bounded number of prepared statements', async () => {
  const prepared = await connect.transaction(owner, async (tx) => {
    for (let i = 0; i < 300; i++) await tx.query({ name: `s${i}`, text: `select ${i}` });
    // Evicted long ago; prepared again without anybody noticing.
    expect((await tx.query({ name: 's0', text: 'select 0 as x' })).rows).toEqual([{ x: 0 }]);
    return (await tx.query({ text: 'select count(*)::int as n from pg_prepared_statements' })).rows[0].n;
  });
  expect(prepared).toBe(256);
});

test('two statements of one name do not meet', async () => {
  const rows = await connect.transaction(owner, async (tx) => [
    (await tx.query({ name: 'find', text: 'select 1 as x' })).rows[0],
    (await tx.query({ name: 'find', text: 'select 2 as y' })).rows[0],
  ]);
  expect(rows).toEqual([{ x: 1 }, { y: 2 }]);
});

test('a session is the owner’s, hears notifications, and closes with its signal', async () => {
  const controller = new AbortController();
  await using session = await connect.session({ tier: 'oltp', tag: 'test.listen', signal: controller.signal });
  const heard: string[] = [];
  session.onNotification((channel, payload) => heard.push(`${channel}:${payload}`));
  await session.query({ text: 'listen news' });
  await database.client.query("notify news, 'today'");
  await until(() => heard.length > 0);
  expect(heard).toEqual(['news:today']);

  const lost = new Promise((resolve) => session.onLost(resolve));
  const sleeping = session.query({ text: 'select pg_sleep(20)' });
  controller.abort();
  await expect(sleeping).rejects.toThrow();
  await lost;
  await until(
    async () =>
      (
        await database.client.query(
          "select from pg_stat_activity where datname = current_database() and application_name = 'plinth:test.listen'",
        )
      ).rowCount === 0,
  );
});
