import { describe, expect, test } from 'vitest';
import { type Case, type Given, isOwnChange, judge, missingBackup } from './judge.ts';

const item = (id: string, checksum = 'x') => ({ id, tiers: ['oltp' as const], checksum });
const plan = [item('shop/1'), item('shop/2')];
const now = new Date('2026-03-02T12:00:00Z');
const given = (changes: Partial<Given> = {}): Given => ({
  id: '1',
  planHash: 'h',
  environment: 'production',
  evidence: 'e',
  approver: 'bea',
  role: 'reviewer',
  authors: ['Ann Author', 'ann@example.org'],
  reason: 'looked at it',
  isSigned: false,
  created: '2026-03-02T11:00:00Z',
  expires: '2026-03-05T11:00:00Z',
  plan,
  ...changes,
});
const judged = (changes: Partial<Case> = {}) =>
  judge({
    pending: plan,
    needs: { approvers: 1, isSecurityReviewed: false, isBackedUp: false },
    given: [given()],
    evidence: new Map([['h', 'e']]),
    now,
    ...changes,
  });
const two = { approvers: 2, isSecurityReviewed: false, isBackedUp: true };

describe('[I27] an approval counts for the bytes, the evidence and the hours it was given for, and never for its author', () => {
  test('it counts', () => expect(judged()).toMatchObject({ isApproved: true, missing: [], given: [{ verdict: 'counts' }] }));
  test.each([
    ['stale: a byte changed', { pending: [item('shop/1', 'y'), item('shop/2')] }, 'other plan'],
    ['stale: a file was added', { pending: [...plan, item('shop/3')] }, 'other plan'],
    ['stale: lint or the rehearsal says something else', { evidence: new Map([['h', 'f']]) }, 'other evidence'],
    ['stale: never rehearsed', { evidence: new Map() }, 'other evidence'],
    ['expired', { now: new Date('2026-03-05T11:00:00Z') }, 'expired'],
    ['self, by name', { given: [given({ approver: 'ann author' })] }, 'own change'],
    ['self, by address', { given: [given({ approver: 'Ann@example.org' })] }, 'own change'],
    ['self, by account', { given: [given({ approver: 'ann' })] }, 'own change'],
  ] as const)('%s', (_, changes, verdict) => {
    const found = judged(changes);
    expect(found.given[0]?.verdict).toBe(verdict);
    expect(found.isApproved).toBe(false);
    expect(found.missing[0]).toBe('1 of 1 approvals');
  });
  test('what is left after an interruption is still approved', () => expect(judged({ pending: plan.slice(1) }).isApproved).toBe(true));
  test('two people where data goes: the same one twice is one', () => {
    expect(judged({ needs: two, given: [given(), given({ id: '2', approver: 'BEA' })] }).missing).toEqual(['1 of 2 approvals']);
    expect(judged({ needs: two, given: [given(), given({ id: '2', approver: 'cyd' })] }).isApproved).toBe(true);
  });
  test('a change of rights takes a security reviewer', () => {
    const needs = { approvers: 1, isSecurityReviewed: true, isBackedUp: true };
    expect(judged({ needs }).missing).toEqual(['an approval by a security reviewer']);
    expect(judged({ needs, given: [given({ role: 'security' })] }).isApproved).toBe(true);
  });
  test('names are compared as people write them', () => {
    expect(isOwnChange(['bea'], ['Ann Author', 'ann@example.org'])).toBe(false);
    expect(isOwnChange(['bea', 'ann@other.org'], ['ann@example.org'])).toBe(true);
    expect(isOwnChange(['bea'], [])).toBe(false);
  });
});

test('a backup is good for a day, while the log is archived', () => {
  const at = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  expect(missingBackup({ restored: at(23), isArchiving: true }, now)).toBeUndefined();
  expect(missingBackup({ restored: at(25), isArchiving: true }, now)).toContain('25 hours old');
  expect(missingBackup({ restored: at(1), isArchiving: false }, now)).toContain('archived');
  expect(missingBackup(undefined, now)).toContain('no backup');
});
