import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import type { Server } from '../../../cluster/index.ts';
import { openShadow } from '../../shadow/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';
import { openRehearsals } from '../index.ts';

const applied = {
  'migrations/0001_create_items.sql': `create schema shop;
create table shop.items (id bigint not null, quantity integer, note text, constraint items_id_pk primary key (id));`,
};
const timeout = { timeout: 180_000 };

test('[I24] a rehearsal measures each pending statement on a shadow and leaves the databases alone', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource(applied);
  await using runner = await testRunner(database.endpoint, [files.source]);
  await runner.migrate.up();
  await files.write(
    'migrations/0002_change.sql',
    `alter table shop.items add column rank integer;\nalter table shop.items alter column quantity type bigint;\nalter table shop.items\n  add constraint items_rank_check check (rank > 0);\n`,
  );
  await files.write('migrations/0003_index.sql', '--! tx: none\ncreate index concurrently items_note_idx on shop.items (note);\n');
  await files.write('objects/views.sql', 'create view shop.ranks with (security_invoker = true) as select id, rank from shop.items;');
  const rehearsal = await runner.migrate.rehearsal.run();
  expect(rehearsal.migrations.map(({ id, result, because }) => [id, result, because])).toEqual([
    ['shop/0002_change', 'passed', undefined],
    ['shop/0003_index', 'passed', undefined],
    ['shop/objects/views', 'passed', undefined],
  ]);
  const [change, index] = rehearsal.migrations;
  expect(change?.statements.map(({ line, locks, rewrites, scans }) => ({ line, locks, rewrites, scans }))).toEqual([
    { line: 1, locks: [{ relation: 'shop.items', mode: 'ACCESS EXCLUSIVE' }], rewrites: [], scans: [] },
    { line: 2, locks: [{ relation: 'shop.items_id_pk', mode: 'ACCESS EXCLUSIVE' }], rewrites: ['shop.items'], scans: [] },
    { line: 3, locks: [], rewrites: [], scans: ['shop.items'] },
  ]);
  expect(index?.statements).toMatchObject([
    {
      locks: [{ relation: 'shop.items', mode: 'SHARE UPDATE EXCLUSIVE' }],
      indexBuilds: [{ index: 'items_note_idx', table: 'shop.items' }],
    },
  ]);
  const { rows } = await database.client.query(
    "select count(*)::int as n from pg_attribute where attrelid = 'shop.items'::regclass and attname = 'rank'",
  );
  expect(rows[0].n).toBe(0);
  expect(await runner.migrate.rehearsal.latest()).toEqual(rehearsal);
  // The findings are the same another time; only durations are not.
  expect((await runner.migrate.rehearsal.run()).digest).toBe(rehearsal.digest);
});

test('[I24] of some sources alone, on top of what the others have pending', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource(applied);
  await using other = await testSource(
    { 'migrations/oltp/20260101000000_rank/up.sql': 'alter table shop.items add column rank integer;' },
    { name: 'other', layout: 'product' },
  );
  await using runner = await testRunner(database.endpoint, [files.source, other.source]);
  const { migrations } = await runner.migrate.rehearsal.run({ sources: ['other'] });
  expect(migrations.map(({ id, result }) => [id, result])).toEqual([['other/20260101000000_rank', 'passed']]);
});

test('[I24] what fails is failed with its place; what comes after it is not rehearsed where it fails too', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource({
    ...applied,
    'migrations/0002_wrong.sql': 'alter table shop.items\n  add column rank integer;\nalter table shop.items drop column absent;',
    'migrations/0003_after.sql': 'alter table shop.items add constraint items_rank_check check (rank > 0) not valid;',
    'migrations/0004_apart.sql': "comment on table shop.items is 'things';",
  });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const { migrations } = await runner.migrate.rehearsal.run();
  expect(migrations.map(({ id, result }) => [id, result])).toEqual([
    ['shop/0001_create_items', 'passed'],
    ['shop/0002_wrong', 'failed'],
    ['shop/0003_after', 'not rehearsed'],
    ['shop/0004_apart', 'passed'],
  ]);
  expect(migrations[1]?.because).toBe('line 3: column "absent" of relation "items" does not exist');
  expect(migrations[2]?.because).toContain('shop/0002_wrong failed before it');
});

