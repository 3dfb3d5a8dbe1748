import { expect, test } from 'vitest';
import { readHeader } from './header.ts';

test('the header lines at the top are options, later ones are comments', () => {
  expect(readHeader('--! tiers: oltp, content\n--! tx: none\n--! requires: tenancy/0001_a\nselect 1;\n--! tx: none', 'f')).toEqual({
    tiers: ['oltp', 'content'],
    isTransactional: false,
    requires: ['tenancy/0001_a'],
  });
  expect(readHeader('-- a comment\nselect 1', 'f')).toEqual({ isTransactional: true, requires: [] });
});

test('[I50] what a migration stands for may take several lines', () => {
  expect(readHeader('--! replaces: shop/1_a, shop/2_b\n--! replaces: shop/3_c\nselect 1;', 'f').replaces).toEqual([
    'shop/1_a',
    'shop/2_b',
    'shop/3_c',
  ]);
});

test('an unknown option or tier is refused with what is allowed', () => {
  for (const text of ['--! tier: oltp', '--! tiers: oltp, warehouse', '--! tx: all', '--! requires:']) {
    expect(() => readHeader(text, '/x/0001_a.sql')).toThrow(expect.objectContaining({ code: 'PLINTH_MIGRATE_BAD_OPTION' }));
  }
});
