import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}`;
const files = (n: number) => ({
  [`${at(n)}/up.sql`]: `create table public.t${n} (id int, constraint t${n}_id_pk primary key (id));\n`,
  [`${at(n)}/down.sql`]: `drop table public.t${n};\n`,
});

test('[I17] a release is a name of the plan; down goes back to it', async () => {
  const { endpoint } = await testDatabase();
  await using source = await testSource({ ...files(1), ...files(2) }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [source.source]);
  const { migrate } = runner;
  await expect(migrate.release('2026.1')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_PLAN_DIFFERS' });
  await migrate.writePlan();
  const release = await migrate.release('2026.1');
  expect(release.entries).toHaveLength(2);
  await expect(migrate.release('2026.1')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_RELEASE' });
  await migrate.up();
  for (const [path, text] of Object.entries({ ...files(3), ...files(4) })) await source.write(path, text);
  await migrate.writePlan();
  await migrate.up();
  expect(await migrate.releases()).toEqual([release]);
  expect((await migrate.down({ to: '2026.1' })).reverted).toEqual(['oltp:shop/20260101000004_m4', 'oltp:shop/20260101000003_m3']);
});

test('[I17] after a merge conflict both sides are kept, and only what is not applied moves', async () => {
  const { endpoint } = await testDatabase();
  await using source = await testSource({ ...files(2) }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [source.source]);
  const { migrate } = runner;
  await migrate.writePlan();
  await migrate.up();
  const plan = source.path('plan.lock');
  const lines = async () => (await readFile(plan, 'utf8')).split('\n').filter((line) => line.includes(' oltp/'));
  const [applied] = await lines();
  for (const [path, text] of Object.entries({ ...files(1), ...files(3) })) await source.write(path, text);
  await source.write(
    'plan.lock',
    `${applied}\n<<<<<<< HEAD\nx v1:sha256:a oltp/20260101000003_m3\n=======\ny v1:sha256:b oltp/20260101000001_m1\n>>>>>>> b\n`,
  );
  await expect(migrate.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_PLAN_FILE' });
  expect(await migrate.rebasePlan()).toEqual([plan]);
  expect((await lines()).map((line) => line.split(' ')[2])).toEqual([
    'oltp/20260101000002_m2',
    'oltp/20260101000001_m1',
    'oltp/20260101000003_m3',
  ]);
  expect((await lines())[0]).toBe(applied);
  expect((await migrate.up()).applied).toHaveLength(2);
});

test('[I17] the version of the schema is what the files say, whatever the order, and changes with what is applied', async () => {
  const { client, endpoint } = await testDatabase();
  await using source = await testSource({ ...files(2) }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [source.source]);
  const { migrate } = runner;
  const inDatabase = async () => (await client.query("select migrate.schema_version('oltp') as version")).rows[0].version;
  await migrate.up();
  const before = await inDatabase();
  expect(before).toBe(migrate.schemaVersion('oltp'));
  for (const [path, text] of Object.entries({ ...files(1), ...files(3) })) await source.write(path, text);
  expect(migrate.schemaVersion('oltp')).not.toBe(before);
  await migrate.up();
  expect(await inDatabase()).toBe(migrate.schemaVersion('oltp'));
  await migrate.down({ to: 'shop/20260101000002_m2' });
  await migrate.up();
  expect(await inDatabase()).toBe(migrate.schemaVersion('oltp'));
});
