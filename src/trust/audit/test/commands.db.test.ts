import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Migrate } from '../../../foundation/migrate/index.ts';
import type { CommandInput, CommandResult, RouteRequest } from '../../../kernel/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import { commands } from '../surface/commands.ts';
import { routes } from '../surface/routes.ts';
import { openTrail, type Trail, trackOpenly } from './fixture.ts';

let trail: Trail;
beforeAll(async () => {
  trail = await openTrail();
  await trail.owner('create table shop.notes (id int, part text, body text, primary key (id, part))');
});
afterAll(() => trail[Symbol.asyncDispose]());

function run(name: string, args: Record<string, string | string[]> = {}, flags: Record<string, unknown> = {}): Promise<CommandResult> {
  const command = commands.find((one) => one.name === `audit ${name}`);
  const input = { args, flags, signal: new AbortController().signal, progress: () => {}, use: trail.platform.use };
  return (command as (typeof commands)[number]).run(input as unknown as CommandInput);
}

test('[I4] track, history and untrack, as people type them', async () => {
  const hashes = await run('track', { table: 'shop.notes' }, { columns: 'body' });
  expect(hashes.text).toMatch(
    /^oltp shop.notes is tracked: body, body, part as hashes.\nNobody has classified body, part. To see values: plinth privacy classify shop.notes.body internal/,
  );
  await trail.owner(trackOpenly('shop.notes'));
  expect((await run('track', { table: 'shop.notes' }, { columns: 'body' })).text).toBe('oltp shop.notes is tracked: body.');
  expect((await run('track')).table?.rows).toContainEqual(['oltp', 'shop.notes', 'body', '', expect.any(String)]);
  await trail.owner("insert into shop.notes values (1, 'a', 'one')");
  const [{ moment }] = (await trail.rows('select clock_timestamp() as moment')) as [{ moment: Date }];
  await trail.owner("update shop.notes set body = 'two'");
  const history = await run('history', { table: 'shop.notes', key: ['1', 'a'] });
  expect(history.text).toMatch(/insert by [\s\S]*\{"body":"one"\}[\s\S]*update by [\s\S]*\{"body":"two"\}/);
  expect(history.exitCode).toBe(0);
  const then = await run('history', { table: 'shop.notes', key: ['1', 'a'] }, { at: moment.toISOString() });
  expect((then.data as { versions: { row: unknown }[] }).versions).toMatchObject([{ row: { body: 'one' } }]);
  await expect(run('history', { table: 'shop.notes', key: ['1'] })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_BAD_KEY' });
  await expect(run('history', { table: 'shop.notes', key: ['x', 'a'] })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_BAD_KEY' });
  await expect(run('history', { table: 'shop.notes', key: ['1', 'a'] }, { at: 'noon' })).rejects.toMatchObject({
    code: 'PLINTH_AUDIT_BAD_TIME',
  });

  // Past the trail: the history says so.
  await trail.owner(
    'alter table shop.notes disable trigger all',
    "update shop.notes set body = 'forged'",
    'alter table shop.notes enable trigger all',
  );
  const changed = await run('history', { table: 'shop.notes', key: ['1', 'a'] });
  expect(changed.exitCode).toBe(1);
  expect(changed.text).toMatch(/changed past the trail since: body/);
  expect((await run('untrack', { table: 'shop.notes' })).text).toMatch(/no longer tracked/);
  await expect(run('untrack', { table: 'shop.notes' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_NOT_TRACKED' });
});

test('[I10] triggers of a tracked table are no drift, and one that was removed by hand is', async () => {
  const { drift } = trail.platform.use<Migrate>('migrate');
  const ofTheTrail = async () =>
    (await drift.check()).flatMap(({ entries }) => entries).filter(({ identity }) => /audit[._]/.test(identity));
  await trail.owner('create table shop.watched (id int primary key)');
  await run('track', { table: 'shop.watched' });
  await trail.owner('alter table shop.watched add column n int');
  expect(await ofTheTrail()).toEqual([]);
  await trail.owner('drop trigger plinth_audit_delete on shop.watched');
  expect(await ofTheTrail()).toMatchObject([
    { identity: 'trigger plinth_audit_delete on shop.watched', change: 'removed', actor: expect.any(String), happened: expect.any(Date) },
  ]);
  await run('track', { table: 'shop.watched' });
  expect(await ofTheTrail()).toEqual([]);
  await run('untrack', { table: 'shop.watched' });
  expect(await ofTheTrail()).toEqual([]);
});

test('[I6] verify tells what it read', async () => {
  const found = await run('verify');
  expect(found.exitCode).toBeUndefined();
  expect(found.text).toMatch(/^The trail is whole: \d+ events in \d+ blocks, \d+ anchored heads/);
});

test('[I3] a level that was given in a migration stays when nobody classifies the column', async () => {
  await trail.owner('create table shop.declared (id int primary key, secret text)');
  await trail.owner(`select audit.track('shop.declared', null, '{"secret": {"level": "restricted"}}')`);
  expect(await trail.audit.track({ table: 'shop.declared' })).toMatchObject({ concealed: ['secret'] });
  expect(await trail.rows(`select audit.track('shop.declared', null, '{}')`)).toEqual([{ track: false }]);
});

test('[I4] the history of a row of a tenant is shown to staff under a grant, on record', async () => {
  const { platform } = trail;
  const tenancy = platform.use<Tenancy>('tenancy');
  const { id } = await tenancy.create({ slug: 'looked-at' });
  await trail.owner(
    `create table shop.orders_seen (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, note text,
       primary key (tenant_id, id))`,
    "select tenancy.protect('shop.orders_seen')",
    trackOpenly('shop.orders_seen'),
    `insert into shop.orders_seen values ('${id}', 1, 'one')`,
  );
  const route = routes.find(({ path }) => path.endsWith('/history'));
  const ask = (name: string) => {
    const params = { table: 'shop.orders_seen' };
    const request = { params, query: { key: '1' }, body: undefined, signal: new AbortController().signal, use: platform.use };
    return route?.handler({ ...request, account: { name, role: 'operator' } } as RouteRequest);
  };
  await expect(ask('ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  await tenancy.breakGlass.addStaff({ account: 'ann' });
  await tenancy.breakGlass.open({ staff: 'ann', tenant: 'looked-at', reason: 'ticket 4711', minutes: 5 });
  expect(await ask('ann')).toMatchObject({ tenantId: id, versions: [{ row: { note: 'one' } }] });
  await expect(ask('bob')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  expect(await trail.rows("select tenant_id, keys, purpose from audit.events where action = 'audit.history'")).toEqual([
    { tenant_id: id, keys: ['1'], purpose: 'ticket 4711' },
  ]);
});
