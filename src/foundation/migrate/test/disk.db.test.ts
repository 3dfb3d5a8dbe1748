import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const mb = 1024 * 1024;
const steps = 'migrations/0002_steps.sql';

async function setUp(rows: number) {
  const stack = new AsyncDisposableStack();
  const { client, endpoint } = await testDatabase();
  const files = stack.use(
    await testSource({
      'migrations/0001_items.sql': `create table public.items (id bigint constraint items_pk primary key, name text);
        insert into public.items select n, repeat('x', 100) from generate_series(1, ${rows}) n;`,
    }),
  );
  let freeBytes: number | undefined;
  const runner = stack.use(await testRunner(endpoint, [files.source], { freeBytes: async () => freeBytes }));
  await runner.migrate.up();
  await client.query('analyze public.items');
  return {
    client,
    ...runner,
    files,
    has: (bytes: number | undefined) => {
      freeBytes = bytes;
    },
    indexes: async () => (await client.query("select relname from pg_class where relname like 'items\\_name%'")).rows,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('[I63] an index for which the disk has no room twice is not begun, and is built when it has', async () => {
  await using run = await setUp(50_000);
  await run.files.write(steps, '--! tx: none\ncreate index concurrently items_name_idx on public.items (name);');
  // 50,000 rows of 101 + 16 bytes, pages nine tenths full: 6.2 MB.
  run.has(12 * mb);
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_DISK_LOW',
    exitCode: 4,
    message: expect.stringMatching(
      /items_name_idx takes about 7 MB, building it twice that \(13 MB\), and the disk of the server has 12 MB free/,
    ),
  });
  expect(await run.indexes()).toEqual([]);
  expect((await run.migrate.status()).find(({ id }) => id.endsWith('0002_steps'))).toMatchObject({ state: 'blocked' });
  run.has(13 * mb);
  expect((await run.migrate.up()).applied).toHaveLength(1);
  const { rows } = await run.client.query("select pg_relation_size('public.items_name_idx')::int as bytes");
  // The estimate is of rows that differ; equal ones share an entry.
  expect(rows[0].bytes).toBeLessThan(7 * mb);
});

test('[I63] a table that was never analysed, an expression and a rebuild are estimated too; ranges of blocks take nothing', async () => {
  await using run = await setUp(20_000);
  run.has(mb);
  const attempt = async (statement: string) => {
    await run.files.write(steps, `--! tx: none\n${statement};`);
    return await run.migrate.up().then(
      () => 'applied',
      ({ code }) => code,
    );
  };
  expect(await attempt('create index concurrently items_name_lower_idx on public.items (lower(name))')).toBe('PLINTH_MIGRATE_DISK_LOW');
  run.has(100_000);
  expect(await attempt('reindex table concurrently public.items')).toBe('PLINTH_MIGRATE_DISK_LOW');
  await run.client.query('create table public.fresh as select n from generate_series(1, 20000) n');
  expect(await attempt('create index concurrently fresh_n_idx on public.fresh (n)')).toBe('PLINTH_MIGRATE_DISK_LOW');
  run.has(0);
  expect(await attempt('create index concurrently items_name_brin on public.items using brin (id)')).toBe('applied');
});

test('[I63] where nobody knows how much is free, nothing is refused', async () => {
  await using run = await setUp(100);
  await run.files.write(steps, '--! tx: none\ncreate index concurrently items_name_idx on public.items (name);');
  run.has(undefined);
  expect((await run.migrate.up()).applied).toHaveLength(1);
});
