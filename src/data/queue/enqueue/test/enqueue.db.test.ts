import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connect, connectErrors } from '../../../../foundation/connect/index.ts';
import { nilUuid, silentLog, systemClock, uuidv7 } from '../../../../kernel/index.ts';
import type { Tenant } from '../../../../trust/tenancy/index.ts';
import type { JobKind, PayloadSchema } from '../../index.ts';
import { openEnqueue } from '../enqueue.ts';
import { openQueueTest, type QueueTest } from './fixture.ts';

let on: QueueTest;
let tenant: Tenant;
let send: JobKind<{ to: string }>;

const schema: PayloadSchema<{ to: string }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as { to?: unknown }).to === 'string'
        ? { value: value as { to: string } }
        : { issues: [{ message: 'is no text', path: ['to'] }] },
  },
};
/** A uuid v7 of that time, as somebody else might make it. */
function uuidAt(ms: number) {
  return `${ms
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7000-8000-000000000000`;
}
const jobsOf = (type: string) =>
  on.rows(
    `select j.*, r.slot, r.queue_id, r.type_id, d.due as delayed_due from queue.jobs j
     left join queue.job_ready r on r.id = j.id left join queue.job_delayed d on d.id = j.id where j.job_type = $1 order by j.id`,
    [type],
  );

beforeAll(async () => {
  on = await openQueueTest();
  tenant = await on.tenancy.create({ slug: 'one' });
  send = on.queue.define({ name: 'send', queue: 'email-sending', schema, band: 'high', maxAttempts: 3 });
});
afterAll(() => on[Symbol.asyncDispose]());

describe('[I1] what is enqueued is in jobs and in one place where it waits', () => {
  test('a job with what its kind and its caller say', async () => {
    const { id, isNew } = await on.queue.enqueue(send, { to: 'a@example.org' }, { tenantId: tenant.id, trace: 't' });
    expect(isNew).toBe(true);
    const [job] = await jobsOf('send');
    expect(job).toMatchObject({
      id,
      tenant_id: tenant.id,
      queue_name: 'email-sending',
      band: 1,
      max_attempts: 3,
      status: 'open',
      payload: { to: 'a@example.org' },
      trace: 't',
      slot: 0,
      queue_id: (await on.queue.definitions.queue('email-sending')).id,
      type_id: (await on.queue.definitions.kind('send')).typeId,
      delayed_due: null,
    });
  });

  test('of nobody it is the platform’s own; later it is delayed; past is now', async () => {
    const later = new Date(Date.now() + 60_000);
    const kind = on.queue.define({ name: 'places', queue: 'default' });
    await on.queue.enqueueMany(kind, [
      { payload: 1, due: later, queue: 'content', band: 'critical', maxAttempts: 1 },
      { payload: null, due: new Date(0) },
    ]);
    const [delayed, ready] = await jobsOf('places');
    expect(delayed).toMatchObject({
      tenant_id: nilUuid,
      delayed_due: later,
      due: later,
      slot: null,
      queue_name: 'content',
      band: 0,
      max_attempts: 1,
    });
    expect(ready).toMatchObject({ slot: 0, payload: null, delayed_due: null, band: 2, max_attempts: 20 });
    expect(Date.now() - (ready as { due: Date }).due.getTime()).toBeLessThan(60_000);
  });

  test('the slot is the one that takes new rows', async () => {
    await on.rows('update queue.ready_slots set slot = 2');
    const kind = on.queue.define({ name: 'slotted', queue: 'default' });
    await on.queue.enqueue(kind, {});
    await on.rows('update queue.ready_slots set slot = 0');
    expect(await jobsOf('slotted')).toMatchObject([{ slot: 2 }]);
  });
});

describe('[I2] the same id is one job', () => {
  test('at the same time, one after the other, and among many', async () => {
    const kind = on.queue.define({ name: 'once', queue: 'default' });
    const id = uuidv7();
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, payload) => on.queue.enqueue(kind, payload, { id })));
    const many = await on.queue.enqueueMany(kind, [{ payload: 1, id }, { payload: 2 }]);
    expect([...outcomes, many[0]].filter((outcome) => outcome?.isNew)).toHaveLength(1);
    expect([...outcomes, many[0]].every((outcome) => outcome?.id === id)).toBe(true);
    expect(many[1]?.isNew).toBe(true);
    expect(await jobsOf('once')).toHaveLength(2);
  });

  test('what an outbox brings twice is there once', async () => {
    on.queue.define({ name: 'carried', queue: 'default' });
    const job = {
      tenantId: tenant.id,
      id: uuidv7(),
      queue: 'default',
      type: 'carried',
      band: 'low',
      payload: '{"a": 1}',
      payloadVersion: 1,
      maxAttempts: 2,
    } as const;
    await on.queue.deliver([job]);
    await on.queue.deliver([job]);
    expect(await jobsOf('carried')).toMatchObject([
      { id: job.id, tenant_id: tenant.id, band: 3, payload: { a: 1 }, max_attempts: 2, slot: 0 },
    ]);
  });
});

