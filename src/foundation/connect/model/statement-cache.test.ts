import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatementCache } from './statement-cache.ts';

test('[I10] the same text keeps its name, another text of the same label gets another', () => {
  const cache = new StatementCache(10);
  const { name } = cache.use('find', 'select 1');
  expect(cache.use('find', 'select 1')).toEqual({ name });
  expect(cache.use('find', 'select 2').name).not.toBe(name);
  expect(name).toMatch(/^find_[0-9a-f]{16}$/);
  expect(cache.use('x'.repeat(100), 'select 3').name.length).toBeLessThanOrEqual(63);
});

test('[I10] never more than the limit, and the longest unused goes first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }), (uses) => {
      const cache = new StatementCache(4);
      // What the server would hold, in order of use.
      let held: string[] = [];
      for (const use of uses) {
        const { name, evicted } = cache.use('q', `select ${use}`);
        if (evicted) expect(evicted).toBe(held[0]);
        held = [...held.filter((other) => other !== name && other !== evicted), name];
        expect(held.length).toBeLessThanOrEqual(4);
        expect(cache.size).toBe(held.length);
      }
    }),
  );
});

test('[I10] a forgotten statement is prepared again', () => {
  const cache = new StatementCache(2);
  const { name } = cache.use('q', 'select 1');
  expect(cache.forget('select 1')).toBe(name);
  expect(cache.forget('select 1')).toBeUndefined();
  expect(cache.size).toBe(0);
});
