import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Bench } from './bench.ts';
import { benchRows, createMonths, createPlain, median, openPartitionScratch } from './partition/scratch.ts';

const rounds = 3;
const yearMs = 366 * 86_400_000;

function* lines(count: number): Generator<string> {
  const start = Date.UTC(2024, 0);
  for (let n = 0; n < count; n += 1_000) {
    let text = '';
    for (let i = n; i < Math.min(n + 1_000, count); i++) {
      // Every month in turn: the worst case for whoever keeps one partition at hand.
      const at = new Date(start + ((i * 7_919) % count) * (yearMs / count));
      text += `${at.toISOString()}\t${i % 1000}\tnote ${i}\n`;
    }
    yield text;
  }
}

const bench: Bench = {
  name: 'partition-insert',
  claim: 'COPY into twelve months reaches at least 0.80 of the speed into one table',
  async run() {
    const count = benchRows(1_000_000);
    await using scratch = await openPartitionScratch();
    const { client } = scratch;
    await createMonths(scratch, 'months');
    await createPlain(scratch, 'plain');
    const texts = [...lines(count)];
    const taken: Record<'plain' | 'months', number[]> = { plain: [], months: [] };
    for (let round = 0; round < rounds; round++) {
      for (const name of ['plain', 'months'] as const) {
        await client.query(`truncate shop.${name}`);
        await client.query('checkpoint');
        const copy = () => pipeline(Readable.from(texts), client.query(copyFrom(`copy shop.${name} (created, amount, note) from stdin`)));
        taken[name].push(await scratch.time(copy));
      }
    }
    const rate = (name: 'plain' | 'months') => count / (median(taken[name]) / 1000);
    return {
      columns: ['table', 'rows', 'rows/s, median'],
      rows: [
        ['one', count, rate('plain')],
        ['twelve months', count, rate('months')],
      ],
      ratios: { 'months to one': rate('months') / rate('plain') },
    };
  },
};
export default bench;
