/**
 * Works for a tenant in a process of its own, for a test that kills it. Argument as JSON: endpoints by tier, `dataDir`, the tenant. Writes its
 * usage after three statements, says so, and goes on with two that are never written.
 */
import { openTenancyAt } from '../../test/open-at.ts';

const { endpoints, dataDir, tenantId } = JSON.parse(process.argv[2] ?? '');
await using opened = await openTenancyAt((tier) => endpoints[tier], dataDir, { isReady: true });
const { tenancy } = opened;
const work = (statements: number) =>
  tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test.child' }, async (tx) => {
    for (let i = 0; i < statements; i++) await tx.query({ text: 'select 1' });
  });
await work(3);
await tenancy.usage.flush();
await work(2);
console.log('at work');
setInterval(() => {}, 1_000);
