import { expect, test } from 'vitest';
import { familyNames, givenNames, streets } from './fakes.ts';

test('a byte picks each name as often as any other', () => {
  for (const list of [givenNames, familyNames, streets]) {
    expect(list).toHaveLength(64);
    expect(new Set(list).size).toBe(64);
  }
});
