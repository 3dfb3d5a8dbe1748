import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { nilUuid, silentLog, systemClock, type Tier, uuidv7 } from '../../../../kernel/index.ts';
import type { Tenant } from '../../../../trust/tenancy/index.ts';
import type { JobKind, Outbox, OutgoingJob, Uniqueness } from '../../index.ts';
import { openQueueTest, type QueueTest } from './fixture.ts';

let on: QueueTest;
let tenants: [Tenant, Tenant];
let names = 0;

beforeAll(async () => {
  on = await openQueueTest();
  tenants = [await on.tenancy.create({ slug: 'one' }), await on.tenancy.create({ slug: 'two' })];
});
afterAll(() => on[Symbol.asyncDispose]());

type Payload = { readonly user: number; readonly text?: string };
const kindWith = (unique: Uniqueness): JobKind<Payload> =>
  on.queue.define<Payload>({ name: `unique-${++names}`, queue: 'default', unique: { fields: ['user'], ...unique } });
const jobsOf = ({ name }: JobKind<Payload>) =>
  on.rows(
    `select j.id, j.payload, j.due, j.tenant_id, r.id is not null as is_ready, d.due as delayed_due from queue.jobs j
     left join queue.job_ready r on r.id = j.id left join queue.job_delayed d on d.id = j.id where j.job_type = $1 order by j.id`,
    [name],
  );
const takeOff = (id: string) => on.rows('delete from queue.job_ready where id = $1', [id]);
/** As the end of a run does. */
const end = (id: string) =>
  on.rows(
    `with j as (update queue.jobs set status = 'completed', completed = now() where id = $1 returning tenant_id, id, follow)
     select queue.release_unique(array_agg(tenant_id), array_agg((follow ->> 'unique')::uuid), array_agg(id)) from j where follow ? 'unique'`,
    [id],
  );

