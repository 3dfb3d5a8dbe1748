import type { Bench } from './bench.ts';
import { benchRows, createMonths, createPlain, fill, median, openPartitionScratch } from './partition/scratch.ts';

const rounds = 9;

const bench: Bench = {
  name: 'partition-prune',
  claim: 'a report of one month takes at most 0.50 of the time it takes on the same table uncut and without an index on time',
  async run() {
    const count = benchRows(2_400_000);
    await using scratch = await openPartitionScratch();
    const { client, partition } = scratch;
    await createMonths(scratch, 'months');
    for (const name of ['plain', 'indexed']) await createPlain(scratch, name);
    for (const name of ['months', 'plain', 'indexed']) await fill(scratch, name, count);
    await client.query('create index on shop.indexed (created)');
    await client.query('vacuum analyze');
    const { column, from, to } = await partition.bounds('shop.months', new Date('2024-06-01T00:00:00Z'), new Date('2024-07-01T00:00:00Z'));
    const report = (name: string) =>
      `select amount, count(*), min(note) from shop.${name} where ${column} >= '${from}' and ${column} < '${to}' group by amount`;
    const times: Record<string, number> = {};
    for (const name of ['plain', 'indexed', 'months']) {
      const taken: number[] = [];
      for (let round = 0; round < rounds; round++) taken.push(await scratch.time(() => client.query(report(name))));
      times[name] = median(taken);
    }
    const bytes = async (sql: string) => Number((await client.query(`select ${sql} as bytes`)).rows[0].bytes);
    const active = await bytes("pg_indexes_size('shop.months_2024_12')");
    const whole = await bytes("pg_indexes_size('shop.plain')");
    const { months = 0, plain = 1, indexed = 1 } = times;
    return {
      columns: ['table', 'ms, median', 'index bytes that inserts touch'],
      rows: [
        ['uncut, no index on time', plain, whole],
        ['uncut, index on time', indexed, await bytes("pg_indexes_size('shop.indexed')")],
        ['months', months, active],
      ],
      ratios: { 'to uncut without an index': months / plain, 'to uncut with an index (no bar)': months / indexed },
    };
  },
};
export default bench;
