import { randomUUID } from 'node:crypto';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandResult, uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Job } from '../../queue/index.ts';
import type { Calendar } from '../model/types.ts';
import { sqlJobs } from '../sql-jobs.ts';
import { scheduleCommands } from '../surface/commands.ts';
import { scheduleRoutes } from '../surface/routes.ts';
import { scheduleFixture } from './fixture.ts';

let f: Awaited<ReturnType<typeof scheduleFixture>>;
let tenantId: string;
beforeAll(async () => {
  f = await scheduleFixture();
  tenantId = (await f.platform.use<Tenancy>('tenancy').create({ slug: 'alpha' })).id;
});
afterAll(() => f[Symbol.asyncDispose]());

const command = (name: string, args: Record<string, string> = {}, flags: Record<string, unknown> = {}): Promise<CommandResult> => {
  const found = scheduleCommands.find((one) => one.name === `schedule ${name}`);
  return (found as NonNullable<typeof found>).run({ args, flags: { count: 10, limit: 50, ...flags }, use: f.platform.use } as never);
};
const route = (path: string, params: Record<string, string> = {}, query: Record<string, unknown> = {}) => {
  const found = scheduleRoutes.find((one) => one.path === path);
  return (found as NonNullable<typeof found>).handler({ params, query, use: f.platform.use } as never);
};

it('lists, shows, previews, turns off and on, runs, and tells what became of it', async () => {
  const { name } = await f.make({ cron: '30 2 * * *', zone: 'Europe/Berlin', payload: { a: 1 } });
  expect((await command('list')).table?.rows).toContainEqual(
    expect.arrayContaining([name, 'ok', '30 2 * * *', 'Europe/Berlin', 'test.tick']),
  );
  expect((await command('show', { name })).table?.rows).toContainEqual(['payload', '{"a":1}']);
  const preview = (await command('preview', { name }, { count: 3 })).table?.rows;
  expect(preview).toHaveLength(3);
  expect(preview?.[0]?.[1]).toMatch(/T0[23]:[03]0:00\+0[12]:00$/);
  expect((await command('preview', {}, { cron: '@every 1h', zone: 'Asia/Tokyo', count: 2 })).table?.rows).toHaveLength(2);
  expect(await route('/schedule/jobs/:name/preview', { name }, { count: 2 })).toHaveLength(2);
  expect((await command('disable', { name })).text).toBe(`${name} is disabled.`);
  const shown = ((await route('/schedule/jobs')) as { name: string }[]).find((one) => one.name === name);
  expect(shown).toMatchObject({ name, state: 'disabled' });
  expect(shown).not.toHaveProperty('payload');
  expect((await command('enable', { name })).text).toContain('it fires next at');
  expect((await command('run', { name })).table?.rows[0]?.[3]).toBe('enqueued');
  expect(await route('/schedule/jobs/:name/run', { name })).toMatchObject([{ state: 'skipped' }]);
  expect((await command('history', { name })).table?.rows).toHaveLength(2);
  expect(await route('/schedule/runs', {}, { name, limit: 1 })).toHaveLength(1);
  await f.schedule.remove({ name });
  for (const word of ['show', 'preview', 'run', 'enable', 'disable', 'history'])
    await expect(command(word, { name })).rejects.toMatchObject({ code: 'PLINTH_SCHEDULE_UNKNOWN_SCHEDULE', httpStatus: 404 });
});

it('shows the days that come, marks what fires often as such, and tells what was missed', async () => {
  const { name: daily } = await f.make({ cron: '0 6 * * *' });
  const { name: often } = await f.make({ cron: '* * * * *' });
  const { name: off } = await f.make({ cron: '0 7 * * *' });
  await command('disable', { name: off });
  const client = f.platform.databases.queue.client;
  await client.query(
    `insert into schedule.schedule_runs (tenant_id, scheduled_job_id, planned, state, error)
     select tenant_id, id, now() - h * interval '1 hour', 'missed', 'Nobody was there.' from schedule.scheduled_jobs, unnest(array[2, 30]) h where name = $1`,
    [daily],
  );
  const { schedules } = (await route('/schedule/calendar', {}, { days: 7 })) as Calendar;
  const entryOf = (name: string) => schedules.find((one) => one.name === name);
  expect(entryOf(daily)).toMatchObject({ past: [{ state: 'missed', runs: 1, error: 'Nobody was there.' }] });
  expect(entryOf(daily)?.upcoming).toHaveLength(7);
  expect(entryOf(daily)?.upcoming.every((at) => at.toISOString().endsWith('06:00:00.000Z'))).toBe(true);
  expect(entryOf(daily)).not.toHaveProperty('periodMs');
  expect(entryOf(often)?.periodMs).toBe(60_000);
  expect(entryOf(off)).toMatchObject({ state: 'disabled', upcoming: [] });
});

