import { expect, test } from 'vitest';
import type { Tier } from '../../../../kernel/index.ts';
import type { ArchivedTable } from '../types.ts';
import { placeRows, type TargetTable } from './place-rows.ts';

const archived = (table: string, columns: Record<string, string>, change: Partial<ArchivedTable> = {}): ArchivedTable => ({
  tier: 'oltp',
  table,
  format: 'text',
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
  rows: 1,
  rowHash: '1',
  file: '',
  rawBytes: 1,
  sizeBytes: 1,
  sha256: '',
  ...change,
});
const target = (name: string, columns: Record<string, string>, tier: Tier = 'oltp', required: string[] = []): TargetTable => ({
  tier,
  name,
  columns: Object.entries(columns).map(([name, type]) => ({ name, type, isRequired: required.includes(name) })),
});
const own = (tier: Tier) => tier;

test('[I18] columns that came later take their defaults; without one they are named', () => {
  const table = target('shop.orders', { id: 'uuid', note: 'text', later: 'integer' });
  expect(placeRows([archived('shop.orders', { id: 'uuid', note: 'text' })], [table], own).problems).toEqual([]);
  const strict = target('shop.orders', { id: 'uuid', later: 'integer' }, 'oltp', ['later']);
  expect(placeRows([archived('shop.orders', { id: 'uuid' })], [strict], own).problems).toEqual([
    'shop.orders.later has to have a value, and the export has none',
  ]);
});

test('[I18] what is not known here is refused by name; bytes of another type too, text not', () => {
  const table = target('shop.orders', { id: 'bigint', picture: 'bytea' });
  expect(placeRows([archived('shop.orders', { id: 'integer', gone: 'text' }), archived('shop.lost', {})], [table], own).problems).toEqual([
    'shop.orders has no column gone',
    "there is no table shop.lost with tenants' rows",
  ]);
  expect(placeRows([archived('shop.orders', { id: 'integer' }, { format: 'binary' })], [table], own).problems).toEqual([
    'shop.orders.id is bigint here and was integer',
  ]);
});

test('[I18] a form that nobody knows goes into no statement', () => {
  const forged = archived('shop.orders', {}, { format: 'text); drop table x; --' as 'text' });
  expect(placeRows([forged], [target('shop.orders', {})], own).problems).toEqual(['shop.orders was written as text); drop table x; --']);
});

test('[I18] a table is found in its tier first, then anywhere; of several databases into one', () => {
  const here = [target('a.b', { id: 'uuid' }, 'oltp'), target('a.b', { id: 'uuid' }, 'content'), target('c.d', { id: 'uuid' }, 'olap')];
  const entries = [archived('a.b', { id: 'uuid' }, { tier: 'content' }), archived('c.d', { id: 'uuid' })];
  expect(placeRows(entries, here, own).placed.map(({ table }) => table)).toEqual([here[1], here[2]]);
  const both = [archived('a.b', { id: 'uuid' }), archived('a.b', { id: 'uuid' }, { tier: 'content' })];
  const one = placeRows(both, [here[0] as TargetTable], () => 'oltp');
  expect(one.placed).toEqual([{ table: here[0], archived: both }]);
});
