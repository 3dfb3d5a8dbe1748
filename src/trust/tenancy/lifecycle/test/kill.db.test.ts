import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { spawnScript } from '../../../../../tests/support/index.ts';
import { tiers } from '../../../../kernel/index.ts';
import { isGenuine } from '../../index.ts';
import { type TenancyFixture, tenancyFixture } from '../../test/fixture.ts';
import { folderData } from './folder-data.ts';
import { fillShop, hashShop, makeShop, rowsAnywhere } from './shop.ts';

const folder = await mkdtemp(join(tmpdir(), 'plinth-kill-'));
const platform = (name: string) => tenancyFixture({ filled: { data: () => [{ by: 'files', value: folderData(join(folder, name)) }] } });
const [here, there] = [await platform('here'), await platform('there')];
await makeShop(here.owner);
await makeShop(there.owner);
afterAll(async () => {
  await here[Symbol.asyncDispose]();
  await there[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/**
 * Calls an operation again and again, each time in a process that kills itself some transactions later than the one before, until one gets
 * to its end. Gives how many were killed and what the last one said.
 */
async function throughKills(fixture: TenancyFixture, name: string, ...call: unknown[]): Promise<{ kills: number; result: never }> {
  // A clone is an export and an import, which are killed by themselves.
  const first = call[0] === 'clone' ? 7 : 1;
  const endpoints = Object.fromEntries(tiers.map((tier) => [tier, fixture.databases[tier].endpoint]));
  let kills = 0;
  for (let killAfter = first; ; killAfter += call[0] === 'create' ? 1 : 1 + killAfter) {
    const request = { endpoints, dataDir: fixture.dataDir, dataFolder: join(folder, name), call, killAfter };
    await using child = spawnScript(new URL('run-lifecycle.ts', import.meta.url), { args: [JSON.stringify(request)] });
    const { code, signal } = await child.exit();
    if (signal === 'SIGKILL') {
      kills++;
      continue;
    }
    const done = /^done after \d+ (.*)$/m.exec(child.output())?.[1];
    if (code !== 0 || done === undefined) throw new Error(child.output());
    return { kills, result: JSON.parse(done) as never };
  }
}

test('[I20] [I56] killed after any transaction, create, export, import, clone and erase are completed by the same call, with the same result', async () => {
  const created = await throughKills(here, 'here', 'create', { slug: 'acme' });
  const { id } = created.result as { id: string };
  expect(created.kills).toBeGreaterThan(2);
  const { userId } = await here.tenancy.addUser({ tenantId: id, email: 'ann@example.org', role: 'owner' });
  await fillShop(here.owner, id, userId, 6_000);
  await mkdir(join(folder, 'here', id), { recursive: true });
  await writeFile(join(folder, 'here', id, 'piece'), 'of acme');
  const before = await hashShop(here.databases, id);

  const target = join(folder, 'export');
  const exported = await throughKills(here, 'here', 'export', 'acme', { folder: target });
  expect(exported.kills).toBeGreaterThan(2);
  expect(isGenuine(exported.result)).toBe(true);

  const imported = await throughKills(there, 'there', 'import', { folder: target });
  expect(imported.kills).toBeGreaterThan(2);
  expect(imported.result).toMatchObject({ id, slug: 'acme', state: 'active' });
  expect(await hashShop(there.databases, id)).toEqual(before);
  expect((await there.tenancy.lifecycle.operations(id)).map(({ kind }) => kind)).toEqual(['import']);

  const cloned = await throughKills(here, 'here', 'clone', 'acme', { slug: 'acme-copy' });
  expect(cloned.kills).toBeGreaterThan(1);
  expect(cloned.result).toMatchObject({ slug: 'acme-copy', state: 'active' });
  const copy = await hashShop(here.databases, (cloned.result as { id: string }).id);
  const rowsOf = (hashes: Record<string, string>) =>
    Object.fromEntries(Object.entries(hashes).map(([table, hash]) => [table, hash.split(' ')[0]]));
  expect(rowsOf(copy)).toEqual(rowsOf(before));
  expect(copy['shop.customers']).not.toBe(before['shop.customers']);
  expect(await readdir(join(here.dataDir, 'clones'))).toEqual([]);
  expect((await here.tenancy.list()).map(({ slug }) => slug)).toEqual(['acme', 'acme-copy']);

  const erased = await throughKills(here, 'here', 'erase', 'acme', { confirm: 'acme' });
  expect(erased.kills).toBeGreaterThan(2);
  expect(isGenuine(erased.result)).toBe(true);
  expect(erased.result).toMatchObject({ rows: { oltp: { 'shop.orders': 6_000 } }, users: 1 });
  expect((await rowsAnywhere(here.databases, id)).every((place) => / tenancy\.(tenants|operations|operation_steps)$/.test(place))).toBe(
    true,
  );
});