it.each([
  [{ name: 'No Name' }, 'INVALID'],
  [{ cron: '61 * * * *' }, 'BAD_CRON'],
  [{ cron: '0 0 31 2 *' }, 'NEVER'],
  [{ cron: '@at 2001-01-01T00:00' }, 'NEVER'],
  [{ zone: 'Mars/Base' }, 'UNKNOWN_ZONE'],
  [{ job: 'nobody.knows' }, 'UNKNOWN_JOB_TYPE'],
  [{ sql: 'select 1', job: 'test.tick' }, 'INVALID'],
  [{ tier: 'oltp' }, 'INVALID'],
  [{ catchUpLimit: 0 }, 'INVALID'],
  [{ jitterMs: 1.5 }, 'INVALID'],
  [{ overlap: 'never' }, 'INVALID'],
  [{ payload: [] }, 'INVALID'],
  [{ tenants: 'each', tenantId: uuidv7() }, 'INVALID'],
] as const)('[I7] refuses %j', async (spec, code) => {
  const before = (await f.schedule.list()).length;
  await expect(f.make(spec as never)).rejects.toMatchObject({ code: `PLINTH_SCHEDULE_${code}`, httpStatus: 422 });
  expect(await f.schedule.list()).toHaveLength(before);
});

it('[I8] runs the SQL of a schedule outside a transaction, and nothing that no schedule has asked for', async () => {
  const { name } = await f.make({ sql: 'vacuum queue.job_types' });
  const [run] = await f.schedule.run({ name });
  const handle = (id: string, payload = {}) =>
    (sqlJobs(f.connect).handler as (job: Job) => Promise<void>)({ id, payload, signal: new AbortController().signal } as Job);
  await handle(run?.jobId as string);
  const forged = await f.queue.enqueue('schedule.sql', { sql: 'drop schema schedule cascade' }, { tenantId });
  await expect(handle(forged.id)).rejects.toMatchObject({ code: 'PLINTH_SCHEDULE_NO_RUN', verdict: 'discard' });
  const { name: broken } = await f.make({ sql: 'select 1/0', tier: 'oltp' });
  await expect(handle((await f.schedule.run({ name: broken }))[0]?.jobId as string)).rejects.toThrow('division by zero');
});

it('[I9] a tenant sees its own schedules and runs, and writes none', async () => {
  const { name } = await f.make({ tenantId });
  await f.make();
  await f.schedule.run({ name, tenantId });
  await expect(f.schedule.get({ name })).rejects.toMatchObject({ code: 'PLINTH_SCHEDULE_UNKNOWN_SCHEDULE' });
  const as = (text: string) =>
    f.platform.use<Tenancy>('tenancy').run({ tenantId }, { tier: 'queue', tag: 'test' }, async (tx) => (await tx.query({ text })).rows);
  expect(await as('select name from queue.scheduled_jobs')).toEqual([{ name }]);
  expect(await as('select state from schedule.schedule_runs')).toEqual([{ state: 'enqueued' }]);
  for (const text of [
    `select schedule.fire_due('[]')`,
    'select schedule.release()',
    'update schedule.scheduled_jobs set sql = $$drop$$',
    'delete from schedule.schedule_runs',
  ])
    await expect(as(text)).rejects.toThrow('permission denied');
});

it('[I9] schedules of a tenant and their runs are exported with it, and go when it is erased', async () => {
  const { lifecycle, ...tenancy } = f.platform.use<Tenancy>('tenancy');
  const slug = `leaving-${randomUUID()}`;
  const { id } = await tenancy.create({ slug });
  const kept = await f.make();
  const { name } = await f.make({ tenantId: id });
  await f.schedule.run({ name, tenantId: id });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'plinth-schedule-'));
  await lifecycle.export(slug, { folder: folder.path });
  const files = (await readdir(folder.path, { recursive: true })).join(' ');
  for (const table of ['scheduled_jobs', 'schedule_runs']) expect(files).toContain(table);
  await lifecycle.erase(slug, { confirm: slug });
  expect(await f.schedule.list(id)).toEqual([]);
  const { client } = f.platform.databases.queue;
  expect((await client.query('select from schedule.schedule_runs where tenant_id = $1', [id])).rows).toEqual([]);
  expect(await f.schedule.get({ name: kept.name })).toMatchObject({ state: 'ok' });
});
