import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { syncDeclared, syncZones } from '../sync.ts';
import { scheduleFixture } from './fixture.ts';

let f: Awaited<ReturnType<typeof scheduleFixture>>;
beforeAll(async () => {
  f = await scheduleFixture();
});
afterAll(() => f[Symbol.asyncDispose]());
beforeEach(async () => {
  f.lines.length = 0;
  await f.client.query('delete from schedule.scheduled_jobs');
});

const hourMs = 3_600_000;
/** The last full hour, that many hours ago. */
const hoursAgo = (hours: number) => new Date((Math.floor(Date.now() / hourMs) - hours) * hourMs);
const history = async (name: string) => (await f.schedule.history({ name })).toReversed();
const states = async (name: string) => (await history(name)).map(({ state }) => state);

describe('firing', () => {
  it('[I1] enqueues what is due with its payload, notes it, and moves on', async () => {
    const { id, name } = await f.make({ payload: { depth: 3 } });
    await f.fire();
    expect(await f.jobsOf(name)).toEqual([]);
    await f.dueSince(id, hoursAgo(0));
    const pauseMs = await f.fire();
    expect(pauseMs).toBeGreaterThan(0);
    const [job, ...more] = await f.jobsOf(name);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ payload: { depth: 3 } });
    const ready = await f.client.query('select due from queue.job_ready where id = $1', [job?.id]);
    expect(ready.rows).toHaveLength(1);
    expect(await f.schedule.get({ name })).toMatchObject({ state: 'ok', lastRun: hoursAgo(0), nextRun: hoursAgo(-1) });
    expect(await f.schedule.runOf(job?.id as string)).toMatchObject({ schedule: name, planned: hoursAgo(0), state: 'enqueued' });
    expect(await f.schedule.runOf(uuidv7())).toBeUndefined();
  });

  it('[I1] fires an occurrence once, whoever fires, also when the clock steps back over it', async () => {
    const { id, name } = await f.make({ overlap: 'allow' });
    await f.dueSince(id, hoursAgo(0));
    await Promise.all(Array.from({ length: 5 }, () => f.fire()));
    expect(await f.jobsOf(name)).toHaveLength(1);
    await f.dueSince(id, hoursAgo(0));
    await f.fire();
    expect(await f.jobsOf(name)).toHaveLength(1);
    expect((await f.schedule.get({ name })).nextRun).toEqual(hoursAgo(-1));
  });

  it('[I1] keeps to the key of unique jobs: what has it already makes the run a skipped one, or takes it over', async () => {
    const keys = { skip: 'test.once', reschedule: 'test.late' } as const;
    for (const onConflict of ['skip', 'reschedule'] as const) {
      f.queue.define({ name: keys[onConflict], queue: 'default', unique: { fields: ['of'], onConflict } });
      const { id, name } = await f.make({ job: keys[onConflict], payload: { of: 'a' }, overlap: 'allow' });
      await f.fireAt(id, hoursAgo(2), hoursAgo(1));
      await f.fireAt(id, hoursAgo(1), hoursAgo(0));
      const [job, again] = await f.jobsOf(name);
      expect(again).toEqual(onConflict === 'skip' ? undefined : job);
      const [, second] = await history(name);
      if (onConflict === 'skip') expect(second).toMatchObject({ state: 'skipped', error: `Job ${job?.id} has the same key.` });
      expect((await f.client.query('select from queue.job_unique_keys where job_id = $1', [job?.id])).rows).toHaveLength(1);
      const waiting = await f.client.query('select from queue.job_ready r join queue.job_types t on t.id = r.type_id where t.name = $1', [
        keys[onConflict],
      ]);
      expect(waiting.rows).toHaveLength(1);
      await f.end(job?.id as string);
    }
  });

  it('[I1] rolls back whole: no run without its job, no job without its run', async () => {
    const { id, name } = await f.make();
    await f.dueSince(id, hoursAgo(0));
    await f.client.query('alter table queue.job_ready add constraint job_ready_closed_check check (false) not valid');
    await expect(f.fire()).rejects.toThrow();
    await f.client.query('alter table queue.job_ready drop constraint job_ready_closed_check');
    expect(await history(name)).toEqual([]);
    await f.fire();
    expect(await states(name)).toEqual(['enqueued']);
  });

  it('[I5] one that cannot be read stops alone and says why', async () => {
    const [bad, good] = [await f.make(), await f.make()];
    await f.client.query('update schedule.scheduled_jobs set zone = $2 where id = $1', [bad.id, 'Mars/Base']);
    for (const { id } of [bad, good]) await f.dueSince(id, hoursAgo(0));
    await f.fire();
    expect(await history(bad.name)).toMatchObject([{ state: 'failed', error: expect.stringContaining('Mars/Base') }]);
    expect(await states(good.name)).toEqual(['enqueued']);
    expect(f.lines.map(({ level }) => level)).toContain('error');
  });

  it('spreads jobs over the jitter', async () => {
    const { id, name } = await f.make({ jitterMs: hourMs, overlap: 'allow', catchUp: 'all' });
    await f.dueSince(id, hoursAgo(9));
    const startedMs = Date.now();
    await f.fire();
    const dues = (await f.jobsOf(name)).map(({ due }) => due.getTime());
    expect(new Set(dues).size).toBe(10);
    expect(Math.min(...dues)).toBeGreaterThan(startedMs - 5_000);
    expect(Math.max(...dues)).toBeLessThan(Date.now() + hourMs);
    const ids = (await f.jobsOf(name)).map((job) => job.id);
    const { rows } = await f.client.query('select count(*)::int4 as count from queue.job_delayed where id = any($1)', [ids]);
    expect(rows[0].count).toBeGreaterThan(0);
  });

  it('makes a job for each active tenant in its context, and none of them waits for another', async () => {
    const tenancy = f.platform.use<Tenancy>('tenancy');
    const ids = await Promise.all(['one', 'two', 'three'].map(async (slug) => (await tenancy.create({ slug })).id));
    await tenancy.lifecycle.suspend(ids[2] as string);
    const { id, name } = await f.make({ tenants: 'each' });
    await f.fireAt(id, hoursAgo(1), hoursAgo(0));
    const jobs = await f.jobsOf(name);
    expect(jobs.map((job) => job.tenant_id).sort()).toEqual(ids.slice(0, 2).sort());
    await f.end(jobs[0]?.id as string);
    await f.fire();
    expect(
      (await f.schedule.history({ name }))
        .map(({ tenantId, state }) => [tenantId === jobs[0]?.tenant_id, state])
        .slice(0, 2)
        .sort(),
    ).toEqual([
      [false, 'skipped'],
      [true, 'enqueued'],
    ]);
  });
});

