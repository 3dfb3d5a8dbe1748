import { join } from 'node:path';
import { testPasswords } from '../../../../tests/support/roles.ts';
import type { Endpoint, TenantDirectory } from '../../../foundation/cluster/index.ts';
import { openConnect } from '../../../foundation/connect/connect.ts';
import { type Connect, connectOptions, type SessionContext } from '../../../foundation/connect/index.ts';
import { openMigrate } from '../../../foundation/migrate/migrate.ts';
import { migrateOptions } from '../../../foundation/migrate/options.ts';
import { createEventBus, type EventBus, silentLog, systemClock, type Tier, withDefaults } from '../../../kernel/index.ts';
import { openAccess } from '../../access/index.ts';
import type { Tenancy } from '../model/types.ts';
import { tenancyOptions } from '../options.ts';
import { openTenancy, type TenancyDeps } from '../tenancy.ts';

export interface TenancyAt extends AsyncDisposable {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly events: EventBus;
}

export interface OpenAtOptions {
  readonly normalConnections?: number;
  /** Interfaces that higher capabilities would fill. */
  readonly filled?: Pick<TenancyDeps, 'data' | 'holds' | 'audit' | 'settings' | 'policies' | 'measures' | 'probes' | 'routes' | 'masker'>;
  /** Roles and schema are there: for a process of its own that has to be quick. */
  readonly isReady?: boolean;
}

/** Tenancy on given databases, without the capabilities above it. Knows nothing of the test runner. */
export async function openTenancyAt(
  endpoint: (tier: Tier) => Endpoint,
  dataDir: string,
  { normalConnections, filled, isReady }: OpenAtOptions = {},
): Promise<TenancyAt> {
  await using cleanup = new AsyncDisposableStack();
  const events = createEventBus();
  const base = { endpoint, clock: systemClock, log: silentLog, dataDir, events };
  const access = await openAccess(base, testPasswords);
  if (!isReady) await access.applyRoles();
  let context: SessionContext | undefined;
  let directory: TenantDirectory | undefined;
  const connect = cleanup.use(
    await openConnect(
      { ...base, credentials: () => access.credentials, sessionContext: () => context, tenantDirectory: () => directory },
      withDefaults(connectOptions, normalConnections ? { oltpConnections: normalConnections } : {}),
    ),
  );
  const sourceOf = (name: string, path: string) => ({ name, dir: join(import.meta.dirname, path), layout: 'capability' }) as const;
  const sources = [sourceOf('partition', '../../../foundation/partition/sql'), sourceOf('tenancy', '../sql')];
  const migrate = openMigrate({ ...base, connect, sources }, { ...withDefaults(migrateOptions), lockDeadlineMs: 30_000 });
  if (!isReady) await migrate.up();
  const placing = { endpoint, access, migrate };
  const tenancy = cleanup.use(await openTenancy({ ...base, connect, placing, ...filled }, withDefaults(tenancyOptions)));
  context = tenancy.sessionContext;
  directory = tenancy.directory;
  const owned = cleanup.move();
  return { connect, tenancy, events, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
