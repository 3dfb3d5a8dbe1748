import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serverFolder } from '../../../../tests/support/server-folder.ts';
import { empty, endpointOf } from '../../../../tests/support/template.ts';
import {
  type Clock,
  createEventBus,
  type MigrationSource,
  silentLog,
  systemClock,
  type Tier,
  tiers,
  withDefaults,
} from '../../../kernel/index.ts';
import { clusterOptions, type Endpoint, openThrowaway, type Server, type TenantDirectory, withClient } from '../../cluster/index.ts';
import { type Connect, connectOptions, openConnect } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { type Migrate, type MigrateOptions, migrateOptions, openMigrate } from '../index.ts';
import { openContext } from '../open-context.ts';

export { connectTo } from '../../../../tests/support/connect-to.ts';

/** Files of one source in a folder of their own. */
export interface TestSource extends AsyncDisposable {
  readonly source: MigrationSource;
  /** Writes a file below the source's folder; makes folders on the way. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  path(path: string): string;
}

export async function testSource(
  files: Readonly<Record<string, string>>,
  options: { readonly name?: string; readonly layout?: MigrationSource['layout']; readonly tiers?: readonly Tier[] } = {},
): Promise<TestSource> {
  const dir = await mkdtemp(join(tmpdir(), 'plinth-migrate-'));
  const path = (name: string) => join(dir, name);
  const write = async (name: string, text: string) => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    source: { name: options.name ?? 'shop', dir, layout: options.layout ?? 'capability', tiers: options.tiers ?? ['oltp'] },
    write,
    remove: (name) => rm(path(name), { recursive: true }),
    path,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

export interface TestRunner extends AsyncDisposable {
  readonly migrate: Migrate;
  readonly connect: Connect;
  /** What the parts of the runner are opened with. */
  readonly context: Context;
}

/** A runner on one database for all tiers, or on several; a tier without one is in that of oltp. */
export async function testRunner(
  endpoints: Endpoint | ({ readonly oltp: Endpoint } & Readonly<Partial<Record<Tier, Endpoint>>>),
  sources: readonly MigrationSource[],
  {
    refusesLint = false,
    freeBytes,
    tenants,
    throwaway = startDatabases,
    clock = systemClock,
    ...options
  }: Partial<MigrateOptions> &
    Pick<Context, 'freeBytes'> & {
      readonly lockDeadlineMs?: number;
      readonly refusesLint?: boolean;
      readonly tenants?: TenantDirectory;
      readonly throwaway?: () => Promise<Server>;
      /** Of the runner; connections have the system's. */
      readonly clock?: Clock;
    } = {},
): Promise<TestRunner> {
  const endpoint = (tier: Tier) => ('host' in endpoints ? endpoints : (endpoints[tier] ?? endpoints.oltp));
  const deps = { clock, log: silentLog };
  const connect = await openConnect({ ...deps, clock: systemClock, events: createEventBus(), endpoint }, withDefaults(connectOptions));
  const lockDeadlineMs = options.lockDeadlineMs ?? 60_000;
  const given = { ...withDefaults(migrateOptions, options), lockDeadlineMs, refusesLint };
  const migrateDeps = {
    ...deps,
    connect,
    sources,
    throwaway,
    administrative: endpoint,
    tenantDirectory: () => tenants,
    ...(freeBytes && { freeBytes }),
  };
  const context = openContext(migrateDeps, given);
  return { migrate: openMigrate(migrateDeps, given), connect, context, [Symbol.asyncDispose]: () => connect[Symbol.asyncDispose]() };
}

/** As the cluster starts one; for what makes databases of fixed names on it. */
export async function startThrowaway(): Promise<Server> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-migrate-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const cluster = await openThrowaway({ clock: systemClock, log: silentLog, dataDir }, withDefaults(clusterOptions));
  cleanup.use(cluster);
  const held = cleanup.move();
  return { ...cluster, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Four databases on the server of the run instead of a server: a tenth of the time, and what is tried in them cannot tell. */
async function startDatabases(): Promise<Server> {
  // Programs that tests start load this file too, and have no test around them.
  const { inject } = await import('vitest');
  const admin = endpointOf(inject('serverUrl'));
  const prefix = `plinth_shadow_${inject('runId')}_${randomUUID().slice(0, 8)}`;
  const endpoint = (tier: Tier) => ({ ...admin, database: `${prefix}_${tier}` });
  const each = (statement: (name: string) => string) =>
    withClient(admin, async (client) => {
      for (const tier of tiers) await client.query({ text: statement(endpoint(tier).database) });
    });
  await each((name) => `create database ${name} ${empty}`);
  const probe = async () => {
    throw new Error('nobody probes a throwaway server');
  };
  return {
    mode: 'embedded',
    isOwner: true,
    dataDir: tmpdir(),
    endpoint,
    probe,
    freeBytes: async () => undefined,
    installCertificates: async () => false,
    installRules: async () => false,
    listenOn: async () => false,
    announce: async () => {},
    [Symbol.asyncDispose]: () => each((name) => `drop database ${name} with (force)`),
  };
}
