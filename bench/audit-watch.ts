import type { Connect } from '../src/foundation/connect/index.ts';
import { silentLog, systemClock } from '../src/kernel/index.ts';
import type { Classification } from '../src/trust/audit/index.ts';
import { openMetadata } from '../src/trust/audit/metadata/index.ts';
import { openEntryQueue } from '../src/trust/audit/operations/index.ts';
import { openReads } from '../src/trust/audit/reads/index.ts';
import type { Bench } from './bench.ts';
import { openScratch, race } from './tenancy/scratch.ts';

const rowCount = 10_000;

const bench: Bench = {
  name: 'audit-watch',
  claim: 'statements that read nothing restricted keep at least 0.97 of their rate while every statement is watched',
  async run() {
    await using scratch = await openScratch();
    const { id: tenantId } = await scratch.tenancy.create({ slug: 'tenant' });
    await scratch.prepare(
      'create schema bench',
      'grant usage on schema bench to plinth_app',
      'create table bench.people (tenant_id uuid not null, id int not null, body text not null, ssn text not null, primary key (tenant_id, id))',
      "select tenancy.protect('bench.people')",
      `insert into bench.people select '${tenantId}', g, repeat('x', 100), 'y' from generate_series(1, ${rowCount}) g`,
      'vacuum analyze bench.people',
    );
    const classification: Classification = {
      levelsOf: async (_, table) => (table === 'bench.people' ? { ssn: 'restricted' as const } : {}),
    };
    let written = 0;
    const deps = { connect: scratch.connect, clock: systemClock, log: silentLog, classification: () => classification };
    await using queue = openEntryQueue({
      ...deps,
      write: async (entries) => {
        written += entries.length;
      },
    });
    await using reads = openReads({ ...deps, queue, metadata: openMetadata(deps), record: async () => {} });
    const watched = await scratch.connectWith({ watch: reads.watch });
    let calls = 0;
    const select = (connect: Connect, column: string) => () =>
      connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.watch', isReadOnly: true }, async (tx) => {
        const text = `select ${column} from bench.people where tenant_id = $1 and id = $2`;
        await tx.query({ name: column, text, values: [tenantId, 1 + (calls++ % rowCount)] });
      });
    const contestants = {
      unwatched: select(scratch.connect, 'body'),
      watched: select(watched, 'body'),
      restricted: select(watched, 'ssn'),
    };
    const rates = await race(contestants, { clients: 8, turns: 9, turnMs: 1_000 });
    if (written === 0) throw new Error('nothing was noticed');
    return {
      columns: ['point select', 'per second'],
      rows: Object.entries(rates).map(([name, rate]) => [name, Math.round(rate)]),
      ratios: { 'watched / unwatched': rates.watched / rates.unwatched },
    };
  },
};
export default bench;
