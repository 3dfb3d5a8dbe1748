import { expect, test } from 'vitest';
import { withDefaults } from '../../../../kernel/index.ts';
import type { RetentionRule } from '../types.ts';
import { retentionPolicies, withPolicies } from './policies.ts';

const rule = (table: string, more: Partial<RetentionRule> = {}): RetentionRule => ({
  tier: 'oltp',
  schema: 'shop',
  table,
  agedBy: 'placed',
  keep: '10 years',
  method: 'delete',
  basis: 'law',
  ...more,
});
const unruled = (tenantId: string, table: string) => new Error(`${tenantId} ${table}`);

test('[I40] a tenant with a policy has a rule of its own, which is the one for all but for the time', () => {
  const rules = [rule('orders'), rule('orders', { tenantId: 'a', keep: '1 year' }), rule('visits')];
  const value = 'oltp:shop.orders 2 years, oltp:shop.visits 90 days';
  expect(withPolicies(rules, [{ tenantId: 'a', value }], unruled)).toEqual([
    rule('orders'),
    rule('visits'),
    rule('orders', { tenantId: 'a', keep: '2 years', basis: 'policy of the tenant' }),
    rule('visits', { tenantId: 'a', keep: '90 days', basis: 'policy of the tenant' }),
  ]);
  expect(() => withPolicies(rules, [{ tenantId: 'b', value: 'olap:shop.orders 1 day' }], unruled)).toThrow('b shop.orders');
});

test('[I40] what is no table and no time is refused when it is set', () => {
  for (const retention of [
    '',
    '2 years',
    'shop.orders 2 years',
    'oltp:shop.orders 0 days',
    'oltp:shop.orders 2 years,oltp:a.b 1 day',
    'oltp:shop.orders for ever',
  ])
    expect(() => withDefaults(retentionPolicies, { retention }), retention).toThrow('privacy.retention');
});