describe('what was missed', () => {
  it.each([
    ['none', ['missed']],
    ['one', ['missed', 'enqueued']],
    ['all', ['missed', 'enqueued', 'enqueued', 'enqueued', 'enqueued']],
  ] as const)('[I3] catches up %s', async (catchUp, expected) => {
    // Every half hour, two and a half to three and a half hours late: five or more occurrences.
    const { id, name } = await f.make({ cron: '@every 30m', catchUp, catchUpLimit: 4, overlap: 'allow' });
    await f.dueSince(id, new Date(Math.floor(Date.now() / 1_800_000 - 5) * 1_800_000));
    await f.fire();
    await f.fire();
    expect(await states(name)).toEqual(catchUp === 'none' && Date.now() % 1_800_000 < 60_000 ? ['missed', 'enqueued'] : expected);
    expect((await f.schedule.get({ name })).nextRun?.getTime()).toBeGreaterThan(Date.now());
    expect(f.missed).toContainEqual({ name, planned: expect.any(Date), lateMs: expect.any(Number) });
  });

  // To go through the 31 million seconds of a year would take longer than this test has.
  it('[I3] takes no longer after a year than after an hour', { timeout: 20_000 }, async () => {
    const { id, name } = await f.make({ cron: '* * * * * *', catchUp: 'all', catchUpLimit: 24, overlap: 'allow' });
    await f.dueSince(id, new Date(Math.floor(Date.now() / 1000) * 1000 - 365 * 24 * hourMs));
    await f.fire();
    expect(await states(name)).toHaveLength(25);
  });

  it('[I4] what passes while it is turned off is not caught up', async () => {
    const { id, name } = await f.make({ catchUp: 'all' });
    await f.schedule.enable({ name }, false);
    await f.dueSince(id, hoursAgo(3));
    await f.fire();
    expect(await f.schedule.get({ name })).toMatchObject({ state: 'disabled' });
    await f.schedule.enable({ name }, true);
    await f.fire();
    expect(await history(name)).toEqual([]);
    expect((await f.schedule.get({ name })).nextRun).toEqual(hoursAgo(-1));
  });
});

