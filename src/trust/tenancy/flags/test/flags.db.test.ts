import { afterAll, expect, test } from 'vitest';
import { spawnScript, until } from '../../../../../tests/support/index.ts';
import { type CommandResult, type KernelEvents, tiers } from '../../../../kernel/index.ts';
import { settingsCommands, settingsRoutes } from '../../settings/surface.ts';
import { tenancyFixture } from '../../test/fixture.ts';
import { openTenancyAt } from '../../test/open-at.ts';
import { flagCommands, flagRoutes } from '../surface.ts';
import type { Flags } from '../types.ts';

const { tenancy, events, databases, dataDir, ...fixture } = await tenancyFixture();
const { flags } = tenancy;
const canary = await tenancy.create({ slug: 'canary' });
const other = await tenancy.create({ slug: 'other' });
await tenancy.policies.set(canary.id, 'tenancy.isCanary', true, 'ann');
// Another client with a memory of its own, as another process would be.
const elsewhere = await openTenancyAt((tier) => databases[tier].endpoint, dataDir, { isReady: true });
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});
const ringOf = async (name: string) => (await flags.list()).find((flag) => flag.name === name)?.ring;
const both = (name: string, of: Flags = flags) => [canary, other].map(({ id }) => of.isOn(name, id));
const make = async (name: string) => flags.add({ name, meaning: 'for a test', by: 'ann' });

/** Work under a flag that fails so many times out of `calls`. */
async function work(of: Flags, name: string, tenantId: string, calls: number, failures: number) {
  for (let i = 0; i < calls; i++) {
    const done = of.run(name, tenantId, async (isOn) => {
      if (i < failures) throw new Error('fault');
      return isOn;
    });
    await done.catch(() => {});
  }
}

/** Lets one process watch until something is so. */
async function watched(by: typeof tenancy, isThere: () => Promise<boolean>) {
  by.flagWatch.start();
  await until(isThere);
  await by.flagWatch.stop();
}

