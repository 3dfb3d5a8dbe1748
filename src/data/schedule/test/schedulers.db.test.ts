import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnScript, testPasswords, until } from '../../../../tests/support/index.ts';
import { tiers } from '../../../kernel/index.ts';
import { scheduling } from '../services/scheduling.ts';
import { scheduleFixture } from './fixture.ts';

let f: Awaited<ReturnType<typeof scheduleFixture>>;
beforeAll(async () => {
  f = await scheduleFixture();
});
afterAll(() => f[Symbol.asyncDispose]());

const rows = async (text: string) => (await f.client.query(text)).rows;

it('[I1] five schedulers at once, one of them killed and one frozen: each second of each schedule once', async () => {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, f.platform.databases[tier].url]));
  const options = JSON.stringify({ platform: { onBoot: 'verify' }, cluster: { engine: 'attached', ...urls }, access: testPasswords });
  const child = () => spawnScript(new URL('scheduler-child.ts', import.meta.url), { args: [options], cwd: tmpdir() });
  await using killed = child();
  await using frozen = child();
  await Promise.all([killed.line(/^firing$/), frozen.line(/^firing$/)]);
  const declared = [
    { name: 'declared', cron: '* * * * * *', job: 'test.tick', overlap: 'allow', catchUp: 'all', by: 'a product' } as const,
  ];
  const service = scheduling({ ...f.deps, declared }, f.schedule.list);
  const firing = new AbortController();
  const firer = async () => {
    while (!firing.signal.aborted) await delay(Math.min(50, await f.fire()));
  };
  service.start();
  const others = [firer(), firer()];
  try {
    for (let made = 0; made < 20; made++) await f.make({ cron: '* * * * * *', overlap: 'allow', catchUp: 'all', catchUpLimit: 100 });
    const fired = async (least: number) =>
      ((await rows('select count(*)::int4 as count from schedule.schedule_runs'))[0]?.count ?? 0) >= least;
    await until(() => fired(40), { what: 'some runs' });
    frozen.signal('SIGSTOP');
    await killed.kill9();
    const before = (await rows('select count(*)::int4 as count from schedule.schedule_runs'))[0]?.count;
    await until(() => fired(before + 60), { what: 'the others to go on' });
    frozen.signal('SIGCONT');
    await until(() => fired(before + 100), { what: 'all to go on' });
  } finally {
    firing.abort();
    await Promise.all([...others, service.stop()]);
    await frozen.kill9();
  }
  // Of each schedule every second from the first to the last, with a job of its own, and no job beside these.
  expect(
    await rows(`select s.name from schedule.scheduled_jobs s join schedule.schedule_runs r on r.scheduled_job_id = s.id
      group by s.name having count(*) <> 1 + extract(epoch from max(r.planned) - min(r.planned)) or count(distinct r.job_id) <> count(*)`),
  ).toEqual([]);
  expect(
    await rows(
      `select (select count(*) from queue.jobs) = count(*) and (select count(*) from queue.job_ready) = count(*) as is_same from schedule.schedule_runs`,
    ),
  ).toEqual([{ is_same: true }]);
  expect(await f.schedule.get({ name: 'declared' })).toMatchObject({ declaredBy: 'a product' });
  expect((await f.schedule.history({ name: 'declared' })).length).toBeGreaterThan(0);
});
