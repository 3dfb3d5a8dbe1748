import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testDatabase, testPasswords } from '../../../../../tests/support/index.ts';
import { serverFolder } from '../../../../../tests/support/server-folder.ts';

const program = fileURLToPath(new URL('../../../../../bin/plinth.js', import.meta.url));

/** A project with a configuration and one migration, and its command line. */
async function project(config: object, directory = '') {
  const folder = await serverFolder('plinth-tenants-');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('package.json', '{ "type": "module" }');
  await write('plinth.config.ts', `export default { ...${JSON.stringify(config)}, ${directory} };\n`);
  await write(
    'migrations/oltp/20260101000000_create_orders/up.sql',
    "create table public.orders (id uuid not null constraint orders_id_pk primary key);\ncomment on table public.orders is 'All orders.';\n",
  );
  return {
    plinth: (...args: string[]) =>
      new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
        execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
        );
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const configOf = (oltpUrl: string) => ({
  name: 'shop',
  options: { platform: { onBoot: 'apply' }, cluster: { engine: 'attached', oltpUrl }, access: testPasswords },
});

test('[I54] the command line brings the tenants of plinth.config.ts to what the platform has, every capability included', async () => {
  const [shared, tenant] = [await testDatabase(), await testDatabase()];
  const placed = JSON.stringify([{ id: 'acme', isCanary: true, endpoint: tenant.endpoint }]);
  await using shop = await project(configOf(shared.url), `tenants: { placed: async () => (${placed}) }`);
  expect(await shop.plinth('migrate', 'up', '--tenants')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/1 tenant\(s\) migrated, 0 had it all, 0 failed/),
  });
  expect(await shop.plinth('migrate', 'status', '--tenants')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/acme +canary +current/),
  });
  const applied = `select source, name, tier from migrate.migrations where state = 'applied' order by 1, 2, 3`;
  expect((await tenant.client.query(applied)).rows).toEqual((await shared.client.query(applied)).rows);
});

test('[I58] where no tenant is placed there is nothing to do', async () => {
  const shared = await testDatabase();
  await using shop = await project(configOf(shared.url));
  expect(await shop.plinth('migrate', 'up', '--tenants')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/0 tenant\(s\) migrated/),
  });
  expect(await shop.plinth('migrate', 'status', '--tenants')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/No placed tenants/),
  });
});
