import { expect, test } from 'vitest';
import { durationOf, isLarge, type TableSize, walOf } from './estimate.ts';

const megabyte = 1024 * 1024;
const size = (megabytes: number, rows = 1_000): TableSize => ({
  tableBytes: megabytes * megabyte,
  indexBytes: megabytes * megabyte * 0.2,
  rows,
});
const sizes: Record<string, TableSize> = { 'shop.items': size(1_200), 'shop.small': size(1) };
const sizeOf = (table: string) => sizes[table];
const nothing = { rewrites: [], scans: [], indexBuilds: [] };

test('a change of the catalog takes an instant and no log, whatever the size', () => {
  expect(durationOf(nothing, sizeOf)).toEqual({ low: 1, high: 50 });
  expect(walOf(nothing, sizeOf)).toEqual({ low: 0, high: 0 });
});

test('a rewrite takes longer than a scan, both grow with the table', () => {
  const rewrite = durationOf({ ...nothing, rewrites: ['shop.items'] }, sizeOf);
  const scan = durationOf({ ...nothing, scans: ['shop.items'] }, sizeOf);
  expect(rewrite.low).toBeGreaterThan(scan.low);
  expect(rewrite).toEqual({ low: 6_001, high: 80_050 });
  expect(scan).toEqual({ low: 801, high: 15_050 });
  expect(durationOf({ ...nothing, scans: ['shop.small'] }, sizeOf).high).toBeLessThan(100);
});

test('the scan of an index build is part of the build; a table that is new takes nothing', () => {
  const build = { ...nothing, indexBuilds: [{ table: 'shop.items' }] };
  expect(durationOf({ ...build, scans: ['shop.items'] }, sizeOf)).toEqual(durationOf(build, sizeOf));
  expect(durationOf({ ...nothing, rewrites: ['shop.new'] }, sizeOf)).toEqual({ low: 1, high: 50 });
});

test('log: what is rewritten with its indexes, or the index alone', () => {
  expect(walOf({ ...nothing, rewrites: ['shop.items'], indexBuilds: [{ table: 'shop.items' }] }, sizeOf).high).toBe(
    Math.round(1_440 * 1.2 * megabyte),
  );
  expect(walOf({ ...nothing, indexBuilds: [{ table: 'shop.items' }] }, sizeOf)).toEqual({
    low: Math.round(120 * megabyte),
    high: Math.round(720 * megabyte),
  });
});

test('large is by bytes or by rows', () => {
  expect(isLarge(size(101), 100 * megabyte)).toBe(true);
  expect(isLarge(size(1, 100_001), 100 * megabyte)).toBe(true);
  expect(isLarge(size(100, 100_000), 100 * megabyte)).toBe(false);
});
