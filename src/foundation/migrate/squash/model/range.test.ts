import { expect, test } from 'vitest';
import type { MigrationFile } from '../../model/migration.ts';
import { inRange, readRange, squashName, squashText } from './range.ts';

const files = ['1_a', '2_b', '3_c', '4_d'].map(
  (name) => ({ id: `shop/${name}`, name, tiers: [name === '3_c' ? 'content' : 'oltp'] }) as unknown as MigrationFile,
);
const chosen = (range: string) => {
  const { from, to } = readRange(range);
  return inRange(files, 'oltp', from, to, range).map(({ name }) => name);
};

test('[I50] a range is of one source and tier, both ends included', () => {
  expect(chosen('shop/1_a..shop/4_d')).toEqual(['1_a', '2_b', '4_d']);
  expect(chosen('shop/1_a..2_b')).toEqual(['1_a', '2_b']);
  for (const range of ['shop/1_a', 'shop/1_a..', 'shop/1_a..other/2_b', 'shop/2_b..1_a', 'shop/1_a..3_c', 'shop/0_x..2_b', 'shop/1_a..1_a'])
    expect(() => chosen(range), range).toThrow(expect.objectContaining({ code: 'PLINTH_MIGRATE_BAD_RANGE' }));
});

test('[I50] it takes the place of the last, says what it stands for, and builds nothing beside others', () => {
  expect(squashName('20260101000004_orders_by_day')).toBe('20260101000004_squashed');
  expect(
    squashText(['shop/1_a', 'shop/2_b'], ['plinth:allow x y z'], ['create unique index concurrently i on t (c)', 'create table u ()']),
  ).toBe('--! replaces: shop/1_a\n--! replaces: shop/2_b\n-- plinth:allow x y z\ncreate unique index i on t (c);\ncreate table u ();\n');
});
