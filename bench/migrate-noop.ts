import type { Bench } from './bench.ts';
import { openRunner, openScratch, writeMigrations } from './migrate/scratch.ts';

const counts = [1_000, 5_000];
const rounds = 7;

const bench: Bench = {
  name: 'migrate-noop',
  claim: 'finding nothing to do takes at most 100 ms with 5,000 applied migrations',
  async run() {
    await using scratch = await openScratch();
    const rows: (string | number)[][] = [];
    let ratio = 0;
    for (const count of counts) {
      await using files = await writeMigrations(count);
      await using runner = await openRunner(await scratch.createDatabase(), files.source);
      await runner.migrate.up();
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        const { applied } = await runner.migrate.up();
        times.push(performance.now() - started);
        if (applied.length > 0) throw new Error('there was something to do');
      }
      times.sort((a, b) => a - b);
      const median = times[Math.floor(rounds / 2)] ?? 0;
      rows.push([count, median, times.at(-1) ?? 0]);
      ratio = median / 100;
    }
    return { columns: ['migrations', 'ms, median', 'ms, slowest'], rows, ratios: { 'at 5,000 / 100 ms': ratio } };
  },
};
export default bench;
