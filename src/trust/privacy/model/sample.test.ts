import { expect, test } from 'vitest';
import { samplePercent, sampleStatement } from './sample.ts';

test('[I4] small tables are read from their start, of large ones about as many blocks as hold the rows', () => {
  expect(samplePercent({ rowEstimate: 1_000, blockCount: 20 }, 1_000)).toBeUndefined();
  expect(samplePercent({ rowEstimate: 0, blockCount: 0 }, 1_000)).toBeUndefined();
  const percent = samplePercent({ rowEstimate: 1_000_000_000, blockCount: 20_000_000 }, 1_000) as number;
  expect((percent / 100) * 1_000_000_000).toBeGreaterThan(1_000);
  expect((percent / 100) * 1_000_000_000).toBeLessThan(3_000);
  // Nobody has counted the rows yet.
  expect(samplePercent({ rowEstimate: 0, blockCount: 100_000 }, 1_000)).toBeCloseTo(0.038, 3);
});

test('[I4] one statement reads every column, cut on the server, whatever its name', () => {
  const table = {
    place: { tier: 'oltp', schema: 'shop', table: 'o"dd' },
    isView: false,
    rowEstimate: 0,
    blockCount: 0,
    columns: [],
  } as const;
  const column = { isSampled: true, sources: [] } as const;
  const columns = [
    { ...column, name: 'a', holds: 'text', isArray: false },
    { ...column, name: 'b"', holds: 'json', isArray: false },
    { ...column, name: 'c', holds: 'text', isArray: true },
  ] as const;
  expect(sampleStatement(table, columns, 50, 2.5)).toBe(
    'select count(*)::int4 as rows, json_agg(c0) as "0", json_agg(c1) as "1", json_agg(c2) as "2" from (select left("a"::text, 256) as c0, ' +
      'left("b"""::text, 2048) as c1, left(array_to_string("c", chr(31)), 2048) as c2 from "shop"."o""dd" tablesample system (2.5) repeatable (0) limit 50) s',
  );
});
