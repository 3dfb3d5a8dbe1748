import { expect, test } from 'vitest';
import type { Tier } from '../../../kernel/index.ts';
import { localRequirements, planWaves } from './waves.ts';

const m = (id: string, ...requires: string[]) => ({ id, isContract: id.includes('contract'), requires });
const share = (tier: Tier, ...pending: ReturnType<typeof m>[]) => ({ tiers: [tier], applied: new Set(['old']), pending });
const told = (waves: ReturnType<typeof planWaves>) =>
  waves.map(({ share: { tiers }, migrations }) => [tiers[0], ...migrations.map(({ id }) => id)]);

test('[I15] what adds goes through the tiers forwards, what removes backwards', () => {
  const waves = planWaves([share('oltp', m('a'), m('contract_a')), share('content', m('b'), m('contract_b')), share('olap', m('c'))]);
  expect(told(waves)).toEqual([
    ['oltp', 'a'],
    ['content', 'b'],
    ['olap', 'c'],
    ['content', 'contract_b'],
    ['oltp', 'contract_a'],
  ]);
});

test('[I15] inside a database nothing changes places, and one database is one wave', () => {
  expect(told(planWaves([share('oltp', m('a'), m('contract_a'), m('b'))]))).toEqual([['oltp', 'a', 'contract_a', 'b']]);
  const waves = planWaves([share('oltp', m('a'), m('contract_a'), m('b')), share('queue', m('c'))]);
  expect(told(waves)).toEqual([
    ['oltp', 'a'],
    ['queue', 'c'],
    ['oltp', 'contract_a', 'b'],
  ]);
});

test('[I15] a requirement across tiers waits for the other database; met ones and those of the same database do not', () => {
  const waves = planWaves([share('oltp', m('a'), m('b', 'olap:c')), share('olap', m('c', 'oltp:a', 'oltp:old'), m('d', 'olap:c'))]);
  expect(told(waves)).toEqual([
    ['oltp', 'a'],
    ['olap', 'c', 'd'],
    ['oltp', 'b'],
  ]);
  expect(localRequirements(['x/a', 'oltp:x/b', 'olap:x/c'], ['oltp', 'content'])).toEqual(['x/a', 'x/b']);
});

test('[I15] a circle over tiers and a requirement that nobody brings are refused', () => {
  expect(() => planWaves([share('oltp', m('a', 'olap:c')), share('olap', m('c', 'oltp:a'))])).toThrow(/circle: a → c/);
  expect(() => planWaves([share('oltp', m('a', 'olap:z')), share('olap')])).toThrow(/a requires olap:z/);
});
