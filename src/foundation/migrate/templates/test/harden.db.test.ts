import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

test('[I61] what can be asked for is probed from now on; the rest is listed with its reasons, and what was applied is left', async () => {
  await using files = await testSource(
    {
      'migrations/oltp/20260101000000_base/up.sql': 'create schema shop; create table shop.a (id int constraint a_pk primary key, n int);',
    },
    { layout: 'product' },
  );
  const { client, endpoint } = await testDatabase();
  await using runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  const add = (number: number, up: string, meta = '{}') =>
    Promise.all([
      files.write(`migrations/oltp/2026010${number}000000_change${number}/up.sql`, up),
      files.write(`migrations/oltp/2026010${number}000000_change${number}/meta.json`, meta),
    ]);
  await add(2, "alter table shop.a add column m int;\ncomment on column shop.a.m is 'M';", '{"phase":"expand"}');
  await add(3, 'create index a_n_idx on shop.a (n);\nupdate shop.a set n = 1 where n is null;\ndo $$ begin end $$;');
  await add(4, 'create index concurrently a_m_idx on shop.a (m);', '{"tx":"none"}');

  const { templates } = runner.migrate;
  const found = await templates.harden(files.path('migrations'));
  expect(found).toMatchObject({
    hardened: ['shop/20260102000000_change2', 'shop/20260104000000_change4'],
    applied: ['shop/20260101000000_base'],
    unprobed: [
      { id: 'shop/20260103000000_change3', line: 2, reason: expect.stringContaining('rows do not tell') },
      { id: 'shop/20260103000000_change3', line: 3, reason: 'what is called may do anything' },
    ],
  });
  expect((await runner.migrate.up()).applied).toHaveLength(3);
  await client.query("delete from migrate.steps; delete from migrate.migrations where name like '%change2' or name like '%change4'");
  expect((await runner.migrate.up()).applied).toHaveLength(2);

  await expect(templates.harden('shop/20260102000000_change2')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_HARDEN_APPLIED' });
  await expect(templates.harden('shop/nothing')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_UNKNOWN_MIGRATION' });
});

test('[I61] a file without meta.json says it in its header, before what stands there', async () => {
  await using files = await testSource({ 'migrations/0001_a.sql': '--! tiers: oltp\ncreate schema shop;\n' });
  const { endpoint } = await testDatabase();
  await using runner = await testRunner(endpoint, [files.source]);
  expect((await runner.migrate.templates.harden('shop/0001_a')).hardened).toEqual(['shop/0001_a']);
  expect(await runner.migrate.templates.harden('shop/0001_a')).toEqual({ hardened: [], unprobed: [], applied: [] });
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/0001_a']);
});
