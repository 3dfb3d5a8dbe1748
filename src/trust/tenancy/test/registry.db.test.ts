import { afterAll, expect, test } from 'vitest';
import { tenancyFixture } from './fixture.ts';

const { tenancy, owner, databases, ...fixture } = await tenancyFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const states = async (slug: string) => {
  const ask = (tier: 'oltp' | 'content') => databases[tier].client.query('select state from tenancy.tenants where slug = $1', [slug]);
  return [(await ask('oltp')).rows[0]?.state, (await ask('content')).rows[0]?.state];
};

test('[I10] a tenant is created once in every tier, however often and at the same time it is asked for', async () => {
  const made = await Promise.all([1, 2, 3].map(() => tenancy.create({ slug: 'acme', name: 'Acme Inc.' })));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(made[0]).toMatchObject({ slug: 'acme', name: 'Acme Inc.', state: 'active' });
  expect(await states('acme')).toEqual(['active', 'active']);
  expect((await tenancy.create({ slug: 'acme', name: 'Other' })).name).toBe('Acme Inc.');
  expect(await tenancy.find('acme')).toEqual(await tenancy.find(made[0]?.id ?? ''));
});

test('[I10] a tier that is down leaves the tenant provisioning and closed; asked again, it is completed', async () => {
  await owner('content', 'revoke insert on tenancy.tenants from plinth_owner');
  await expect(tenancy.create({ slug: 'later' })).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
  expect(await states('later')).toEqual(['provisioning', undefined]);
  const { id } = await tenancy.find('later');
  await expect(tenancy.run({ tenantId: id }, { tier: 'oltp', tag: 'test' }, async () => {})).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_UNKNOWN_TENANT',
  });
  await owner('content', 'grant insert on tenancy.tenants to plinth_owner');
  expect(await tenancy.create({ slug: 'later' })).toMatchObject({ id, state: 'active' });
  expect(await states('later')).toEqual(['active', 'active']);
});

test('[I10] an activated truth with a stale replica is completed as well', async () => {
  await tenancy.create({ slug: 'stale' });
  await owner('content', "update tenancy.tenants set state = 'provisioning' where slug = 'stale'");
  await tenancy.create({ slug: 'stale' });
  expect(await states('stale')).toEqual(['active', 'active']);
});

test.each(['', 'Acme', 'a_b', '-a', 'a-', 'system', 'certify-0123456789ab-a', 'a'.repeat(64)])('[I10] %j is no slug', async (slug) => {
  await expect(tenancy.create({ slug })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_SLUG' });
});

test('[I10] a user is one person over all tenants, with a role in each', async () => {
  const [acme, stale] = [await tenancy.find('acme'), await tenancy.find('stale')];
  const { userId } = await tenancy.addUser({ tenantId: acme.id, email: ' Ann@Example.org ', name: 'Ann', role: 'viewer' });
  expect(await tenancy.addUser({ tenantId: stale.id, email: 'ann@example.org', role: 'admin' })).toEqual({ userId });
  await tenancy.addUser({ tenantId: acme.id, email: 'ann@example.org', role: 'owner' });
  expect(await tenancy.members(acme.id)).toMatchObject([{ userId, email: 'ann@example.org', name: 'Ann', role: 'owner' }]);
  expect(await tenancy.members(stale.id)).toMatchObject([{ userId, role: 'admin' }]);
  expect((await tenancy.list()).map(({ slug, memberCount }) => [slug, memberCount])).toEqual([
    ['acme', 1],
    ['later', 0],
    ['stale', 1],
  ]);
  await expect(tenancy.addUser({ tenantId: acme.id, email: 'nobody', role: 'viewer' })).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_BAD_EMAIL',
  });
  await expect(tenancy.find('nowhere')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
});
