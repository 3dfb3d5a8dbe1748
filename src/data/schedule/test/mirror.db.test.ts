import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openCronServer } from '../../../../tests/support/cron-server.ts';
import { connectTo, describeWith, endpointOf, testPasswords, until } from '../../../../tests/support/index.ts';
import { openTestPlatform } from '../../../../tests/support/platform.ts';
import type { TestServer } from '../../../../tests/support/server.ts';
import { openMirror } from '../mirror/index.ts';
import type { ScheduleSpec } from '../model/types.ts';
import { scheduleCommands } from '../surface/commands.ts';
import { scheduleRoutes } from '../surface/routes.ts';
import { syncDeclared } from '../sync.ts';
import { scheduleFixture } from './fixture.ts';

const hourMs = 3_600_000;
const minutesAgo = (minutes: number) => new Date((Math.floor(Date.now() / 60_000) - minutes) * 60_000);
// Timetables that are not due while a test runs: on a leap day, and far from now on each day.
const leapDay = '0 0 29 2 *';
const farHour = (new Date().getUTCHours() + 12) % 24;
const daily = `0 ${farHour} * * *`;
const dailyAgo = (days: number) => {
  const today = new Date().setUTCHours(farHour, 0, 0, 0);
  return new Date(today - (today > Date.now() ? days + 1 : days) * 24 * hourMs);
};
const insert = (what: string) => `insert into ran (what) values ('${what}')`;

