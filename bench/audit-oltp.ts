import { auditPerRow, makeOrders } from './audit/tables.ts';
import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const orders = 10_000;

const bench: Bench = {
  name: 'audit-oltp',
  claim: 'transactions of a tenant that update one row by its key reach at least 0.80 of untracked ones',
  async run() {
    await using scratch = await openScratch(['trust/audit']);
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    await makeOrders(scratch, 'untracked', 'tracked', 'per_row');
    for (const table of ['untracked', 'tracked', 'per_row']) {
      await scratch.prepare(
        `insert into bench.${table} (tenant_id, id, customer, status, amount, note)
           select '${tenantId}', lpad(to_hex(n), 32, '0')::uuid, 'Customer ' || n, 'new', n, 'A note of some length about order ' || n
           from generate_series(1, ${orders}) n`,
        `vacuum analyze bench.${table}`,
      );
    }
    await scratch.prepare(`select audit.track('bench.tracked', classified => '{"*": {"level": "internal"}}')`);
    await auditPerRow(scratch, 'per_row');
    let calls = 0;
    const update = (table: string) => () =>
      scratch.connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.oltp' }, async (tx) => {
        const id = (1 + (calls++ % orders)).toString(16).padStart(32, '0');
        const text = `update bench.${table} set status = $1 where tenant_id = $2 and id = $3`;
        const { rowCount } = await tx.query({ name: `update_${table}`, text, values: [`state ${calls}`, tenantId, id] });
        if (rowCount !== 1) throw new Error(`${rowCount} rows`);
      });
    const contestants = { untracked: update('untracked'), tracked: update('tracked'), 'trigger per row': update('per_row') };
    const rates = await race(contestants, { clients: 8, turns: 9, turnMs: 1_000 });
    return {
      columns: ['table', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: {
        'tracked / untracked': rates.tracked / rates.untracked,
        'tracked / trigger per row': rates.tracked / rates['trigger per row'],
      },
    };
  },
};
export default bench;
