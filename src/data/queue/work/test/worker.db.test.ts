import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import type { OpenedQueue } from '../../queue.ts';
import { type AnyJob, openWorld, type World } from './fixture.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

test('[I46] jobs are run with their payload, each once, and their results are kept', async () => {
  const seen: unknown[] = [];
  const queue = await world.queue({
    plain: { handler: (job: AnyJob) => void seen.push(job.payload) },
    asking: { handler: async (job: AnyJob) => ({ attempt: job.attempt, tenant: job.tenantId, band: job.band, queue: job.queue }) },
  });
  const worker = queue.worker();
  worker.start();
  const [ant, bee] = world.tenants as [string, string];
  await queue.put(
    'plain',
    Array.from({ length: 300 }, (_, n) => ({ payload: { n } })),
  );
  await queue.put('asking', [{ tenantId: ant }, { tenantId: bee }]);
  const ended = await queue.ended(302);
  await worker.stop();
  expect(seen).toHaveLength(300);
  expect(new Set(ended.map(({ job_id }) => job_id)).size).toBe(302);
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['completed']));
  const kept = ended.flatMap(({ result }) => (result ? [result] : []));
  expect(kept).toEqual(expect.arrayContaining([{ attempt: 1, tenant: bee, band: 'normal', queue: queue.name }]));
  const { rows } = await world.client.query(
    'select count(*) filter (where finished is null) as open from queue.job_leases where queue_id = $1',
    [queue.id],
  );
  expect(Number(rows[0].open)).toBe(0);
  expect(
    (
      await world.client.query(
        'select from queue.queue_workers where id = any (select worker_id from queue.job_leases where queue_id = $1)',
        [queue.id],
      )
    ).rowCount,
  ).toBe(0);
});

test('[I47] what fails is tried again, discarded or buried, as the error or the definition says', async () => {
  const queue = await world.queue({
    job: {
      onError: (error) => ((error as Error).message === 'of no use' ? 'discard' : undefined),
      handler: (job: AnyJob) => {
        const { payload } = job as unknown as { payload: { message: string; verdict?: string; retryAfterMs?: number } };
        throw Object.assign(new Error(payload.message), payload);
      },
    },
  });
  const [again, later, useless, hopeless, last] = (await queue.put('job', [
    { payload: { message: 'again' } },
    { payload: { message: 'later', retryAfterMs: 90_000 } },
    { payload: { message: 'of no use' } },
    { payload: { message: 'hopeless', verdict: 'dead' } },
    { payload: { message: 'last', retryAfterMs: 1 }, maxAttempts: 3, attempt: 2 },
  ])) as [string, string, string, string, string];
  const worker = queue.worker();
  worker.start();
  const ended = await queue.ended(5);
  await worker.stop();
  const statusOf = new Map(ended.map(({ job_id, status, attempt }) => [job_id, `${status} ${attempt}`]));
  expect(statusOf.get(again)).toBe('failed 1');
  expect(statusOf.get(later)).toBe('failed 1');
  expect(statusOf.get(useless)).toBe('discarded 1');
  expect(statusOf.get(hopeless)).toBe('dead 1');
  expect(statusOf.get(last)).toBe('dead 3');
  const { rows: delayed } = await world.client.query(
    'select id, attempt, reason, due - now() as "in", extract(epoch from due - now()) * 1000 as ms from queue.job_delayed where queue_id = $1',
    [queue.id],
  );
  expect(new Map(delayed.map((row) => [row.id, `${row.reason} ${row.attempt}`]))).toEqual(
    new Map([
      [again, 'retry 1'],
      [later, 'retry 1'],
    ]),
  );
  const laterMs = Number(delayed.find(({ id }) => id === later).ms);
  expect(laterMs).toBeGreaterThan(60_000);
  expect(laterMs).toBeLessThanOrEqual(90_000);
  const { rows: dead } = await world.client.query(
    'select job_id, reason, handler_version from queue.dead_letter_jobs where queue_name = $1',
    [queue.name],
  );
  expect(new Map(dead.map((row) => [row.job_id, `${row.reason} ${row.handler_version}`]))).toEqual(
    new Map([
      [hopeless, 'permanent test'],
      [last, 'exhausted test'],
    ]),
  );
});

test('[I48] a snoozed job waits without using an attempt, whatever its handler does afterwards', async () => {
  const queue = await world.queue({
    job: {
      handler: (job: AnyJob) => {
        try {
          job.snooze(60_000);
        } catch {
          return 'I caught it';
        }
        return undefined;
      },
    },
  });
  const [id] = await queue.put('job', [{ attempt: 4 }]);
  const worker = queue.worker();
  worker.start();
  const snoozed = async () =>
    (await world.client.query('select id, attempt, reason from queue.job_delayed where queue_id = $1', [queue.id])).rows;
  await until(async () => (await snoozed()).length === 1, { what: 'the snooze' });
  await worker.stop();
  expect(await snoozed()).toEqual([{ id, attempt: 4, reason: 'snooze' }]);
  expect(await queue.results()).toEqual([]);
});

