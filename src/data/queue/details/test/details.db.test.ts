import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import type { Control, JobDetails } from '../../control/index.ts';
import { openQueueTest, type QueueTest } from '../../enqueue/test/fixture.ts';
import type { Job, OpenedQueue } from '../../index.ts';
import type { Worker } from '../../work/index.ts';

interface Parcel {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly note?: string;
  readonly isInTransaction?: boolean;
}

let on: QueueTest;
let worker: Worker;
const tenants: string[] = [];
const control = () => (on.queue as unknown as { readonly control: Control }).control;

async function ship(job: Job<Parcel>): Promise<void> {
  const { steps, note, isInTransaction } = job.payload;
  if (isInTransaction)
    await job.transaction('queue', async (tx) => {
      for (const step of steps) await job.details(step, tx);
    });
  // A NUL is no character of PostgreSQL.
  else for (const step of steps) await job.details(note ? { ...step, carrier: `${note}\0` } : step);
}

beforeAll(async () => {
  on = await openQueueTest();
  for (const slug of ['ant', 'bee']) tenants.push((await on.tenancy.create({ slug })).id);
  await on.rows(`create schema shop`);
  await on.rows(`create table shop.parcel_details (
    tenant_id uuid not null, job_id uuid not null, carrier text not null check (carrier <> ''), weight_g integer, packed timestamptz,
    primary key (tenant_id, job_id)) partition by range (job_id)`);
  await on.rows(`alter schema shop owner to plinth_owner`);
  await on.rows(`alter table shop.parcel_details owner to plinth_owner`);
  await on.rows(`grant usage on schema shop to plinth_app`);
  await on.rows(`select tenancy.protect('shop.parcel_details')`);
  await on.rows(
    `select partition.manage('shop.parcel_details', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}')`,
  );
  on.queue.define<Parcel>({ name: 'ship', queue: 'analytics', details: 'shop.parcel_details', subjects: { to: 'email' }, handler: ship });
  on.queue.define<Parcel>({ name: 'ship-bare', queue: 'analytics', maxAttempts: 1, handler: ship });
  worker = on.queue.worker();
  await worker.start();
});
afterAll(async () => {
  await worker.stop();
  await on[Symbol.asyncDispose]();
});

async function ended(id: string): Promise<JobDetails> {
  await until(async () => ['completed', 'dead'].includes((await control().show(id)).state));
  return control().show(id);
}

test('[I130] a job has one row of details, as it said last, shown with it, exported and gone with it', async () => {
  const [tenantId = '', other = ''] = tenants;
  const packed = new Date('2026-02-03T04:05:06Z');
  const jobs = await on.queue.enqueueMany('ship', [
    {
      tenantId,
      payload: { steps: [{ carrier: 'post' }, { weight_g: 700, packed, carrier: undefined }, { weight_g: 800 }], to: 'ada@b.de' },
    },
    { tenantId: other, payload: { steps: [{}], note: 'foot' } },
    { tenantId, payload: { steps: [{ carrier: 'ship' }, { weight_g: 9 }], isInTransaction: true } },
    { tenantId, payload: { steps: [] } },
  ]);
  const ids = jobs.map(({ id }) => id) as [string, string, string, string];
  const [said, others, committed, nothing] = ids;
  const detailsOf = async (id: string) => (await ended(id)).details;
  const table = 'shop.parcel_details';
  expect(await detailsOf(said)).toEqual({ table, row: { carrier: 'post', weight_g: 800, packed: '2026-02-03T04:05:06+00:00' } });
  expect(await detailsOf(others)).toEqual({ table, row: { carrier: 'foot', weight_g: null, packed: null } });
  expect(await detailsOf(committed)).toEqual({ table, row: { carrier: 'ship', weight_g: 9, packed: null } });
  expect(await detailsOf(nothing)).toBeUndefined();

  const seen = await on.tenancy.run({ tenantId: other }, { tier: 'queue', tag: 'test' }, (tx) =>
    tx.query({ text: 'select job_id from shop.parcel_details where job_id = any($1)', values: [ids] }),
  );
  expect(seen.rows).toEqual([{ job_id: others }]);

  const { upkeep } = on.queue as OpenedQueue;
  const person = {
    identifiers: [{ kind: 'email', value: 'ada@b.de' }],
    rows: () => {
      throw new Error('no rows');
    },
  };
  const bounds = { signal: new AbortController().signal, onProgress: () => {} };
  const [found] = await upkeep.subjects.find(person, bounds);
  expect(found?.tables.filter(({ schema }) => schema === 'shop')).toHaveLength(1);
  const [history] = await on.rows(`select queue.history_of($1, $2) -> 'details' as details`, [tenantId, said]);
  expect(history?.details).toMatchObject({ [table]: { weight_g: 800 } });
  await upkeep.subjects.erase(person, bounds);
  await control().delete({ ids: [committed] }, { by: 'test' });
  expect(await on.rows('select job_id from shop.parcel_details where job_id = any($1)', [ids])).toEqual([{ job_id: others }]);
});

test('[I131] what a table cannot keep is refused: the table when its process starts, a column when it is said', async () => {
  const [tenantId = ''] = tenants;
  const wrong = await on.queue.enqueue('ship', { steps: [{ carrier: 'post', wieght: 1 }] }, { tenantId, maxAttempts: 1 });
  const empty = await on.queue.enqueue('ship', { steps: [{ carrier: '' }] }, { tenantId, maxAttempts: 1 });
  const bare = await on.queue.enqueue('ship-bare', { steps: [{ carrier: 'post' }] }, { tenantId });
  const errorOf = async (id: string) => (await ended(id)).attempts[0]?.error;
  expect(await errorOf(wrong.id)).toMatchObject({ message: expect.stringMatching(/ship cannot be kept in shop.parcel_details: .*wieght/) });
  expect(await errorOf(empty.id)).toMatchObject({ message: expect.stringContaining('carrier_check') });
  expect(await errorOf(bare.id)).toMatchObject({ message: expect.stringContaining("Add details: 'schema.table'") });

  const ship = { name: `refused-${process.hrtime.bigint()}`, queue: 'analytics' };
  expect(() => on.queue.define({ ...ship, details: 'Parcels' })).toThrow('its details "Parcels" are no table');
  on.queue.define({ ...ship, details: 'shop.unfit' });
  const starts = () => on.queue.definitions.sync();
  try {
    await expect(starts()).rejects.toThrow(`keeps details in shop.unfit, but the database of the queue has no such table.`);
    await on.rows('create table shop.unfit (tenant_id uuid not null, job_id uuid not null) partition by range (job_id)');
    await expect(starts()).rejects.toThrow('its primary key is not (tenant_id, job_id)');
    await on.rows('alter table shop.unfit add primary key (tenant_id, job_id)');
    await expect(starts()).rejects.toThrow("select tenancy.protect('shop.unfit')");
    await on.rows(`select tenancy.protect('shop.unfit')`);
    await expect(starts()).rejects.toThrow("select partition.manage('shop.unfit', '");
    await on.rows(
      `select partition.manage('shop.unfit', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}')`,
    );
    await starts();
  } finally {
    await on.rows(`select partition.unmanage('shop.unfit')`).catch(() => {});
    await on.rows('drop table shop.unfit');
  }
});
