import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect, Session } from '../../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import { type JobLimit, limitsOf, refill, takeUnits } from '../index.ts';

let platform: TestPlatform;
let connect: Connect;
let session: Session;
let tenantId: string;
let queueId: number;
let typeId: number;
const workerId = uuidv7();

beforeAll(async () => {
  platform = await testPlatform();
  connect = platform.use<Connect>('connect');
  session = await connect.session({ tier: 'queue', tag: 'test.limits' });
  tenantId = (await platform.use<Tenancy>('tenancy').create({ slug: 'limits' })).id;
  queueId = (await rows(`select queue.declare_queue('limited') as id`))[0].id;
  typeId = (await rows(`insert into queue.job_types (name, queue_id) values ('limited', $1) returning id`, [queueId]))[0].id;
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const table of ['job_ready', 'job_parked', 'job_leases', 'job_limits', 'job_limit_holds', 'jobs'])
    await rows(`delete from queue.${table}`);
});

const rows = async (text: string, values: unknown[] = []) => (await platform.databases.queue.client.query(text, values)).rows;
const readyIds = async () => (await rows('select id from queue.job_ready order by due, id')).map(({ id }) => id as string);
const parkedIds = async () => (await rows('select id from queue.job_parked order by due, id')).map(({ id }) => id as string);
const limitOf = async (name: string) => (await rows('select * from queue.job_limits where name = $1', [name]))[0];

/** Jobs, and a lease of this worker that holds them, as a claim leaves them. */
async function lease(count: number, from?: readonly string[]): Promise<{ readonly leaseId: string; readonly ids: readonly string[] }> {
  const ids = from ?? Array.from({ length: count }, () => uuidv7());
  const leaseId = uuidv7();
  if (!from) {
    await rows(
      `insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
       select $1, x.id, 'limited', 'limited', 2, 20, '{}', now() from unnest($2::uuid[]) x(id)`,
      [tenantId, ids],
    );
  } else await rows('delete from queue.job_ready where id = any($1)', [ids]);
  await rows(
    `insert into queue.job_leases (id, worker_id, queue_id, expires, items)
     select $1, $2, $3, now() + interval '1 minute',
       array_agg(row($4::uuid, x.id, timestamptz '2026-01-01' + n * interval '1 s', 2, $5::int, 0, 0)::queue.leased_job order by n)
       from unnest($6::uuid[]) with ordinality x(id, n)`,
    [leaseId, workerId, queueId, tenantId, typeId, ids],
  );
  return { leaseId, ids };
}

async function claim(count: number, limits: readonly JobLimit[], from?: readonly string[]) {
  const { leaseId, ids } = await lease(count, from);
  const refused = await takeUnits(
    session,
    { workerId, leaseId },
    ids.map((_, index) => ({ place: index + 1, tenantId, limits, isSaid: false })),
  );
  return { leaseId, ids, begun: ids.filter((_, index) => !refused.has(index + 1)) };
}
const settle = (ids: readonly string[], limits: readonly JobLimit[], status = 'completed') =>
  rows('select queue.settle($1, $2, $3, $4)', [
    ids.map(() => tenantId),
    ids,
    ids.map(() => status),
    ids.map(() => JSON.stringify({ limits })),
  ]);

const two: readonly JobLimit[] = [{ name: 'at-once', key: 'a', most: 2 }];

test('[I70] no more jobs of a key run at the same time than its limit; the first of a batch are those that run', async () => {
  const { ids, begun } = await claim(5, two);
  expect(begun).toEqual(ids.slice(0, 2));
  expect(await parkedIds()).toEqual(ids.slice(2));
  expect(await limitOf('at-once')).toMatchObject({ used: 2, parked: 3 });
  expect((await claim(1, [{ name: 'at-once', key: 'b', most: 2 }])).begun).toHaveLength(1);
});

test('[I71] the finish that frees a unit lets the next one out, with the unit', async () => {
  const { ids, begun } = await claim(4, two);
  await settle(begun.slice(0, 1), two);
  expect(await readyIds()).toEqual(ids.slice(2, 3));
  expect(await limitOf('at-once')).toMatchObject({ used: 2, parked: 1 });
  expect((await claim(1, two)).begun).toEqual([]);
  expect((await claim(0, two, ids.slice(2, 3))).begun).toEqual(ids.slice(2, 3));
  expect(await limitOf('at-once')).toMatchObject({ used: 2, parked: 2 });
});

test('[I72] who comes later waits behind those who wait', async () => {
  const first = await claim(3, two);
  await rows(`update queue.job_limits set used = 0`);
  expect((await claim(1, two)).begun).toEqual([]);
  await settle(first.begun.slice(0, 1), two);
  expect(await readyIds()).toContain(first.ids[2]);
});

