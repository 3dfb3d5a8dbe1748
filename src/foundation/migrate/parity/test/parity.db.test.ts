import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

test('[I33] another environment differs in what it has, by aspect; a permission ends on its day', async () => {
  const [here, there] = [await testDatabase(), await testDatabase()];
  await using files = await testSource(
    {
      'migrations/oltp/20200101000000_items/up.sql':
        'create schema shop; create table shop.items (id int, constraint items_pk primary key (id));',
      'migrations/oltp/20200101000000_items/meta.json': '{"irreversible": "test"}',
    },
    { layout: 'product' },
  );
  await using runner = await testRunner(here.endpoint, [files.source]);
  await using other = await testRunner(there.endpoint, [files.source]);
  await runner.migrate.up();
  await other.migrate.up();
  const compare = () => runner.migrate.parity.compare({ environments: [there.url] });
  expect(await compare()).toMatchObject({ rows: [], equal: { migration: expect.any(Number) } });
  await there.client.query(
    `create index items_idx on shop.items (id); update migrate.migrations set checksum_up = 'v1:sha256:other' where name like '%_items'`,
  );
  await files.write(
    'parity.allow.json',
    JSON.stringify([{ aspect: 'schema', name: 'index shop.items_idx', reason: 'a trial', expires: '2999-01-01' }]),
  );
  expect((await compare()).rows).toMatchObject([
    { aspect: 'migration', name: 'oltp:shop/20200101000000_items', verdict: 'drift' },
    { aspect: 'schema', name: 'index shop.items_idx', values: [null, expect.any(String)], verdict: 'allowed' },
  ]);
  await files.write('parity.allow.json', '[{"aspect": "schema"}]');
  await expect(compare()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_ALLOWANCE' });
  await expect(runner.migrate.parity.compare({ environments: ['PLINTH_NOWHERE_URL'] })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_UNKNOWN_ENVIRONMENT',
  });
});
