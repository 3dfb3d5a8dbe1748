import type { Bench } from './bench.ts';
import { connectTo, openRunner, openScratch, smallMigration, writeMigrations } from './migrate/scratch.ts';

const count = 5_000;

const bench: Bench = {
  name: 'migrate-apply',
  claim: `${count} small migrations take at most 2 × the time of their bare statements, each in its own transaction`,
  async run() {
    await using scratch = await openScratch();
    await using files = await writeMigrations(count);

    const client = await connectTo(await scratch.createDatabase());
    const bareStarted = performance.now();
    for (let n = 1; n <= count; n++) await client.query(`begin; ${smallMigration(n)} commit`);
    const bareMs = performance.now() - bareStarted;
    await client.end();

    await using runner = await openRunner(await scratch.createDatabase(), files.source);
    const ourStarted = performance.now();
    await runner.migrate.up();
    const ourMs = performance.now() - ourStarted;

    return {
      columns: ['what', 'seconds', 'ms each'],
      rows: [
        ['bare statements by pg', bareMs / 1000, bareMs / count],
        ['plinth migrate up', ourMs / 1000, ourMs / count],
      ],
      ratios: { 'plinth / bare': ourMs / bareMs },
    };
  },
};
export default bench;
