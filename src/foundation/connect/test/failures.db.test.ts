import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import { createEventBus } from '../../../kernel/index.ts';
import type { Connect, ConnectOptions } from '../index.ts';
import { type FaultProxy, isCommit, startFaultProxy } from './fault-proxy.ts';
import { openPlain } from './harness.ts';

const database = await testDatabase();
await database.client.query('create table rows (id int primary key)');
const owner = { tier: 'oltp', as: 'owner', tag: 'test.work' } as const;

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
  await database.client.query('truncate rows');
});

async function openBroken(options: Partial<ConnectOptions> = {}, deps = {}): Promise<{ proxy: FaultProxy; connect: Connect }> {
  const proxy = cleanup.use(await startFaultProxy(database.endpoint));
  const connect = cleanup.use(await openPlain(proxy.endpoint, options, deps));
  return { proxy, connect };
}

const insert = (connect: Connect, id: number, request = {}) =>
  connect.transaction({ ...owner, ...request }, (tx) => tx.query({ text: 'insert into rows values ($1)', values: [id] }));
const ids = async () => (await database.client.query('select id from rows order by id')).rows.map((row) => row.id);
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );

test('[I5] a backend killed in the middle: the whole function runs again, once', async () => {
  const { connect } = await openBroken();
  let runs = 0;
  await connect.transaction(owner, async (tx) => {
    const { rows } = await tx.query({ text: 'insert into rows values (1) returning pg_backend_pid() as pid' });
    if (++runs === 1) await database.client.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await tx.query({ text: 'insert into rows values (2)' });
  });
  expect(runs).toBe(2);
  expect(await ids()).toEqual([1, 2]);
});

test('[I5] a serialization failure is tried again, a constraint violation is not', async () => {
  const { connect } = await openBroken();
  await insert(connect, 1);
  let runs = 0;
  await connect.transaction({ ...owner, isolation: 'repeatable read' }, async (tx) => {
    await tx.query({ text: 'select from rows' });
    if (++runs === 1) await database.client.query('update rows set id = 2 where id = 1');
    await tx.query({ text: 'update rows set id = id + 10' });
  });
  expect(runs).toBe(2);
  expect(await ids()).toEqual([12]);

  runs = 0;
  const violated = connect.transaction(owner, async (tx) => {
    runs++;
    await tx.query({ text: 'insert into rows values (12)' });
  });
  await expect(violated).rejects.toMatchObject({ code: 'PLINTH_SQL_UNIQUE' });
  expect(runs).toBe(1);
});

test('[I5] an error of the work that hides a conflict does not hide it from the retry', async () => {
  const { connect } = await openBroken();
  let runs = 0;
  await connect.transaction(owner, async (tx) => {
    if (++runs > 1) return;
    await tx.query({ text: "do $$ begin raise exception 'conflict' using errcode = '40001'; end $$" }).catch((error) => {
      throw new Error('wrapped', { cause: error });
    });
  });
  expect(runs).toBe(2);
});

test('[I6] the answer to COMMIT is lost: in doubt, and never run again', async () => {
  const { proxy, connect } = await openBroken();
  await insert(connect, 0);
  let runs = 0;
  for (const [cut, id] of [
    ['cut after', 1],
    ['cut before', 2],
  ] as const) {
    proxy.onRequest = (chunk) => (isCommit(chunk) ? cut : 'pass');
    const work = connect.transaction(owner, (tx) => {
      runs++;
      return tx.query({ text: 'insert into rows values ($1)', values: [id] });
    });
    await expect(work).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COMMIT_IN_DOUBT', retryable: false });
  }
  expect(runs).toBe(2);
  // The server committed the first and never heard of the second: in doubt means either.
  await until(async () => (await ids()).includes(1));
  expect(await ids()).toEqual([0, 1]);
});

test('[I6] a statement nobody awaited, lost together with COMMIT, does not make it run again', async () => {
  const { proxy, connect } = await openBroken();
  await insert(connect, 0);
  proxy.onRequest = (chunk) => (isCommit(chunk) ? 'cut after' : 'pass');
  let runs = 0;
  const work = connect.transaction(owner, async (tx) => {
    runs++;
    tx.query({ text: 'insert into rows select 1 from pg_sleep(0.1)' }).catch(() => {});
  });
  await expect(work).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COMMIT_IN_DOUBT' });
  expect(runs).toBe(1);
});

