import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const tenantCount = 50;
const rowsPerTenant = 100_000;

const bench: Bench = {
  name: 'tenancy-scan',
  claim: 'an aggregate over one tenant’s 100,000 of 5,000,000 rows reaches at least 0.97 of a hand-written where clause',
  async run() {
    await using scratch = await openScratch();
    const { connect, tenancy } = scratch;
    for (let n = 0; n < tenantCount; n++) await tenancy.create({ slug: `tenant-${n}` });
    const { id: tenantId } = await tenancy.find('tenant-7');
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      'create table bench.facts (tenant_id uuid not null, id int not null, amount int not null)',
      `insert into bench.facts select t.id, g, g % 1000 from tenancy.tenants t, generate_series(1, ${rowsPerTenant}) g where t.slug <> 'system'`,
      'alter table bench.facts add primary key (tenant_id, id)',
      "select tenancy.protect('bench.facts')",
      'vacuum analyze bench.facts',
    );
    const request = { tier: 'oltp', tag: 'bench.scan', isReadOnly: true } as const;
    const sum = (as: 'owner' | { tenantId: string }, where: string) => () =>
      connect.transaction({ ...request, as }, async (tx) => {
        const { rows } = await tx.query({
          name: where,
          text: `select sum(amount) as total, count(*) as n from bench.facts ${where}`,
          ...(where && { values: [tenantId] }),
        });
        if (rows[0].n !== rowsPerTenant) throw new Error(`${rows[0].n} rows`);
      });
    const rates = await race(
      { 'where tenant_id = $1, no row security': sum('owner', 'where tenant_id = $1'), 'policy alone': sum({ tenantId }, '') },
      { clients: 1, turns: 9, turnMs: 1_500 },
    );
    return {
      columns: ['aggregate', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, rate]),
      ratios: { 'policy / where': rates['policy alone'] / rates['where tenant_id = $1, no row security'] },
    };
  },
};
export default bench;
