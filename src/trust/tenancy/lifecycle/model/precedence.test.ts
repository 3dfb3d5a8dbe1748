import { expect, test } from 'vitest';
import { bound, decide } from './precedence.ts';

test.each([
  ['export', { folder: 'a' }, 'export', { folder: 'a' }, 'complete it'],
  ['export', { folder: 'a' }, 'export', { folder: 'b' }, 'give it up'],
  ['export', { folder: 'a' }, 'suspend', {}, 'give it up'],
  ['suspend', {}, 'resume', {}, 'give it up'],
  ['import', { folder: 'a' }, 'import', { folder: 'b' }, 'refuse'],
  ['import', { folder: 'a' }, 'suspend', {}, 'refuse'],
  ['import', { folder: 'a' }, 'erase', {}, 'give it up'],
  ['erase', {}, 'erase', {}, 'complete it'],
  ['erase', {}, 'export', { folder: 'a' }, 'refuse'],
] as const)('[I15] an unfinished %s %o, then %s %o: %s', (kind, options, askedKind, askedOptions, decision) => {
  expect(decide({ kind, options, steps: new Set() }, { kind: askedKind, options: askedOptions })).toBe(decision);
});

test('[I53] a move is given up while nothing was copied, and completed once something may have been', () => {
  const move = { kind: 'move', options: { to: 'oltp/a' } } as const;
  const suspend = { kind: 'suspend', options: {} } as const;
  expect(decide({ ...move, steps: new Set(['make the database']) }, suspend)).toBe('give it up');
  expect(decide({ ...move, steps: new Set(['make the database', bound]) }, suspend)).toBe('refuse');
  expect(decide({ ...move, steps: new Set([bound]) }, move)).toBe('complete it');
});