test('[I34] ring after ring has it, by hand; who did what is kept', async () => {
  await make('search');
  expect(both('search')).toEqual([false, false]);
  expect(await flags.step('search', { by: 'ann' })).toMatchObject({ ring: 'canary', number: 2, changedBy: 'ann' });
  expect(both('search')).toEqual([true, false]);
  expect([canary.id.toUpperCase(), other.id].map((id) => flags.isOn('search', id))).toEqual([true, false]);
  expect(await flags.run('search', canary.id, async (isOn) => isOn)).toBe(true);
  await flags.step('search', { to: 'all', by: 'bob', reason: 'it is good' });
  expect(both('search')).toEqual([true, true]);
  await expect(flags.step('search', { by: 'ann' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_FLAG_AT_END' });
  expect(await flags.back('search', { by: 'ann' })).toMatchObject({ ring: '10 %' });
  expect((await flags.history('search')).map(({ number, ring, changedBy, reason }) => [number, ring, changedBy, reason])).toEqual([
    [4, '10 %', 'ann', undefined],
    [3, 'all', 'bob', 'it is good'],
    [2, 'canary', 'ann', undefined],
    [1, 'none', 'ann', undefined],
  ]);
  expect(flags.isOn('nobody-added-it', canary.id)).toBe(false);
  await expect(flags.step('nobody-added-it', { by: 'ann' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_FLAG' });
  await expect(make('No Name')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_FLAG' });
  expect(await make('search')).toMatchObject({ ring: '10 %', number: 4 });
});

test('[I34] the application neither sees nor moves flags', async () => {
  for (const text of [
    'select * from tenancy.flags',
    'insert into tenancy.flag_steps select * from tenancy.flag_steps',
    'delete from tenancy.flag_outcomes',
  ])
    await expect(tenancy.run({ tenantId: canary.id }, { tier: 'oltp', tag: 'test' }, (tx) => tx.query({ text }))).rejects.toMatchObject({
      code: 'PLINTH_SQL_FORBIDDEN',
    });
});

test('[I36] a step is taken up by other processes; of two who take the same one, one does', async () => {
  await make('layout');
  await flags.step('layout', { by: 'ann' });
  expect(both('layout', elsewhere.tenancy.flags)).toEqual([false, false]);
  await watched(elsewhere.tenancy, async () => elsewhere.tenancy.flags.isOn('layout', canary.id));
  const steps = await Promise.allSettled([flags.step('layout', { by: 'ann' }), elsewhere.tenancy.flags.step('layout', { by: 'bob' })]);
  const refused = steps.filter(({ status }) => status === 'rejected');
  for (const one of refused) expect(one).toMatchObject({ reason: { code: 'PLINTH_TENANCY_FLAG_MOVED' } });
  expect((await flags.history('layout')).map(({ number }) => number)).toEqual(refused.length === 1 ? [3, 2, 1] : [4, 3, 2, 1]);
});

test('[I35] where too much fails in all processes together, it goes back by itself and says so', async () => {
  const told: KernelEvents['notified'][] = [];
  events.on('notified', (event) => void told.push(event));
  await make('prices');
  await flags.step('prices', { by: 'ann', everyMinutes: 1 });
  await elsewhere.tenancy.flags.list();
  // Neither of them has seen enough by itself.
  await work(elsewhere.tenancy.flags, 'prices', canary.id, 12, 4);
  await work(elsewhere.tenancy.flags, 'prices', other.id, 40, 1);
  await watched(elsewhere.tenancy, async () => (await flags.list()).some(({ name, on }) => name === 'prices' && on.calls === 12));
  expect(await ringOf('prices')).toBe('canary');
  await work(flags, 'prices', canary.id, 12, 4);
  await watched(tenancy, async () => (await ringOf('prices')) === 'none');
  expect(both('prices')).toEqual([false, false]);
  expect((await flags.history('prices'))[0]).toMatchObject({
    cause: 'errors',
    changedBy: 'plinth',
    reason: '8 of 24 failed with it, 1 of 40 without',
  });
  expect(told).toMatchObject([
    { category: 'flags', severity: 'warning', message: expect.stringContaining('plinth tenancy flag step prices') },
  ]);
});

test('[I35] in time it goes on by itself, once it has been at work and worked', async () => {
  await make('export');
  await flags.step('export', { by: 'ann', everyMinutes: 5 });
  const age = () =>
    fixture.owner('oltp', "update tenancy.flag_steps set created = created - interval '5 minutes' where flag_name = 'export'");
  await work(flags, 'export', canary.id, 20, 0);
  await watched(tenancy, async () => (await flags.list()).some(({ name, on }) => name === 'export' && on.calls === 20));
  expect(await ringOf('export')).toBe('canary');
  await age();
  await watched(tenancy, async () => (await ringOf('export')) === '1 %');
  expect((await flags.history('export'))[0]).toMatchObject({ cause: 'time', everyMinutes: 5, changedBy: 'plinth' });
});

test('[I36] killed in the middle of a step, it was not taken, and the next one goes on', async () => {
  await make('killed');
  const { client } = databases.oltp;
  const endpoints = JSON.stringify(Object.fromEntries(tiers.map((tier) => [tier, databases[tier].endpoint])));
  await client.query('begin; lock table tenancy.flag_steps in exclusive mode');
  await using child = spawnScript(new URL('run-step.ts', import.meta.url), { args: [endpoints, dataDir, 'killed'] });
  const waits = `select from pg_locks where not granted and relation = 'tenancy.flag_steps'::regclass`;
  await until(async () => (await client.query(waits)).rowCount === 1);
  await child.kill9();
  await client.query('rollback');
  expect(await flags.step('killed', { by: 'ann' })).toMatchObject({ number: 2, changedBy: 'ann' });
  expect((await flags.history('killed')).map(({ ring }) => ring)).toEqual(['canary', 'none']);
});

test('[I34] the command line and HTTP show and move them', async () => {
  const use = () => tenancy;
  const run = async (name: string, args: Record<string, string>, given = {}) => {
    const command = [...flagCommands, ...settingsCommands].find((one) => one.name === `tenancy ${name}`);
    return (await command?.run({ args, flags: given, use } as never)) as CommandResult;
  };
  await run('policy set', { tenant: 'other', key: 'tenancy.isCanary', value: 'true' });
  expect((await run('policy show', { tenant: 'other' })).table?.rows[0]?.slice(0, 2)).toEqual(['tenancy.isCanary', 'true']);
  expect((await run('flag add', { name: 'shown', meaning: 'for a test' })).text).toBe('shown is in ring "none".');
  const stepped = await run('flag step', { name: 'shown' }, { everyMinutes: 30, reason: 'ready' });
  expect(stepped.text).toBe('shown is in ring "canary", and goes on by itself after 30 minutes that worked.');
  expect(both('shown')).toEqual([true, true]);
  const listed = (await run('flag list', {})).table?.rows.find(([name]) => name === 'shown');
  expect(listed).toMatchObject(['shown', 'canary', expect.any(String), 'every 30 min', '', '', 'for a test']);
  expect((await run('flag back', { name: 'shown' })).text).toBe('shown is in ring "none".');
  const shown = (await run('flag show', { name: 'shown' })).table?.rows.map(([step, , ring, cause, , reason]) => [
    step,
    ring,
    cause,
    reason,
  ]);
  expect(shown).toEqual([
    [3, 'none', 'hand', ''],
    [2, 'canary', 'hand', 'ready'],
    [1, 'none', 'hand', ''],
  ]);
  const [all, one] = flagRoutes;
  expect(await all?.handler({ use } as never)).toMatchObject({
    flags: expect.arrayContaining([expect.objectContaining({ name: 'shown' })]),
  });
  expect(await one?.handler({ use, params: { name: 'shown' } } as never)).toMatchObject({ steps: { length: 3 } });
  const policies = settingsRoutes.find(({ path }) => path.endsWith('/policies'));
  expect(await policies?.handler({ use, params: { id: 'other' } } as never)).toMatchObject({ policies: { length: 7 } });
});
