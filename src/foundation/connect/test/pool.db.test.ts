import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { testDatabase, until } from '../../../../tests/support/index.ts';
import type { Connect, ConnectOptions } from '../index.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openPlain, plainContext } from './harness.ts';

const database = await testDatabase();
const request = { tier: 'oltp', as: { tenantId: 'a' }, tag: 'test.work' } as const;

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
});
const open = async (options: Partial<ConnectOptions> = {}) => cleanup.use(await openPlain(database.endpoint, options));

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc') as () => void;

const sleep = (seconds: number) => ({ text: 'select pg_sleep($1)', values: [seconds] });
const serverSessions = async (where: string) =>
  (await database.client.query(`select pid from pg_stat_activity where datname = current_database() and ${where}`)).rows;

/** Holds `count` connections of a pool until the returned function is called. */
async function hold(connect: Connect, count: number, given = {}): Promise<() => Promise<unknown>> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const held = Array.from({ length: count }, () =>
    connect.transaction({ ...request, tag: 'test.holder', ...given }, async () => {
      begun++;
      await promise;
    }),
  );
  await until(() => begun === count);
  return () => {
    resolve();
    return Promise.all(held);
  };
}

test('[I3] a full pool says who holds it and how long was waited; other priorities are untouched', async () => {
  const connect = await open({ oltpConnections: 2, acquireTimeoutMs: 200 });
  const release = await hold(connect, 2);
  const error = await connect.transaction(request, async () => {}).catch((error) => error);
  expect(error).toMatchObject({ code: 'PLINTH_CONNECT_POOL_EXHAUSTED', retryable: true });
  expect(error.details).toMatchObject({ max: 2, tag: 'test.work' });
  expect(error.details.waitedMs).toBeGreaterThanOrEqual(190);
  expect(error.message).toMatch(/all 2 are taken: test\.holder for \d+ ms, test\.holder for \d+ ms/);
  const snapshot = connect.pools().find((pool) => pool.login === 'app');
  expect(snapshot).toMatchObject({ max: 2, active: 2, idle: 0, waiting: 0, holders: [{ tenantId: 'a' }, {}] });
  await connect.transaction({ ...request, priority: 'critical' }, async () => {});
  await connect.transaction({ ...request, as: 'owner' }, async () => {});
  await release();
});

test('[I3] who waits is served in order; one too many is turned away at once', async () => {
  const connect = await open({ oltpConnections: 1, queueLimit: 3 });
  const release = await hold(connect, 1);
  const served: number[] = [];
  const waiting = [1, 2, 3].map((n) => connect.transaction(request, async () => void served.push(n)));
  await until(() => connect.pools()[0]?.waiting === 3);
  await expect(connect.transaction(request, async () => {})).rejects.toMatchObject({ code: 'PLINTH_CONNECT_QUEUE_FULL' });
  await release();
  await Promise.all(waiting);
  expect(served).toEqual([1, 2, 3]);
});

test('[I15] a tenant that has its share waits while others are served; its flood turns away nobody else', async () => {
  const refused = (held: number, waiting: number) => Object.assign(new Error('share'), { held, waiting });
  const share = ({ tenantId }: { tenantId: string }) => (tenantId.toLowerCase() === 'a' ? { most: 2, refused } : undefined);
  const options = { oltpConnections: 4, queueLimit: 4, acquireTimeoutMs: 300 };
  const connect = cleanup.use(await openPlain(database.endpoint, options, { sessionContext: () => ({ ...plainContext, share }) }));
  const release = await hold(connect, 2, { as: { tenantId: 'A' } });
  const served: string[] = [];
  const work = (tenantId: string) => connect.transaction({ ...request, as: { tenantId } }, async () => void served.push(tenantId));
  const waiting = [work('a'), work('a')];
  await until(() => connect.pools().some((pool) => pool.waiting === 2));
  // Two of the four places in line are its own, however its id is written.
  await expect(work('A')).rejects.toMatchObject({ held: 2, waiting: 2 });
  await Promise.all([work('b'), work('b'), work('b')]);
  expect(served).toEqual(['b', 'b', 'b']);
  await release();
  await Promise.all(waiting);
  expect(served.slice(3)).toEqual(['a', 'a']);
  const again = await hold(connect, 2);
  await expect(work('a')).rejects.toMatchObject({ held: 2, waiting: 1 });
  await again();
  // Not one connection more than there was work for.
  expect(connect.pools().find((pool) => pool.login === 'app')).toMatchObject({ active: 0, waiting: 0 });
});

test('[I3] the maximum is never passed, however many come at once', async () => {
  const connect = await open({ oltpConnections: 3 });
  let most = 0;
  await Promise.all(
    Array.from({ length: 60 }, () =>
      connect.transaction(request, async (tx) => {
        const { rows } = await tx.query({
          text: "select count(*)::int as n from pg_stat_activity where application_name = 'plinth:test.work' and datname = current_database()",
        });
        most = Math.max(most, rows[0].n);
      }),
    ),
  );
  expect(most).toBe(3);
});