test('[I100] who is cancelled before a limit refuses it ends, instead of waiting for it', async () => {
  await claim(2, two);
  const { leaseId, ids } = await lease(2);
  await rows('update queue.job_leases set cancelled = $1 where id = $2', [ids.slice(0, 1), leaseId]);
  const asked = ids.map((_, index) => ({ place: index + 1, tenantId, limits: two, isSaid: false }));
  expect(await takeUnits(session, { workerId, leaseId }, asked)).toEqual(new Set([1, 2]));
  expect(await parkedIds()).toEqual(ids.slice(1));
  expect(await limitOf('at-once')).toMatchObject({ used: 2, parked: 1 });
  expect(await rows('select status from queue.jobs where id = $1', ids.slice(0, 1))).toEqual([{ status: 'cancelled' }]);
});

test('[I70] of several limits a job takes all or none', async () => {
  const both: readonly JobLimit[] = [
    { name: 'a-wide', key: 'x', most: 3 },
    { name: 'b-narrow', key: 'x', most: 1 },
  ];
  const { begun } = await claim(3, both);
  expect(begun).toHaveLength(1);
  expect(await limitOf('a-wide')).toMatchObject({ used: 1, parked: 0 });
  expect(await limitOf('b-narrow')).toMatchObject({ used: 1, parked: 2 });
});

test('[I70] of many keys in a batch those with room are through at once, and who is refused by another keeps nothing of them', async () => {
  const day: JobLimit = { name: 'a-day', key: 'x', most: 9, per: 'day' };
  const full: JobLimit = { name: 'b-full', key: 'x', most: 1 };
  const bucket: JobLimit = { name: 'c-bucket', key: 'x', most: 2, perMs: 60_000 };
  const { leaseId, ids } = await lease(6);
  const asked = [[day], [day, full], [day, full], [{ ...day, key: 'y' }], [day, bucket], [{ ...day, key: 'z', most: 0 }]];
  const refused = await takeUnits(
    session,
    { workerId, leaseId },
    asked.map((limits, index) => ({ place: index + 1, tenantId, limits, isSaid: false })),
  );
  expect([...refused]).toEqual([3, 6]);
  expect(await parkedIds()).toEqual([ids[2], ids[5]]);
  const counts = await rows('select name, key, used, parked from queue.job_limits order by name, key');
  expect(counts.map(({ name, key, used, parked }) => [name, key, used, parked])).toEqual([
    ['a-day', 'x', 3, 0],
    ['a-day', 'y', 1, 0],
    ['a-day', 'z', 0, 1],
    ['b-full', 'x', 1, 1],
    ['c-bucket', 'x', 0, 0],
  ]);
});

test('[I73] a window gives its units once, and those who wait come with the next one', async () => {
  const daily: readonly JobLimit[] = [{ name: 'daily', key: 'a', most: 2, per: 'day', zone: 'Europe/Berlin' }];
  const { ids, begun } = await claim(5, daily);
  await settle(begun, daily);
  expect(await refill(session)).toBeGreaterThan(0);
  expect(await readyIds()).toEqual([]);
  await rows(`update queue.job_limits set window_ends = now() - interval '1 s'`);
  await refill(session);
  expect(await readyIds()).toEqual(ids.slice(2, 4));
  expect((await claim(0, daily, ids.slice(2, 4))).begun).toHaveLength(2);
  expect(await limitOf('daily')).toMatchObject({ used: 2, parked: 1 });
});

test('[I73] a unit of a window is not good in the next one', async () => {
  const hourly: readonly JobLimit[] = [{ name: 'hourly', key: 'a', most: 1, per: 'hour' }];
  const { ids } = await claim(2, hourly);
  await rows(`update queue.job_limits set window_ends = now() - interval '1 s'`);
  await refill(session);
  await rows(`update queue.job_limits set window_ends = now() + interval '1 hour', used = 1`);
  await rows(`update queue.job_limit_holds set expires = now() - interval '1 s'`);
  expect((await claim(0, hourly, ids.slice(1))).begun).toEqual([]);
});

test('[I73] a clock that steps back begins no window', async () => {
  const daily: readonly JobLimit[] = [{ name: 'stepped', key: 'a', most: 1, per: 'day' }];
  await claim(1, daily);
  await rows(`update queue.job_limits set window_started = now() + interval '2 hours', window_ends = now() + interval '26 hours'`);
  expect((await claim(1, daily)).begun).toEqual([]);
});

test('[I73] a day ends at midnight of its zone, also where it has 23 hours', async () => {
  const [row] = await rows(
    `select (queue.begin_window(l, timestamptz '2026-03-28 23:30:00+00')).window_ends as ends from (select null::uuid, 'x', 'x', 'window', 1, 0, 0, 'day',
      'Europe/Berlin', null::bigint, timestamptz '2026-01-01', timestamptz '2026-01-02', false) v(a, b, c, d, e, f, g, h, i, j, k, m, n)
      cross join lateral (select row(a, b, c, d, e, f, g, h, i, j, k, m, n)::queue.job_limits) r(l)`,
  );
  expect(row.ends.toISOString()).toBe('2026-03-29T22:00:00.000Z');
});

