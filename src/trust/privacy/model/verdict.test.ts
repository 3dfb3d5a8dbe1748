import { expect, test } from 'vitest';
import type { NameEvidence } from './names/judge-name.ts';
import { type ContentEvidence, type Examined, judge } from './verdict.ts';

const named = (category: NameEvidence['category'], weight: number): NameEvidence => ({ category, weight, phrase: 'a name' });
const evidence = (category: ContentEvidence['category'], strength: number): ContentEvidence => ({
  category,
  strength,
  hits: 9,
  of: 10,
  label: 'values',
  isInText: false,
  isPersonal: false,
  examples: ['j***@e***.com'],
});
const examined = (found: readonly ContentEvidence[], plausible: number | undefined, distinct = 100): Examined => ({
  distinct,
  evidence: found,
  plausible: () => plausible,
});

test('name and values together are surer than either', () => {
  const both = judge(named('email', 0.6), examined([evidence('email', 0.6)], 1), false);
  expect(both?.confidence).toBe(0.84);
  expect(both?.reason).toBe('named "a name", 9 of 10 different values are values');
  expect(judge(named('email', 0.6), undefined, false)?.confidence).toBe(0.6);
});

test('values that cannot be what the name says take it back, but a handful of them does not', () => {
  expect(judge(named('email', 0.9), examined([], 0.05), false)).toBeUndefined();
  expect(judge(named('email', 0.9), examined([], 0, 3), false)?.confidence).toBe(0.9);
  expect(judge(named('email', 0.9), examined([], undefined), false)?.confidence).toBe(0.9);
});

test('a name that denies halves what values say', () => {
  expect(judge(named('none', 0.75), examined([evidence('email', 0.95)], 1), false)).toBeUndefined();
});

test('values overrule the name where they are another thing', () => {
  expect(judge(named('address', 0.75), examined([evidence('email', 0.97)], 1), false)?.category).toBe('email');
});

test('people come before things', () => {
  expect(judge(named('business', 0.6), examined([evidence('person-name', 0.55)], 1), false)?.category).toBe('person-name');
});

test('what is weak by itself counts for more in a table about people', () => {
  const weak = { ...evidence('birth-date', 0.4), isPersonal: true };
  expect(judge(undefined, examined([weak], 1), false)).toBeUndefined();
  expect(judge(undefined, examined([weak], 1), true)?.category).toBe('birth-date');
});