test('[I6] a COMMIT in flight is not cancelled by deadline or signal', async () => {
  const { proxy, connect } = await openBroken();
  await database.client.query(`create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.6); return null; end $$;
    create constraint trigger slow after insert on rows deferrable initially deferred for each row execute function slow()`);
  const controller = new AbortController();
  proxy.onRequest = (chunk) => {
    if (isCommit(chunk)) controller.abort();
    return 'pass';
  };
  await insert(connect, 1, { deadlineMs: 300, signal: controller.signal });
  expect(await ids()).toEqual([1]);
  await database.client.query('drop trigger slow on rows');
});

test('[I6] every acknowledged write is there once, every refused one is not, under cuts at any moment', async () => {
  const { proxy, connect } = await openBroken();
  let [requests, commits] = [0, 0];
  // Commits are counted for themselves: whether a seventh of all requests is one of them would be left to chance.
  const isCut = (chunk: Buffer) => (isCommit(chunk) ? ++commits % 9 === 0 : ++requests % 7 === 0);
  proxy.onRequest = (chunk) => (isCut(chunk) ? ((requests + commits) % 2 ? 'cut before' : 'cut after') : 'pass');
  const outcomes = new Map<number, string>();
  await Promise.all(
    Array.from({ length: 4 }, async (_, caller) => {
      for (let i = 0; i < 25; i++) {
        const id = caller * 1_000 + i;
        await insert(connect, id).then(
          () => outcomes.set(id, 'written'),
          (error) => outcomes.set(id, error.code),
        );
      }
    }),
  );
  proxy.onRequest = undefined;
  const present = new Set(await ids());
  const of = (outcome: string) => [...outcomes].filter(([, seen]) => seen === outcome).map(([id]) => id);
  expect(of('written').filter((id) => !present.has(id))).toEqual([]);
  expect(of('PLINTH_CONNECT_CONNECTION_LOST').filter((id) => present.has(id))).toEqual([]);
  expect(of('written').length).toBeGreaterThan(25);
  expect(of('PLINTH_CONNECT_COMMIT_IN_DOUBT').length).toBeGreaterThan(0);
  const named = ['written', 'PLINTH_CONNECT_COMMIT_IN_DOUBT', 'PLINTH_CONNECT_CONNECTION_LOST', 'PLINTH_CONNECT_SERVER_DOWN'];
  expect([...new Set(outcomes.values())].filter((outcome) => !named.includes(outcome))).toEqual([]);
});

test('[I7] half-closed, cut and killed idle connections cost the next caller nothing', async () => {
  const { proxy, connect } = await openBroken();
  await insert(connect, 1);
  proxy.cut();
  await insert(connect, 2, { isRetryable: false });
  await database.client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'plinth:test.work'",
  );
  await insert(connect, 3, { isRetryable: false });
  proxy.onRequest = () => 'half-close';
  await expect(insert(connect, 4, { isRetryable: false })).rejects.toThrow();
  proxy.onRequest = undefined;
  await insert(connect, 5, { isRetryable: false });
  expect((await ids()).filter((id) => id !== 4)).toEqual([1, 2, 3, 5]);
});

test('[I9] a silent server is noticed in 4 seconds, also by who waits for an answer', async () => {
  const events = createEventBus();
  const notified: string[] = [];
  events.on('notified', (event) => notified.push(event.title));
  const { proxy, connect } = await openBroken({}, { events });
  await insert(connect, 1);
  const error = await errorOf(
    connect.transaction({ ...owner, isRetryable: false }, async (tx) => {
      await tx.query({ text: 'select 1' });
      proxy.fault = 'black hole';
      await tx.query({ text: 'select 2' });
    }),
  );
  // Had it not been noticed, the deadline of the work would have ended it, under its own code.
  expect(error).toMatchObject({ code: 'PLINTH_CONNECT_CONNECTION_LOST' });
  expect(notified).toEqual(['Database server silent']);
  proxy.fault = 'none';
  await insert(connect, 2);
});

test('[I9] a slow statement is no silence', async () => {
  const { connect } = await openBroken();
  await connect.transaction(owner, (tx) => tx.query({ text: 'select pg_sleep(4.5)' }));
});

test('[I4] a connection that does not open in time is given up and destroyed', async () => {
  const { proxy, connect } = await openBroken({ connectTimeoutMs: 300 });
  proxy.fault = 'no answers';
  const error = await errorOf(insert(connect, 1, { isRetryable: false }));
  expect(error).toMatchObject({ code: 'PLINTH_CONNECT_SERVER_DOWN', retryable: true });
  await until(() => proxy.open === 0);
});

