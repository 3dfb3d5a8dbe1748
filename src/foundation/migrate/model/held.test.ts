import { expect, test } from 'vitest';
import { heldBack, type Waiting } from './held.ts';

const one = (id: string, options: Partial<Waiting['options']> = {}): Waiting => ({
  id: `shop/${id}`,
  source: 'shop',
  options: { requires: [], ...options },
});

test('a contract waits for the backfills of its source, pending ones too; what needs it waits as well', () => {
  const pending = [
    one('1'),
    one('2', { phase: 'backfill' }),
    one('3', { phase: 'contract' }),
    one('4', { requires: ['shop/3'] }),
    one('5', { phase: 'expand' }),
  ];
  expect([...heldBack(pending, new Set())]).toEqual([
    ['shop/3', 'shop/2'],
    ['shop/4', 'shop/3'],
  ]);
  expect([...heldBack([one('3', { phase: 'contract' })], new Set(['shop/2']))]).toEqual([['shop/3', 'shop/2']]);
});

test('other sources do not wait, unless they say so; nothing waits when all is through', () => {
  const other = { id: 'mail/1', source: 'mail', options: { phase: 'contract', requires: [] } } as const;
  expect(heldBack([other], new Set(['shop/2'])).size).toBe(0);
  expect([...heldBack([{ ...other, options: { requires: ['shop/2'] } }], new Set(['shop/2']))]).toEqual([['mail/1', 'shop/2']]);
  expect(heldBack([one('3', { phase: 'contract' })], new Set()).size).toBe(0);
});
