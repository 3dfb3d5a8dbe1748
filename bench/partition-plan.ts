import type pg from 'pg';
import type { Bench } from './bench.ts';
import { median, openPartitionScratch } from './partition/scratch.ts';

const rounds = 200;

async function planMs(client: pg.Client, table: string): Promise<number> {
  const text = `explain (summary, format json) select count(*) from ${table} where id >= 5000 and id < 6000`;
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) taken.push((await client.query(text)).rows[0]['QUERY PLAN'][0]['Planning Time']);
  return median(taken);
}

const bench: Bench = {
  name: 'partition-plan',
  claim: 'planning with literal bounds takes at most 1.5 times as long for 1,000 partitions as for 12',
  async run() {
    await using scratch = await openPartitionScratch();
    const { client } = scratch;
    const rows: (string | number)[][] = [];
    for (const count of [12, 1_000]) {
      const table = `shop.cut_${count}`;
      await client.query(`create table ${table} (id bigint primary key) partition by range (id)`);
      const makeMs = await scratch.time(() =>
        client.query('select partition.manage($1::regclass, $2)', [
          table,
          JSON.stringify({ by: 'id', key: 'id', every: 1000, ahead: count - 1 }),
        ]),
      );
      rows.push([count, await planMs(client, table), makeMs]);
    }
    const [few, many] = rows.map((row) => Number(row[1]));
    return {
      columns: ['partitions', 'ms to plan, median', 'ms to make them'],
      rows,
      ratios: { '1,000 to 12': (many ?? 0) / (few ?? 1) },
    };
  },
};
export default bench;
