import type { Connect } from '../src/foundation/connect/index.ts';
import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const rowsPerTenant = 10_000;

const bench: Bench = {
  name: 'tenancy-seal',
  claim: 'a sealed context reaches at least 0.95 of a plain setting that the policy trusts, membership and state unchecked',
  async run() {
    await using scratch = await openScratch();
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    const columns = 'tenant_id uuid not null, id int not null, body text not null, primary key (tenant_id, id)';
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      `create table bench.sealed (${columns})`,
      `create table bench.trusting (${columns})`,
      "select tenancy.protect('bench.sealed')",
      'alter table bench.trusting enable row level security',
      `create policy trusting_select on bench.trusting for select to plinth_app
         using (tenant_id = (select nullif(current_setting('app.current_tenant_id', true), '')::uuid))`,
      'grant select on bench.trusting to plinth_app',
      ...['sealed', 'trusting'].map(
        (table) => `insert into bench.${table} select '${tenantId}', g, repeat('x', 100) from generate_series(1, ${rowsPerTenant}) g`,
      ),
      'vacuum analyze bench.sealed, bench.trusting',
    );
    const plain = await scratch.connectWith({
      context: { prelude: () => `select set_config('app.current_tenant_id', '${tenantId}', true)` },
    });
    let calls = 0;
    const select = (connect: Connect, table: string) => () =>
      connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.seal', isReadOnly: true }, async (tx) => {
        const values = [1 + (calls++ % rowsPerTenant), tenantId];
        const { rows } = await tx.query({ name: table, text: `select body from bench.${table} where id = $1 and tenant_id = $2`, values });
        if (rows.length !== 1) throw new Error(`${rows.length} rows`);
      });
    const contestants = { 'plain setting': select(plain, 'trusting'), seal: select(scratch.connect, 'sealed') };
    const rates = await race(contestants, { clients: 8, turns: 9, turnMs: 1_000 });
    return {
      columns: ['policy', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'seal / plain': rates.seal / rates['plain setting'] },
    };
  },
};
export default bench;
