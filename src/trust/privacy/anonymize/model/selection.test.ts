import { expect, test } from 'vitest';
import type { CatalogTable, ForeignKey } from '../../catalog/index.ts';
import { schemaDifferences, selectTables } from './selection.ts';

const table = (name: string, columns: Record<string, string> = { id: 'uuid' }): CatalogTable => {
  const [schema = '', bare = ''] = name.split('.');
  const facts = { category: 'U', isNullable: false, isUnique: false, isGenerated: false };
  return { schema, table: bare, columns: Object.entries(columns).map(([column, type]) => ({ ...facts, name: column, type })) };
};
const reference = (child: string, parent: string): ForeignKey => {
  const [schema = '', bare = ''] = child.split('.');
  const [parentSchema = '', parentTable = ''] = parent.split('.');
  return {
    schema,
    table: bare,
    name: 'fk',
    definition: '',
    onDelete: 'a',
    columns: ['p'],
    parentSchema,
    parentTable,
    parentColumns: ['id'],
  };
};

test('of the platform only what products refer to is copied, over any number of steps', () => {
  const tables = [
    'shop.orders',
    'shop.notes',
    'tenancy.tenants',
    'tenancy.seal_keys',
    'content.objects',
    'content.blobs',
    'content.frames',
  ].map((name) => table(name));
  const keys = [
    reference('shop.orders', 'tenancy.tenants'),
    reference('shop.notes', 'content.objects'),
    reference('content.objects', 'content.blobs'),
    reference('content.frames', 'content.blobs'),
  ];
  const selected = selectTables(tables, keys, ['tenancy', 'content']);
  expect(selected.map((one) => `${one.schema}.${one.table}`)).toEqual([
    'shop.orders',
    'shop.notes',
    'tenancy.tenants',
    'content.objects',
    'content.blobs',
  ]);
});

test('a target that lacks something is told apart from one that has more', () => {
  const source = [table('shop.orders', { id: 'uuid', note: 'text' })];
  expect(schemaDifferences(source, [table('shop.orders', { id: 'uuid', note: 'text', more: 'text' })])).toEqual([]);
  expect(schemaDifferences(source, [table('shop.orders', { id: 'bigint' })])).toEqual([
    'shop.orders.id is bigint, not uuid',
    'it has no shop.orders.note',
  ]);
  expect(schemaDifferences(source, [])).toEqual(['it has no shop.orders']);
});
