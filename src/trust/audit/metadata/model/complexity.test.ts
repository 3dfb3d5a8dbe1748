import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complexityOf, type StatementShape } from './complexity.ts';

const point: StatementShape = { joins: 0, subqueries: 0, aggregates: 0, windows: 0, setOperations: 0, isRecursive: false };
const counts = ['joins', 'subqueries', 'aggregates', 'windows', 'setOperations'] as const;
const shapes = fc.record({
  ...(Object.fromEntries(counts.map((name) => [name, fc.nat(20)])) as Record<(typeof counts)[number], fc.Arbitrary<number>>),
  isRecursive: fc.boolean(),
  unbounded: fc.constantFrom('read', 'write'),
} satisfies Record<string, fc.Arbitrary<unknown>>) as fc.Arbitrary<StatementShape>;

test('[I20] the formula, feature by feature', () => {
  expect(complexityOf(point)).toBe(0);
  expect(complexityOf(point, 8)).toBe(0);
  expect(complexityOf({ ...point, joins: 1 })).toBe(7);
  expect(complexityOf({ ...point, joins: 9 })).toBe(28);
  expect(complexityOf({ ...point, subqueries: 2, aggregates: 1, windows: 1, setOperations: 1 })).toBe(14 + 4 + 6 + 4);
  expect(complexityOf({ ...point, unbounded: 'read' })).toBe(10);
  expect(complexityOf({ ...point, unbounded: 'write', isRecursive: true })).toBe(25);
  expect(complexityOf(point, 10_000)).toBe(12);
  expect(complexityOf(point, 1e12)).toBe(24);
});

test('[I20] it stays between 0 and 100 and never falls when something is added', () => {
  fc.assert(
    fc.property(shapes, fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom(...counts), (shape, estimatedCost, more) => {
      const score = complexityOf(shape, estimatedCost);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      expect(complexityOf({ ...shape, [more]: shape[more] + 1 }, estimatedCost)).toBeGreaterThanOrEqual(score);
      expect(complexityOf(shape, estimatedCost * 10)).toBeGreaterThanOrEqual(score);
    }),
  );
});