test('[I12] what cannot be opened is named: server, port, login, database', async () => {
  const { proxy, connect } = await openBroken();
  await insert(connect, 1);
  proxy.refuse();
  proxy.cut();
  const down = await errorOf(insert(connect, 2, { deadlineMs: 3_000 }));
  expect(down).toMatchObject({ code: 'PLINTH_CONNECT_SERVER_DOWN' });

  const code = (endpoint: object) => errorOf(openPlain({ ...database.endpoint, ...endpoint })).then((error) => error.code);
  expect(await code({ database: 'no_such_database' })).toBe('PLINTH_CONNECT_UNKNOWN_DATABASE');
  expect(await code({ user: 'no_such_user' })).toBe('PLINTH_CONNECT_LOGIN_REFUSED');
  expect(await code({ host: '127.0.0.1', port: await freePort() })).toBe('PLINTH_CONNECT_SERVER_DOWN');
  expect(await code({ host: 'no-such-host.invalid' })).toBe('PLINTH_CONNECT_SERVER_DOWN');
  await using other = await startFaultProxy(database.endpoint);
  const withTls = await code({ ...other.endpoint, ssl: { rejectUnauthorized: true } });
  expect(['PLINTH_CONNECT_TLS_REFUSED', 'PLINTH_CONNECT_SERVER_DOWN']).toContain(withTls);
});

test('[I12] a server without a free connection is named and asked again later', async () => {
  await database.client.query('drop role if exists connect_few; create role connect_few login connection limit 1 password $$few$$');
  const { connect } = await openBroken({}, { credentials: () => ({ login: async () => ({ user: 'connect_few', password: 'few' }) }) });
  await using _held = await connect.session({ tier: 'oltp', tag: 'test.holder' });
  const refused = await errorOf(insert(connect, 1, { deadlineMs: 2_000 }));
  expect(refused).toMatchObject({ code: 'PLINTH_CONNECT_TOO_MANY_CONNECTIONS' });
  await connect[Symbol.asyncDispose]();
  await _held[Symbol.asyncDispose]();
  await until(async () => (await database.client.query("select from pg_stat_activity where usename = 'connect_few'")).rowCount === 0);
  await database.client.query('drop role connect_few');
});

test('[I11] a configuration that cannot fit is refused with its arithmetic', async () => {
  const error = await errorOf(openPlain(database.endpoint, { oltpConnections: 500 }));
  expect(error).toMatchObject({ code: 'PLINTH_CONNECT_DOES_NOT_FIT' });
  expect(error.message).toMatch(/1008 for .*\n.*5 for sessions.*\n.*1013 needed\n.*max_connections \d+ − 3 reserved/);
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('[I6] a statement that goes alone is committed when it is answered, and in doubt when it is not', async () => {
  const { proxy, connect } = await openBroken({}, { sessionContext: () => undefined });
  const begins: string[] = [];
  const isInsert = (chunk: Buffer) => chunk.includes('insert into rows');
  const alone = (id: number) => insert(connect, id, { isSingle: true });
  await insert(connect, 0);
  proxy.onRequest = (chunk) => {
    if (chunk.includes('begin')) begins.push(chunk.toString());
    return 'pass';
  };
  await alone(1);
  expect(begins).toEqual([]);
  await expect(alone(1)).rejects.toMatchObject({ code: 'PLINTH_SQL_UNIQUE' });
  proxy.onRequest = (chunk) => (isInsert(chunk) ? 'cut after' : 'pass');
  await expect(alone(2)).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COMMIT_IN_DOUBT' });
  await until(async () => (await ids()).includes(2));
  proxy.onRequest = undefined;
  await insert(connect, 3);
  const swallowed = connect.transaction({ ...owner, isSingle: true }, async (tx) => {
    await tx.query({ text: 'insert into rows values (1)' }).catch(() => {});
  });
  await expect(swallowed).rejects.toMatchObject({ code: 'PLINTH_SQL_UNIQUE' });
  const second = connect.transaction({ ...owner, isSingle: true }, async (tx) => {
    await tx.query({ text: 'select' });
    await tx.query({ text: 'insert into rows values (4)' });
  });
  await expect(second).rejects.toMatchObject({ code: 'PLINTH_CONNECT_TRANSACTION_OVER' });
  const late = connect.transaction({ ...owner, isSingle: true, deadlineMs: 100 }, (tx) => tx.query({ text: 'select pg_sleep(60)' }));
  await expect(late).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COMMIT_IN_DOUBT' });
  expect(await ids()).toEqual([0, 1, 2, 3]);
});
