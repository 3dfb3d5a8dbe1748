import { expect, test } from 'vitest';
import { Decisions, firstTiers, parsePlace, writePlace } from './places.ts';
import type { Classification, Place } from './types.ts';

test('a place is read as it is written, whatever its names hold', () => {
  const places: Place[] = [
    { tier: 'oltp', schema: 'shop', table: 'orders' },
    { tier: 'content', schema: 'shop', table: 'orders', column: 'email' },
    { tier: 'olap', schema: 'Odd.Schema', table: 'a "quoted" name', column: 'Ümlaut' },
  ];
  for (const place of places) expect(parsePlace(writePlace(place))).toEqual(place);
  expect(parsePlace('shop.orders.email')).toEqual({ schema: 'shop', table: 'orders', column: 'email' });
  for (const none of ['orders', 'nowhere:shop.orders', 'a.b.c.d', '']) expect(parsePlace(none)).toBeUndefined();
});

const classification = (place: Place, given: Partial<Classification>): Classification => ({
  place,
  level: 'internal',
  sensitivity: 3,
  isEncryptionRequired: false,
  compliance: [],
  source: 'manual',
  confidence: 1,
  reason: '',
  created: new Date('2026-01-01'),
  ...given,
});

test('[I5] a decision comes before a finding, a column before its table, a later word before an earlier one', () => {
  const table: Place = { tier: 'oltp', schema: 'shop', table: 'orders' };
  const column = { ...table, column: 'note' };
  const apart = firstTiers((tier) => tier);
  const levelOf = (...known: Classification[]) => new Decisions(known, apart).of(column)?.level;
  const found = classification(column, { source: 'auto', level: 'restricted' });
  expect(levelOf(found)).toBe('restricted');
  expect(levelOf(found, classification(table, { source: 'auto', level: 'public' }))).toBe('restricted');
  expect(levelOf(found, classification(table, { level: 'public' }))).toBe('public');
  expect(levelOf(found, classification(table, { level: 'public' }), classification(column, { level: 'confidential' }))).toBe(
    'confidential',
  );
});

test('[I5] tiers that share a database share what was said', () => {
  const content: Place = { tier: 'content', schema: 'content', table: 'letters', column: 'body' };
  const declared = classification(content, { level: 'restricted' });
  const later = classification({ ...content, tier: 'oltp' }, { level: 'internal', created: new Date('2026-02-01') });
  const together = firstTiers(() => 'one');
  expect(new Decisions([declared, later], together).of({ ...content, tier: 'olap' })?.level).toBe('internal');
  expect(
    new Decisions(
      [declared, later],
      firstTiers((tier) => tier),
    ).of(content)?.level,
  ).toBe('restricted');
});