test('[I74] a bucket gives what it holds at once and then one by one', async () => {
  const paced: readonly JobLimit[] = [{ name: 'paced', key: 'a', most: 2, perMs: 60_000 }];
  const { ids, begun } = await claim(5, paced);
  expect(begun).toHaveLength(2);
  const nextMs = await refill(session);
  expect(nextMs).toBeGreaterThan(28_000);
  expect(nextMs).toBeLessThanOrEqual(30_000);
  await rows(`update queue.job_limits set window_started = window_started - interval '30 s', window_ends = window_ends - interval '30 s'`);
  await refill(session);
  expect(await readyIds()).toEqual(ids.slice(2, 3));
});

test('[I75] a strict job that is tried again keeps its place', async () => {
  const strict: readonly JobLimit[] = [{ name: 'strict', key: 'a', most: 1, isStrict: true }];
  const { ids } = await claim(2, strict);
  await settle(ids.slice(0, 1), strict, 'failed');
  expect(await readyIds()).toEqual([]);
  expect((await claim(0, strict, ids.slice(0, 1))).begun).toEqual(ids.slice(0, 1));
  await settle(ids.slice(0, 1), strict);
  expect(await readyIds()).toEqual(ids.slice(1));
});

test('[I70] of workers at the same time none gets above the limit', async () => {
  const most = 5;
  const limits: readonly JobLimit[] = [{ name: 'crowded', key: 'a', most }];
  const sessions = await Promise.all(Array.from({ length: 4 }, () => connect.session({ tier: 'queue', tag: 'test.limits' })));
  const leases = [];
  for (let n = 0; n < 4; n++) leases.push(await lease(10));
  const refused = await Promise.all(
    leases.map(({ leaseId, ids }, n) =>
      takeUnits(
        sessions[n] as Session,
        { workerId, leaseId },
        ids.map((_, index) => ({ place: index + 1, tenantId, limits, isSaid: false })),
      ),
    ),
  );
  for (const other of sessions) await other[Symbol.asyncDispose]();
  expect(refused.reduce((sum, set) => sum + set.size, 0)).toBe(40 - most);
  expect(await limitOf('crowded')).toMatchObject({ used: most, parked: 40 - most });
});

test('[I71] a job that is cancelled while it waits frees nothing that it does not hold, and stands in nobody’s way', async () => {
  const { ids, begun } = await claim(4, two);
  await rows('delete from queue.job_parked where id = any($1)', [ids.slice(2)]);
  await settle(ids.slice(2), two, 'withdrawn');
  expect(await limitOf('at-once')).toMatchObject({ used: 2 });
  await settle(begun, two);
  expect(await limitOf('at-once')).toMatchObject({ used: 0 });
  expect((await claim(1, two)).begun).toHaveLength(1);
});

test('[I72] a count of waiting jobs that is wrong keeps nobody out', async () => {
  await claim(1, two);
  await rows('update queue.job_limits set parked = 7');
  const { ids } = await claim(1, two);
  expect(await readyIds()).toEqual(ids);
  expect(await limitOf('at-once')).toMatchObject({ used: 2 });
});

test('a limit that makes no sense is refused with what it may be', () => {
  const bad = (limit: Partial<JobLimit>) => () =>
    limitsOf({ name: 'send', limits: () => [{ name: 'x', key: 'k', most: 1, ...limit }] }, {});
  expect(bad({ name: 'No' })).toThrow('lower case letters');
  expect(bad({ most: -1 })).toThrow('whole number from 0');
  expect(bad({ per: 'week' as 'day' })).toThrow('minute, hour or day');
  expect(bad({ per: 'day', zone: 'Mars/Olympus' })).toThrow('IANA zone');
  expect(bad({ per: 'day', perMs: 5 })).toThrow('absent where there is "per"');
  expect(bad({ per: 'day', isStrict: true })).toThrow('absent');
  expect(limitsOf({ name: 'send', limits: () => two }, {})).toBe(two);
});

test('[I70] limits and keys that nobody could give back are refused with the job that names them', async () => {
  const put = (follow: unknown) =>
    rows(
      `insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due, follow)
       values ($1, $2, 'limited', 'limited', 2, 20, '{}', now(), $3)`,
      [tenantId, uuidv7(), JSON.stringify(follow)],
    );
  const good = { name: 'account', key: 'a', most: 2, isStrict: true };
  await put({ limits: [good, { ...good, per: 'day', zone: 'Europe/Berlin' }], unique: uuidv7(), batch: uuidv7() });
  const bad = [
    'text',
    ['batch'],
    { limits: 'all' },
    { limits: ['account'] },
    { limits: [[good]] },
    { limits: [{ name: 'account', key: 'a' }] },
    { limits: [{ ...good, most: 1.5 }] },
    { limits: [{ ...good, most: 1e30 }] },
    { limits: [{ ...good, key: 7 }] },
    { limits: [good, { ...good, isStrict: 'yes' }] },
    { limits: [{ ...good, perMs: {} }] },
    { unique: 'mine' },
  ];
  for (const follow of bad) await expect(put(follow), JSON.stringify(follow)).rejects.toThrow('jobs_follow_check');
});
