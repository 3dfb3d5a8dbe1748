import type { Bench } from './bench.ts';
import { openPartitionScratch } from './partition/scratch.ts';

const sets = Number(process.env.BENCH_SETS ?? 100);

/** Reads each table again and again beside the work and gives the longest wait. */
async function longestRead(read: (n: number) => Promise<unknown>, signal: AbortSignal): Promise<number> {
  let longest = 0;
  for (let n = 0; !signal.aborted; n = (n + 1) % sets) {
    const started = performance.now();
    await read(n);
    longest = Math.max(longest, performance.now() - started);
  }
  return longest;
}

const bench: Bench = {
  name: 'partition-upkeep',
  claim:
    'three new months for each of 100 tables with an open reader: no client waits longer than 200 ms (pg_partman is measured in the lab)',
  async run() {
    await using scratch = await openPartitionScratch();
    const { client, partition } = scratch;
    for (let n = 0; n < sets; n++) {
      await client.query(
        `create table shop.t${n} (id uuid not null default uuidv7(), created timestamptz not null, primary key (id, created)) partition by range (created)`,
      );
      await client.query('select partition.manage($1::regclass, $2)', [
        `shop.t${n}`,
        JSON.stringify({ by: 'time', key: 'created', every: 'month', ahead: 1 }),
      ]);
    }
    await client.query('update partition.sets set ahead_count = 4, declaration = declaration || \'{"ahead": 4}\'');
    const holder = await scratch.connect();
    await holder.query('begin');
    for (let n = 0; n < sets; n++) await holder.query(`select from shop.t${n} limit 1`);
    const reader = await scratch.connect();
    const stop = new AbortController();
    const longest = longestRead((n) => reader.query(`insert into shop.t${n} (created) values (now())`), stop.signal);
    const upkeepMs = await scratch.time(() => partition.maintain());
    stop.abort();
    const longestMs = await longest;
    await holder.query('rollback');
    const made = (await client.query("select count(*)::int as n from partition.actions where action = 'attach'")).rows[0].n - sets * 2;
    if (made !== sets * 3) throw new Error(`${made} partitions instead of ${sets * 3}`);
    return {
      columns: ['partitions made', 'ms', 'ms each', 'longest insert beside it, ms'],
      rows: [[made, upkeepMs, upkeepMs / made, longestMs]],
      ratios: { 'longest wait to 200 ms': longestMs / 200 },
    };
  },
};
export default bench;
