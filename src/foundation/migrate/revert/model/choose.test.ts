import { expect, test } from 'vitest';
import { type Applied, chooseReverts, refusals } from './choose.ts';

const one = (name: string, more: Partial<Applied> = {}, way: Partial<Applied['way']> = {}): Applied => ({
  id: `shop/${name}`,
  source: 'shop',
  name,
  state: 'applied',
  way: { statements: 1, isContract: false, requires: [], ...way },
  ...more,
});

test('[I13] what is not kept goes, and what was half taken back in any case', () => {
  const applied = [one('a', { state: 'reverting' }), one('b'), one('c')];
  expect(chooseReverts(applied, ({ name }) => name <= 'b').map(({ name }) => name)).toEqual(['a', 'c']);
});

test('[I13] each reason against it is said', () => {
  const gone: Applied = { id: 'shop/z', source: 'shop', name: 'z', state: 'applied' };
  const chosen = [
    one('b', {}, { isContract: true }),
    one('c', {}, { irreversible: 'mails were sent' }),
    one('d', {}, { statements: 0 }),
    one('e'),
    gone,
    one('y', { state: 'baseline' }),
  ];
  expect(refusals(chosen, [...chosen, one('f', {}, { requires: ['shop/e', 'shop/x'] })])).toEqual([
    'shop/b is a contract: what it removed is gone for the versions before it',
    'shop/c is declared irreversible: mails were sent',
    'shop/d has no down.sql',
    'shop/z has no file any more',
    'shop/y is a baseline: what it makes was there before it was recorded',
    'shop/f, which stays, requires shop/e',
  ]);
  expect(refusals([one('e')], [one('d'), one('e')])).toEqual([]);
});