// A server of its own, and a platform in it that is migrated here: some seconds on a machine that does nothing else.
describeWith('pgCron', 'schedules that pg_cron fires', (found) => {
  let server: TestServer;
  let f: Awaited<ReturnType<typeof scheduleFixture>>;
  let mirror: ReturnType<typeof openMirror>;
  let stack: AsyncDisposableStack;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    server = opening.use(await openCronServer(found));
    const platform = opening.use(await openTestPlatform({}, () => server.url, 'migrated'));
    const endpoint = endpointOf(server.url);
    const client = opening.use(await connectTo(endpoint, 'test'));
    const database = { name: 'queue', url: server.url, endpoint, client };
    f = await scheduleFixture({ ...platform, databases: { oltp: database, content: database, queue: database, olap: database } });
    mirror = openMirror(f.deps);
    await client.query(
      `create table public.ran (what text, at timestamptz default clock_timestamp()); grant all on public.ran to plinth_owner`,
    );
    await client.query(`select cron.schedule('backup', '0 4 * * *', 'select 1')`);
    stack = opening.move();
  }, 120_000);
  afterAll(() => stack?.disposeAsync());
  beforeEach(async () => {
    await f.client.query('select pg_advisory_unlock_all()');
    await f.client.query('delete from schedule.scheduled_jobs; delete from public.ran; delete from cron.job_run_details');
    await mirror.keep();
  });

  const rows = async (text: string, values: readonly unknown[] = []) => (await f.client.query(text, [...values])).rows;
  const jobOf = async (name: string) => (await rows('select * from cron.job where jobname = $1', [`plinth:${name}`]))[0];
  const runsOf = async (name: string) => (await f.schedule.history({ name })).toReversed();
  const ran = async () => (await rows('select what from ran order by at')).map(({ what }) => what);
  const make = (spec: Partial<ScheduleSpec> = {}) => f.make({ cron: leapDay, sql: insert('it'), tier: 'queue', ...spec });
  /** What pg_cron does when its time has come: its command, as the login that it has for it. */
  async function start(name: string, work?: (pid: number) => Promise<void>) {
    const job = await jobOf(name);
    const login = { ...endpointOf(server.url), user: job.username, password: testPasswords.migratorPassword };
    await using session = await connectTo(login, 'test');
    const { rows: pids } = await session.query('select pg_backend_pid() as pid');
    await Promise.all([session.query(job.command), work?.(pids[0].pid)]);
  }
  const dueAt = async (id: string, ...times: readonly Date[]) => {
    await rows('delete from schedule.occurrences where scheduled_job_id = $1 and planned <= now()', [id]);
    await rows('insert into schedule.occurrences select $1, unnest($2::timestamptz[])', [id, times]);
    await rows('update schedule.scheduled_jobs set next_run = $2 where id = $1', [id, times[0]]);
  };

  it('[I10] pg_cron itself fires them, each time once and with no process of ours, and runs what may stand in no procedure by itself', async () => {
    const { id, name } = await make();
    const vacuum = await make({ sql: 'vacuum public.ran;' });
    const broken = await make({ sql: 'vacuum public.nothing' });
    const due = minutesAgo(0);
    expect(await jobOf(name)).toMatchObject({
      schedule: leapDay,
      command: `call schedule.fire('${name}')`,
      username: 'plinth_migrator',
    });
    expect(await jobOf(vacuum.name)).toMatchObject({ command: 'vacuum public.ran' });
    await dueAt(id, due);
    await rows(`update cron.job set schedule = '1 second' where jobname like 'plinth:%'`);
    const ended = async (of: string, status: string, least: number) =>
      (
        await rows('select from cron.job_run_details d join cron.job j using (jobid) where j.jobname = $1 and d.status = $2', [
          `plinth:${of}`,
          status,
        ])
      ).length >= least;
    await until(
      async () => (await ended(name, 'succeeded', 2)) && (await ended(vacuum.name, 'succeeded', 1)) && ended(broken.name, 'failed', 1),
      {
        what: 'pg_cron to fire',
        timeoutMs: 60_000,
      },
    );
    await mirror.keep();
    expect(await ran()).toEqual(['it']);
    expect(await runsOf(name)).toMatchObject([{ planned: due, state: 'completed', isCron: true }]);
    const told = async (of: string, state: string) => mirror.keep().then(async () => (await runsOf(of))[0]?.state === state);
    await until(() => told(vacuum.name, 'completed'), { what: 'the vacuum to be told' });
    await until(() => told(broken.name, 'failed'), { what: 'the failure to be told' });
    expect((await runsOf(broken.name))[0]).toMatchObject({ isCron: true, error: expect.stringContaining('public.nothing') });
    expect(await f.schedule.get({ name })).toMatchObject({ firedBy: 'pg_cron', state: 'ok', lastRun: due });
    expect(await jobOf(name)).toMatchObject({ schedule: leapDay });
  });

  it('[I10] a time that both runners are at happens once', async () => {
    const { id, name } = await make({ catchUp: 'all', cron: daily });
    const planned = [dailyAgo(1), dailyAgo(0)];
    await dueAt(id, ...planned);
    await Promise.all([start(name), start(name), f.fire(), f.fire()]);
    await start(name);
    const runs = await runsOf(name);
    expect(runs.map((run) => run.planned)).toEqual(planned);
    expect(await ran()).toHaveLength(runs.filter((run) => run.isCron && run.state === 'completed').length);
    expect(await f.jobsOf(name)).toHaveLength(runs.filter((run) => run.jobId !== undefined).length);
  });

  it('[I10] changes hands as one, both ways, while both are at it: no time is lost and none happens twice', async () => {
    const { id, name } = await make({ cron: daily });
    const planned = [dailyAgo(1), dailyAgo(0)];
    for (const runner of ['plinth', 'pg_cron', 'plinth', 'auto'] as const) {
      await rows('delete from schedule.schedule_runs');
      await rows('delete from ran');
      if (await jobOf(name)) await dueAt(id, ...planned);
      else await f.dueSince(id, planned[0] as Date);
      const job = await jobOf(name);
      await Promise.all([
        f.schedule.every({ name, cron: daily, sql: insert('it'), tier: 'queue', runner }),
        f.fire(),
        job && start(name),
        f.fire(),
      ]);
      expect(Boolean(await jobOf(name))).toBe(runner !== 'plinth');
      if (runner !== 'plinth') await start(name);
      await f.fire();
      // The last is run, by the one or the other, and the one before was missed.
      const runs = await runsOf(name);
      expect(runs.map((run) => run.planned)).toEqual(planned);
      expect(runs[0]).toMatchObject({ state: 'missed' });
      expect((await ran()).length + (await f.jobsOf(name)).length).toBe(1);
      await Promise.all((await f.jobsOf(name)).map((one) => f.end(one.id)));
    }
    const failing = f.run('test', async (tx) => {
      await mirror.hold(tx);
      await tx.query({ text: `update schedule.scheduled_jobs set runner = 'plinth'` });
      expect(await mirror.step(tx)).toEqual([name]);
      throw new Error('killed before its end');
    });
    await expect(failing).rejects.toThrow('killed');
    expect(await jobOf(name)).toBeDefined();
    expect(await f.schedule.get({ name })).toMatchObject({ firedBy: 'pg_cron' });
  });

  it('[I10] what was killed in the middle is told as failed and undone, and is not run again', async () => {
    const { id, name } = await make({ sql: `${insert('half')}; select pg_advisory_xact_lock(4711)` });
    await dueAt(id, minutesAgo(60));
    await rows('select pg_advisory_lock(4711)');
    const killed = start(name, async (pid) => {
      await until(async () => (await runsOf(name))[0]?.state === 'running', { what: 'it runs' });
      await mirror.keep();
      expect((await runsOf(name))[0]?.state).toBe('running');
      await rows('select pg_terminate_backend($1)', [pid]);
    });
    await expect(killed).rejects.toThrow();
    await rows('select pg_advisory_unlock(4711)');
    await until(async () => mirror.keep().then(async () => (await runsOf(name))[0]?.state === 'failed'), { what: 'it is told' });
    expect((await runsOf(name))[0]?.error).toContain('session');
    await start(name);
    expect(await runsOf(name)).toHaveLength(1);
    expect(await ran()).toEqual([]);
  });

  it.each([
    ['none', ['missed']],
    ['one', ['missed', 'completed']],
    ['all', ['missed', 'completed', 'completed']],
  ] as const)('[I10] pg_cron catches up %s', async (catchUp, expected) => {
    const { id, name } = await make({ catchUp, catchUpLimit: 2 });
    const started = minutesAgo(5);
    const day = (days: number) => new Date(started.getTime() - days * 24 * hourMs);
    await dueAt(id, day(3), day(2), day(1), day(0));
    await start(name);
    await start(name);
    expect((await runsOf(name)).map(({ state }) => state)).toEqual(expected);
    expect((await runsOf(name))[0]).toMatchObject({ planned: day(3), error: expect.stringMatching(/^[234] occurrences/) });
    expect(await ran()).toHaveLength(expected.length - 1);
  });

  it('[I6] pg_cron leaves out or queues what falls due while another runs, as overlap says, and tells of SQL that fails', async () => {
    for (const overlap of ['skip', 'queue'] as const) {
      const { id, name } = await make({ overlap, sql: `${insert(overlap)}; select pg_advisory_xact_lock(4712)` });
      await dueAt(id, minutesAgo(60));
      await rows('select pg_advisory_lock(4712)');
      const later = new Date();
      await start(name, async () => {
        await until(async () => (await runsOf(name))[0]?.state === 'running', { what: 'it runs' });
        await rows('insert into schedule.occurrences select $1, clock_timestamp()', [id]);
        await start(name);
        expect(await f.schedule.run({ name })).toMatchObject([{ state: overlap === 'skip' ? 'skipped' : 'waiting' }]);
        await rows('delete from schedule.schedule_runs where is_manual');
        await rows('select pg_advisory_unlock(4712)');
      });
      const [first, second] = await runsOf(name);
      expect(first).toMatchObject({ state: 'completed' });
      expect(second).toMatchObject({ state: overlap === 'skip' ? 'skipped' : 'completed' });
      expect(second?.planned.getTime()).toBeGreaterThan(later.getTime() - 1);
    }
    const { id, name } = await make({ sql: 'select 1/0' });
    await dueAt(id, minutesAgo(60));
    await expect(start(name)).rejects.toThrow(`schedule ${name}: division by zero`);
    expect(await runsOf(name)).toMatchObject([{ state: 'failed', error: 'division by zero' }]);
    expect(await f.schedule.get({ name })).toMatchObject({ state: 'failing' });
  });

  it('[I10] says in advance what pg_cron cannot, in any zone, and goes on where nobody says more', async () => {
    const berlin = await make({ cron: '30 7 * * MON-FRI', zone: 'Europe/Berlin' });
    expect(await jobOf(berlin.name)).toMatchObject({ schedule: '30 5,6 * * *' });
    const known = await rows('select planned from schedule.occurrences where scheduled_job_id = $1 order by planned', [berlin.id]);
    const after = new Date(known[0].planned.getTime() - 1);
    const said = f.schedule.preview({ cron: '30 7 * * MON-FRI', zone: 'Europe/Berlin', count: 280, after }).map(({ at }) => at);
    expect(known.slice(0, 280).map(({ planned }) => planned)).toEqual(said);
    await f.schedule.every({ name: berlin.name, cron: '15 3 L * *', zone: 'Europe/Berlin', sql: 'select 1', tier: 'queue' });
    expect(await jobOf(berlin.name)).toMatchObject({ schedule: '15 1,2 * * *' });
    expect(
      (await rows('select count(*)::int4 as count from schedule.occurrences where scheduled_job_id = $1', [berlin.id]))[0].count,
    ).toBeGreaterThan(12);
    // Years later, with no process of ours since.
    const { id, name } = await make();
    await rows('delete from schedule.occurrences where scheduled_job_id = $1', [id]);
    await rows(`update schedule.scheduled_jobs set filled = now() - interval '1 day' where id = $1`, [id]);
    await start(name);
    expect(await ran()).toEqual(['it']);
    await mirror.keep();
    expect((await f.schedule.get({ name })).nextRun?.getTime()).toBeGreaterThan(Date.now());
  });

  it('[I11] keeps pg_cron in step, mends what was changed by hand, and leaves the jobs of others alone', async () => {
    const { name } = await make();
    const off = await make();
    const gone = await make();
    const before = await rows(`select * from cron.job where jobname = 'backup'`);
    await f.schedule.enable({ name: off.name }, false);
    await f.schedule.remove({ name: gone.name });
    for (const one of [off, gone]) expect(await jobOf(one.name)).toBeUndefined();
    await f.schedule.enable({ name: off.name }, true);
    expect(await jobOf(off.name)).toBeDefined();
    const report = async (apply = false) => {
      const command = scheduleCommands.find((one) => one.name === 'schedule mirror');
      const result = await command?.run({ args: {}, flags: { apply }, use: f.platform.use } as never);
      return result as NonNullable<typeof result>;
    };
    for (const [drift, difference] of [
      [`update cron.job set schedule = '5 5 * * *' where jobname = 'plinth:${name}'`, 'its job has the times 5 5 * * *'],
      [`update cron.job set command = 'select 1' where jobname = 'plinth:${name}'`, 'its job has another command'],
      [`update cron.job set active = false where jobname = 'plinth:${name}'`, 'its job is not active'],
      [`update cron.job set username = 'postgres' where jobname = 'plinth:${name}'`, 'its job is run as postgres'],
      [`delete from cron.job where jobname = 'plinth:${name}'`, 'its job is gone'],
    ] as const) {
      await rows(drift);
      expect((await report()).table?.rows).toContainEqual(expect.arrayContaining([name, difference]));
      expect((await report(true)).table?.rows.find(([of]) => of === name)?.at(-1)).toBe('');
      expect(await jobOf(name)).toMatchObject({ schedule: leapDay, active: true, username: 'plinth_migrator' });
    }
    await rows(`select cron.schedule('plinth:nobody', '* * * * *', 'select 1')`);
    await mirror.keep();
    expect(await jobOf('nobody')).toBeUndefined();
    const route = scheduleRoutes.find(({ path }) => path === '/schedule/mirror');
    expect(await route?.handler({ use: f.platform.use } as never)).toMatchObject({
      zone: 'GMT',
      others: [{ name: 'backup', timetable: '0 4 * * *' }],
    });
    expect(await rows(`select * from cron.job where jobname = 'backup'`)).toEqual(before);
    await rows(`insert into cron.job_run_details (jobid, command, status, end_time)
      select jobid, command, 'succeeded', now() - interval '8 days' from cron.job where jobname in ('backup', 'plinth:${name}')`);
    await rows('call schedule.tick()');
    const old = await rows(
      `select j.jobname from cron.job_run_details d join cron.job j using (jobid) where d.end_time < now() - interval '7 days'`,
    );
    expect(old).toEqual([{ jobname: 'backup' }]);
    const declared = { name: 'declared', cron: '@hourly', sql: 'select 1', tier: 'queue', by: 'maintain' } as const;
    await syncDeclared({ ...f.deps, declared: [declared] });
    expect(await jobOf('declared')).toBeDefined();
    await syncDeclared(f.deps);
    expect(await jobOf('declared')).toBeUndefined();
  });

  it('[I11] without pg_cron Plinth fires what was given to it, and says why', async () => {
    const { id, name } = await make();
    await dueAt(id, minutesAgo(60));
    await rows('drop extension pg_cron');
    try {
      await mirror.keep();
      expect(await f.schedule.mirror()).toMatchObject({
        reason: expect.stringContaining('no extension'),
        schedules: [{ firedBy: 'plinth' }],
      });
      await f.fire();
      expect((await runsOf(name)).map(({ state }) => state)).toContain('enqueued');
    } finally {
      await rows(`create extension pg_cron`);
      await rows(`grant usage on schema cron to plinth_owner; grant delete on cron.job to plinth_owner`);
      await rows(`select cron.schedule('backup', '0 4 * * *', 'select 1')`);
    }
  });
});
