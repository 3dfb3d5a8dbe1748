import { expect, test } from 'vitest';
import { decide } from './precedence.ts';

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
  expect(decide({ kind, options }, { kind: askedKind, options: askedOptions })).toBe(decision);
});