test('[I24] an extension that the shadow does not have is not rehearsed, and never passed', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource({
    ...applied,
    'migrations/0002_extension.sql': 'create extension plinth_absent;',
    'migrations/0003_uses.sql': 'alter table shop.items add column place absent_type;',
  });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const { migrations } = await runner.migrate.rehearsal.run();
  expect(migrations.map(({ id, result }) => [id, result])).toEqual([
    ['shop/0001_create_items', 'passed'],
    ['shop/0002_extension', 'not rehearsed'],
    ['shop/0003_uses', 'not rehearsed'],
  ]);
  expect(migrations[1]?.because).toContain('extension plinth_absent is not on the server of the rehearsal');
});

test('[I24] an invariant that the runner would refuse fails here already', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource({ 'migrations/0001_bare.sql': 'create schema shop; create table shop.bare (id bigint);' });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const { migrations } = await runner.migrate.rehearsal.run();
  expect(migrations).toMatchObject([{ result: 'failed', because: expect.stringContaining('primary-key') }]);
});

test('[I24] depth plan tries nothing, depth clone says what is missing', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource(applied);
  await using runner = await testRunner(database.endpoint, [files.source]);
  const { migrations } = await runner.migrate.rehearsal.run({ depth: 'plan' });
  expect(migrations).toMatchObject([{ id: 'shop/0001_create_items', result: 'not rehearsed' }]);
  await expect(runner.migrate.rehearsal.run({ depth: 'clone' })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NO_CLONE' });
});

test('[I24] a clone brings its rows and old objects: what depends on them is found', timeout, async () => {
  const database = await testDatabase();
  const view = (columns: string) => `create view shop.notes with (security_invoker = true) as select ${columns} from shop.items;`;
  await using files = await testSource({ ...applied, 'objects/views.sql': view('note') });
  await using runner = await testRunner(database.endpoint, [files.source]);
  await runner.migrate.up();
  const backedUp = runner.context.readFiles();
  let closed = 0;
  const { throwaway } = runner.context;
  const open = async () => {
    const server = (await throwaway?.()) as Server;
    const kept = { ...server, async [Symbol.asyncDispose]() {} };
    await using restored = await openShadow(runner.context, { start: async () => kept });
    await restored.up(() => backedUp);
    await restored.context.connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test' }, (tx) =>
      tx.query({ text: 'insert into shop.items (id) select generate_series(1, 1000)' }),
    );
    return {
      ...server,
      [Symbol.asyncDispose]() {
        closed++;
        return server[Symbol.asyncDispose]();
      },
    };
  };
  const clones = openRehearsals({ ...runner.context, cloneSource: () => ({ open }) });
  await files.write('migrations/0002_rank.sql', 'alter table shop.items add column rank integer;');
  await files.write('migrations/0003_later.sql', 'alter table shop.items add column later integer;');
  await files.write('objects/views.sql', view('note, rank, later'));
  expect((await clones.run({ depth: 'clone' })).migrations.map(({ id, result, because }) => [id, result, because])).toEqual([
    ['shop/0002_rank', 'passed', undefined],
    ['shop/0003_later', 'passed', undefined],
    ['shop/objects/views', 'passed', undefined],
  ]);
  await files.write(
    'migrations/0003_later.sql',
    'alter table shop.items add column later integer; alter table shop.items alter column quantity set not null;',
  );
  const onClone = await clones.run({ depth: 'clone' });
  expect(onClone.migrations[1]).toMatchObject({ result: 'failed', because: expect.stringContaining('contains null values') });
  expect((await clones.run()).migrations[1]).toMatchObject({ result: 'passed' });
  expect(closed).toBe(2);
});
