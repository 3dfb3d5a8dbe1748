import { rm } from 'node:fs/promises';
import type { Connect } from 'plinth/connect';
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Privacy } from 'plinth/privacy';
import { samplePercent, sampleStatement } from '../src/trust/privacy/model/sample.ts';
import { readTables } from '../src/trust/privacy/scan/read-tables.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench, BenchResult } from './bench.ts';

const tables = Number(process.env.PLINTH_BENCH_TABLES ?? 1_000);
const rowsPerTable = 1_000;
const barSeconds = (60 * tables) / 1_000;

// Twenty columns of what tables have: identifiers, amounts, texts, moments, and personal data under names that say so and that do not.
const columns = [
  'n::bigint as id',
  'md5(n::text || t) as digest',
  "'person' || n || '@example.org' as email",
  "(array['Emma','Liam','Olga','Sven','Priya','Carlos','Zoe','Marta'])[n % 8 + 1] as first_name",
  "(array['Nowak','Garcia','Smith','Weber','Rossi','Khan','Olsen','Tanaka'])[n % 8 + 1] as last_name",
  "'+1 202 555 ' || lpad((n % 10000)::text, 4, '0') as field_a",
  "'+49 30 23125 ' || lpad((n % 1000)::text, 3, '0') as phone",
  "n || ' Maple Street' as field_b",
  "'192.0.2.' || n % 250 as field_c",
  '(4000000000000000 + n * 7919)::text as order_number',
  '(1700000000 + n * 61)::bigint as seen_seconds',
  "'INV-2024-' || n as invoice_number",
  "repeat('the parcel of order ' || n || ' was left next door ', 3) as note",
  "jsonb_build_object('plan', 'a', 'size', n, 'contact', 'other' || n || '@example.net') as extra",
  "date '1960-01-01' + n * 7 as field_d",
  "(array['open','closed','late'])[n % 3 + 1] as status",
  '(n % 1000) / 10.0 as price',
  "array['vip', 'tag' || n] as tags",
  "'1.' || n % 20 || '.' || n % 7 || '.0' as release",
  'n % 2 = 0 as is_active',
].join(', ');

/** A scan of the whole platform, and for comparison the same samples read and thrown away. */
async function run(): Promise<BenchResult> {
  const folder = await serverFolder('plinth-bench-privacy-');
  try {
    const configuration = configure(definePlatform({ name: 'bench', options: { cluster: { port: 0 } } }), { folder });
    await using platform = await openPlatform(configuration, { level: 'migrated' });
    const connect = platform.use<Connect>('connect');
    {
      await using session = await connect.session({ tier: 'oltp', tag: 'bench.prepare' });
      await session.query({ text: 'create schema bench' });
      for (let t = 0; t < tables; t++) {
        await session.query({
          text: `create table bench.t${t} as select ${columns} from generate_series(1, ${rowsPerTable}) n, (values (${t})) v (t)`,
        });
      }
      await session.query({ text: 'analyze' });
    }
    const known = (await readTables(connect)).filter(({ place }) => place.schema === 'bench');
    const bareStarted = performance.now();
    for (const table of known) {
      const sampled = table.columns.filter(({ isSampled }) => isSampled);
      const text = sampleStatement(table, sampled, rowsPerTable, samplePercent(table, rowsPerTable));
      await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'bench.bare', isReadOnly: true }, (tx) => tx.query({ text }));
    }
    const bare = (performance.now() - bareStarted) / 1_000;
    const cpu = process.cpuUsage();
    const started = performance.now();
    const { findings, rowCount } = await platform.use<Privacy>('privacy').scan({ only: { schema: 'bench' } });
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      columns: ['what', 'tables', 'rows', 'findings', 'seconds', 'CPU s of this process'],
      rows: [
        ['samples read and thrown away', tables, rowsPerTable * tables, 0, round(bare), ''],
        ['scan', tables, rowCount, findings.length, round(seconds), round((user + system) / 1_000_000)],
      ],
      ratios: { [`seconds of ${barSeconds} allowed`]: seconds / barSeconds, 'scan / reading alone': seconds / bare },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const round = (value: number) => Math.round(value * 100) / 100;

const bench: Bench = {
  name: 'privacy-scan',
  claim: 'a scan of 1,000 tables of 20 columns takes at most 60 s with 1,000 rows sampled of each, one statement per table',
  run,
};
export default bench;
