import { describe, expect, test } from 'vitest';
import { assess, type HeldLock, needsOf, type RiskFacts } from './risk.ts';

const harmless: RiskFacts = {
  declared: undefined,
  isDestructive: false,
  touchesSecurity: false,
  isBackfill: false,
  isRehearsed: true,
  locks: [],
};
const lock = (mode: HeldLock['mode'], high: number, isLarge = true): HeldLock => ({
  relation: 'shop.items',
  mode,
  isLarge,
  heldMs: { low: 1, high },
});
const riskOf = (facts: Partial<RiskFacts>) => assess({ ...harmless, ...facts }).risk;

describe('[I25] the higher of the declared and the computed risk wins', () => {
  test.each([
    ['nothing found, nothing declared', {}, 'low'],
    ['declared feature', { declared: 'feature' }, 'low'],
    ['declared performance', { declared: 'performance' }, 'medium'],
    ['declared security', { declared: 'security' }, 'high'],
    ['destructive although declared feature', { declared: 'feature', isDestructive: true }, 'high'],
    ['rights although declared performance', { declared: 'performance', touchesSecurity: true }, 'high'],
    ['a backfill', { isBackfill: true }, 'medium'],
    ['not rehearsed', { isRehearsed: false }, 'medium'],
    ['a long exclusive lock on a large table', { locks: [lock('ACCESS EXCLUSIVE', 1_001)] }, 'high'],
    ['a short exclusive lock on a large table', { locks: [lock('ACCESS EXCLUSIVE', 1_000)] }, 'medium'],
    ['a long exclusive lock on a small table', { locks: [lock('ACCESS EXCLUSIVE', 90_000, false)] }, 'low'],
    ['writers stopped for long on a large table', { locks: [lock('SHARE', 90_000)] }, 'medium'],
    ['a lock that stops nobody', { locks: [lock('SHARE UPDATE EXCLUSIVE', 90_000)] }, 'low'],
  ] as const)('%s is %s', (_, facts, risk) => expect(riskOf(facts)).toBe(risk));

  test('each reason is told', () => {
    expect(assess({ ...harmless, isDestructive: true, isBackfill: true, locks: [lock('ACCESS EXCLUSIVE', 4_200)] }).reasons).toEqual([
      'removes data',
      'changes rows',
      'holds ACCESS EXCLUSIVE on shop.items, which is large, for up to 5 s',
    ]);
    expect(assess(harmless).reasons).toEqual([]);
  });
});

test('[I25] two people where data goes, a security reviewer where rights change, nobody for nothing', () => {
  const one = (facts: Partial<RiskFacts>) => ({ ...assess({ ...harmless, ...facts }), isDestructive: facts.isDestructive ?? false });
  expect(needsOf([])).toEqual({ approvers: 0, isSecurityReviewed: false, isBackedUp: false });
  expect(needsOf([one({})])).toEqual({ approvers: 1, isSecurityReviewed: false, isBackedUp: false });
  expect(needsOf([one({}), one({ isDestructive: true })])).toEqual({ approvers: 2, isSecurityReviewed: false, isBackedUp: true });
  expect(needsOf([one({ touchesSecurity: true })])).toEqual({ approvers: 1, isSecurityReviewed: true, isBackedUp: true });
});
