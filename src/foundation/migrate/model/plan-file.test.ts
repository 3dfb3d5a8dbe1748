import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chainEntries,
  compareHistory,
  comparePlan,
  formatPlanFile,
  isInRelease,
  joinConflict,
  parsePlanFile,
  rewritePlan,
  tagRelease,
} from './plan-file.ts';

const file = (id: string, checksum = `v1:sha256:${id.length}`) => ({ id, checksum, hasFitting: (one: string) => one === checksum });
const files = ['oltp/1_a', 'oltp/2_b', 'content/3_c'].map((id) => file(id));

test('[I12] what was written is read back, and fits its files', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}\/\d{1,14}_[a-z_]{1,20}$/));
  fc.assert(
    fc.property(ids, (names) => {
      const some = names.map((id) => file(id));
      const entries = parsePlanFile(formatPlanFile(chainEntries(some)));
      return Array.isArray(entries) && comparePlan(entries, some).length === 0;
    }),
  );
});

test('[I12] edited, deleted, inserted and reordered history is seen', () => {
  const entries = chainEntries(files);
  const kinds = (some: typeof files, plan = entries) => comparePlan(plan, some).map(({ kind, id }) => `${kind} ${id}`);
  expect(kinds([file('oltp/1_a', 'v1:sha256:other'), ...files.slice(1)])).toEqual(['edited oltp/1_a']);
  expect(kinds(files.slice(1))).toEqual(['deleted oltp/1_a']);
  expect(kinds([...files, file('oltp/4_d')])).toEqual(['unlisted oltp/4_d']);
  expect(kinds(files, [...entries.slice(1), ...entries.slice(0, 1)])).toContain('reordered oltp/2_b');
});

test('[I12] a merge conflict is refused by its line', () => {
  const text = formatPlanFile(chainEntries(files));
  expect(parsePlanFile(`${text}<<<<<<< HEAD\n`)).toEqual({ badLine: 5 });
});

test('[I12] writing again keeps applied entries and renews the others', () => {
  const entries = chainEntries(files);
  const edited = file('oltp/2_b', 'v1:sha256:new');
  const rewritten = rewritePlan(entries, [file('oltp/1_a', 'v1:sha256:tampered'), edited], (id) => id === 'oltp/1_a');
  expect(rewritten.map(({ id, checksum }) => [id, checksum])).toEqual([
    ['oltp/1_a', entries[0]?.checksum],
    ['oltp/2_b', 'v1:sha256:new'],
  ]);
});

test('[I12] a branch may add to the history of its base and change nothing in it', () => {
  const base = chainEntries(files);
  expect(compareHistory(base, chainEntries([...files, file('olap/4_d')]))).toEqual([]);
  const [a, b, c] = files as [(typeof files)[number], (typeof files)[number], (typeof files)[number]];
  expect(compareHistory(base, chainEntries([a, c]))).toContainEqual({ kind: 'deleted', id: b.id });
  expect(compareHistory(base, chainEntries([a, file(b.id, 'v1:other'), c]))[0]).toEqual({ kind: 'edited', id: b.id });
  expect(compareHistory(base, chainEntries([a, file('oltp/15_x'), b, c]))).toContainEqual({ kind: 'reordered', id: b.id });
});

test('[I17] a release is a line after its last entry, and what it contains keeps its place', () => {
  const tagged = tagRelease(chainEntries(files.slice(0, 2)), '2026.1');
  expect(parsePlanFile(formatPlanFile(tagged))).toEqual(tagged);
  const rewritten = rewritePlan(tagged, [file('oltp/0_late'), ...files], () => false);
  expect(rewritten.map(({ id, releases = [] }) => [id, ...releases])).toEqual([
    ['oltp/1_a'],
    ['oltp/2_b', '2026.1'],
    ['oltp/0_late'],
    ['content/3_c'],
  ]);
  expect(comparePlan(rewritten, [file('oltp/0_late'), ...files])).toEqual([]);
});

test('[I17] both sides of a merge conflict are kept, each entry once', () => {
  const [first, second, third] = formatPlanFile(chainEntries(files)).split('\n').slice(1);
  const text = `# x\n${first}\n<<<<<<< HEAD\n${second}\n=======\n${third}\n${second}\n>>>>>>> other\n`;
  expect(joinConflict(text)).toBe(`# x\n${first}\n${second}\n${third}\n`);
});

test('[I50] lines of what another stands for stay, though their files are gone; a release has what stands for all of it', () => {
  const entries = chainEntries(files);
  const squash = { ...file('oltp/2_squashed'), replaces: ['oltp/1_a', 'oltp/2_b'] };
  const left = [squash, file('content/3_c')];
  expect(comparePlan(entries, left)).toEqual([{ kind: 'unlisted', id: 'oltp/2_squashed' }]);
  const rewritten = rewritePlan(entries, left, () => false);
  expect(rewritten.map(({ id }) => id)).toEqual(['oltp/1_a', 'oltp/2_b', 'oltp/2_squashed', 'content/3_c']);
  expect(comparePlan(rewritten, left)).toEqual([]);
  expect(comparePlan(rewritten, [file('oltp/2_squashed'), file('content/3_c')]).map(({ kind }) => kind)).toEqual(['deleted', 'deleted']);
  expect(isInRelease(squash, new Set(['oltp/1_a', 'oltp/2_b']))).toBe(true);
  expect(isInRelease(squash, new Set(['oltp/1_a']))).toBe(false);
  expect(isInRelease(file('oltp/4_d'), new Set(['oltp/1_a']))).toBe(false);
});
