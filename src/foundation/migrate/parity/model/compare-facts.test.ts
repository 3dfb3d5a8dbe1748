import { expect, test } from 'vitest';
import { compareFacts } from './compare-facts.ts';

const facts = (version: string, more: Record<string, string> = {}) => [
  { aspect: 'server' as const, name: 'version', value: version },
  ...Object.entries(more).map(([name, value]) => ({ aspect: 'setting' as const, name, value })),
];
const allowance = { aspect: 'server' as const, name: 'version', reason: 'upgrade in progress', expires: '2027-01-31' };

test('[I33] what differs is drift, unless it is allowed with a reason and for a time', () => {
  const found = compareFacts([facts('18.4', { jit: 'on' }), facts('18.3', { jit: 'on' }), facts('18.4')], [allowance], '2027-01-30');
  expect(found.equal).toMatchObject({ server: 0, setting: 0 });
  expect(found.rows).toEqual([
    {
      aspect: 'server',
      name: 'version',
      values: ['18.4', '18.3', '18.4'],
      verdict: 'allowed',
      because: 'upgrade in progress (until 2027-01-31)',
    },
    { aspect: 'setting', name: 'jit', values: ['on', 'on', null], verdict: 'drift' },
  ]);
  const later = compareFacts([facts('18.4'), facts('18.3')], [allowance], '2027-01-31');
  expect(later.rows).toMatchObject([{ verdict: 'drift', because: 'was allowed until 2027-01-31: upgrade in progress' }]);
  expect(compareFacts([facts('18.4'), facts('18.4')], [], '2027-01-31')).toMatchObject({ rows: [], equal: { server: 1 } });
});