test('[I4] a waiting caller leaves with its signal or deadline, and the queue forgets it', async () => {
  const connect = await open({ oltpConnections: 1 });
  const release = await hold(connect, 1);
  const controller = new AbortController();
  const aborted = connect.transaction({ ...request, signal: controller.signal }, async () => {});
  const late = connect.transaction({ ...request, deadlineMs: 150 }, async () => {});
  controller.abort('enough');
  await expect(aborted).rejects.toMatchObject({ code: 'PLINTH_CONNECT_ABORTED', cause: 'enough' });
  await expect(late).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  expect(connect.pools()[0]?.waiting).toBe(0);
  await release();
});

test('[I4] work that ignores its deadline is left behind, its connection is not', async () => {
  const connect = await open({ oltpConnections: 1 });
  let reason: unknown;
  const stuck = connect.transaction({ ...request, deadlineMs: 150 }, async (tx) => {
    tx.signal.addEventListener('abort', () => {
      reason = tx.signal.reason;
    });
    await new Promise(() => {});
  });
  await expect(stuck).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  expect(reason).toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  expect(connect.pools()[0]).toMatchObject({ active: 0, idle: 1 });
});

test('[I8] a cancelled statement has stopped before its call ends, and the connection is used again', async () => {
  const connect = await open({ oltpConnections: 1 });
  const pid = () => connect.transaction(request, async (tx) => (await tx.query({ text: 'select pg_backend_pid() as pid' })).rows[0].pid);
  const before = await pid();
  const work = connect.transaction({ ...request, deadlineMs: 200 }, (tx) => tx.query(sleep(30)));
  await expect(work).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  expect(await serverSessions(`pid = ${before} and state <> 'idle'`)).toEqual([]);
  expect(await pid()).toBe(before);
});

test('[I8] cancels that come just as statements end hit nobody else', async () => {
  const connect = await open({ oltpConnections: 2 });
  const outcomes = { done: 0, aborted: 0 };
  for (let i = 0; i < 150; i++) {
    const controller = new AbortController();
    const work = connect.transaction({ ...request, signal: controller.signal }, (tx) => tx.query(sleep(0.002)));
    setTimeout(() => controller.abort(), 1 + (i % 5));
    await work.then(
      () => outcomes.done++,
      (error) => {
        expect(error.code).toBe('PLINTH_CONNECT_ABORTED');
        outcomes.aborted++;
      },
    );
    await connect.transaction({ ...request, isRetryable: false }, (tx) => tx.query({ text: 'select 1' }));
  }
  expect(outcomes.aborted).toBeGreaterThan(10);
});

test('[I7] a connection that cannot be cleaned is closed', async () => {
  await using proxy = await startFaultProxy(database.endpoint);
  const connect = cleanup.use(await openPlain(proxy.endpoint, { oltpConnections: 1 }));
  const work = connect.transaction({ ...request, deadlineMs: 200 }, async (tx) => {
    proxy.fault = 'black hole';
    await tx.query(sleep(5));
  });
  await expect(work).rejects.toMatchObject({ code: 'PLINTH_CONNECT_DEADLINE' });
  expect(connect.pools()[0]).toMatchObject({ active: 0, idle: 0 });
  proxy.fault = 'none';
  await connect.transaction(request, (tx) => tx.query({ text: 'select 1' }));
});

test('[I7] a connection in which something was left behind is closed', async () => {
  const connect = await open({ oltpConnections: 1 });
  const pidAfter = (text: string) =>
    connect.transaction(request, async (tx) => {
      await tx.query({ text });
      return (await tx.query({ text: 'select pg_backend_pid() as pid' })).rows[0].pid;
    });
  const untouched = await pidAfter('set local search_path = pg_catalog');
  expect(await pidAfter('select 1')).toBe(untouched);
  for (const text of ['prepare stray as select 1', 'listen stray', 'set search_path = stray']) {
    const before = await pidAfter(text);
    expect(await pidAfter('select 1'), text).not.toBe(before);
  }
});

test('[I7] idle connections age out, old ones are replaced, one stays', async () => {
  const connect = await open({ oltpConnections: 3, idleTimeoutMs: 100, lifetimeMs: 1_800_000 });
  await (await hold(connect, 3))();
  expect(connect.pools()[0]?.idle).toBe(3);
  await until(() => connect.pools()[0]?.idle === 1);
  const short = await open({ oltpConnections: 1, lifetimeMs: 1_000 });
  await (await hold(short, 1))();
  await until(() => short.pools()[0]?.idle === 0);
});

