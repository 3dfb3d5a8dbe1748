import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { mail } from '../blueprints/mail/index.ts';
import type { Migrate } from '../src/foundation/migrate/index.ts';
import { silentLog, tiers } from '../src/kernel/index.ts';
import { configure, openPlatform } from '../src/platform/index.ts';
import { testDatabase } from './support/index.ts';
import { testPasswords } from './support/roles.ts';
import { serverFolder } from './support/server-folder.ts';

test('every migration of the platform and of mail passes its rehearsal before the first is applied', async () => {
  const { url } = await testDatabase();
  const folder = await serverFolder('plinth-rehearsal-');
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, url]));
  const options = { cluster: { engine: 'attached', ...urls }, access: testPasswords };
  const platform = cleanup.use(
    await openPlatform(configure({ name: 'test', product: mail, options }, { folder }), { level: 'server', log: silentLog }),
  );
  const { migrations } = await platform.use<Migrate>('migrate').rehearsal.run();
  expect(migrations.filter(({ result }) => result !== 'passed')).toEqual([]);
  const statements = migrations.flatMap((one) => one.statements);
  expect(migrations.map(({ id }) => id)).toContain('mail/20260105090000_create_outreach');
  expect(statements.length).toBeGreaterThan(200);
  // Its own tables lock nothing that was there; references to the tenants lock those.
  expect(statements.some(({ locks }) => locks.some(({ relation }) => relation === 'tenancy.tenants'))).toBe(true);
});
