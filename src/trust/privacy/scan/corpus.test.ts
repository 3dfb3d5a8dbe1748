import { expect, test } from 'vitest';
import type { ScannedColumn } from '../model/catalog.ts';
import { judgeName, sufficient } from '../model/names/judge-name.ts';
import { examinerOf } from '../recognise/index.ts';
import { labelledColumns } from '../test/corpus/columns.ts';
import { labelledNames } from '../test/corpus/names.ts';
import { confusion, type Judged } from '../test/corpus/score.ts';
import { judgeTable } from './judge-table.ts';

const bar = 0.95;
const examine = examinerOf({ phoneCountries: ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'CH', 'AT'], thisYear: 2026 });

test('[I1] names alone: precision and recall of every kind reach the bar on 780 labelled names', () => {
  const judged = labelledNames.map(({ table, column, holds, label }): Judged => {
    const evidence = judgeName(table, column, holds);
    return { what: `${table}.${column}`, label, said: evidence && evidence.weight >= sufficient ? evidence.category : 'none' };
  });
  expect(judged.length).toBeGreaterThan(500);
  expect(confusion(judged, bar)).toEqual([]);
});

test.each([1, 2, 3])('[I1] names and values: precision and recall of every kind reach the bar, seed %i', (seed) => {
  const columns = labelledColumns(seed);
  expect(columns.reduce((sum, { values }) => sum + values.length, 0)).toBeGreaterThan(2_000);
  const judged = columns.map(({ what, table, column, holds, label, values }): Judged => {
    const scanned: ScannedColumn = { name: column, holds, isArray: false, isSampled: true, sources: [] };
    const place = { tier: 'oltp', schema: 'corpus', table } as const;
    const found = judgeTable(
      { place, isView: false, rowEstimate: 0, blockCount: 0, columns: [scanned] },
      new Map([[column, values]]),
      examine,
    );
    // A product's name is internal: no finding that anybody has to act on.
    const said = found[0]?.level === 'internal' ? 'none' : (found[0]?.category ?? 'none');
    return { what: `${what} (${found[0]?.reason ?? 'no finding'})`, label, said };
  });
  expect(confusion(judged, bar)).toEqual([]);
});
