import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { createEventBus, type KernelEvents, silentLog, systemClock } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { Lead } from '../../upkeep/index.ts';
import { openPromise } from '../index.ts';
import { Watch } from '../watch/index.ts';

let platform: TestPlatform;
let connect: Connect;
let tenants: readonly string[];
const events = createEventBus();
const told: KernelEvents['notified'][] = [];
const audited: KernelEvents['audited'][] = [];
events.on('notified', (event) => told.push(event));
events.on('audited', (event) => audited.push(event));
const scaling = { slots: 10, maxSlots: 100, drainTargetMs: 300_000 };
const worker = {
  workerId: '01990000-0000-7000-8000-000000000001',
  pool: '*',
  slots: 10,
  setSlots: (pool: string, n: number) => followed.push([pool, n]),
};
const followed: [string, number][] = [];

const sql = async (text: string, values?: unknown[]) => (await platform.databases.queue.client.query(text, values)).rows;
const lead = (term = 1): Lead => ({
  name: 'test',
  term,
  signal: new AbortController().signal,
  transaction: (tag, work) => connect.transaction({ tier: 'queue', as: 'owner', tag }, work),
});
/** Ready jobs, `age` due, of a tenant. */
const ready = (queue: number, band: number, tenant: number, count: number, age: string, slot = 0) =>
  sql(
    `insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
     select $1, $2, $3, $2, now() - $4::interval + g * interval '1 us', $5, gen_random_uuid() from generate_series(1, $6) g`,
    [slot, queue, band, age, tenants[tenant], count],
  );
const openWatch = () => new Watch({ connect, clock: systemClock, log: silentLog, events, scaling });
const opened = () =>
  openPromise({
    connect,
    clock: systemClock,
    log: silentLog,
    events,
    scaling,
    limitsOf: (id) => (id === tenants[1] ? { jobsPerMinute: 60 } : { waitingJobs: 50 }),
    worker: () => worker,
  });
const health = async (queue: number) =>
  (await sql('select * from queue.queue_health where queue_id = $1', [queue]))[0] as Record<string, never>;

