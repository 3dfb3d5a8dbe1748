import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { connectOptions, openConnect } from '../../src/foundation/connect/index.ts';
import { migrateOptions, openMigrate } from '../../src/foundation/migrate/index.ts';
import { directorySink } from '../../src/foundation/partition/archive/index.ts';
import { openPartition, type Partition, partitionOptions } from '../../src/foundation/partition/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { createRoles } from '../../tests/support/roles.ts';
import { serverFolder } from '../../tests/support/server-folder.ts';
import { connectTo, openScratch } from '../migrate/scratch.ts';

export interface PartitionScratch extends AsyncDisposable {
  readonly client: pg.Client;
  readonly partition: Partition;
  /** Another session. */
  connect(): Promise<pg.Client>;
  /** Milliseconds of some work. */
  time(work: () => Promise<unknown>): Promise<number>;
  /** Bytes of WAL that some work wrote. */
  wal(work: () => Promise<unknown>): Promise<number>;
}

/** Rows of a bench; BENCH_ROWS says otherwise. */
export const benchRows = (usual: number) => Number(process.env.BENCH_ROWS ?? usual);

/** A database with the schema of partition and an empty schema `shop`, on a server with its default settings. */
export async function openPartitionScratch(): Promise<PartitionScratch> {
  await using stack = new AsyncDisposableStack();
  const scratch = stack.use(await openScratch());
  const endpoint = await scratch.createDatabase();
  const folder = await serverFolder('plinth-bench-archives-');
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const open = async () => {
    const client = await connectTo(endpoint);
    stack.defer(() => client.end());
    return client;
  };
  const client = await open();
  await createRoles(client);
  const deps = { clock: systemClock, log: silentLog };
  const connect = stack.use(
    await openConnect({ ...deps, events: createEventBus(), endpoint: () => endpoint }, withDefaults(connectOptions)),
  );
  const source = {
    name: 'partition',
    dir: `${import.meta.dirname}/../../src/foundation/partition/sql`,
    layout: 'capability',
    tiers: ['oltp'],
  } as const;
  const migrate = openMigrate({ ...deps, connect, sources: [source] } as never, {
    ...withDefaults(migrateOptions),
    lockDeadlineMs: 60_000,
  });
  await migrate.up();
  await client.query('create schema shop');
  const partition = openPartition(
    {
      ...deps,
      connect,
      backfills: migrate.backfills,
      declared: [],
      holds: () => undefined,
      beforeDetach: () => undefined,
      sink: () => directorySink(folder),
    },
    withDefaults(partitionOptions, { graceDays: 0 }),
  );
  const held = stack.move();
  return {
    client,
    partition,
    async connect() {
      const other = await connectTo(endpoint);
      held.defer(() => other.end());
      return other;
    },
    async time(work) {
      const started = performance.now();
      await work();
      return performance.now() - started;
    },
    async wal(work) {
      const { rows: before } = await client.query('select pg_current_wal_lsn() as at');
      await work();
      return Number((await client.query('select pg_wal_lsn_diff(pg_current_wal_lsn(), $1) as bytes', [before[0].at])).rows[0].bytes);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const columns = 'id uuid not null default uuidv7(), created timestamptz not null, amount integer not null, note text not null';

/** `shop.<name>` with months of 2024, empty. */
export async function createMonths(scratch: PartitionScratch, name: string, more: object = {}): Promise<void> {
  await scratch.client.query(`create table shop.${name} (${columns}, primary key (id, created)) partition by range (created)`);
  await scratch.client.query('select partition.manage($1::regclass, $2)', [
    `shop.${name}`,
    JSON.stringify({ by: 'time', key: 'created', every: 'month', ...more }),
  ]);
  await scratch.partition.ensure(`shop.${name}`, '2024-01-01', '2025-01-01');
}

/** The same table, uncut. */
export async function createPlain({ client }: PartitionScratch, name: string): Promise<void> {
  await client.query(`create table shop.${name} (${columns}, primary key (id, created))`);
}

/** Rows spread over the twelve months of 2024, in order of time. */
export function fill({ client }: PartitionScratch, name: string, count: number): Promise<unknown> {
  return client.query(
    `insert into shop.${name} (created, amount, note)
     select '2024-01-01 00:00:00+00'::timestamptz + n * (interval '366 days' / $1::int), n % 1000, md5(n::text) from generate_series(0, $1::int - 1) n`,
    [count],
  );
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
