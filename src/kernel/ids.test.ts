import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUuid, nilUuid, uuidv7, uuidv7Ms } from './ids.ts';

test('[I3] ids are valid, carry version 7 and the variant, and never repeat or step back', () => {
  const ids = Array.from({ length: 20_000 }, () => uuidv7());
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('[I3] the time can be read back from the id, and a clock that steps back does not break the order', () => {
  const later = Date.now() + 60_000;
  const first = uuidv7(later);
  const second = uuidv7(later - 5_000);
  expect(uuidv7Ms(first)).toBe(later);
  expect(second > first).toBe(true);
});

test('isUuid takes uuids of any version and nothing else', () => {
  expect(isUuid(nilUuid)).toBe(true);
  fc.assert(fc.property(fc.uuid(), (id) => isUuid(id) && isUuid(id.toUpperCase()) && !isUuid(`${id}0`) && !isUuid(` ${id}`)));
  for (const value of [undefined, null, 42, '', 'not-a-uuid']) expect(isUuid(value)).toBe(false);
});
