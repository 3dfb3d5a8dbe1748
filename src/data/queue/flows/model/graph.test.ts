import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cycleOf } from './graph.ts';

const steps = (text: Readonly<Record<string, string>>) =>
  Object.entries(text).map(([key, after]) => ({ key, after: after === '' ? [] : after.split(' ') }));

test('[I91] a circle is named from step to step, wherever it hangs', () => {
  expect(cycleOf(steps({ a: '', b: 'a', c: 'a b' }))).toBeUndefined();
  expect(cycleOf(steps({ a: 'a' }))).toEqual(['a', 'a']);
  expect(cycleOf(steps({ start: '', a: 'start c', b: 'a', c: 'b', tail: 'c' }))).toEqual(['a', 'c', 'b', 'a']);
});

test('[I91] what waits only for earlier ones has no circle, and one edge back makes one', () => {
  const graph = fc
    .integer({ min: 2, max: 12 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.subarray(Array.from({ length: size }, (_, n) => n)), { minLength: size, maxLength: size }),
        fc.integer({ min: 0, max: size - 2 }),
      ),
    );
  fc.assert(
    fc.property(graph, ([parents, back]) => {
      const nodes = parents.map((list, n) => ({ key: `${n}`, after: list.filter((parent) => parent < n).map(String) }));
      expect(cycleOf(nodes)).toBeUndefined();
      // A chain from the first to the last, and back.
      const chained = nodes.map(({ key, after }, n) => ({ key, after: [...new Set([...after, ...(n > 0 ? [`${n - 1}`] : [])])] }));
      const closed = chained.map((node, n) => (n === back ? { ...node, after: [...node.after, `${nodes.length - 1}`] } : node));
      const circle = cycleOf(closed) as readonly string[];
      expect(circle[0]).toBe(circle.at(-1));
      for (let n = 0; n + 1 < circle.length; n++) expect(closed.find(({ key }) => key === circle[n])?.after).toContain(circle[n + 1]);
    }),
    { seed: 7, numRuns: 100 },
  );
});
