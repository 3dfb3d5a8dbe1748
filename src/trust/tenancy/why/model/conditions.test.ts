import { expect, test } from 'vitest';
import { conditionsOf, type Facts } from './conditions.ts';

const facts: Facts = {
  verb: 'select',
  table: {
    name: 'shop.orders',
    hasTenant: true,
    isEnabled: true,
    mayUseSchema: true,
    mayVerb: true,
    declaredRole: 'viewer',
    policies: [
      {
        name: 'orders_select',
        isPermissive: true,
        text: "(tenant_id = ( SELECT tenancy.current_tenant_id('viewer'::text) AS current_tenant_id))",
      },
    ],
  },
  tenant: { id: 'a', slug: 'acme', state: 'active' },
  user: { name: 'ann@example.org', isKnown: true, role: 'viewer' },
  owners: ['a'],
};
const failing = (change: Partial<Facts>) => conditionsOf({ ...facts, ...change }).filter(({ holds }) => !holds);
const table = (change: Partial<Facts['table']>) => ({ table: { ...facts.table, ...change } });

test('[I27] a row that is seen has nothing against it', () => {
  expect(failing({})).toEqual([]);
});

test.each([
  ['another tenant', { owners: ['b'] }, 'row of this tenant', "its tenant_id is b, the context's is a"],
  ['no such row', { owners: [] }, 'row', 'no row of any tenant has this key'],
  [
    'role too low',
    table({
      declaredRole: 'admin',
      policies: [
        { ...facts.table.policies[0], text: "(tenant_id = ( SELECT tenancy.current_tenant_id('admin'::text) AS current_tenant_id))" },
      ] as never,
    }),
    'role',
    'select needs admin; the context has viewer',
  ],
  ['no membership', { user: { name: 'bob', isKnown: true } }, 'membership', 'bob was never a member of acme'],
  ['unknown user', { user: { name: 'bob', isKnown: false } }, 'membership', 'there is no user bob'],
  [
    'ended membership',
    { user: { name: 'bob', isKnown: true, role: 'owner', ended: new Date(0) } },
    'membership',
    'the membership of bob in acme ended 1970-01-01T00:00:00.000Z',
  ],
  ['erasing', { tenant: { ...facts.tenant, state: 'erasing' } }, 'tenant', 'tenant acme is erasing'],
  ['narrowed', table({ declaredRole: 'none', policies: [] }), 'policy', 'select is narrowed to none: there is no policy for it'],
  ['no grant', table({ mayVerb: false }), 'grant', 'the application was not granted select on shop.orders'],
  [
    'restricted',
    table({ policies: [...facts.table.policies, { name: 'hours', isPermissive: false, text: 'false' }] }),
    'policy',
    'hours restricts it further: false',
  ],
] as const)('[I27] %s', (_, change, what, because) => {
  expect(failing(change as Partial<Facts>)).toContainEqual({ what, holds: false, because });
});

test('[I27] suspended: may be read, not written; work without a user is service', () => {
  const suspended = { tenant: { ...facts.tenant, state: 'suspended' } as const };
  expect(failing(suspended)).toEqual([]);
  expect(failing({ ...suspended, verb: 'update' }).map(({ what }) => what)).toContain('tenant');
  const { user, ...noUser } = facts;
  expect(conditionsOf(noUser).find(({ what }) => what === 'role')).toMatchObject({
    holds: true,
    because: 'select needs viewer; the context has service',
  });
});
