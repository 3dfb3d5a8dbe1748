import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Migrate } from '../src/foundation/migrate/index.ts';
import { silentLog, tiers } from '../src/kernel/index.ts';
import { configure, openPlatform } from '../src/platform/index.ts';
import { testDatabase } from './support/index.ts';
import { testPasswords } from './support/roles.ts';
import { serverFolder } from './support/server-folder.ts';

/** The schema and its record in a new database that all tiers share; `before` decides how it is made. */
async function made(before: string, after: string) {
  const { client, url } = await testDatabase();
  const folder = await serverFolder('plinth-together-');
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, url]));
  const options = { cluster: { engine: 'attached', ...urls }, access: testPasswords };
  const platform = cleanup.use(await openPlatform(configure({ name: 'test', options }, { folder }), { level: 'server', log: silentLog }));
  const migrate = platform.use<Migrate>('migrate');
  await client.query(before);
  await migrate.up();
  await client.query(after);
  const rows = async (sql: string) => (await client.query(sql)).rows;
  const { objects } = await migrate.drift.snapshot({ tier: 'oltp' });
  return {
    schema: new Map(objects.map((object) => [object.identity, object.hash])),
    migrations:
      await rows(`select source, name, tier, state, attempts, checksum_up, checksum_down, checksum_pre, checksum_post, checksum_meta, tree_sha256
      from migrate.migrations order by source, name, tier`),
    order: await rows('select source, name from migrate.migrations group by source, name order by max(applied)'),
    objects: await rows('select identity, sha256, defines from migrate.objects order by identity'),
    howMany: Number((await rows('select count(distinct xmin::text) as count from migrate.migrations'))[0]?.count),
  };
}

test('[I66] what the capabilities make together is what they make one by one, and recorded alike', async () => {
  const together = await made('', '');
  const oneByOne = await made('create table public.somebody (id int)', 'drop table public.somebody');
  expect(together.howMany).toBeLessThan(5);
  expect(oneByOne.howMany).toBeGreaterThan(20);
  expect(together.migrations.length).toBeGreaterThan(50);
  for (const part of ['migrations', 'order', 'objects', 'schema'] as const) expect(together[part]).toEqual(oneByOne[part]);
});