describe('[I3] calls at the same time share statements, and not their failures', () => {
  test('one that is refused is refused alone', async () => {
    const kind = on.queue.define<unknown>({ name: 'merged', queue: 'default' });
    const stranger = uuidv7();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        on.queue.enqueue(kind, n === 7 ? { text: '\u0000' } : n, { tenantId: n === 40 ? stranger : tenant.id }),
      ),
    );
    const failed = outcomes.flatMap((outcome, n) => (outcome.status === 'rejected' ? [[n, outcome.reason.code]] : []));
    expect(failed).toEqual([
      [7, 'PLINTH_QUEUE_INVALID_PAYLOAD'],
      [40, 'PLINTH_QUEUE_UNKNOWN_TENANT'],
    ]);
    expect(await jobsOf('merged')).toHaveLength(58);
  });

  test('many are all there or none', async () => {
    const kind = on.queue.define({ name: 'all', queue: 'default' });
    const items = Array.from({ length: 2_500 }, (_, payload) => ({ payload, tenantId: tenant.id }));
    await expect(on.queue.enqueueMany(kind, [...items, { payload: 1, tenantId: uuidv7() }])).rejects.toThrow();
    expect(await jobsOf('all')).toHaveLength(0);
    const outcomes = await on.queue.enqueueMany(kind, items);
    expect((await jobsOf('all')).map(({ id, payload }) => [id, payload])).toEqual(outcomes.map(({ id }, n) => [id, n]));
    expect(await on.queue.enqueueMany(kind, [])).toEqual([]);
  });
});

describe('[I4] enqueueIn is committed or gone with its transaction, and has its tenant', () => {
  test('as the application, in its sealed context', async () => {
    const kind = on.queue.define({ name: 'inside', queue: 'default' });
    await on.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test' }, async (tx) => {
      await on.queue.enqueueIn(tx, kind, 'kept');
      await on.queue.enqueueManyIn(tx, kind, [{ payload: 'later', due: new Date(Date.now() + 60_000) }]);
    });
    const gone = on.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test' }, async (tx) => {
      await on.queue.enqueueIn(tx, kind, 'gone');
      throw new Error('undone');
    });
    await expect(gone).rejects.toThrow('undone');
    expect((await jobsOf('inside')).map(({ payload, tenant_id, slot }) => [payload, tenant_id, slot])).toEqual([
      ['kept', tenant.id, 0],
      ['later', tenant.id, null],
    ]);
  });

  test('without tenancy.run, and as the platform', async () => {
    const kind = on.queue.define({ name: 'plainly', queue: 'default' });
    for (const as of [{ tenantId: tenant.id }, 'system', 'owner'] as const)
      await on.connect.transaction({ tier: 'queue', as, tag: 'test' }, (tx) => on.queue.enqueueIn(tx, kind, 1));
    expect((await jobsOf('plainly')).map(({ tenant_id }) => tenant_id)).toEqual([tenant.id, nilUuid, nilUuid]);
  });

  test('for another tenant it is refused', async () => {
    const kind = on.queue.define({ name: 'foreign', queue: 'default' });
    const within = (tenantId: string) =>
      on.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test' }, () => on.queue.enqueue(kind, 1, { tenantId }));
    await expect(within(uuidv7())).rejects.toThrow(expect.objectContaining({ code: 'PLINTH_TENANCY_NESTED_CONTEXT' }));
    await within(tenant.id.toUpperCase());
    const forced = on.connect.transaction({ tier: 'queue', as: { tenantId: tenant.id }, tag: 'test' }, (tx) =>
      on.queue.enqueueIn(tx, kind, 1, { tenantId: nilUuid }),
    );
    await expect(forced).rejects.toThrow(expect.objectContaining({ code: 'PLINTH_SQL_FORBIDDEN' }));
    expect(await jobsOf('foreign')).toMatchObject([{ tenant_id: tenant.id }]);
  });
});

