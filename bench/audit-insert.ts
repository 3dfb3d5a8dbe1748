import { auditPerRow, makeOrders } from './audit/tables.ts';
import type { Bench } from './bench.ts';
import { openScratch } from './tenancy/scratch.ts';

const rowsPerBatch = 1_000;
const batchesPerTurn = 10;
const turns = 10;

const bench: Bench = {
  name: 'audit-insert',
  claim: 'tracked inserts in batches reach at least 0.60 of untracked ones, and at least 3 times those with a trigger per row',
  async run() {
    await using scratch = await openScratch(['trust/audit']);
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    await makeOrders(scratch, 'untracked', 'tracked', 'per_row');
    await scratch.prepare(`select audit.track('bench.tracked', classified => '{"*": {"level": "internal"}}')`);
    await auditPerRow(scratch, 'per_row');
    const numbers = Array.from({ length: rowsPerBatch }, (_, n) => n);
    const columns = [
      numbers.map((n) => `Customer ${n}`),
      numbers.map((n) => ['new', 'paid', 'sent'][n % 3]),
      numbers.map((n) => (n * 1.37).toFixed(2)),
      numbers.map((n) => `A note of some length about order ${n}`),
    ];
    const insert = (table: string) =>
      scratch.connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.insert' }, (tx) =>
        tx.query({
          name: `insert_${table}`,
          text: `insert into bench.${table} (tenant_id, customer, status, amount, note)
                 select $1, * from unnest($2::text[], $3::text[], $4::numeric[], $5::text[])`,
          values: [tenantId, ...columns],
        }),
      );
    const tables = ['untracked', 'tracked', 'per_row'];
    const rates = new Map<string, number[]>(tables.map((table) => [table, []]));
    for (let turn = -1; turn < turns; turn++) {
      for (const table of turn % 2 === 0 ? tables : tables.toReversed()) {
        const started = performance.now();
        for (let batch = 0; batch < batchesPerTurn; batch++) await insert(table);
        // The first turn warms up.
        if (turn >= 0) rates.get(table)?.push((batchesPerTurn * rowsPerBatch * 1_000) / (performance.now() - started));
      }
    }
    const rate = (table: string) => rates.get(table)?.toSorted((a, b) => a - b)[turns / 2] ?? 0;
    return {
      columns: ['table', 'rows per second'],
      rows: tables.map((table) => [table, Math.round(rate(table))]),
      ratios: {
        'tracked / untracked': rate('tracked') / rate('untracked'),
        'tracked / trigger per row': rate('tracked') / rate('per_row'),
      },
    };
  },
};
export default bench;
