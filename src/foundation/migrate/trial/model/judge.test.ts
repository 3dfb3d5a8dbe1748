import { expect, test } from 'vitest';
import { rowFindings, schemaFindings } from './judge.ts';

test('[I16] columns in another order are no finding, everything else is', () => {
  const kind = 'table' as const;
  expect(
    schemaFindings('after the way back', [
      { identity: 'table public.a', kind, change: 'reordered', path: 'columnOrder' },
      { identity: 'table public.b', kind, change: 'added' },
      { identity: 'table public.c', kind, change: 'changed', path: 'columns.x.type' },
    ]),
  ).toEqual(['after the way back: table public.b added', 'after the way back: table public.c changed (columns.x.type)']);
});

test('[I16] rows are compared where the table is there both times', () => {
  const before = new Map(Object.entries({ a: 2, b: 3, gone: 1 }));
  expect(rowFindings('again', before, new Map(Object.entries({ a: 2, b: 0, born: 4 })))).toEqual(['again: b has 0 row(s) instead of 3']);
});