describe('[I5] from SQL', () => {
  const inContext = <T>(work: (query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<T>) =>
    on.tenancy.run({ tenantId: tenant.id }, { tier: 'oltp', tag: 'test' }, (tx) =>
      work(async (text, values) => (await tx.query({ text, ...(values && { values }) })).rows),
    );

  test('the application in its context, the owner without', async () => {
    on.queue.define({ name: 'by-sql', queue: 'default', band: 'low', maxAttempts: 4 });
    await on.queue.definitions.sync();
    await inContext((query) => query(`select queue.enqueue('email-sending', 'by-sql', '{"a": 1}')`));
    await on.rows(`select queue.enqueue(null, 'by-sql', due => now() + interval '1 hour', band => 'critical')`);
    expect(await jobsOf('by-sql')).toMatchObject([
      { tenant_id: tenant.id, queue_name: 'email-sending', payload: { a: 1 }, band: 3, max_attempts: 4, slot: 0 },
      { tenant_id: nilUuid, queue_name: 'default', payload: {}, band: 0, slot: null },
    ]);
  });

  test.each([
    ["null, 'nobody'", 'no process has ever defined the job type nobody'],
    ["'nowhere', 'by-sql'", 'there is no queue nowhere'],
    ["null, 'by-sql', band => 'urgent'", 'urgent is no band'],
    ["null, 'by-sql', id => gen_random_uuid()", 'is no uuid of version 7'],
    ["null, 'by-sql', due => 'infinity'", 'is more than 366 days away'],
    ["null, 'by-sql', tenant_id => '00000000-0000-0000-0000-000000000000'", 'row-level security'],
  ])('queue.enqueue(%s) says: %s', async (call, said) => {
    await expect(inContext((query) => query(`select queue.enqueue(${call})`))).rejects.toThrow(said);
  });

  test('the application changes nothing of a job and of no key', async () => {
    for (const text of [
      'update queue.jobs set band = 0',
      'delete from queue.job_ready',
      'delete from queue.job_unique_keys',
      "select queue.declare_queue('mine')",
    ])
      await expect(inContext((query) => query(text))).rejects.toThrow(/permission denied/);
  });
});

describe('[I6] bad input names the thing, the value and the remedy', () => {
  const code = (what: string) => expect.objectContaining({ code: `PLINTH_QUEUE_${what}` });
  const day = 86_400_000;

  test('names', async () => {
    await expect(on.queue.enqueue('nobody', {})).rejects.toThrow(code('UNKNOWN_JOB_TYPE'));
    await expect(on.queue.enqueue(send, { to: 'a' }, { queue: 'nowhere' })).rejects.toThrow(
      /There is no queue nowhere; there are: analytics, .* Declare it/,
    );
    const lost = on.queue.define({ name: 'lost', queue: 'not-yet' });
    await expect(on.queue.enqueue(lost, {})).rejects.toThrow(code('UNKNOWN_QUEUE'));
    await on.queue.declare({ name: 'not-yet', weights: [1, 2, 3, 4, 5] });
    await on.queue.enqueue(lost, {});
    expect(await on.rows("select weights, on_overload from queue.job_queues where name = 'not-yet'")).toEqual([
      { weights: [1, 2, 3, 4, 5], on_overload: 'reject' },
    ]);
  });

  test('payloads', async () => {
    await expect(on.queue.enqueue(send, {} as never)).rejects.toThrow('The payload does not fit the job type send at to: is no text.');
    await expect(on.queue.enqueue(send, { to: 'x'.repeat(262_144) })).rejects.toThrow(
      /has 262153 bytes; at most 262144 are taken\. Store what is large/,
    );
    const any = on.queue.define<unknown>({ name: 'any', queue: 'default' });
    await expect(on.queue.enqueue(any, { n: 1n })).rejects.toThrow(code('INVALID_PAYLOAD'));
    await expect(on.queue.enqueue(any, () => {})).rejects.toThrow(code('INVALID_PAYLOAD'));
    // As text it is short enough, as jsonb it is not.
    await expect(on.queue.enqueue(any, Array(100_000).fill(1))).rejects.toThrow(code('PAYLOAD_TOO_LARGE'));
    const slow: PayloadSchema<number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) => (value === 1 ? { value: 2 } : { issues: [{ message: 'No.' }, { message: '' }] }),
      },
    };
    const checked = on.queue.define({ name: 'checked', queue: 'default', schema: slow });
    await expect(on.queue.enqueue(checked, 3)).rejects.toThrow('The payload does not fit the job type checked: No (and 1 more).');
    await on.queue.enqueue(checked, 1);
    expect(await jobsOf('checked')).toMatchObject([{ payload: 2 }]);
  });

  test.each([
    [{ id: 'x' }, 'BAD_ID'],
    [{ id: '00000000-0000-4000-8000-000000000000' }, 'BAD_ID'],
    [{ id: uuidAt(Date.now() + day) }, 'BAD_ID'],
    [{ id: uuidAt(0) }, 'BAD_ID'],
    [{ due: new Date(Number.NaN) }, 'BAD_DUE'],
    [{ due: new Date(Date.now() + 400 * day) }, 'BAD_DUE'],
    [{ band: 'urgent' }, 'BAD_OPTION'],
    [{ maxAttempts: 0 }, 'BAD_OPTION'],
    [{ tenantId: 'x' }, 'BAD_OPTION'],
  ])('%j is %s', async (options, what) => {
    await expect(on.queue.enqueue(send, { to: 'a' }, options as never)).rejects.toThrow(code(what));
  });

  test.each([
    [{ name: 'send', queue: 'default' }, 'DEFINED_TWICE'],
    [{ name: '1', queue: 'default' }, 'INVALID_DEFINITION'],
    [{ name: 'a', queue: 'D' }, 'INVALID_DEFINITION'],
    [{ name: 'a', queue: 'default', band: 'urgent' }, 'INVALID_DEFINITION'],
    [{ name: 'a', queue: 'default', schema: {} }, 'INVALID_DEFINITION'],
    [{ name: 'a', queue: 'default', version: 3, upgrade: { 1: () => 1 } }, 'INVALID_DEFINITION'],
    [{ name: 'a', queue: 'default', unique: { until: 'never' } }, 'INVALID_DEFINITION'],
  ])('define(%j) is %s', (definition, what) => {
    expect(() => on.queue.define(definition as never)).toThrow(code(what));
  });

  test.each([[{ name: 'A' }], [{ name: 'a', weights: [1] }], [{ name: 'a', onOverload: 'drop' }], [{ name: 'a', sloMs: [1, 1, 1, 1, 1] }]])(
    'declare(%j) is refused',
    async (declaration) => {
      await expect(on.queue.declare(declaration as never)).rejects.toThrow(code('INVALID_QUEUE'));
    },
  );
});

