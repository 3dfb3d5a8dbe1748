import { expect, test } from 'vitest';
import { type CatalogDifference, undeclared } from './differences.ts';

const declared = {
  table: 'shop.orders',
  parts: ['shop.orders_2025_01'],
  primaryKey: 'orders_pk',
  keyIndex: 'shop.orders_plinth_key',
  claimed: ['constraint orders_email_key on shop.orders'],
  materializedViews: ['shop.totals'],
};
const wanted: readonly CatalogDifference[] = [
  { identity: 'table shop.orders_2025_01', on: 'shop.orders_2025_01', kind: 'table', change: 'added' },
  { identity: 'index shop.orders_2025_01_pkey', on: 'shop.orders_2025_01', kind: 'index', change: 'added' },
  { identity: 'table shop.orders', on: 'shop.orders', kind: 'table', change: 'changed', path: 'partitionKey', actual: 'RANGE (created)' },
  { identity: 'constraint orders_pk on shop.orders', on: 'shop.orders', kind: 'constraint', change: 'changed', path: 'definition' },
  { identity: 'index shop.orders_plinth_key', on: 'shop.orders', kind: 'index', change: 'removed' },
  { identity: 'constraint orders_email_key on shop.orders', on: 'shop.orders', kind: 'constraint', change: 'removed' },
  { identity: 'trigger plinth_sync_rows on shop.orders', on: 'shop.orders', kind: 'trigger', change: 'added' },
  {
    identity: 'constraint items_order_id_fk on shop.items',
    on: 'shop.items',
    kind: 'constraint',
    change: 'changed',
    path: 'isNotValid',
    actual: true,
  },
  {
    identity: 'constraint items_order_id_fk_1 on shop.items',
    kind: 'constraint',
    on: 'shop.items',
    change: 'added',
    actual: { isInherited: true, references: 'shop.orders_2025_01' },
  },
  {
    identity: 'index shop.orders_x_idx',
    on: 'shop.orders',
    kind: 'index',
    change: 'changed',
    path: 'definition',
    expected: 'CREATE INDEX orders_x_idx ON shop.orders USING btree (x)',
    actual: 'CREATE INDEX orders_x_idx ON ONLY shop.orders USING btree (x)',
  },
  { identity: 'materialized view shop.totals', on: 'shop.totals', kind: 'materialized view', change: 'changed', path: 'definition' },
];
const unwanted: readonly CatalogDifference[] = [
  { identity: 'policy mine on shop.orders', on: 'shop.orders', kind: 'policy', change: 'removed' },
  { identity: 'table shop.orders', on: 'shop.orders', kind: 'table', change: 'changed', path: 'acl.plinth_app' },
  { identity: 'table shop.orders', on: 'shop.orders', kind: 'table', change: 'changed', path: 'columns.x.default', expected: '1' },
  { identity: 'constraint orders_x_check on shop.orders', on: 'shop.orders', kind: 'constraint', change: 'removed' },
  {
    identity: 'constraint orders_customer_id_fk on shop.orders',
    on: 'shop.orders',
    kind: 'constraint',
    change: 'changed',
    path: 'isNotValid',
    actual: true,
  },
  { identity: 'constraint items_order_id_fk on shop.items', on: 'shop.items', kind: 'constraint', change: 'removed' },
  {
    identity: 'constraint items_order_id_fk_1 on shop.items',
    on: 'shop.items',
    kind: 'constraint',
    change: 'added',
    actual: { references: 'shop.orders_2025_01' },
  },
  { identity: 'trigger touch on shop.orders', on: 'shop.orders', kind: 'trigger', change: 'changed', path: 'firing' },
  { identity: 'view shop.open_orders', on: 'shop.open_orders', kind: 'view', change: 'changed', path: 'definition' },
];

test('what a swap is about is wanted', () => {
  expect(undeclared(wanted, declared)).toEqual([]);
});

test('everything else stops it, and is named', () => {
  const words = undeclared(unwanted, declared);
  expect(words).toHaveLength(unwanted.length);
  expect(words[0]).toBe('policy mine on shop.orders would be removed');
  expect(words[2]).toBe('table shop.orders: columns.x.default would be nothing instead of "1"');
});
