import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase, testPasswords } from '../../../../tests/support/index.ts';
import { openConnect } from '../../../foundation/connect/connect.ts';
import { type Connect, connectOptions, type SessionContext } from '../../../foundation/connect/index.ts';
import { openMigrate } from '../../../foundation/migrate/migrate.ts';
import { migrateOptions } from '../../../foundation/migrate/options.ts';
import { createEventBus, type EventBus, silentLog, systemClock, type Tier, withDefaults } from '../../../kernel/index.ts';
import { openAccess } from '../../access/index.ts';
import type { Tenancy } from '../model/types.ts';
import { tenancyOptions } from '../options.ts';
import { openTenancy } from '../tenancy.ts';

export interface TenancyFixture extends AsyncDisposable {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly events: EventBus;
  /** oltp has one of its own; the other tiers share one. */
  readonly databases: Readonly<Record<Tier, TestDatabase>>;
  /** Runs statements as the owner of objects, in a migration's surroundings. */
  owner(tier: Tier, ...statements: readonly string[]): Promise<void>;
}

/** Tenancy on two databases of the file's own, without the capabilities above it. */
export async function tenancyFixture(options: { readonly normalConnections?: number } = {}): Promise<TenancyFixture> {
  const [oltp, rest] = [await testDatabase(), await testDatabase()];
  const databases = { oltp, content: rest, queue: rest, olap: rest };
  const dataDir = await mkdtemp(join(tmpdir(), 'plinth-tenancy-'));
  const events = createEventBus();
  const base = { endpoint: (tier: Tier) => databases[tier].endpoint, clock: systemClock, log: silentLog, dataDir, events };
  const access = await openAccess(base, testPasswords);
  await access.applyRoles();
  let context: SessionContext | undefined;
  const { normalConnections } = options;
  const connect = await openConnect(
    { ...base, credentials: () => access.credentials, sessionContext: () => context },
    withDefaults(connectOptions, normalConnections ? { oltpConnections: normalConnections } : {}),
  );
  const sourceOf = (name: string, path: string) => ({ name, dir: join(import.meta.dirname, path), layout: 'capability' }) as const;
  const sources = [sourceOf('partition', '../../../foundation/partition/sql'), sourceOf('tenancy', '../sql')];
  const migrate = openMigrate({ ...base, connect, sources }, { ...withDefaults(migrateOptions), lockDeadlineMs: 30_000 });
  await migrate.up();
  const tenancy = await openTenancy({ ...base, connect }, withDefaults(tenancyOptions));
  context = tenancy.sessionContext;
  return {
    connect,
    tenancy,
    events,
    databases,
    async owner(tier, ...statements) {
      await connect.transaction({ tier, as: 'owner', tag: 'test.owner' }, async (tx) => {
        await tx.query({ text: 'set local search_path = pg_catalog' });
        for (const text of statements) await tx.query({ text });
      });
    },
    async [Symbol.asyncDispose]() {
      await tenancy[Symbol.asyncDispose]();
      await migrate[Symbol.asyncDispose]();
      await connect[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}
