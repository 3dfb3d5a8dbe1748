import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';
import { openShadow } from '../index.ts';

const table = (name: string) => `create table public.${name} (id uuid not null, constraint ${name}_id_pk primary key (id));`;

test('[I47] a shadow takes the selected files, then the rest, and leaves nothing behind', async () => {
  const database = await testDatabase();
  await using files = await testSource({
    'migrations/0001_first.sql': table('firsts'),
    'migrations/0002_second.sql': table('seconds'),
  });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const tablesOf = (shadow: { context: typeof runner.context }) =>
    shadow.context.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test' }, async (tx) => {
      const text = "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1";
      return (await tx.query({ text })).rows.map((row) => (row as { name: string }).name);
    });
  let port = 0;
  {
    await using shadow = await openShadow(runner.context);
    const first = await shadow.up((all) =>
      all.map((one) => ({ ...one, migrations: one.migrations.filter(({ name }) => name !== '0002_second') })),
    );
    expect(first.applied).toContain('oltp:shop/0001_first');
    expect(await tablesOf(shadow)).toEqual(['firsts']);
    expect((await shadow.up()).applied).toEqual(['oltp:shop/0002_second']);
    expect(await tablesOf(shadow)).toEqual(['firsts', 'seconds']);
    port = (await shadow.context.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test' }, async (tx) => {
      const { rows } = await tx.query({ text: "select current_setting('port')::integer as port" });
      return (rows[0] as { port: number }).port;
    })) as number;
  }
  expect(port).toBeGreaterThan(0);
  expect((await runner.migrate.plan()).filter(({ id }) => id.startsWith('shop/'))).toHaveLength(2);
});
