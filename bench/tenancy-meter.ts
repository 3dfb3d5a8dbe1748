import type { Connect, SessionContext } from '../src/foundation/connect/index.ts';
import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const tenantCount = 50;
const rowCount = 10_000;

const bench: Bench = {
  name: 'tenancy-meter',
  claim: 'point selects of 50 tenants keep at least 0.98 of their rate while every statement is counted for its tenant and written',
  async run() {
    await using scratch = await openScratch();
    const { tenancy } = scratch;
    const tenants: string[] = [];
    for (let n = 0; n < tenantCount; n++) tenants.push((await tenancy.create({ slug: `tenant-${n}` })).id);
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      'create table bench.items (tenant_id uuid not null, id int not null, body text not null, primary key (tenant_id, id))',
      "select tenancy.protect('bench.items')",
      `insert into bench.items select t.id, g, repeat('x', 100) from tenancy.tenants t, generate_series(1, ${rowCount / tenantCount}) g`,
      'vacuum analyze bench.items',
    );
    // The same context, sealed by the same keys; nobody sees what is run.
    const context: SessionContext = {
      prelude: (...args) => tenancy.sessionContext.prelude(...args),
      explain: (error, subject) => tenancy.sessionContext.explain?.(error, subject),
    };
    const unmetered = await scratch.connectWith({ context });
    let calls = 0;
    const select = (connect: Connect) => () =>
      connect.transaction(
        { tier: 'oltp', as: { tenantId: tenants[calls++ % tenantCount] as string }, tag: 'bench.meter', isReadOnly: true },
        async (tx) => {
          const values = [1 + (calls % (rowCount / tenantCount))];
          const { rows } = await tx.query({ name: 'bench.items', text: 'select body from bench.items where id = $1', values });
          if (rows.length !== 1) throw new Error(`${rows.length} rows`);
        },
      );
    tenancy.usageWriting.start();
    const rates = await race({ uncounted: select(unmetered), counted: select(scratch.connect) }, { clients: 8, turns: 9, turnMs: 1_000 });
    await tenancy.usageWriting.stop();
    await tenancy.usage.flush();
    const counted = (await tenancy.usage.totals(2)).reduce((sum, { queries }) => sum + queries, 0);
    if (counted === 0) throw new Error('nothing was counted');
    return {
      columns: ['point select', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'counted / uncounted': rates.counted / rates.uncounted },
    };
  },
};
export default bench;
