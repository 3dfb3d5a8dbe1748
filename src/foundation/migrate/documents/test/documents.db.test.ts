import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const shop = {
  'migrations/oltp/20260101000000_create_orders/up.sql': `create schema shop;
create table shop.customers (id uuid not null, constraint customers_id_pk primary key (id));
comment on table shop.customers is 'Who buys.';
create table shop.orders (
  id uuid not null default uuidv7(),
  customer_id uuid,
  note text,
  constraint orders_id_pk primary key (id),
  constraint orders_customer_id_fk foreign key (customer_id) references shop.customers (id)
);
create index orders_customer_id_idx on shop.orders (customer_id);
comment on column shop.orders.note is 'What they | wished.';`,
  'migrations/oltp/20260102000000_rename_customers/up.sql': 'alter table shop.customers rename to buyers;',
};

test('[I44, I45] documents are made from the files, say when they are stale, and are held against the schema', async () => {
  const database = await testDatabase();
  await using files = await testSource(shop, { layout: 'product' });
  await using runner = await testRunner(database.endpoint, [files.source]);
  const { documents } = runner.migrate;
  await runner.migrate.writePlan();
  await runner.migrate.up();

  expect(await documents.build()).toEqual(['md', 'html', 'dot', 'svg'].map((ending) => `docs/schema/oltp.${ending}`));
  expect(await documents.build()).toEqual([]);
  const page = await readFile(files.path('docs/schema/oltp.md'), 'utf8');
  expect(page).toContain('## shop.orders');
  expect(page).toContain('| `customer_id` | uuid | yes |  | → shop.buyers |  |');
  expect(page).toContain('What they \\| wished.');
  // What the runner itself keeps is not the product's.
  expect(page).not.toContain('migrate.');
  expect(await readFile(files.path('docs/schema/oltp.svg'), 'utf8')).toMatch(/^<svg xmlns=[\s\S]*buyers/);

  await files.write('README.md', 'Orders are in `shop.orders`, by `shop.buyers.id`.\n');
  await files.write('docs/old.md', 'One\n`shop.customers.id` and `shop.orders.paid`\n');
  await files.write('docs/schema/oltp.md', 'by hand');
  const checked = await documents.check();
  expect(checked.problems).toEqual([
    { path: 'docs/schema/oltp.md', line: 1, problem: 'does not fit the migrations; run plinth migrate docs build' },
    { path: 'docs/old.md', line: 2, problem: 'shop.customers.id was renamed; it is shop.buyers.id now' },
    { path: 'docs/old.md', line: 2, problem: 'shop.orders.paid does not exist in any tier' },
  ]);
  expect(checked.agreeing).toEqual(['README.md']);
  const { rows } = await database.client.query('select path from migrate.document_states');
  expect(rows).toEqual([{ path: 'README.md' }]);
  await expect(readdir(files.path('docs'))).resolves.toEqual(['old.md', 'schema']);
});

test('[I46] the dictionary and the drawing are of the real database', async () => {
  const database = await testDatabase();
  await using files = await testSource(shop, { layout: 'product' });
  await using runner = await testRunner(database.endpoint, [files.source]);
  await runner.migrate.writePlan();
  await runner.migrate.up();
  await database.client.query('create view shop.open_orders with (security_invoker = true) as select id from shop.orders');

  const { tables } = await runner.migrate.documents.dictionary('oltp');
  expect(tables.filter(({ schema }) => schema === 'shop').map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'table buyers',
    'table orders',
    'view open_orders',
  ]);
  const orders = tables.find(({ name }) => name === 'orders');
  expect(orders?.primaryKey).toEqual(['id']);
  expect(orders?.foreignKeys).toEqual([
    { name: 'orders_customer_id_fk', columns: ['customer_id'], target: 'shop.buyers', targetColumns: ['id'] },
  ]);

  const drawing = await runner.migrate.documents.diagram('oltp');
  const box = drawing.tables.find(({ name }) => name === 'shop.orders');
  expect(box?.lines).toEqual(['id uuid', 'customer_id uuid', '1 more']);
  expect(drawing.keys.map(({ from, to, isOptional }) => [from, to, isOptional])).toContainEqual(['shop.orders', 'shop.buyers', true]);
  for (const one of drawing.tables) {
    expect(one.leftPx).toBeGreaterThanOrEqual(0);
    expect(one.topPx + one.heightPx).toBeLessThanOrEqual(drawing.heightPx);
  }
});
