import { expect, test } from 'vitest';
import { lateMigrations, objectPositions, orderMigrations } from './order.ts';

const migration = (id: string) => ({ id, source: id.split('/')[0] ?? '', name: id.split('/')[1] ?? '' });
const order = (ids: readonly string[], requires: Record<string, readonly string[]>, known: readonly string[] = []) =>
  orderMigrations(ids.map(migration), ({ id }) => requires[id] ?? [], new Set(known)).map(({ id }) => id);

test('what is required comes first, everything else stays where it was', () => {
  expect(order(['a/1', 'a/2', 'b/1'], {})).toEqual(['a/1', 'a/2', 'b/1']);
  expect(order(['a/1', 'a/2', 'b/1', 'b/2'], { 'a/2': ['b/1'] })).toEqual(['a/1', 'b/1', 'a/2', 'b/2']);
  expect(order(['a/2'], { 'a/2': ['a/1'] }, ['a/1'])).toEqual(['a/2']);
});

test('a circle and a requirement that is nowhere have codes of their own', () => {
  expect(() => order(['a/1', 'a/2'], { 'a/1': ['a/2'], 'a/2': ['a/1'] })).toThrow(
    expect.objectContaining({ code: 'PLINTH_MIGRATE_CYCLE', message: expect.stringContaining('a/1 → a/2 → a/1') }),
  );
  expect(() => order(['a/1'], { 'a/1': ['c/9'] })).toThrow(
    expect.objectContaining({ code: 'PLINTH_MIGRATE_MISSING_REQUIREMENT', details: { id: 'a/1', requires: 'c/9' } }),
  );
});

test('[I8] late is what sorts before an applied one of the same source', () => {
  const late = lateMigrations(['a/2', 'a/4', 'b/1'].map(migration), ['a/1', 'a/3'].map(migration));
  expect(late.map(({ id }) => id)).toEqual(['a/2']);
});

test('objects follow the last migration of their source and of all sources before it', () => {
  const positions = objectPositions(['a', 'b', 'c', 'd'], ['b/1', 'b/2', 'd/1'].map(migration));
  expect(Object.fromEntries(positions)).toEqual({ a: 0, b: 2, c: 2, d: 3 });
});
