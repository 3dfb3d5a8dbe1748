import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger, migrate as runGraphileMigrate } from 'graphile-migrate';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { type ClusterOptions, clusterOptions, type Endpoint, openCluster, type PlacedTenant } from '../../src/foundation/cluster/index.ts';
import { connectOptions, openConnect } from '../../src/foundation/connect/index.ts';
import { type Migrate, migrateOptions, openMigrate } from '../../src/foundation/migrate/index.ts';
import { createEventBus, type MigrationSource, quoteIdentifier, silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { urlOf } from '../../tests/support/server.ts';
import { serverFolder } from '../../tests/support/server-folder.ts';

export interface Scratch extends AsyncDisposable {
  /** An empty database, or a copy of one that nobody is connected to. */
  createDatabase(template?: Endpoint): Promise<Endpoint>;
}

/** Databases on a server of our own with its default settings: every commit waits for the disk. */
export async function openScratch(): Promise<Scratch> {
  await using stack = new AsyncDisposableStack();
  const admin = { ...(await startCluster(stack)).endpoint('oltp'), database: 'postgres' };
  const client = await connectTo(admin);
  stack.defer(() => client.end());
  const held = stack.move();
  return {
    async createDatabase(template) {
      const database = `plinth_bench_${randomUUID().slice(0, 8)}`;
      await client.query(
        `create database ${quoteIdentifier(database)}${template ? ` template ${quoteIdentifier(template.database)}` : ''}`,
      );
      held.defer(async () => void (await client.query(`drop database ${quoteIdentifier(database)} with (force)`)));
      return { ...admin, database };
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function startCluster(stack: AsyncDisposableStack) {
  const dataDir = await serverFolder('plinth-bench-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const options: ClusterOptions = withDefaults(clusterOptions, { engine: 'embedded', port: 0 });
  return stack.use(await openCluster({ clock: systemClock, log: silentLog, dataDir }, options));
}

export async function connectTo({ host, port, user, password, database }: Endpoint): Promise<pg.Client> {
  const client = new pg.Client({ host, port, user, password: password ?? '', database });
  await client.connect();
  return client;
}

/** The SQL of the n-th small migration: a table with its key and comment. */
export function smallMigration(n: number): string {
  return `create table public.items_${n} (id uuid not null, name text not null, constraint items_${n}_id_pk primary key (id));
comment on table public.items_${n} is 'The ${n}th table of this bench.';
`;
}

/** A folder with that many small migrations; removed when disposed of. */
export async function writeMigrations(
  count: number,
): Promise<{ readonly source: MigrationSource; write(n: number, text?: string): Promise<void> } & AsyncDisposable> {
  const dir = await serverFolder('plinth-bench-files-');
  await mkdir(join(dir, 'migrations'));
  const write = (n: number, text = smallMigration(n)) =>
    writeFile(join(dir, 'migrations', `${String(n).padStart(4, '0')}_create_items.sql`), text);
  for (let n = 1; n <= count; n++) await write(n);
  return {
    write,
    source: { name: 'bench', dir, layout: 'capability', tiers: ['oltp'] },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The same migrations in the folders of the peers. */
export async function writePeerMigrations(
  count: number,
): Promise<{ readonly graphile: string; readonly nodePg: string } & AsyncDisposable> {
  const dir = await serverFolder('plinth-bench-peers-');
  const graphile = join(dir, 'graphile');
  const nodePg = join(dir, 'node-pg-migrate');
  await mkdir(join(graphile, 'committed'), { recursive: true });
  await mkdir(nodePg);
  let previous: string | undefined;
  for (let n = 1; n <= count; n++) {
    const body = smallMigration(n);
    const hash = `sha1:${createHash('sha1')
      .update(`${`${previous ?? ''}\n${body.trim()}`.trim()}\n`)
      .digest('hex')}`;
    const number = String(n).padStart(6, '0');
    await writeFile(join(graphile, 'committed', `${number}.sql`), `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n${body}`);
    await writeFile(join(nodePg, `1${number}_create_items.sql`), `-- Up Migration\n${body}`);
    previous = hash;
  }
  return { graphile, nodePg, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

/** Runs graphile-migrate: a transaction for each file. */
export async function runGraphile(endpoint: Endpoint, migrationsFolder: string): Promise<void> {
  const connectionString = urlOf(endpoint);
  // It asks for a database to reset from, which migrating never does.
  await runGraphileMigrate({
    connectionString,
    rootConnectionString: urlOf({ ...endpoint, database: 'postgres' }),
    migrationsFolder,
    logger: silent,
  });
}
const silent = new Logger(() => () => {});

/** Runs node-pg-migrate: one transaction for all files. */
export async function runNodePg(endpoint: Endpoint, dir: string): Promise<void> {
  await runner({ databaseUrl: urlOf(endpoint), dir, direction: 'up', migrationsTable: 'pgmigrations', log: () => {} });
}

/** Milliseconds of `work`. */
export async function msOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A runner for one database, and for those of placed tenants. */
export async function openRunner(
  endpoint: Endpoint,
  source: MigrationSource,
  placed: readonly PlacedTenant[] = [],
): Promise<{ readonly migrate: Migrate } & AsyncDisposable> {
  const deps = { clock: systemClock, log: silentLog };
  const connect = await openConnect({ ...deps, events: createEventBus(), endpoint: () => endpoint }, withDefaults(connectOptions));
  const tenantDirectory = () => ({ placed: async () => placed });
  const migrate = openMigrate(
    { ...deps, connect, sources: [source], tenantDirectory },
    { ...withDefaults(migrateOptions), lockDeadlineMs: 60_000 },
  );
  return { migrate, [Symbol.asyncDispose]: () => connect[Symbol.asyncDispose]() };
}