beforeAll(async () => {
  platform = await testPlatform();
  connect = platform.use<Connect>('connect');
  const tenancy = platform.use<Tenancy>('tenancy');
  tenants = [(await tenancy.create({ slug: 'a' })).id, (await tenancy.create({ slug: 'b' })).id, (await tenancy.create({ slug: 'c' })).id];
  await sql(
    "insert into queue.job_queues (id, name, pool) overriding system value values (101, 'one', 'mail'), (102, 'two', 'mail'), (103, 'three', 'other')",
  );
  await sql(
    "insert into queue.job_types (id, name, queue_id, mean_run_ms) overriding system value select id, 'type-' || id, id, 1000 from queue.job_queues where id > 100",
  );
  await sql(
    "insert into queue.queue_workers (id, pool, host, pid, version, types, slots, seen) values ($1, 'mail', 'here', 1, '1', '{type-101,type-102}', 10, now() + interval '1 hour')",
    [worker.workerId],
  );
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('what a process counts', () => {
  test('[I69] is added to minute and hour, by type and by band', async () => {
    await using promise = opened();
    const { counters } = promise;
    for (let i = 0; i < 10; i++) counters.finished(101, 101, 0, 100, 20, i === 0 ? 'failed' : 'completed', tenants[0] as string);
    counters.finished(101, 101, 3, 5_000, 40, 'dead', tenants[1] as string);
    counters.enqueued(101, 101, 0, 7);
    await promise.flush();
    counters.finished(101, 101, 0, 100, 20, 'completed', tenants[0] as string);
    await promise.flush();
    const [minute] = await promise.reports.throughput(10);
    expect(minute).toMatchObject({ jobType: 'type-101', queue: 'one', enqueued: 7, completed: 10, failed: 2, retried: 1 });
    expect(minute?.runP50Ms).toBeGreaterThan(20 / Math.SQRT2);
    expect(minute?.runP50Ms).toBeLessThan(20 * Math.SQRT2);
    const hours = await promise.reports.hours(2);
    expect(hours).toMatchObject([
      { queue: 'one', band: 'critical', completed: 10, failed: 1, retried: 1, waitMaxMs: 100 },
      { queue: 'one', band: 'low', completed: 0, failed: 1, retried: 0, waitMaxMs: 5_000 },
    ]);
    const [type] = await sql("select mean_run_ms from queue.job_types where name = 'type-101'");
    expect(type?.mean_run_ms).toBeLessThan(850);
    await sql("update queue.job_types set mean_run_ms = 1000 where name = 'type-101'");
    const times = await sql('select tenant_id, sum(run_ms) as ms from queue.tenant_times group by 1 order by 2');
    expect(times).toEqual([
      { tenant_id: tenants[1], ms: 40 },
      { tenant_id: tenants[0], ms: 220 },
    ]);
    const [performance] = await sql('select completed, failed, error_rate from queue.worker_performances');
    expect(performance).toMatchObject({ completed: '10', failed: '2' });
  });
});

describe('what is watched', () => {
  test('[I62] depth is counted where it is small and estimated where it is not, over all slots', async () => {
    await ready(101, 2, 0, 300, '1 minute');
    await ready(101, 2, 1, 200, '2 minutes', 1);
    await ready(102, 4, 0, 20_000, '3 minutes', 2);
    await sql('analyze queue.job_ready');
    const watch = openWatch();
    await watch.look(lead());
    await watch.sample(lead());
    const [one, two] = [await health(101), await health(102)];
    expect(one).toMatchObject({ normal_jobs: '500', critical_jobs: '0', slots: 10, workers: 1, promise_state: 'held', level: 'normal' });
    expect(one?.work_ms).toBe(500_000);
    expect(Number(two?.background_jobs)).toBeGreaterThan(15_000);
    expect(Number(two?.background_jobs)).toBeLessThan(25_000);
    // 20,000 s for ten slots are 33 minutes; of the pool a little more.
    expect(two).toMatchObject({ level: 'busy', weights: [40, 25, 20, 10, 2] });
    expect(Number(one?.predicted_wait_ms)).toBeGreaterThan(1_500_000);
    const oldest = one.oldest as unknown as (Date | null)[];
    expect(Date.now() - (oldest[2]?.getTime() ?? 0)).toBeGreaterThan(115_000);
    expect(oldest[0]).toBeNull();
  });

  test('[I64] a queue that nobody serves is at risk, with its cause; a band that waits too long breaks the promise', async () => {
    await ready(103, 1, 0, 1, '10 minutes');
    await ready(101, 3, 2, 1, '5 hours');
    const watch = openWatch();
    await watch.look(lead());
    await watch.sample(lead());
    expect(await health(103)).toMatchObject({ promise_state: 'at_risk', cause: 'no_worker', predicted_wait_ms: null });
    expect(await health(101)).toMatchObject({ promise_state: 'broken', cause: 'capacity', overdue_share: 1, starving_lanes: 1 });
    expect((await health(101))?.promise_states).toEqual(['held', 'held', 'held', 'broken', 'held']);
  });

  test('[I65] a breach is a row, an alert and on the trail, once; it ends when the lane does', async () => {
    const watch = openWatch();
    await watch.look(lead());
    await watch.sample(lead());
    await watch.look(lead());
    await watch.starvations(lead());
    await watch.starvations(lead());
    const rows = await sql("select level, cause, resolved from queue.job_starvations where level = 'breach'");
    expect(rows).toEqual([{ level: 'breach', cause: 'capacity', resolved: null }]);
    expect(audited.filter(({ action }) => action === 'queue.promise.broken')).toMatchObject([
      { tenantId: tenants[2], target: { type: 'queue', id: 'one' }, details: { band: 'low' } },
    ]);
    expect((await health(101))?.breaches).toBe('1');
    expect(told.filter(({ title }) => title === 'promise-broken of one')).toHaveLength(1);
    // Another leader finds what is open, and tells nothing twice.
    const other = openWatch();
    await other.look(lead(2));
    await other.sample(lead(2));
    await other.look(lead(2));
    expect(told.filter(({ title }) => title === 'promise-broken of one')).toHaveLength(1);
    await sql('delete from queue.job_ready where tenant_id = $1 and queue_id = 101', [tenants[2]]);
    await other.look(lead(2));
    await other.sample(lead(2));
    await other.look(lead(2));
    await other.starvations(lead(2));
    expect(await sql("select 1 from queue.job_starvations where level = 'breach' and resolved is null")).toHaveLength(0);
    expect(
      await sql(
        "select 1 from queue.queue_alert_histories h join queue.queue_alerts a on a.id = h.alert_id where a.name = 'promise-broken' and h.resolved is null",
      ),
    ).toHaveLength(0);
    await using promise = opened();
    const alerts = await promise.reports.alerts();
    expect(alerts.find(({ name }) => name === 'promise-broken')).toMatchObject({ queue: 'one', severity: 'critical', cause: 'capacity' });
  });

  test('[I68] a pool with too much to do gets more slots, and its processes take their part', async () => {
    await using promise = opened();
    for (let i = 0; i < 30; i++) promise.counters.finished(102, 102, 4, 100, 1_000, 'completed', tenants[0] as string);
    await promise.flush();
    // How busy the machine is that runs the tests is nothing to decide by.
    await sql('update queue.worker_performances set cpu_ratio = 0.1, connection_waits = 0');
    const watch = openWatch();
    await watch.look(lead());
    await watch.sample(lead());
    await watch.look(lead());
    await watch.scale(lead());
    await watch.sample(lead());
    await watch.scale(lead());
    const [pool] = await promise.reports.pools();
    expect(pool).toMatchObject({ pool: 'mail', workers: 1, slots: 10, desired: 20 });
    expect(pool?.decisions).toMatchObject([{ slots: 10, desired: 20, reason: 'demand', inputs: { workers: 1, min: 10, max: 100 } }]);
    await promise.followSlots();
    expect(followed).toEqual([['mail', 20]]);
  });
});

describe('alerts', () => {
  test('[I66] are changed by name, on record; what is out of range is refused, and nothing of it is kept', async () => {
    await using promise = opened();
    const { reports } = promise;
    const rule = async () => (await reports.alertRules()).find(({ name }) => name === 'error-rate');
    const before = audited.length;
    await reports.setAlert('error-rate', { threshold: 0.25, forS: 300 }, { by: 'ann' });
    await reports.setAlert('error-rate', { isEnabled: false, severity: 'critical' }, { by: 'ann' });
    expect(await rule()).toMatchObject({
      queue: undefined,
      comparison: '>',
      threshold: 0.25,
      forS: 300,
      severity: 'critical',
      isEnabled: false,
    });
    const kept = await sql("select target, details, acted_by from queue.job_audits where action = 'alert' order by id desc limit 2");
    expect(kept).toMatchObject([
      { target: 'error-rate', details: { isEnabled: false, was: { threshold: 0.25, isEnabled: true } }, acted_by: 'ann' },
      { details: { threshold: 0.25, forS: 300 } },
    ]);
    const change = (given: object) => reports.setAlert('error-rate', given, { by: 'ann' });
    await expect(change({ threshold: 5 })).rejects.toThrow('5 is no threshold of an alert; allowed: a number from 0 to 1');
    await expect(change({ threshold: Number.NaN })).rejects.toThrow('NaN is no threshold');
    await expect(change({ threshold: 0.5, forS: -1 })).rejects.toThrow('-1 s is no time');
    await expect(change({ severity: 'loud' })).rejects.toThrow('allowed: info, warning, critical');
    await expect(change({})).rejects.toThrow('nothing is no change');
    await expect(reports.setAlert('error-rate', { queue: 'one', forS: 1 }, { by: 'ann' })).rejects.toThrow('no alert error-rate of one');
    expect(await rule()).toMatchObject({ threshold: 0.25, forS: 300 });
    expect(audited.slice(before).map(({ action, success }) => `${action} ${success}`)).toEqual([
      ...Array.from({ length: 2 }, () => 'queue.alert true'),
      ...Array.from({ length: 6 }, () => 'queue.alert false'),
    ]);
    await reports.setAlert('error-rate', { threshold: 0.05, forS: 60, severity: 'warning', isEnabled: true }, { by: 'ann' });
  });
});

describe('who is let in', () => {
  test('[I63] a bulk is refused where the wait would be too long, with when to come again; single ones are taken and alarmed', async () => {
    await sql('update queue.queue_health set predicted_wait_ms = 4 * 3600000, sampled = now() where queue_id = 102');
    await using promise = opened();
    const ask = (onOverload: 'reject' | 'demote' | 'accept', count: number) =>
      promise.admit({ queue: { id: 102, name: 'two', onOverload }, tenantId: undefined, count, isBulk: count > 1 });
    await expect(ask('reject', 500)).rejects.toMatchObject({
      code: 'PLINTH_QUEUE_OVERLOADED',
      details: { predictedWaitMs: 14_400_000, retryAfterSeconds: 3_600 },
    });
    expect(ask('reject', 1)).toBe('accept');
    expect(told.at(-1)).toMatchObject({ title: 'two is overloaded and still takes jobs' });
    expect(ask('demote', 500)).toBe('demote');
    expect(ask('accept', 500)).toBe('accept');
  });

  test('[I63] figures that are old decide nothing', async () => {
    await sql("update queue.queue_health set predicted_wait_ms = 4 * 3600000, sampled = now() - interval '1 minute' where queue_id = 102");
    await using promise = opened();
    await expect(
      promise.admit({ queue: { id: 102, name: 'two', onOverload: 'reject' }, tenantId: undefined, count: 500, isBulk: true }),
    ).resolves.toBe('accept');
  });

  test('[I63] a tenant that has its limit of waiting jobs, or comes faster than it may, is refused, others are not', async () => {
    await using promise = opened();
    const queue = { id: 101, name: 'one', onOverload: 'reject' } as const;
    const ask = async (tenant: number, count: number) => promise.admit({ queue, tenantId: tenants[tenant], count, isBulk: count > 1 });
    await expect(ask(0, 1)).rejects.toMatchObject({
      code: 'PLINTH_QUEUE_TENANT_FULL',
      details: { waiting: 50, most: 50 },
    });
    await expect(ask(2, 50)).resolves.toBe('accept');
    await expect(ask(2, 51)).rejects.toMatchObject({ details: { waiting: 0, count: 51 } });
    await expect(ask(1, 60)).resolves.toBe('accept');
    await expect(ask(1, 30)).rejects.toMatchObject({
      code: 'PLINTH_QUEUE_TENANT_FAST',
      message: expect.stringMatching(/Try again in (29|30) s/),
    });
    await expect(ask(1, 61)).rejects.toThrow('Enqueue fewer at a time');
  });
});
