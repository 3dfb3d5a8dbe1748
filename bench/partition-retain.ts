import type { Bench } from './bench.ts';
import { benchRows, createMonths, createPlain, fill, openPartitionScratch } from './partition/scratch.ts';

const batch = 10_000;

const bench: Bench = {
  name: 'partition-retain',
  claim: 'one month of twelve leaves in at most 0.1 of the time and 0.05 of the WAL of a batched delete with vacuum',
  async run() {
    const count = benchRows(2_400_000);
    await using scratch = await openPartitionScratch();
    const { client, partition } = scratch;
    // Detached and dropped in the same round: no days of grace here. Eleven months and the current one are kept.
    await createMonths(scratch, 'months', { keep: 12, release: { unless: 'amount < 0' } });
    await createPlain(scratch, 'plain');
    for (const name of ['months', 'plain']) await fill(scratch, name, count);
    await client.query('create index on shop.plain (created)');
    await client.query('vacuum analyze');
    await client.query('checkpoint');

    let deleteMs = 0;
    const deleteWal = await scratch.wal(async () => {
      deleteMs = await scratch.time(async () => {
        const text = `delete from shop.plain where ctid = any (array(select ctid from shop.plain where created < '2024-02-01' limit ${batch}))`;
        while (((await client.query(text)).rowCount ?? 0) > 0);
        await client.query('vacuum shop.plain');
      });
    });
    await client.query('checkpoint');
    let retainMs = 0;
    const retainWal = await scratch.wal(async () => {
      retainMs = await scratch.time(() => partition.retain({ table: 'shop.months' }));
    });
    const left = (await client.query("select count(*)::int as n from shop.months where created < '2024-02-01'")).rows[0].n;
    if (left !== 0) throw new Error('the month is still there');
    return {
      columns: ['way', 'rows', 'ms', 'WAL bytes'],
      rows: [
        ['delete in batches, vacuum', count / 12, deleteMs, deleteWal],
        ['gates, detach concurrently, drop', count / 12, retainMs, retainWal],
      ],
      ratios: { time: retainMs / deleteMs, WAL: retainWal / deleteWal },
    };
  },
};
export default bench;
