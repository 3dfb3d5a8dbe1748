import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, testPasswords, until } from '../../../../../tests/support/index.ts';
import { nilUuid, tiers } from '../../../../kernel/index.ts';
import { openQueueTest, type QueueTest } from '../../enqueue/test/fixture.ts';
import type { Job } from '../../index.ts';
import type { Worker } from '../../work/index.ts';
import { defineBooking, type Point, points } from './transaction-fixture.ts';

const lockOfCommit = 20_411;

let on: QueueTest;
let worker: Worker;
let tenantId: string;
let otherId: string;
const reached = new Map<Point | 'none', (job: Job<unknown>) => Promise<void>>();

beforeAll(async () => {
  on = await openQueueTest();
  tenantId = (await on.tenancy.create({ slug: 'booker' })).id;
  otherId = (await on.tenancy.create({ slug: 'other' })).id;
  await on.rows(`
    create schema shop;
    grant usage on schema shop to plinth_app;
    create table shop.bookings (job_id uuid, point text);
    grant select, insert on shop.bookings to plinth_app;
    create function shop.wait_for_test() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(${lockOfCommit}); return null; end $$;
    create constraint trigger wait_for_test after insert on shop.bookings deferrable initially deferred
      for each row when (new.point = 'committing') execute function shop.wait_for_test()`);
  defineBooking(on.queue, async (job, point) => reached.get(point)?.(job));
  worker = on.queue.worker();
});
afterAll(async () => {
  await worker?.stop();
  await on?.[Symbol.asyncDispose]();
});

const waits = () =>
  on.rows(`select from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = 'advisory' and l.objid = ${lockOfCommit} and not l.granted`);
const book = async (point: Point | 'none') => (await on.queue.enqueue('book', { point }, { tenantId })).id;
const rescue = () =>
  on
    .rows(`update queue.job_leases set expires = now() - interval '1 minute' where finished is null`)
    .then(() => on.rows('select * from queue.rescue($1, 100)', [nilUuid]));
const stateOf = async (id: string) => (await on.rows('select state from queue.job_states where id = $1', [id]))[0]?.state;
const ended = (ids: readonly string[]) =>
  until(
    async () => (await on.rows(`select from queue.job_results where job_id = any($1) and status <> 'failed'`, [ids])).length === ids.length,
  );
/** Of each job: how often it was booked, has a result, and enqueued another. */
const effectsOf = (ids: readonly string[]) =>
  on.rows(
    `select g.id, (select count(*)::int from shop.bookings b where b.job_id = g.id) as booked,
            (select count(*)::int from queue.job_results r where r.job_id = g.id and r.status = 'completed') as completed,
            (select count(*)::int from queue.jobs j where j.job_type = 'booked' and j.payload ->> 'by' = g.id::text) as enqueued
       from unnest($1::uuid[]) g(id)`,
    [ids],
  );
const once = (ids: readonly string[]) => ids.map((id) => ({ id, booked: 1, completed: 1, enqueued: 1 }));

test('[I107] killed between any two statements, each effect is there once and the job has ended with it', async () => {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, on.platform.databases[tier].url]));
  const options = JSON.stringify({ platform: { onBoot: 'verify' }, cluster: { engine: 'attached', ...urls }, access: testPasswords });
  await using child = spawnScript(new URL('transaction-child.ts', import.meta.url), { args: [options], cwd: tmpdir() });
  await on.queue.definitions.sync();
  await on.rows(`select pg_advisory_lock(${lockOfCommit})`);
  const ids: string[] = [];
  for (const point of points) ids.push(await book(point));
  for (const point of points) if (point !== 'committing') await child.line(new RegExp(`^at ${point}$`));
  await until(async () => (await waits()).length === 1, { what: 'COMMIT to wait' });
  await child.kill9();
  // Of all but the one that had committed nothing is there; one commits with nobody to hear of it.
  await until(
    async () =>
      (await on.rows(`select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`)).length === 0,
  );
  expect(await effectsOf(ids)).toEqual(ids.map((id, at) => ({ id, booked: +(at === 5), completed: +(at === 5), enqueued: +(at === 5) })));
  await rescue();
  expect(await stateOf(ids[4] as string)).toBe('running');
  await on.rows(`select pg_advisory_unlock(${lockOfCommit})`);
  await until(async () => (await waits()).length === 0);
  await ended([ids[4] as string]);
  await rescue();
  worker.start();
  await ended(ids);
  expect(await effectsOf(ids)).toEqual(once(ids));
});

