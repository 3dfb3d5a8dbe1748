import { join } from 'node:path';
import { testPasswords } from '../../../../tests/support/roles.ts';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { type Connect, connectOptions, openConnect, type SessionContext } from '../../../foundation/connect/index.ts';
import { migrateOptions, openMigrate } from '../../../foundation/migrate/index.ts';
import { type Clock, createEventBus, type EventBus, silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { openAccess } from '../../access/index.ts';
import { type AuditEntry, openTenancy, type Tenancy, tenancyOptions } from '../../tenancy/index.ts';
import { openCrypto } from '../crypto.ts';
import type { KeySource } from '../keys/index.ts';
import type { Crypto } from '../model/types.ts';
import type { CryptoOptions } from '../options.ts';

export const testKey = Buffer.alloc(32, 7).toString('base64');

/** Crypto and what it stands on, on a database of the test's own; all tiers in one. Also for programs that a test kills. */
export interface OpenCrypto extends AsyncDisposable {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly crypto: Crypto;
  readonly events: EventBus;
  /** What was recorded, in order. */
  readonly audited: readonly AuditEntry[];
  /** Runs statements as the owner of objects. */
  owner(...statements: readonly string[]): Promise<void>;
  /** Another crypto on the same database, as another process would be. */
  another(
    options?: CryptoOptions,
    deps?: { readonly dataDir?: string; readonly keySource?: KeySource; readonly isAudited?: boolean },
  ): Promise<Crypto>;
}

/** A clock whose sleepers wake at once, as late as they asked for, and say so to `onSleep`. */
export function wakefulClock(onSleep: (ms: number) => void | Promise<void> = () => {}): Clock {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now() + aheadMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      aheadMs += ms;
      await onSleep(ms);
    },
  };
}

export async function openOn(
  endpoint: Endpoint,
  {
    dataDir,
    isNew = false,
    options = { key: testKey },
    clock = systemClock,
    passwords = testPasswords,
    wrap = (connect) => connect,
  }: {
    readonly dataDir: string;
    /** Makes the schema first. */
    readonly isNew?: boolean;
    readonly options?: CryptoOptions;
    readonly clock?: Clock;
    readonly passwords?: typeof testPasswords | Record<string, never>;
    /** Stands between crypto and its connections. */
    readonly wrap?: (connect: Connect) => Connect;
  },
): Promise<OpenCrypto> {
  await using cleanup = new AsyncDisposableStack();
  const events = createEventBus();
  const base = { endpoint: () => endpoint, clock: systemClock, log: silentLog, dataDir, events };
  const access = await openAccess(base, passwords);
  if (isNew) await access.applyRoles();
  let context: SessionContext | undefined;
  const connect = cleanup.use(
    await openConnect({ ...base, credentials: () => access.credentials, sessionContext: () => context }, withDefaults(connectOptions)),
  );
  if (isNew) {
    const sourceOf = (name: string, path: string) => ({ name, dir: join(import.meta.dirname, path), layout: 'capability' }) as const;
    const sources = [
      sourceOf('partition', '../../../foundation/partition/sql'),
      sourceOf('tenancy', '../../tenancy/sql'),
      sourceOf('crypto', '../sql'),
    ];
    await using migrate = openMigrate({ ...base, connect, sources }, { ...withDefaults(migrateOptions), lockDeadlineMs: 30_000 });
    await migrate.up();
  }
  const tenancy = cleanup.use(await openTenancy({ ...base, connect }, withDefaults(tenancyOptions)));
  context = tenancy.sessionContext;
  const audited: AuditEntry[] = [];
  const sink = { record: async (entry: AuditEntry) => void audited.push(entry) };
  const opened: Crypto[] = [];
  cleanup.defer(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]();
  });
  const another: OpenCrypto['another'] = async (other = options, { dataDir: folder = dataDir, keySource, isAudited = true } = {}) => {
    const audit = () => (isAudited ? sink : undefined);
    const deps = { ...base, connect: wrap(connect), tenancy, clock, dataDir: folder, audit };
    const crypto = await openCrypto({ ...deps, ...(keySource && { keySource: () => keySource }) }, other);
    opened.push(crypto);
    return crypto;
  };
  const crypto = await another();
  const held = cleanup.move();
  return {
    connect,
    tenancy,
    crypto,
    events,
    audited,
    another,
    async owner(...statements) {
      await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.owner' }, async (tx) => {
        await tx.query({ text: 'set local search_path = pg_catalog' });
        for (const text of statements) await tx.query({ text });
      });
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A table with three declared columns, two of them indexed. */
export const peopleTable = [
  'create schema shop',
  'grant usage on schema shop to plinth_app',
  `create table shop.people (
    tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id uuid not null default uuidv7(),
    email bytea, email_index bytea, phone bytea, phone_index bytea, note bytea, city text,
    constraint people_tenant_id_id_pk primary key (tenant_id, id))`,
  "select tenancy.protect('shop.people')",
  `select crypto.declare_column('shop.people', 'email', '{"index": "email_index", "kind": "email"}')`,
  `select crypto.declare_column('shop.people', 'phone', '{"index": "phone_index", "kind": "phone"}')`,
  `select crypto.declare_column('shop.people', 'note', '{"purpose": "notes"}')`,
] as const;
