import type { Endpoint } from '../src/foundation/cluster/index.ts';
import type { Bench } from './bench.ts';
import { msOf, openRunner, openScratch, runNodePg, type Scratch, writeMigrations, writePeerMigrations } from './migrate/scratch.ts';

const tenants = Number(process.env.PLINTH_BENCH_TENANTS ?? 300);
const atOnce = Number(process.env.PLINTH_BENCH_AT_ONCE ?? 8);
// What each database has already, and what a release brings.
const before = 20;
const release = 5;

const bench: Bench = {
  name: 'migrate-tenants',
  claim: `a release of ${release} files reaches ${tenants} databases of tenants at at least 3 × the rate of node-pg-migrate in a loop`,
  async run() {
    await using scratch = await openScratch();

    await using peers = await writePeerMigrations(before);
    const peerTemplate = await scratch.createDatabase();
    await runNodePg(peerTemplate, peers.nodePg);
    const peerDatabases = await copies(scratch, peerTemplate);
    await using released = await writePeerMigrations(before + release);
    const peerMs = await msOf(async () => {
      for (const endpoint of peerDatabases) await runNodePg(endpoint, released.nodePg);
    });

    await using files = await writeMigrations(before);
    const shared = await scratch.createDatabase();
    {
      await using runner = await openRunner(shared, files.source);
      await runner.migrate.up();
    }
    const placed = (await copies(scratch, shared)).map((endpoint, n) => ({ id: `tenant-${n}`, endpoint }));
    for (let n = 1; n <= release; n++) await files.write(before + n);
    await using runner = await openRunner(shared, files.source, placed);
    await runner.migrate.up();
    const up = async () => {
      const { migrated, unchanged, failed } = await runner.migrate.tenants.up({ atOnce });
      if (failed.length > 0) throw new Error(`${failed[0]?.tenant} failed: ${failed[0]?.error}`);
      return { migrated: migrated.length, unchanged };
    };
    const ourMs = await msOf(async () => {
      if ((await up()).migrated !== tenants) throw new Error('not all were migrated');
    });
    const nothingMs = await msOf(async () => {
      if ((await up()).unchanged !== tenants) throw new Error('something was left to do');
    });
    return {
      columns: ['what', 'databases', 'seconds', 'databases/s'],
      rows: [
        ['node-pg-migrate in a loop', tenants, peerMs / 1000, (tenants * 1000) / peerMs],
        [`plinth migrate up --tenants, ${atOnce} at once`, tenants, ourMs / 1000, (tenants * 1000) / ourMs],
        ['the same again: nothing to do', tenants, nothingMs / 1000, (tenants * 1000) / nothingMs],
      ],
      ratios: { 'rate, plinth / node-pg-migrate': peerMs / ourMs },
    };
  },
};
export default bench;

/** The template must be left alone; a copy takes as long as all else here. */
async function copies(scratch: Scratch, template: Endpoint): Promise<readonly Endpoint[]> {
  const made: Endpoint[] = [];
  for (let n = 0; n < tenants; n++) made.push(await scratch.createDatabase(template));
  return made;
}
