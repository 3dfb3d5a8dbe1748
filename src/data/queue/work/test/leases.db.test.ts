import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import { nilUuid } from '../../../../kernel/index.ts';
import { type AnyJob, openWorld, type World } from './fixture.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const waitingJobs = async (queueId: number) =>
  (await world.client.query('select id, attempt, crash_count from queue.job_ready where queue_id = $1', [queueId])).rows;

test('[I40] a blocked event loop does not lose its leases', async () => {
  const renewals = new Int32Array(new SharedArrayBuffer(4));
  const watcher = new Worker(new URL('./renewals-thread.ts', import.meta.url), {
    workerData: { endpoint: world.platform.databases.queue.endpoint, renewals },
  });
  await once(watcher, 'online');
  const queue = await world.queue({
    job: {
      // Nothing runs here until another thread has seen the lease renewed twice, and then asked for the lost ones.
      handler: () =>
        new Promise<void>((resolve) =>
          setImmediate(() => {
            Atomics.wait(renewals, 0, 0, 120_000);
            resolve();
          }),
        ),
    },
  });
  const worker = queue.worker({ leaseMs: 3_000 });
  worker.start();
  await queue.put('job', [{}]);
  const [ended] = await queue.ended(1);
  const { leaseLosses } = worker.counts();
  await worker.stop();
  await watcher.terminate();
  expect(Atomics.load(renewals, 0)).toBe(2);
  expect(ended?.status).toBe('completed');
  expect(leaseLosses).toBe(0);
});

test('[I41] what a worker says of a lease that was taken away is refused, and another runs its jobs', async () => {
  let taken = false;
  const queue = await world.queue({
    job: {
      handler: async () => {
        if (taken) return;
        taken = true;
        await world.client.query(`update queue.job_leases set expires = now() - interval '1 s' where queue_id = $1`, [queue.id]);
        await world.client.query(`select queue.rescue($1, 100)`, [nilUuid]);
      },
    },
  });
  const worker = queue.worker();
  worker.start();
  const [id] = await queue.put('job', [{}]);
  const ended = await queue.ended(1);
  const counts = worker.counts();
  await worker.stop();
  expect(ended).toMatchObject([{ job_id: id, attempt: 1, status: 'completed' }]);
  expect(counts.leaseLosses).toBe(1);
  const { rows } = await world.client.query('select message from queue.job_logs where job_id = $1', [id]);
  expect(rows).toHaveLength(1);
});

test('[I42] a stop gives back what has not begun, aborts what goes on too long, and uses no attempt', async () => {
  const aborted: unknown[] = [];
  const queue = await world.queue({
    job: {
      handler: ({ signal }: AnyJob) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.reason.name);
            reject(signal.reason);
          });
        }),
    },
  });
  const ids = await queue.put(
    'job',
    Array.from({ length: 21 }, () => ({ attempt: 2 })),
  );
  const worker = queue.worker({ slots: 2, drainMs: 50 });
  worker.start();
  await until(() => worker.counts().busy === 2, { what: 'two running jobs' });
  await worker.stop();
  const back = await waitingJobs(queue.id);
  expect(new Set(back.map(({ id }) => id))).toEqual(new Set(ids));
  expect(back).toHaveLength(21);
  expect(new Set(back.map(({ attempt, crash_count }) => `${attempt} ${crash_count}`))).toEqual(new Set(['2 0']));
  expect(aborted).toEqual(['WorkerStopping', 'WorkerStopping']);
  expect(await queue.results()).toEqual([]);
});

test('[I43] a worker whose session was lost listens again and looks at once', async () => {
  const queue = await world.queue({ job: { handler: () => {} } });
  const worker = queue.worker();
  worker.start();
  await queue.put('job', [{}]);
  await queue.ended(1);
  await world.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'plinth:queue.claim'`,
  );
  await queue.put('job', [{}]);
  await queue.ended(2);
  await worker.stop();
});

test('[I44] a job that a worker was lost with runs in a lease of its own', async () => {
  const leases: unknown[] = [];
  const queue = await world.queue({
    job: {
      handler: async ({ id }: AnyJob) => {
        const { rows } = await world.client.query(
          'select cardinality(l.items) as size from queue.job_leases l, unnest(l.items) i where l.queue_id = $1 and i.id = $2',
          [queue.id, id],
        );
        leases.push(...rows.map(({ size }) => size));
      },
    },
  });
  await queue.put('job', [{ crashCount: 1 }, { crashCount: 2 }, { crashCount: 2 }]);
  const worker = queue.worker();
  worker.start();
  await queue.ended(3);
  await worker.stop();
  expect(leases).toEqual([1, 1, 1]);
});

test('[I45] a running job that is cancelled is told so, and ends as cancelled', async () => {
  const queue = await world.queue({
    job: {
      handler: ({ signal }: AnyJob) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    },
  });
  const workerId = '018f0000-0000-7000-8000-000000000001';
  const worker = queue.worker({}, workerId);
  worker.start();
  const [id] = await queue.put('job', [{}]);
  await until(() => worker.counts().busy === 1, { what: 'a running job' });
  await world.client.query('update queue.job_leases set cancelled = array[$1::uuid] where queue_id = $2', [id, queue.id]);
  await world.client.query(`select pg_notify('plinth_queue_cancel', $1)`, [workerId]);
  const [ended] = await queue.ended(1);
  await worker.stop();
  expect(ended?.status).toBe('cancelled');
});
