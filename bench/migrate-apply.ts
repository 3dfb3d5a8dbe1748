import type { Bench } from './bench.ts';
import { msOf, openRunner, openScratch, runGraphile, runNodePg, writeMigrations, writePeerMigrations } from './migrate/scratch.ts';

const small = Number(process.env.PLINTH_BENCH_MIGRATIONS ?? 1_000);
const large = small * 5;

const bench: Bench = {
  name: 'migrate-apply',
  claim: `${small} files take at most 0.8 × graphile-migrate (a transaction each) and 1.2 × node-pg-migrate (one for all); ${large} at most 5.5 × as long`,
  async run() {
    await using scratch = await openScratch();
    await using peers = await writePeerMigrations(small);
    const ours = async (count: number) => {
      await using files = await writeMigrations(count);
      await using runner = await openRunner(await scratch.createDatabase(), files.source);
      return await msOf(() => runner.migrate.up());
    };
    // Once for nothing: the programs are loaded, and the server is warm.
    await ours(10);
    const nodePg = await scratch.createDatabase();
    const nodePgMs = await msOf(() => runNodePg(nodePg, peers.nodePg));
    const graphile = await scratch.createDatabase();
    const graphileMs = await msOf(() => runGraphile(graphile, peers.graphile));
    const ourMs = await ours(small);
    const largeMs = await ours(large);
    return {
      columns: ['what', 'files', 'seconds', 'ms each'],
      rows: [
        ['node-pg-migrate', small, nodePgMs / 1000, nodePgMs / small],
        ['graphile-migrate', small, graphileMs / 1000, graphileMs / small],
        ['plinth migrate up', small, ourMs / 1000, ourMs / small],
        ['plinth migrate up', large, largeMs / 1000, largeMs / large],
      ],
      ratios: {
        'plinth / graphile-migrate': ourMs / graphileMs,
        'plinth / node-pg-migrate': ourMs / nodePgMs,
        '5 × the files': largeMs / ourMs,
      },
    };
  },
};
export default bench;
