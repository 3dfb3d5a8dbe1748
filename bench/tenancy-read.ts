import type { Connect } from '../src/foundation/connect/index.ts';
import { uuidv7 } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const clients = 8;
const rowsPerTenant = 10_000;

const bench: Bench = {
  name: 'tenancy-read',
  claim: 'a point select in a tenant’s context reaches at least 0.90 of the same transaction without row security',
  async run() {
    await using scratch = await openScratch();
    const { connect, tenancy } = scratch;
    const tenants = await Promise.all([1, 2, 3, 4].map((n) => tenancy.create({ slug: `tenant-${n}` })));
    const columns = 'tenant_id uuid not null, id int not null, body text not null, primary key (tenant_id, id)';
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      `create table bench.items (${columns})`,
      `create table bench.plain (${columns})`,
      "select tenancy.protect('bench.items')",
      'grant select on bench.plain to plinth_app',
      ...['items', 'plain'].map(
        (table) =>
          `insert into bench.${table} select t.id, g, repeat('x', 100) from tenancy.tenants t, generate_series(1, ${rowsPerTenant}) g where t.slug <> 'system'`,
      ),
      'vacuum analyze bench.items, bench.plain',
    );
    const [tenant] = tenants;
    const tenantId = tenant?.id ?? uuidv7();
    // The same login and as many connections: the owner's pool is smaller.
    const plain = await scratch.connectWith({ context: { prelude: () => '' } });
    let calls = 0;
    const select = (through: Connect, table: string) => () =>
      through.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.read', isReadOnly: true }, async (tx) => {
        const { rows } = await tx.query({
          name: `bench.${table}`,
          text: `select body from bench.${table} where tenant_id = $1 and id = $2`,
          values: [tenantId, 1 + (calls++ % rowsPerTenant)],
        });
        if (rows.length !== 1) throw new Error(`${rows.length} rows`);
      });
    const rates = await race(
      { 'no row security, no context': select(plain, 'plain'), 'tenant’s context': select(connect, 'items') },
      { clients, turns: 9, turnMs: 1_000 },
    );
    return {
      columns: ['transaction', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'context / none': rates['tenant’s context'] / rates['no row security, no context'] },
    };
  },
};
export default bench;
