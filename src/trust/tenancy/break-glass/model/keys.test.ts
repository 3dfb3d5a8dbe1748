import { expect, test } from 'vitest';
import { keysOf } from './keys.ts';

test('[I23] rows are known by their id, else by what they refer to; an answer without either names none', () => {
  expect(keysOf([{ id: 'a', name: 'Ann' }, { id: 7 }])).toEqual(['a', '7']);
  expect(keysOf([{ tenant_id: 't', blob_id: 'b', frame_number: 0, part_id: null }])).toEqual(['blob_id=b']);
  expect(keysOf([{ count: 3 }, { id: null }])).toEqual([]);
  expect(keysOf(Array.from({ length: 2_000 }, (_, id) => ({ id })))).toHaveLength(1_000);
});
