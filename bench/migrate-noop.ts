import type { Bench } from './bench.ts';
import { msOf, openRunner, openScratch, runGraphile, runNodePg, writeMigrations, writePeerMigrations } from './migrate/scratch.ts';

const small = Number(process.env.PLINTH_BENCH_MIGRATIONS ?? 1_000);
const large = small * 5;
const rounds = 7;

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await msOf(work));
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

const bench: Bench = {
  name: 'migrate-noop',
  claim: `finding nothing to do in ${small} applied files takes at most 0.5 × the faster of node-pg-migrate and graphile-migrate`,
  async run() {
    await using scratch = await openScratch();
    await using peers = await writePeerMigrations(small);
    const graphile = await scratch.createDatabase();
    const nodePg = await scratch.createDatabase();
    await runGraphile(graphile, peers.graphile);
    await runNodePg(nodePg, peers.nodePg);
    const graphileMs = await median(() => runGraphile(graphile, peers.graphile));
    const nodePgMs = await median(() => runNodePg(nodePg, peers.nodePg));
    const ours = async (count: number) => {
      await using files = await writeMigrations(count);
      const database = await scratch.createDatabase();
      {
        await using first = await openRunner(database, files.source);
        await first.migrate.up();
      }
      // The peers connect each time, and so do we.
      return await median(async () => {
        await using runner = await openRunner(database, files.source);
        const { applied } = await runner.migrate.up();
        if (applied.length > 0) throw new Error('there was something to do');
      });
    };
    const ourMs = await ours(small);
    const largeMs = await ours(large);
    return {
      columns: ['what', 'files', 'ms, median'],
      rows: [
        ['node-pg-migrate', small, nodePgMs],
        ['graphile-migrate', small, graphileMs],
        ['plinth migrate up', small, ourMs],
        ['plinth migrate up', large, largeMs],
      ],
      ratios: { 'plinth / the faster peer': ourMs / Math.min(nodePgMs, graphileMs) },
    };
  },
};
export default bench;