describe('overlaps', () => {
  const fireTwice = async (overlap: 'skip' | 'queue' | 'allow') => {
    const made = await f.make({ overlap });
    await f.fireAt(made.id, hoursAgo(1), hoursAgo(0));
    await f.fire();
    return made;
  };

  it('[I6] skip: no job while the one before has not ended', async () => {
    const { name } = await fireTwice('skip');
    expect(await states(name)).toEqual(['enqueued', 'skipped']);
    const [job] = await f.jobsOf(name);
    await f.end(job?.id as string);
    expect(await f.schedule.run({ name })).toMatchObject([{ state: 'enqueued', isManual: true }]);
    expect(await f.schedule.run({ name })).toMatchObject([{ state: 'skipped' }]);
  });

  it('[I6] queue: the next is enqueued when the one before has ended', async () => {
    const { followUp } = await import('../scheduler.ts');
    const { name } = await fireTwice('queue');
    expect(await states(name)).toEqual(['enqueued', 'waiting']);
    await followUp(f.run);
    expect(await f.jobsOf(name)).toHaveLength(1);
    await f.end((await f.jobsOf(name))[0]?.id as string, 'failed');
    await Promise.all([followUp(f.run), followUp(f.run)]);
    expect(await f.jobsOf(name)).toHaveLength(1);
    await f.client.query('update queue.job_results set attempt = 0');
    await f.end((await f.jobsOf(name))[0]?.id as string, 'dead');
    await Promise.all([followUp(f.run), followUp(f.run)]);
    expect(await states(name)).toEqual(['failed', 'enqueued']);
    expect(await f.schedule.get({ name })).toMatchObject({ state: 'failing' });
  });

  it('[I6] allow: both', async () => {
    const { name } = await fireTwice('allow');
    expect(await states(name)).toEqual(['enqueued', 'enqueued']);
  });
});

describe('what manifests declare', () => {
  const declared = (over: object = {}) => ({ name: 'nightly', cron: '0 2 * * *', job: 'test.tick', by: 'maintain', ...over });
  const sync = (...all: ReturnType<typeof declared>[]) => syncDeclared({ ...f.deps, declared: all });
  const get = (name = 'nightly') => f.schedule.get({ name });

  it('[I4] comes into force at start, rests when it is gone, and comes back; an operator’s word stands', async () => {
    await sync(declared(), declared({ name: 'other', cron: 'no cron' }));
    expect(await get()).toMatchObject({ declaredBy: 'maintain', state: 'ok' });
    expect(f.lines).toContainEqual({ level: 'error', message: expect.stringContaining('other') });
    await expect(f.make({ name: 'nightly' })).rejects.toMatchObject({ code: 'PLINTH_SCHEDULE_DECLARED' });
    await expect(f.schedule.remove({ name: 'nightly' })).rejects.toMatchObject({ code: 'PLINTH_SCHEDULE_DECLARED' });
    const before = (await f.client.query('select xmin from schedule.scheduled_jobs')).rows;
    await sync(declared());
    expect((await f.client.query('select xmin from schedule.scheduled_jobs')).rows).toEqual(before);
    await f.schedule.enable({ name: 'nightly' }, false);
    await sync(declared({ cron: '0 3 * * *' }));
    expect(await get()).toMatchObject({ state: 'disabled', cron: '0 3 * * *' });
    await f.schedule.enable({ name: 'nightly' }, true);
    const kept = await f.make();
    await sync();
    expect(await get()).toMatchObject({ state: 'gone' });
    expect(await get(kept.name)).toMatchObject({ state: 'ok' });
    await f.dueSince((await get()).id, hoursAgo(1));
    await f.fire();
    expect(await history('nightly')).toEqual([]);
    await sync(declared({ cron: '0 3 * * *' }));
    expect(await get()).toMatchObject({ state: 'ok' });
    expect((await get()).nextRun?.getTime()).toBeGreaterThan(Date.now());
  });

  it('[I2] newer rules of a zone move what is to come, and it is told; older ones do not', async () => {
    const { name } = await f.make({ cron: '0 12 * * *', zone: 'Europe/Lisbon' });
    await f.make({ cron: '0 12 * * *' });
    const was = (await f.schedule.get({ name })).nextRun as Date;
    const shifted = (zone: string) => ({ name: zone, offsetAt: () => 5 * hourMs + 1_800_000 });
    expect(await syncZones(f.deps, f.run, '2030a', shifted)).toEqual([]);
    expect(await syncZones(f.deps, f.run, '2029z', shifted)).toEqual([]);
    expect(await syncZones(f.deps, f.run, '2030b', shifted)).toEqual([name]);
    expect((await f.schedule.get({ name })).nextRun).not.toEqual(was);
    expect(f.lines).toContainEqual({ level: 'warn', message: expect.stringContaining(`${name} moved`) });
  });
});
