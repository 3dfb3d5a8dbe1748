import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../src/foundation/cluster/index.ts';
import type { MigrationSource } from '../src/kernel/index.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';
import { connectTo, openRunner, openScratch } from './migrate/scratch.ts';

const rows = Number(process.env.PLINTH_BENCH_EXPAND_ROWS ?? 2_000_000);
const group = 'invoices_retype_amount_as_amount_cents';
const base = `create schema oltp;
create table oltp.invoices (id bigint constraint invoices_pk primary key, customer text not null, amount integer not null);
create index invoices_amount_idx on oltp.invoices (amount);
`;
const fill = `insert into oltp.invoices select n, 'customer ' || n, n % 1000 from generate_series(1, ${rows}) n; analyze oltp.invoices`;

interface Client {
  readonly errors: string[];
  longestMs: number;
  stop(): Promise<void>;
}

/** A program that writes and reads `column` of rows all over the table, and of new ones. */
async function startClient(endpoint: Endpoint, column: string, firstId: number): Promise<Client> {
  const connection = await connectTo(endpoint);
  let isStopped = false;
  const client: Client = { errors: [], longestMs: 0, stop: async () => {} };
  const work = async () => {
    for (let n = 0; !isStopped; n++) {
      const id = ((n * 7919) % rows) + 1;
      const text =
        n % 3 === 0
          ? `insert into oltp.invoices (id, customer, ${column}) values (${firstId + n}, 'new', ${n % 1000})`
          : n % 3 === 1
            ? `update oltp.invoices set ${column} = ${n % 1000} where id = ${id}`
            : `select ${column} from oltp.invoices where id = ${id}`;
      const started = performance.now();
      await connection.query(text).catch((error: Error) => client.errors.push(error.message));
      client.longestMs = Math.max(client.longestMs, performance.now() - started);
    }
  };
  const working = work();
  client.stop = async () => {
    isStopped = true;
    await working;
    await connection.end();
  };
  return client;
}

async function productSource(): Promise<{ readonly source: MigrationSource } & AsyncDisposable> {
  const dir = await serverFolder('plinth-bench-product-');
  const folder = join(dir, 'migrations/oltp/20260101000000_base');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'up.sql'), base);
  return {
    source: { name: 'bench', dir, layout: 'product', tiers: ['oltp'] },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

const bench: Bench = {
  name: 'migrate-expand',
  claim: 'a retype beside old and new programs: no error, the longest stall at most 0.1 of ALTER TABLE’s and at most 500 ms',
  async run() {
    await using scratch = await openScratch();
    const plain = await scratch.createDatabase();
    const setUp = await connectTo(plain);
    await setUp.query(base + fill);
    const stalled = await startClient(plain, 'amount', 1e9);
    const alterStarted = performance.now();
    await setUp.query('alter table oltp.invoices alter column amount type bigint');
    const alterMs = performance.now() - alterStarted;
    await stalled.stop();
    await setUp.end();

    await using files = await productSource();
    const database = await scratch.createDatabase();
    await using runner = await openRunner(database, files.source);
    await runner.migrate.up();
    const writer = await connectTo(database);
    await writer.query(fill);
    await writer.end();
    const old = await startClient(database, 'amount', 1e9);
    const started = performance.now();
    const request = { template: 'retype-column', target: 'oltp.invoices', columns: ['amount:bigint'], flags: { into: 'amount_cents' } };
    await runner.migrate.templates.create(request);
    await runner.migrate.up();
    const fresh = await startClient(database, 'amount_cents', 2e9);
    await runner.migrate.groups.switch(group, { to: 'all' });
    const takenMs = performance.now() - started;
    await fresh.stop();
    await old.stop();
    const errors = [...old.errors, ...fresh.errors];
    const longestMs = Math.max(old.longestMs, fresh.longestMs);
    return {
      columns: ['way', 'rows', 'taken, s', 'longest stall, ms', 'errors'],
      rows: [
        ['ALTER TABLE', rows, alterMs / 1000, stalled.longestMs, stalled.errors.length],
        ['retype-column', rows, takenMs / 1000, longestMs, errors.length],
      ],
      ratios: { 'stall / ALTER': longestMs / stalled.longestMs, 'stall / 500 ms': longestMs / 500, errors: errors.length },
    };
  },
};
export default bench;
