import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';
import { toHtml, toMarkdown } from '../render.ts';

const timeout = { timeout: 180_000 };
const applied = {
  'migrations/0001_create_items.sql': `create schema shop;
create table shop.items (id bigint not null, quantity integer, note text, constraint items_id_pk primary key (id));
create table shop.parts (id bigint not null, item_id bigint, constraint parts_id_pk primary key (id), constraint parts_item_id_fk foreign key (item_id) references shop.items (id));
create index parts_item_id_idx on shop.parts (item_id);
create view shop.quantities with (security_invoker = true) as select id from shop.items;
create function shop.stock() returns bigint language plpgsql set search_path = '' as $$ begin return (select count(*) from shop.items); end $$;
create function shop.other() returns bigint language plpgsql set search_path = '' as $$ begin return 1; /* not shop.items */ end $$;`,
  'queries/items.sql':
    '-- name: find_item\nselect id\n  from shop.items where id = :id;\n\n-- name: find_part\nselect id from shop.parts;\n',
};

test('[I25] the report says what is locked and for how long, what stands on it, and what it needs', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource(applied);
  await using runner = await testRunner(database.endpoint, [files.source], { largeTableBytes: 1_000 });
  await runner.migrate.up();
  await database.client.query("insert into shop.items select n, n, repeat('x', 100) from generate_series(1, 10000) n");
  await files.write(
    'migrations/0002_change.sql',
    'alter table shop.items alter column quantity type bigint;\nalter table shop.items drop column note;',
  );

  const unrehearsed = await runner.migrate.impact.report();
  expect(unrehearsed.limits.join()).toContain('was not rehearsed');
  expect(unrehearsed.evidence).toBeUndefined();

  await runner.migrate.rehearsal.run();
  const report = await runner.migrate.impact.report();
  const [change] = report.migrations;
  expect(change).toMatchObject({
    id: 'shop/0002_change',
    risk: 'high',
    isDestructive: true,
    rollback: { way: 'forward only', because: 'there is no down.sql' },
    rehearsal: { result: 'passed' },
  });
  const lock = change?.locks.find(({ relation }) => relation === 'shop.items');
  expect(lock).toMatchObject({ mode: 'ACCESS EXCLUSIVE', whoWaits: 'readers and writers', isLarge: true });
  expect(lock?.tableBytes).toBeGreaterThan(1_000_000);
  expect(lock?.heldMs.high).toBeGreaterThan(lock?.heldMs.low ?? 0);
  expect(change?.walBytes.low).toBeGreaterThan(500_000);
  expect(change?.dependants).toEqual([
    { table: 'shop.items', kind: 'foreign key', object: 'parts_item_id_fk on shop.parts' },
    { table: 'shop.items', kind: 'view', object: 'shop.quantities' },
    { table: 'shop.items', kind: 'function', object: 'shop.stock()' },
  ]);
  expect(change?.queries).toEqual([{ table: 'shop.items', query: 'find_item', file: files.path('queries/items.sql'), line: 3 }]);
  expect(report).toMatchObject({ risk: 'high', needs: { approvers: 2, isBackedUp: true }, environment: 'development' });
  expect(report.limits.join()).toContain('not available here because no advisor');
  expect(await runner.migrate.impact.latest()).toEqual(report);
});

test('[I25] Markdown and HTML say the same and escape what files contain', timeout, async () => {
  const database = await testDatabase();
  await using files = await testSource({ 'migrations/0001_a.sql': 'create schema shop;' });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const report = await runner.migrate.impact.report();
  const hostile = { ...report, limits: ['<script>alert("x")</script> & | pipes'] };
  const html = toHtml(hostile);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; | pipes');
  expect(toMarkdown(hostile)).toContain('- &lt;script>alert("x")&lt;/script> & \\| pipes');
  expect(toMarkdown(report)).toContain('| shop/0001_a | oltp | feature | medium | not rehearsed |');
});
