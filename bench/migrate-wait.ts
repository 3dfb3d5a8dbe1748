import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../src/foundation/cluster/index.ts';
import type { MigrationSource } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { connectTo, msOf, openRunner, openScratch, writeMigrations } from './migrate/scratch.ts';

const rows = Number(process.env.PLINTH_BENCH_ROWS ?? 5_000_000);
const waiters = 16;
const rounds = 3;
const build = 'create index concurrently facts_value_idx on public.facts (value);';

const bench: Bench = {
  name: 'migrate-wait',
  claim: `${waiters} runners that wait make a concurrent index build on ${rows} rows at most 1.15 × as long, and none of them deadlocks with it`,
  async run() {
    await using scratch = await openScratch();
    const endpoint = await scratch.createDatabase();
    const client = await connectTo(endpoint);
    try {
      await client.query('create table public.facts (id bigint not null, value bigint not null, constraint facts_id_pk primary key (id))');
      await client.query(`insert into public.facts select n, (n * 2654435761) % 4294967296 from generate_series(1, ${rows}::bigint) n`);
      await client.query('vacuum analyze public.facts');
      await using files = await writeMigrations(0);
      // The ledger comes before: it is not what is measured.
      await files.write(1);
      {
        await using first = await openRunner(endpoint, files.source);
        await first.migrate.up();
      }
      await files.write(2, `--! tx: none\n${build}\n`);

      const alone: number[] = [];
      const watched: number[] = [];
      for (let round = 0; round < rounds; round++) {
        // In turn, so that both meet the same caches.
        for (const [times, count] of [
          [alone, 0],
          [watched, waiters],
        ] as const) {
          times.push(await buildMs(endpoint, files.source, count));
          const { rows: found } = await client.query(
            "select indisvalid from pg_index where indexrelid = to_regclass('public.facts_value_idx')",
          );
          if (found[0]?.indisvalid !== true) throw new Error('the index is not there or not valid');
          await client.query(
            "drop index public.facts_value_idx; delete from migrate.steps; delete from migrate.migrations where source = 'bench' and name like '0002%'",
          );
        }
      }
      const best = (times: readonly number[]) => Math.min(...times);
      return {
        columns: ['concurrent build', 'runners waiting', 'seconds'],
        rows: [
          ['alone', 0, best(alone) / 1000],
          ['with others that wait for the lock', waiters, best(watched) / 1000],
        ],
        ratios: { 'watched / alone': best(watched) / best(alone) },
      };
    } finally {
      await client.end();
    }
  },
};
export default bench;

/** From the moment the build is under way with everybody waiting, as far as that can be had, to its end. */
async function buildMs(endpoint: Endpoint, source: MigrationSource, count: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const builder = stack.use(await openRunner(endpoint, source));
  const others = await Promise.all(Array.from({ length: count }, async () => stack.use(await openRunner(endpoint, source))));
  const { promise: isHeld, resolve } = Promise.withResolvers<void>();
  let isBuilt = false;
  const building = msOf(() => builder.migrate.up({ onProgress: (line) => /step 1/.test(line) && resolve() })).finally(() => {
    isBuilt = true;
  });
  await Promise.race([isHeld, building]);
  let waiting = 0;
  const waited = others.map(({ migrate }) => migrate.up({ onProgress: (line) => void (/waiting for/.test(line) && waiting++) }));
  while (!isBuilt && waiting < count) await delay(10);
  if (waiting < count) throw new Error(`the build was over before all waited (${waiting} of ${count}); give it more rows`);
  const took = await building;
  const applied = (await Promise.all(waited)).flatMap((report) => report.applied);
  if (applied.length > 0) throw new Error('somebody else applied something');
  return took;
}