test('[I107] what comes after it changes nothing: result and log are those of the transaction, further lines are kept, what it owed is settled', async () => {
  reached.set('worked', async ({ log }) => log.info('said before', { of: 1 }));
  reached.set('committed', async ({ log, transaction }) => {
    log.info('said after');
    await expect(transaction('oltp', async () => 1)).rejects.toMatchObject({ code: 'PLINTH_QUEUE_ENDED_ALREADY' });
    throw new Error('too late');
  });
  const id = await book('none');
  worker.start();
  const log = () => on.rows('select line, level, message, fields from queue.job_logs where job_id = $1 order by line', [id]);
  await until(async () => (await log()).length === 3);
  expect(await log()).toMatchObject([
    { line: 1, level: 'info', message: 'said before', fields: { of: 1 } },
    { line: 2, level: 'info', message: 'said after' },
    { line: 3, level: 'warn', fields: { message: 'too late' } },
  ]);
  const results = await on.rows('select attempt, status, result, error from queue.job_results where job_id = $1', [id]);
  expect(results).toEqual([{ attempt: 1, status: 'completed', result: { booked: 'none' }, error: null }]);
  reached.clear();
  // Its key is free again, and its lease is given to the folder.
  const again = await book('none');
  expect(again).not.toBe(id);
  await ended([again]);
  await until(async () => (await on.rows('select from queue.job_leases l where l.finished is null')).length === 0);
});

test('[I107] a call that is given up during COMMIT has happened whole or not at all, and the job ends as its effect did', async () => {
  worker.start();
  await on.rows(`select pg_advisory_lock(${lockOfCommit})`);
  const id = await book('committing');
  await until(async () => (await waits()).length === 1);
  reached.set('begun', ({ signal }) => Promise.reject(signal.reason ?? new Error('once is enough')));
  await on.rows(
    'update queue.job_leases set cancelled = array[$1::uuid] where exists (select from unnest(items) i where i.id = $1::uuid)',
    [id],
  );
  await on.rows(`select pg_notify('plinth_queue_cancel', l.worker_id::text) from queue.job_leases l where $1::uuid = any(l.cancelled)`, [
    id,
  ]);
  await on.rows(`select pg_advisory_unlock(${lockOfCommit})`);
  await ended([id]);
  reached.clear();
  const [effects] = await effectsOf([id]);
  const isDone = (await stateOf(id)) === 'completed';
  expect(effects).toEqual({ id, booked: +isDone, completed: +isDone, enqueued: +isDone });
});

test('[I108] a lease that was taken away takes the transaction with it', async () => {
  reached.set('worked', async ({ id }) => {
    reached.clear();
    await on.connect.transaction({ tier: 'queue', as: 'owner', tag: 'test.take' }, async (tx) => {
      const where = 'where exists (select from unnest(items) i where i.id = $1)';
      await tx.query({ text: `update queue.job_leases set expires = now() - interval '1 minute' ${where}`, values: [id] });
      await tx.query({ text: 'select * from queue.rescue($1, 100)', values: [nilUuid] });
    });
  });
  worker.start();
  const id = await book('none');
  await ended([id]);
  expect(await effectsOf([id])).toEqual(once([id]));
  expect(await on.rows(`select from queue.job_logs where job_id = $1 and line < 0`, [id])).toHaveLength(1);
});

test('[I108] nobody ends a job but its worker, in the context of its tenant', async () => {
  const { promise: isReached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  reached.set('begun', async () => {
    reach();
    await goOn;
  });
  worker.start();
  const id = await book('none');
  await isReached;
  const [lease] = await on.rows(
    `select l.id, i.place from queue.job_leases l, unnest(l.items) with ordinality i(t, id, d, b, y, a, c, place) where i.id = $1::uuid and l.finished is null`,
    [id],
  );
  const at = { tier: 'oltp', tag: 'test.forge' } as const;
  const forge = (tenant: string, place: unknown) =>
    on.tenancy.run({ tenantId: tenant }, at, (tx) =>
      tx.query({ text: `select queue.finish_in_transaction($1, $2, 0, null, '[]') as is_ours`, values: [lease?.id, place] }),
    );
  for (const [tenant, place] of [
    [otherId, lease?.place],
    [tenantId, 99],
    [tenantId, null],
  ] as const) {
    expect((await forge(tenant, place)).rows).toEqual([{ is_ours: false }]);
  }
  await expect(on.tenancy.run({ tenantId }, at, (tx) => tx.query({ text: 'select id from queue.job_leases' }))).rejects.toMatchObject({
    details: { sqlstate: '42501' },
  });
  await expect(
    on.tenancy.run({ tenantId }, at, (tx) => tx.query({ text: `select queue.has_ended($1, $1, $1, 1::smallint)`, values: [id] })),
  ).rejects.toMatchObject({
    details: { sqlstate: '42501' },
  });
  release();
  await ended([id]);
  expect(await effectsOf([id])).toEqual(once([id]));
});
