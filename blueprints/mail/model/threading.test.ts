import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignThreads, type KnownThreads, type Thread, type Threadable } from './threading.ts';

const day = 86_400_000;
const message = (id: string, names: string[], subject = '', isReply = false, at = 0): Threadable => ({
  id,
  keys: [id, ...names],
  namesOthers: names.length > 0,
  subject: { base: subject, key: subject, isReply },
  sent: new Date(at),
});

/** What a store would answer: threads and references, kept from batch to batch. */
function run(batches: Threadable[][]) {
  let next = 0;
  const threads = new Map<string, Thread>();
  const references = new Map<string, string>();
  const placed = new Map<string, string>();
  for (const batch of batches) {
    const keys = new Set(batch.flatMap((m) => m.keys));
    const named = [...references].filter(([key]) => keys.has(key));
    const ids = new Set(named.map(([, id]) => id));
    const subjects = new Set(batch.map((m) => m.subject.key));
    const known: KnownThreads = {
      threads: [...threads.values()].filter((thread) => ids.has(thread.id) || subjects.has(thread.subjectKey)),
      references: named.map(([key, threadId]) => ({ key, threadId })),
    };
    const result = assignThreads(batch, known, () => String(next++).padStart(6, '0'));
    for (const thread of result.threads) threads.set(thread.id, thread);
    for (const { from, into } of result.merged) {
      threads.delete(from);
      for (const [id, thread] of placed) if (thread === from) placed.set(id, into);
      for (const [key, thread] of references) if (thread === from) references.set(key, into);
    }
    for (const { key, threadId } of result.references) references.set(key, threadId);
    for (const [id, thread] of result.assigned) placed.set(id, thread);
  }
  const groups = [...Map.groupBy(placed, ([, thread]) => thread).values()].map((group) => group.map(([id]) => id).sort());
  return { groups: groups.sort(), threads: [...threads.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

test('[M4] an answer joins what it names, also when that comes later or never', () => {
  expect(run([[message('b', ['a']), message('a', []), message('c', ['a']), message('x', [])]]).groups).toEqual([['a', 'b', 'c'], ['x']]);
});

test('[M4] two threads that a message connects become the older one', () => {
  const { groups, threads } = run([[message('a', []), message('b', [])], [message('c', ['a', 'b'])]]);
  expect(groups).toEqual([['a', 'b', 'c']]);
  expect(threads).toMatchObject([{ id: '000000', messageCount: 3 }]);
});

test('[M4] a reply that names nothing joins by subject within thirty days; other messages do not', () => {
  const messages = [message('a', [], 'tea'), message('b', [], 'tea', true, 29 * day), message('c', [], 'tea', false, day)];
  expect(run([[...messages, message('d', [], 'tea', true, 90 * day)]]).groups).toEqual([['a', 'b'], ['c'], ['d']]);
});

test('[M4] the outcome does not depend on where batches end', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
  const draft = fc.record({
    names: fc.array(name, { maxLength: 3 }),
    subject: fc.constantFrom('', 'x', 'y'),
    isReply: fc.boolean(),
    at: fc.nat(60),
  });
  fc.assert(
    fc.property(fc.array(draft, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (drafts, size) => {
      const all = drafts.map((d, i) => message(`${d.names[0] ?? ''}${i}`, d.names, d.subject, d.isReply, d.at * day));
      const batches = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
      expect(run(batches)).toEqual(run([all]));
    }),
    { numRuns: 500 },
  );
});