describe('[I7] of unique jobs with the same key there is one', () => {
  test('64 at once are one, for each tenant', async () => {
    const kind = kindWith({});
    const calls = Array.from({ length: 64 }, (_, n) =>
      on.queue.enqueue(kind, { user: 1, text: `${n}` }, { tenantId: tenants[n % 2]?.id as string }),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(2);
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(2);
    expect((await jobsOf(kind)).map(({ tenant_id }) => tenant_id).sort()).toEqual(tenants.map(({ id }) => id).sort());
  });

  test('also over processes, among many, in transactions and from SQL', async () => {
    const kind = kindWith({});
    await on.queue.definitions.sync();
    const inside = () =>
      on.tenancy.run({ tenantId: tenants[0].id }, { tier: 'oltp', tag: 'test' }, (tx) => on.queue.enqueueIn(tx, kind, { user: 1 }));
    const tenantId = tenants[0].id;
    const many = () =>
      on.queue.enqueueMany(kind, [
        { payload: { user: 2 }, tenantId },
        { payload: { user: 1 }, tenantId },
        { payload: { user: 2 }, tenantId },
      ]);
    const bySql = () =>
      on.tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test' }, (tx) =>
        tx.query({ text: `select queue.enqueue(null, '${kind.name}', '{"user": 2, "more": true}')` }),
      );
    await Promise.all(
      Array.from({ length: 4 }, () => [inside(), many(), bySql(), on.queue.enqueue(kind, { user: 1 }, { tenantId })]).flat(),
    );
    expect((await jobsOf(kind)).map(({ payload }) => (payload as Payload).user).sort()).toEqual([1, 2]);
  });

  test('all of the payload is the key where no fields are named, however it is written', async () => {
    const kind = on.queue.define<unknown>({ name: `whole-${++names}`, queue: 'default', unique: {} });
    const [first, second, third] = await on.queue.enqueueMany(kind, [
      { payload: { a: 1, b: 2 } },
      { payload: { b: 2, a: 1 } },
      { payload: { a: 1 } },
    ]);
    expect([first?.isNew, second?.isNew, third?.isNew]).toEqual([true, false, true]);
    expect(second?.id).toBe(first?.id);
  });

  test('what is rolled back takes no key', async () => {
    const kind = kindWith({});
    const undone = on.connect.transaction({ tier: 'queue', as: 'owner', tag: 'test' }, async (tx) => {
      await on.queue.enqueueIn(tx, kind, { user: 1 });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await on.queue.enqueue(kind, { user: 1 })).toMatchObject({ isNew: true });
  });

  test('the same id twice is no conflict, and takes no key after its end', async () => {
    const kind = kindWith({ onConflict: 'reject' });
    const id = uuidv7();
    const outcomes = await Promise.all([1, 2].map(() => on.queue.enqueue(kind, { user: 1 }, { id })));
    expect(outcomes.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    await takeOff(id);
    await end(id);
    expect(await on.queue.enqueue(kind, { user: 1 }, { id })).toEqual({ id, isNew: false });
    expect(await on.queue.enqueue(kind, { user: 1 })).toMatchObject({ isNew: true });
  });
});

describe('[I8] a key is held as long as its type says', () => {
  test('completed: while it waits and runs, and a key that was taken over is not given back', async () => {
    const kind = kindWith({ until: 'completed' });
    const { id } = await on.queue.enqueue(kind, { user: 1 });
    await takeOff(id);
    expect(await on.queue.enqueue(kind, { user: 1 })).toEqual({ id, isNew: false });
    await end(id);
    const next = await on.queue.enqueue(kind, { user: 1 });
    expect(next.isNew).toBe(true);
    await end(id);
    expect(await on.queue.enqueue(kind, { user: 1 })).toEqual({ id: next.id, isNew: false });
  });

  test('started: until a worker takes it, and a claim that is about to commit is waited for', async () => {
    const kind = kindWith({ until: 'started' });
    const { id } = await on.queue.enqueue(kind, { user: 1 });
    expect(await on.queue.enqueue(kind, { user: 1 })).toEqual({ id, isNew: false });
    await using claim = await on.connect.session({ tier: 'queue', tag: 'test.claim' });
    await claim.query({ text: 'begin' });
    await claim.query({ text: 'delete from queue.job_ready where id = $1', values: [id] });
    const second = on.queue.enqueue(kind, { user: 1 });
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%put_unique%'`;
    await until(async () => (await on.rows(waits)).length > 0);
    await claim.query({ text: 'commit' });
    expect(await second).toMatchObject({ isNew: true });
  });

  test('for some time, and then it is swept', async () => {
    const kind = kindWith({ until: { ms: 60_000 } });
    const { id } = await on.queue.enqueue(kind, { user: 1 });
    await takeOff(id);
    await end(id);
    expect(await on.queue.enqueue(kind, { user: 1 })).toEqual({ id, isNew: false });
    await on.rows("update queue.job_unique_keys set expires = now() - interval '1 second' where job_id = $1", [id]);
    const next = await on.queue.enqueue(kind, { user: 1 });
    expect(next.isNew).toBe(true);
    await on.rows("update queue.job_unique_keys set expires = now() - interval '1 second' where job_id = $1", [next.id]);
    expect(await on.rows('select queue.sweep_unique() as gone')).toEqual([{ gone: '1' }]);
  });
});

describe('[I9] what becomes of a job whose key is taken', () => {
  test('replace: the one that waits gets the payload; one that runs is left alone and the other comes after it', async () => {
    const kind = kindWith({ onConflict: 'replace' });
    const { id } = await on.queue.enqueue(kind, { user: 1, text: 'a' });
    expect(await on.queue.enqueue(kind, { user: 1, text: 'b' })).toEqual({ id, isNew: false });
    expect((await jobsOf(kind)).map(({ payload }) => payload)).toEqual([{ user: 1, text: 'b' }]);
    await takeOff(id);
    expect(await on.queue.enqueue(kind, { user: 1, text: 'c' })).toMatchObject({ isNew: true });
    expect((await jobsOf(kind)).map(({ payload }) => (payload as Payload).text)).toEqual(['b', 'c']);
  });

  test('reschedule: and the due time, as the application too', async () => {
    const kind = kindWith({ onConflict: 'reschedule', until: 'started' });
    const at = (s: number) => new Date(Date.now() + s * 1_000);
    const tenantId = tenants[0].id;
    const { id } = await on.queue.enqueue(kind, { user: 1, text: 'a' }, { due: at(60), tenantId });
    const due = at(120);
    await on.tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test' }, (tx) =>
      on.queue.enqueueIn(tx, kind, { user: 1, text: 'b' }, { due }),
    );
    expect(await jobsOf(kind)).toMatchObject([{ id, payload: { text: 'b' }, due, delayed_due: due, is_ready: false }]);
    await on.queue.enqueue(kind, { user: 1, text: 'c' }, { tenantId });
    expect(await jobsOf(kind)).toMatchObject([{ id, payload: { text: 'c' }, delayed_due: null, is_ready: true }]);
    await on.queue.enqueue(kind, { user: 1, text: 'd' }, { due, tenantId });
    expect(await jobsOf(kind)).toMatchObject([{ id, payload: { text: 'd' }, delayed_due: due, is_ready: false }]);
  });

  test('reject: says which one has it, alone among those that share its statement', async () => {
    const kind = kindWith({ onConflict: 'reject' });
    const { id } = await on.queue.enqueue(kind, { user: 1 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((user) => on.queue.enqueue(kind, { user })));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'PLINTH_QUEUE_CONFLICT', message: expect.stringContaining(id) } });
    await expect(on.queue.enqueueMany(kind, [{ payload: { user: 4 } }, { payload: { user: 1 } }])).rejects.toThrow(id);
    expect(await jobsOf(kind)).toHaveLength(3);
    await expect(on.rows(`select queue.enqueue(null, '${kind.name}', '{"user": 1}')`)).rejects.toThrow(id);
  });
});