test('[I109] the thousandth snooze is the last: then the job is a dead letter', async () => {
  const queue = await world.queue({ job: { handler: ({ snooze }: AnyJob) => snooze(60_000) } });
  const [last, over] = (await queue.put('job', [{}, {}])) as [string, string];
  await world.client.query('update queue.jobs set snoozes = case id when $1 then 999 else 1000 end where id in ($1, $2)', [last, over]);
  const worker = queue.worker();
  worker.start();
  const [ended] = await queue.ended(1);
  await worker.stop();
  expect(ended).toMatchObject({ job_id: over, status: 'dead', error: { name: 'SnoozedOut' } });
  expect((await world.client.query('select id, reason from queue.job_delayed where queue_id = $1', [queue.id])).rows).toEqual([
    { id: last, reason: 'snooze' },
  ]);
  expect((await world.client.query('select snoozes from queue.jobs where id = $1', [last])).rows).toEqual([{ snoozes: 1000 }]);
  const letters = await world.client.query('select job_id, reason from queue.dead_letter_jobs where queue_name = $1', [queue.name]);
  expect(letters.rows).toEqual([{ job_id: over, reason: 'snoozed_out' }]);
});

test('[I110] nothing of a paused tenant begins: what was claimed is parked, with its age, and goes on when the tenant does', async () => {
  const { control } = world.platform.use<OpenedQueue>('queue');
  const seen: string[] = [];
  const queue = await world.queue({ job: { handler: (job: AnyJob) => void seen.push(job.tenantId) } });
  const [ant, bee] = world.tenants as [string, string];
  const due = new Date(Date.now() - 60_000);
  const [ready] = (await queue.put('job', [{ tenantId: ant, due }])) as [string];
  await control.pause({ tenantId: ant }, { by: 'ada' });
  const parked = async () =>
    (await world.client.query('select id, key, due from queue.job_parked where queue_id = $1 order by id', [queue.id])).rows;
  expect(await parked()).toEqual([{ id: ready, key: 'paused', due }]);
  const worker = queue.worker();
  worker.start();
  await queue.put('job', [{ tenantId: ant }, { tenantId: bee }]);
  await until(async () => seen.length === 1 && (await parked()).length === 2, {
    what: 'the other tenant, and the claimed job to be parked',
  });
  expect(seen).toEqual([bee]);
  const { pausedTenants } = await control.status();
  expect(pausedTenants).toEqual([{ tenantId: ant, since: expect.any(Date), by: 'ada', parked: 2 }]);
  await control.resume({ tenantId: ant }, { by: 'ada' });
  await until(() => seen.length === 3);
  await worker.stop();
  expect(await parked()).toEqual([]);
  await expect(control.pause({ tenantId: uuidv7() }, { by: 'ada' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
});

test('[I49] lines of the log are kept with their run', async () => {
  const queue = await world.queue({
    job: {
      handler: async ({ log }: AnyJob) => {
        log.info('sent\0', { to: 'x@example.org' });
        for (let n = 0; n < 1_200; n++) log.debug('more');
      },
    },
  });
  const [id] = await queue.put('job', [{}]);
  const worker = queue.worker();
  worker.start();
  await queue.ended(1);
  await worker.stop();
  const { rows } = await world.client.query('select line, level, message, fields from queue.job_logs where job_id = $1 order by line', [
    id,
  ]);
  expect(rows).toHaveLength(1_000);
  expect(rows[0]).toEqual({ line: 1, level: 'info', message: 'sent', fields: { to: 'x@example.org' } });
  expect(rows[999].message).toMatch(/^202 more lines/);
});

test('[I36] a job of a type without a handler here stays where it is', async () => {
  const queue = await world.queue({ unknown: {}, known: { handler: () => {} } });
  await queue.put('unknown', [{}]);
  await queue.put('known', [{}]);
  const worker = queue.worker();
  worker.start();
  await queue.ended(1);
  await worker.stop();
  expect(await queue.waiting()).toBe(1);
});

test('[I50] a transaction of a job is in the context of its tenant', async () => {
  const queue = await world.queue({
    job: {
      handler: async (job: AnyJob) =>
        job.run('oltp', async (tx) => (await tx.query({ text: 'select tenancy.current_tenant_id() as id' })).rows[0].id),
    },
  });
  const [, bee] = world.tenants;
  await queue.put('job', [{ tenantId: bee as string }]);
  const worker = queue.worker();
  worker.start();
  const [ended] = await queue.ended(1);
  await worker.stop();
  expect(ended?.error).toBeNull();
  expect(ended?.result).toBe(bee);
});
