import { afterAll, expect, test } from 'vitest';
import { defineOptions, Type } from '../../../../kernel/index.ts';
import { tenancyFixture } from '../../test/fixture.ts';

const shop = defineOptions(
  'shop',
  Type.Object({ currency: Type.String({ default: 'EUR', pattern: '^[A-Z]{3}$', description: 'Of prices.' }) }),
);
const { tenancy, connect, ...fixture } = await tenancyFixture({ filled: { settings: () => [shop] } });
afterAll(() => fixture[Symbol.asyncDispose]());
const [a, b] = [await tenancy.create({ slug: 'acme' }), await tenancy.create({ slug: 'other' })];
const store = (key: string) => (key.startsWith('shop.') ? tenancy.settings : tenancy.policies);
const work = (tenantId: string, text: string) => tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test' }, (tx) => tx.query({ text }));

test('[I30] what can be set is what was declared, with its default', async () => {
  expect(await tenancy.settings.of(a.id)).toMatchObject([{ key: 'shop.currency', value: 'EUR', isDefault: true, meaning: 'Of prices.' }]);
  expect(await tenancy.policies.of(a.id)).toMatchObject([
    { key: 'tenancy.isCanary', value: undefined, isDefault: true },
    { key: 'tenancy.jobsPerMinute', value: undefined, isDefault: true },
    { key: 'tenancy.poolSharePercent', value: undefined, isDefault: true },
    { key: 'tenancy.statementTimeoutMs', value: undefined, isDefault: true },
    { key: 'tenancy.storageBytes', value: undefined, isDefault: true },
    { key: 'tenancy.transactionsPerSecond', value: undefined, isDefault: true },
    { key: 'tenancy.waitingJobs', value: undefined, isDefault: true },
  ]);
  await expect(tenancy.settings.set(a.id, 'shop.colour', 'red', 'ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_SETTING' });
  for (const [key, value] of [
    ['shop.currency', 'euro'],
    ['tenancy.statementTimeoutMs', '0'],
    ['tenancy.statementTimeoutMs', 'soon'],
    ['tenancy.poolSharePercent', 1.5],
  ] as const)
    await expect(store(key).set(a.id, key, value, 'ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_SETTING' });
  // What is the operator's cannot be reached through what is the tenant's.
  await expect(tenancy.settings.set(a.id, 'tenancy.storageBytes', 1, 'ann')).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_UNKNOWN_SETTING',
  });
});

test('[I31] who had set what is kept; the tenant reads its own and changes nothing', async () => {
  expect(await tenancy.settings.set(a.id, 'shop.currency', 'CHF', 'ann')).toMatchObject({
    value: 'CHF',
    isDefault: false,
    changedBy: 'ann',
  });
  await tenancy.settings.set(a.id, 'shop.currency', 'USD', 'bob');
  expect(await tenancy.settings.set(a.id, 'shop.currency', undefined, 'ann')).toMatchObject({ value: 'EUR', isDefault: true });
  expect((await tenancy.settings.history(a.id)).map(({ value, changedBy }) => [value, changedBy])).toEqual([
    [undefined, 'ann'],
    ['USD', 'bob'],
    ['CHF', 'ann'],
  ]);
  expect(await tenancy.settings.history(b.id)).toEqual([]);
  expect((await work(a.id, 'select key from tenancy.tenant_configurations')).rowCount).toBe(3);
  expect((await work(b.id, 'select key from tenancy.tenant_configurations')).rowCount).toBe(0);
  await expect(work(a.id, 'delete from tenancy.tenant_policies')).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
  await expect(work(a.id, 'delete from tenancy.tenant_configurations')).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
});

test('[I32] a statement that takes too long is ended, with the limit by name; others go on', async () => {
  await tenancy.policies.set(a.id, 'tenancy.statementTimeoutMs', '100', 'ann');
  await expect(work(a.id, 'select pg_sleep(5)')).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_LIMIT_REACHED',
    details: { limit: 'statementTimeoutMs', most: 100, current: expect.any(Number) },
  });
  expect((await work(a.id, 'select 1')).rowCount).toBe(1);
  expect((await work(b.id, 'select pg_sleep(0.2)')).rowCount).toBe(1);
  await tenancy.policies.set(a.id, 'tenancy.statementTimeoutMs', undefined, 'ann');
  expect((await work(a.id, 'select pg_sleep(0.2)')).rowCount).toBe(1);
});

test('[I32] no more connections of a pool at the same time than its share, whoever opens them', async () => {
  const max = connect.pools().find(({ tier, login, priority }) => tier === 'oltp' && login === 'app' && priority === 'normal')?.max ?? 0;
  await tenancy.policies.set(a.id, 'tenancy.poolSharePercent', 1, 'ann');
  let most = 0;
  const one = () =>
    connect.transaction({ tier: 'oltp', as: { tenantId: a.id }, tag: 'test' }, async () => {
      const mine = connect.pools().flatMap(({ holders }) => holders.filter(({ tenantId }) => tenantId === a.id));
      most = Math.max(most, mine.length);
    });
  await Promise.all(Array.from({ length: 8 }, one));
  expect(most).toBe(1);
  // 1 % of a thousand places in line.
  const outcomes = await Promise.allSettled(Array.from({ length: 2 + Math.ceil(1_000 / max) }, one));
  expect(outcomes.at(-1)).toMatchObject({
    reason: { code: 'PLINTH_TENANCY_LIMIT_REACHED', httpStatus: 429, details: { limit: 'poolSharePercent', value: 1, most: 1 } },
  });
  expect(outcomes[0]).toMatchObject({ status: 'fulfilled' });
  await expect(work(a.id, 'select 1 / 0')).rejects.toThrow();
  expect((await work(a.id, 'select 1')).rowCount).toBe(1);
  await tenancy.policies.set(a.id, 'tenancy.poolSharePercent', undefined, 'ann');
});

test('[I32] no more transactions in a second than granted; the refusal says when to come again', async () => {
  await tenancy.policies.set(a.id, 'tenancy.transactionsPerSecond', 2, 'ann');
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => work(a.id, 'select 1')));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(outcomes[3]).toMatchObject({
    reason: {
      code: 'PLINTH_TENANCY_LIMIT_REACHED',
      httpStatus: 429,
      details: { limit: 'transactionsPerSecond', value: 2, current: 2, retryAfterSeconds: 1 },
      message: expect.stringContaining('2 transactions began within a second'),
    },
  });
  expect((await work(b.id, 'select 1')).rowCount).toBe(1);
  await tenancy.policies.set(a.id, 'tenancy.transactionsPerSecond', undefined, 'ann');
  expect((await work(a.id, 'select 1')).rowCount).toBe(1);
});

test('[I33] a change by another process is taken up by the watch', async () => {
  await fixture.owner(
    'oltp',
    `insert into tenancy.tenant_policies (tenant_id, key, value, changed_by) values ('${a.id}', 'tenancy.statementTimeoutMs', '50', 'elsewhere')`,
  );
  tenancy.limitsWatch.start();
  try {
    for (let tries = 0; ; tries++) {
      const failure = await work(a.id, 'select pg_sleep(0.3)').then(
        () => undefined,
        (error) => error.code,
      );
      if (failure === 'PLINTH_TENANCY_LIMIT_REACHED') break;
      expect(tries).toBeLessThan(50);
    }
  } finally {
    await tenancy.limitsWatch.stop();
  }
});