describe('[I10] workers are told once it is committed, of the queue and nothing else', () => {
  test('not of what is rolled back or due later, and of nothing else', async () => {
    await using session = await on.connect.session({ tier: 'queue', tag: 'test.listen' });
    const heard: string[] = [];
    session.onNotification((channel, payload) => heard.push(`${channel} ${payload}`));
    await session.query({ text: 'listen plinth_queue' });
    const kind = kindWith({});
    const { id: queueId } = await on.queue.definitions.queue('default');
    const told: number[] = [];
    const stop = on.queue.onReady((ids) => told.push(...ids));
    const inside = async (isKept: boolean) =>
      on.connect.transaction({ tier: 'queue', as: 'system', tag: 'test' }, async (tx) => {
        await on.queue.enqueueIn(tx, kind, { user: 1 });
        if (!isKept) throw new Error('undone');
      });

    await on.queue.enqueue(kind, { user: 2 }, { due: new Date(Date.now() + 3_600_000) });
    await expect(inside(false)).rejects.toThrow('undone');
    await inside(true);
    await until(async () => {
      // What was notified before is delivered before the answer.
      await session.query({ text: 'select' });
      return heard.length > 0;
    });
    expect(heard).toEqual([`plinth_queue ${queueId}`]);
    // A transaction of the caller tells of itself as it commits.
    expect(told).toEqual([]);
    await on.queue.enqueue(kind, { user: 3 });
    expect(told).toEqual([queueId]);
    stop();
  });

  test('that nobody can be told fails nothing', async () => {
    const { openEnqueue } = await import('../index.ts');
    const deaf = {
      ...delegate(on.connect),
      transaction: ((request, work) =>
        request.tag === 'queue.wake'
          ? Promise.reject(new Error('full'))
          : on.connect.transaction(request, work)) as typeof on.connect.transaction,
    };
    const { clock, log } = quiet();
    await using enqueue = openEnqueue({
      connect: deaf,
      tenancy: on.tenancy,
      clock,
      log,
      definitions: on.queue.definitions,
      outbox: () => undefined,
    });
    const kind = on.queue.define({ name: `unheard-${++names}`, queue: 'analytics' });
    expect(await enqueue.enqueue(kind, 1)).toMatchObject({ isNew: true });
  });
});