test('[I8] 10 000 calls leave no listener, timer or heap behind', async () => {
  const connect = await open();
  const controller = new AbortController();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const run = async (calls: number) => {
    let left = calls;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (left-- > 0)
          await connect.transaction({ ...request, signal: controller.signal }, (tx) => tx.query({ text: 'select 1', name: 'one' }));
      }),
    );
  };
  await run(2_000);
  gc();
  const before = { timers: timers(), heap: process.memoryUsage().heapUsed };
  await run(10_000);
  gc();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(before.timers + 1);
  expect(process.memoryUsage().heapUsed - before.heap).toBeLessThan(2_000_000);
});

test('COPY in and out, with back-pressure, inside the transaction', async () => {
  const connect = await open();
  const owner = { ...request, as: 'owner' } as const;
  await connect.transaction(owner, async (tx) => {
    await tx.query({ text: 'create table lines (id int, body text)' });
    let made = 0;
    const source = Readable.from(
      (function* () {
        for (let i = 0; i < 20_000; i++) {
          made++;
          yield `${i}\t${'x'.repeat(200)}\n`;
        }
      })(),
    );
    const sink = tx.copyFrom('copy lines from stdin');
    await pipeline(source, sink);
    expect(made).toBe(20_000);
    expect((await tx.query({ text: 'select count(*) as n from lines' })).rows).toEqual([{ n: 20_000 }]);
  });
  const bytes = await connect.transaction(owner, (tx) => buffer(tx.copyTo('copy lines to stdout')));
  expect(bytes.length).toBeGreaterThan(4_000_000);

  // A bad row, a source that fails, a reader that stops: each ends the transaction, none blocks the pool.
  const bad = connect.transaction(owner, (tx) => pipeline(Readable.from(['no number\tx\n']), tx.copyFrom('copy lines from stdin')));
  await expect(bad).rejects.toMatchObject({ code: 'PLINTH_SQL_BAD_VALUE' });
  const failing = connect.transaction(owner, (tx) =>
    pipeline(
      Readable.from(
        (function* () {
          yield '1\tx\n';
          throw new Error('source broke');
        })(),
      ),
      tx.copyFrom('copy lines from stdin'),
    ),
  );
  await expect(failing).rejects.toThrow('source broke');
  const stopped = connect.transaction(owner, async (tx) => {
    for await (const _chunk of tx.copyTo('copy lines to stdout')) break;
  });
  await expect(stopped).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COPY_UNFINISHED' });
  const beside = connect.transaction(owner, async (tx) => {
    const sink = tx.copyFrom('copy lines from stdin');
    await tx.query({ text: 'select 1' }).finally(() => sink.destroy(new Error('given up')));
  });
  await expect(beside).rejects.toMatchObject({ code: 'PLINTH_CONNECT_COPY_UNFINISHED' });
  expect((await connect.transaction(owner, (tx) => tx.query({ text: 'select count(*) as n from lines' }))).rows).toEqual([{ n: 20_000 }]);
});

test('[I14] renewing a login replaces its connections as their work ends, and no other login notices', async () => {
  const connect = await open({ oltpConnections: 2 });
  const pidOf = (as: typeof request.as | 'owner') =>
    connect.transaction(
      { ...request, as },
      async (tx) => ((await tx.query({ text: 'select pg_backend_pid() as pid' })).rows[0] as { pid: number }).pid,
    );
  const release = await hold(connect, 1);
  const [idle, owner] = [await pidOf(request.as), await pidOf('owner')];
  const before = (await serverSessions("application_name like 'plinth:test.%'")).map(({ pid }) => pid);
  connect.renew('app');
  expect(await pidOf(request.as)).not.toBe(idle);
  expect(await pidOf('owner')).toBe(owner);
  await release();
  const lives = (await until(async () => {
    const now = (await serverSessions("application_name like 'plinth:test.%'")).map(({ pid }) => pid);
    return now.filter((pid) => before.includes(pid)).length === 1 && now;
  })) as number[];
  expect(lives).toContain(owner);
});

test('closing refuses who waits, ends who works, and leaves no connection', async () => {
  const connect = await openPlain(database.endpoint, { oltpConnections: 1 });
  const running = connect.transaction(request, (tx) => tx.query(sleep(30))).catch((error) => error.code);
  await until(() => connect.pools()[0]?.active === 1);
  const waiting = connect.transaction(request, async () => {}).catch((error) => error.code);
  await connect[Symbol.asyncDispose]();
  expect(await waiting).toBe('PLINTH_CONNECT_CLOSED');
  expect(await running).toMatch(/PLINTH_CONNECT_(CLOSED|CONNECTION_LOST)/);
  await expect(connect.transaction(request, async () => {})).rejects.toMatchObject({ code: 'PLINTH_CONNECT_CLOSED' });
  await until(async () => (await serverSessions("application_name = 'plinth:test.work'")).length === 0);
});
