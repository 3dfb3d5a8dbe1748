import { rm } from 'node:fs/promises';
import { connectTo, stoppedServerFolder } from '../../../../tests/support/index.ts';
import { type Cluster, clusterOptions, type Endpoint, openCluster } from '../../../foundation/cluster/index.ts';
import {
  type Clock,
  createEventBus,
  type EventBus,
  type KernelEvents,
  silentLog,
  systemClock,
  type Tier,
  withDefaults,
} from '../../../kernel/index.ts';
import { openAccess } from '../access.ts';
import type { Access } from '../model/types.ts';
import type { AccessOptions } from '../options.ts';
import { type AccessParts, openParts } from '../parts.ts';

/** A server of a test's own, so that what it does to roles meets nobody else's. */
export interface OwnServer extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly dataDir: string;
  readonly events: EventBus;
  /** What was told on the bus, in order. */
  readonly told: readonly { readonly kind: keyof KernelEvents; readonly event: unknown }[];
  readonly endpoint: Endpoint;
  /** Access with these options; roles of a platform are there. */
  access(options?: AccessOptions, clock?: Clock): Promise<Access & AccessParts>;
  /** The same for another login, or as if others ran the server. */
  partsAs(endpoint: Endpoint, options: AccessOptions, mode?: Cluster['mode']): AccessParts;
  /** Statements as superuser in the oltp database. */
  run(...statements: readonly string[]): Promise<void>;
}

const platformSchemas = ['vault'];

export async function openOwnServer(): Promise<OwnServer> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await stoppedServerFolder('plinth-access-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const base = { clock: systemClock, log: silentLog, dataDir };
  const cluster = cleanup.use(
    await openCluster({ ...base, isThrowaway: true }, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })),
  );
  const events = createEventBus();
  const told: { kind: keyof KernelEvents; event: unknown }[] = [];
  for (const kind of ['audited', 'security'] as const) events.on(kind, (event) => void told.push({ kind, event }));
  const endpoint = cluster.endpoint('oltp');
  const ours = { events, installRules: cluster.installRules, platformSchemas };
  const held = cleanup.move();
  return {
    cluster,
    dataDir,
    events,
    told,
    endpoint,
    async access(options = {}, clock = systemClock) {
      const deps = { ...base, clock, endpoint: (tier: Tier) => cluster.endpoint(tier) };
      const access = await openAccess(deps, options);
      await access.applyRoles();
      return { ...access, ...openParts({ ...deps, ...ours, mode: cluster.mode }, options) };
    },
    partsAs: (as, options, mode = cluster.mode) =>
      openParts({ ...base, ...ours, endpoint: (tier) => ({ ...as, database: tier }), mode }, options),
    async run(...statements) {
      await using client = await connectTo(endpoint);
      for (const statement of statements) await client.query(statement);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A product's schema with an object of each kind, and a schema of the platform that nobody but the owner reads. */
export const productStatements: readonly string[] = [
  'set role plinth_owner',
  'create schema shop; grant usage on schema shop to plinth_app',
  'create table shop.orders (tenant_id uuid not null, id int not null, body text, primary key (tenant_id, id))',
  'alter table shop.orders enable row level security, force row level security',
  'create policy orders_all on shop.orders to plinth_app using (false)',
  'grant select, insert, update, delete on shop.orders to plinth_app',
  'create table shop.prices (id int primary key, cents int not null)',
  'grant select on shop.prices to plinth_app',
  'create table shop.ledger (id int primary key)',
  'create table shop.sales (day date not null, cents int) partition by range (day)',
  "create table shop.sales_2026 partition of shop.sales for values from ('2026-01-01') to ('2027-01-01')",
  'create view shop.cheap with (security_invoker = true) as select * from shop.prices where cents < 100',
  'create view shop.masked with (security_barrier = true) as select id from shop.orders',
  'create materialized view shop.totals as select count(*) from shop.orders',
  'create sequence shop.numbers',
  'create schema vault; create table vault.keys (id int primary key, key text)',
  'reset role',
];
