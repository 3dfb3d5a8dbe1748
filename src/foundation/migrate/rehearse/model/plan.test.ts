import { expect, test } from 'vitest';
import { isLeftOf, itemChecksum, type PlanItem, planHash } from './plan.ts';

const item = (id: string, checksum = 'x'): PlanItem => ({ id, tiers: ['oltp'], checksum });
const plan = [item('a/1'), item('a/2'), item('b/1')];

test('[I26] the hash of a plan changes with every byte, identity, tier and order', () => {
  const others: readonly PlanItem[][] = [
    [item('a/1', 'y'), item('a/2'), item('b/1')],
    [item('a/2'), item('a/1'), item('b/1')],
    [item('a/1'), item('a/2')],
    [{ ...item('a/1'), tiers: ['olap'] }, item('a/2'), item('b/1')],
  ];
  expect(new Set([plan, ...others].map(planHash)).size).toBe(5);
  expect(planHash([...plan])).toBe(planHash(plan));
});

test('a checksum of parts tells which part has which bytes', () => {
  expect(itemChecksum({ up: 'a', down: null })).toBe(itemChecksum({ down: null, up: 'a' }));
  expect(itemChecksum({ up: 'a', down: 'b' })).not.toBe(itemChecksum({ up: 'b', down: 'a' }));
  expect(itemChecksum({ up: 'a', down: 'b' })).not.toBe(itemChecksum({ up: 'a', post: 'b', down: null }));
});

test('[I26] an interrupted run is what is left of its plan; a new, edited or reordered file is not', () => {
  expect(isLeftOf(plan, plan)).toBe(true);
  expect(isLeftOf([item('a/2'), item('b/1')], plan)).toBe(true);
  expect(isLeftOf([], plan)).toBe(true);
  expect(isLeftOf([item('b/1'), item('a/2')], plan)).toBe(false);
  expect(isLeftOf([item('a/2', 'y')], plan)).toBe(false);
  expect(isLeftOf([...plan, item('c/1')], plan)).toBe(false);
});