describe('[I13] a broken connection neither loses a job nor doubles it', () => {
  test.each(['before', 'after'])('that breaks %s the commit', async (when) => {
    const kind = on.queue.define({ name: `doubt-${when}`, queue: 'default' });
    let broken = 0;
    const transaction: Connect['transaction'] = async (request, work) => {
      if (!request.isSingle || broken++ > 0) return on.connect.transaction(request, work);
      if (when === 'after') await on.connect.transaction(request, work);
      throw connectErrors.COMMIT_IN_DOUBT({ tag: request.tag, server: 'test', reason: 'broken' });
    };
    const connect = { ...on.connect, transaction, databaseKey: on.connect.databaseKey.bind(on.connect) };
    const deps = { connect, tenancy: on.tenancy, clock: systemClock, log: silentLog, definitions: on.queue.definitions };
    await using enqueue = openEnqueue({ ...deps, outbox: () => undefined });
    const outcomes = await Promise.all([1, 2, 3].map((n) => enqueue.enqueue(kind, n)));
    expect(outcomes.map(({ isNew }) => isNew)).toEqual([true, true, true]);
    expect((await jobsOf(`doubt-${when}`)).map(({ id, slot }) => [id, slot])).toEqual(outcomes.map(({ id }) => [id, 0]));
    expect(broken).toBeGreaterThan(0);
  });
});

test('[I14] jobs of one statement are each as they were said', async () => {
  const kinds = ['mixed-a', 'mixed-b'].map((name) => on.queue.define<number>({ name, queue: 'default', band: 'low', maxAttempts: 7 }));
  const said = Array.from({ length: 24 }, (_, n) => ({
    kind: kinds[n % 2] as JobKind<number>,
    options: {
      ...(n % 3 === 0 && { queue: 'content' }),
      ...(n % 4 === 0 && { band: 'critical' as const }),
      ...(n % 5 === 0 && { maxAttempts: 2 }),
      ...(n % 6 === 0 && { trace: `t${n}, "quoted" \\` }),
      ...(n % 7 !== 0 && { tenantId: tenant.id }),
    },
  }));
  const content = await on.queue.definitions.queue('content');
  const fallback = await on.queue.definitions.queue('default');
  await Promise.all(said.map(({ kind, options }, n) => on.queue.enqueue(kind, n, options)));
  const rows = [...(await jobsOf('mixed-a')), ...(await jobsOf('mixed-b'))].toSorted((a, b) => Number(a.payload) - Number(b.payload));
  expect(rows).toMatchObject(
    await Promise.all(
      said.map(async ({ kind, options }, payload) => ({
        payload,
        job_type: kind.name,
        type_id: (await on.queue.definitions.kind(kind.name)).typeId,
        queue_name: options.queue ?? 'default',
        queue_id: (options.queue ? content : fallback).id,
        band: options.band ? 0 : 3,
        max_attempts: options.maxAttempts ?? 7,
        trace: options.trace ?? null,
        tenant_id: options.tenantId ?? nilUuid,
        status: 'open',
        slot: 0,
      })),
    ),
  );
});