describe('[I11] a transaction in another database goes through the outbox', () => {
  test('with the job as it was checked; without an outbox it is refused', async () => {
    const { openEnqueue } = await import('../index.ts');
    const carried: OutgoingJob[] = [];
    let outbox: Outbox | undefined;
    const apart = { ...delegate(on.connect), databaseKey: (tier: Tier) => tier };
    const { clock, log } = quiet();
    await using enqueue = openEnqueue({
      connect: apart,
      tenancy: on.tenancy,
      clock,
      log,
      definitions: on.queue.definitions,
      outbox: () => outbox,
    });
    const kind = on.queue.define({ name: `apart-${++names}`, queue: 'default', band: 'low' });
    const call = () =>
      on.tenancy.run({ tenantId: tenants[0].id }, { tier: 'oltp', tag: 'test' }, (tx) => enqueue.enqueueIn(tx, kind, { a: 1 }));
    await expect(call()).rejects.toThrow(expect.objectContaining({ code: 'PLINTH_QUEUE_NO_OUTBOX' }));
    outbox = { put: async (_, jobs) => void carried.push(...jobs) };
    const { id } = await call();
    expect(await on.rows('select from queue.jobs where id = $1', [id])).toEqual([]);
    await on.queue.deliver(JSON.parse(JSON.stringify(carried)));
    expect(await on.rows('select tenant_id, band, payload from queue.jobs where id = $1', [id])).toEqual([
      { tenant_id: tenants[0].id, band: 3, payload: { a: 1 } },
    ]);
  });
});

describe('[I12] who is let in decides before anything is written', () => {
  test('refused, or as Background, by queue and tenant', async () => {
    const { openEnqueue } = await import('../index.ts');
    const asked: unknown[] = [];
    const { clock, log } = quiet();
    await using enqueue = openEnqueue({
      ...{ connect: on.connect, tenancy: on.tenancy, clock, log, definitions: on.queue.definitions, outbox: () => undefined },
      admit({ queue, tenantId, count, isBulk }) {
        asked.push([queue.name, tenantId, count, isBulk]);
        if (!isBulk) throw new Error('full');
        return tenantId === nilUuid ? 'demote' : 'accept';
      },
    });
    const kind = on.queue.define({ name: `admitted-${++names}`, queue: 'default' });
    await expect(enqueue.enqueue(kind, 1)).rejects.toThrow('full');
    await enqueue.enqueueMany(kind, [{ payload: 1 }, { payload: 2, tenantId: tenants[0].id }, { payload: 3 }]);
    expect(asked).toEqual([
      ['default', nilUuid, 1, false],
      ['default', nilUuid, 2, true],
      ['default', tenants[0].id, 1, true],
    ]);
    expect(await on.rows('select payload, band from queue.jobs where job_type = $1 order by id', [kind.name])).toEqual([
      { payload: 1, band: 4 },
      { payload: 2, band: 2 },
      { payload: 3, band: 4 },
    ]);
  });
});

const quiet = () => ({ clock: systemClock, log: silentLog });
const delegate = (connect: Connect): Connect => ({
  transaction: (request, work) => connect.transaction(request, work),
  session: (request) => connect.session(request),
  pools: () => connect.pools(),
  renew: (login) => connect.renew(login),
  databaseKey: (tier) => connect.databaseKey(tier),
  [Symbol.asyncDispose]: async () => {},
});
