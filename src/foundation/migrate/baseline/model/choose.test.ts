import { expect, test } from 'vitest';
import type { MigrationFile, SourceFiles } from '../../model/migration.ts';
import { chooseBaseline, type Place, readTarget } from './choose.ts';

const source = (name: string, ...names: string[]): SourceFiles => ({
  name,
  layout: 'capability',
  migrations: names.map((one) => ({ id: `${name}/${one}`, source: name, name: one, tiers: ['oltp'] }) as unknown as MigrationFile),
  objects: [],
});
const files = [source('tenancy', '0001_a', '0002_b'), source('shop', '1_items', '2_orders', '3_bills')];
const place = (more: Partial<Place> = {}): Place => ({ tiers: ['oltp'], schemas: new Set(), recorded: new Set(), ...more });
const releases = [{ name: '2026.1', source: 'shop', entries: ['oltp/1_items', 'oltp/2_orders'] }];

function chosen(to: string | undefined, where = place()) {
  const target = readTarget(to, files, releases);
  return target && chooseBaseline(files, where, target, new Set(['shop'])).map(({ id }) => id);
}

test('[I49] all that products bring, or as far as a migration, a release or a source', () => {
  expect(chosen(undefined)).toEqual(['shop/1_items', 'shop/2_orders', 'shop/3_bills']);
  expect(chosen('shop/2_orders')).toEqual(['shop/1_items', 'shop/2_orders']);
  expect(chosen('2026.1')).toEqual(['shop/1_items', 'shop/2_orders']);
  expect(chosen('tenancy')).toEqual(['tenancy/0001_a', 'tenancy/0002_b']);
  expect(chosen('shop/4_none')).toBeUndefined();
});

test('[I49] a capability comes along where its schema is there without a record; what is recorded is left out', () => {
  const schemas = new Set(['tenancy']);
  expect(chosen('shop/1_items', place({ schemas }))).toEqual(['tenancy/0001_a', 'tenancy/0002_b', 'shop/1_items']);
  expect(chosen('shop/1_items', place({ schemas, recorded: new Set(['oltp:tenancy/0001_a']) }))).toEqual(['shop/1_items']);
  expect(chosen(undefined, place({ recorded: new Set(['oltp:shop/1_items', 'oltp:shop/2_orders']) }))).toEqual(['shop/3_bills']);
});
