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
const work = (tenantId: string, text: string) => tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test' }, (tx) => tx.query({ text }));

test('[I30] what can be set is what was declared, with its default', async () => {
  expect(await tenancy.settings.of(a.id)).toMatchObject([
    { key: 'shop.currency', value: 'EUR', isDefault: true, meaning: 'Of prices.' },
    { key: 'tenancy.concurrentTransactions', value: undefined, isDefault: true },
    { key: 'tenancy.statementTimeoutMs', value: undefined, isDefault: true },
  ]);
  await expect(tenancy.settings.set(a.id, 'shop.colour', 'red', 'ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_SETTING' });
  for (const [key, value] of [
    ['shop.currency', 'euro'],
    ['tenancy.statementTimeoutMs', '0'],
    ['tenancy.statementTimeoutMs', 'soon'],
    ['tenancy.concurrentTransactions', 1.5],
  ] as const)
    await expect(tenancy.settings.set(a.id, key, value, 'ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_SETTING' });
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
  await expect(work(a.id, 'delete from tenancy.tenant_configurations')).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
});

test('[I32] a statement that takes too long is ended, with the limit by name; others go on', async () => {
  await tenancy.settings.set(a.id, 'tenancy.statementTimeoutMs', '100', 'ann');
  await expect(work(a.id, 'select pg_sleep(5)')).rejects.toMatchObject({
    code: 'PLINTH_TENANCY_LIMIT_REACHED',
    details: { limit: 'statementTimeoutMs', most: 100, current: expect.any(Number) },
  });
  expect((await work(a.id, 'select 1')).rowCount).toBe(1);
  expect((await work(b.id, 'select pg_sleep(0.2)')).rowCount).toBe(1);
  await tenancy.settings.set(a.id, 'tenancy.statementTimeoutMs', undefined, 'ann');
  expect((await work(a.id, 'select pg_sleep(0.2)')).rowCount).toBe(1);
});

test('[I32] no more transactions at the same time than granted, whoever opens them', async () => {
  await tenancy.settings.set(a.id, 'tenancy.concurrentTransactions', 2, 'ann');
  const open = Array.from({ length: 3 }, () =>
    connect.transaction({ tier: 'oltp', as: { tenantId: a.id }, tag: 'test' }, (tx) => tx.query({ text: 'select pg_sleep(0.3)' })),
  );
  const outcomes = await Promise.allSettled(open);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(outcomes[2]).toMatchObject({
    reason: { code: 'PLINTH_TENANCY_LIMIT_REACHED', httpStatus: 429, details: { most: 2, current: 2 } },
  });
  // Counted out again, whatever became of them.
  await expect(work(a.id, 'select 1 / 0')).rejects.toThrow();
  expect((await work(a.id, 'select 1')).rowCount).toBe(1);
  await tenancy.settings.set(a.id, 'tenancy.concurrentTransactions', undefined, 'ann');
});

test('[I33] a change by another process is taken up by the watch', async () => {
  await fixture.owner(
    'oltp',
    `insert into tenancy.tenant_configurations (tenant_id, key, value, changed_by) values ('${a.id}', 'tenancy.statementTimeoutMs', '50', 'elsewhere')`,
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
