import { distinctDatabases } from '../../../foundation/connect/index.ts';
import { hasCode, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { tenancyErrors } from '../errors.ts';
import type { Tenant } from '../model/types.ts';
import { signed, signingKey } from '../signing/index.ts';
import { inRegistry, inTier, type LifecycleDeps, leftAlone, moveTo, requireShared } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { inOrder } from './model/order.ts';
import { nothing, type Operation, operate } from './operation.ts';
import { buryTenant, countOnlyUsers, deleteOnlyUsers, findLatest, listParts, listTenantColumns } from './sql/queries/queries.gen.ts';
import { settle } from './standing.ts';
import { countRows, deleteAll, deleteBatch, readTables, type TenantTable } from './tables.ts';
import type { ErasureCertificate, Watch } from './types.ts';

/** See `Lifecycle.erase`. */
export async function eraseTenant(
  deps: LifecycleDeps,
  slugOrId: string,
  { confirm }: { readonly confirm: string },
  watch: Watch,
): Promise<ErasureCertificate> {
  const known = await findEvenBuried(deps, slugOrId);
  if ('publicKey' in known) return known;
  const { tenant, slug } = known;
  requireShared(tenant, 'erase');
  if (confirm !== slug) throw lifecycleErrors.NOT_CONFIRMED({ slug, confirm });
  return operate(deps, { tenant: { id: tenant.id, slug }, kind: 'erase', options: {}, watch }, async (operation) => {
    if (tenant.state !== 'erased')
      await moveTo(deps, tenant, { from: ['active', 'suspended', 'provisioning'], to: 'erasing', asked: 'erase' });
    for (const { by, value } of deps.data()) {
      if (value.pause) await operation.step(`pause ${by}`, () => nothing(value.pause?.(tenant.id)));
    }
    await operation.step('wait for writers', () => settle(deps, operation, tenant));
    const before = await operation.step('count', () => countAll(deps, tenant.id));
    const removed: Record<string, Readonly<Record<string, number>>> = {};
    for (const { by, value } of deps.data()) {
      if (value.erase)
        removed[by] = await operation.step(`erase data of ${by}`, async () => ({ ...(await value.erase?.(tenant.id, operation.signal)) }));
    }
    const held: string[] = [];
    // The truth last: whatever refers to a tenant is gone before its memberships are.
    for (const tier of distinctDatabases(deps.connect).toReversed()) held.push(...(await eraseTier(deps, operation, tier, tenant.id)));
    if (held.length > 0) throw lifecycleErrors.HELD({ slug, held });
    const { tablesSearched } = await operation.step('search for what is left', () => proveGone(deps, { id: tenant.id, slug }));
    await bury(deps, tenant);
    const databases = distinctDatabases(deps.connect).map((tier) => [tier, deps.connect.databaseKey(tier)] as const);
    return signed(
      {
        tenant: { id: tenant.id, slug },
        began: operation.started.toISOString(),
        erased: deps.clock.now().toISOString(),
        databases: Object.fromEntries(databases),
        rows: before.rows,
        data: before.data,
        removed,
        users: before.users,
        tablesSearched,
        keptSchemas: leftAlone(deps),
      },
      await signingKey(deps.dataDir),
    );
  });
}

/** By slug or id, also after the slug was given back: the erasure knows it. A completed one gives its certificate. */
async function findEvenBuried(deps: LifecycleDeps, key: string): Promise<{ tenant: Tenant; slug: string } | ErasureCertificate> {
  const tenant = await deps.find(key).catch((error) => {
    if (hasCode(error, 'PLINTH_TENANCY_UNKNOWN_TENANT')) return undefined;
    throw error;
  });
  if (tenant && tenant.state !== 'erased') return { tenant, slug: tenant.slug };
  const last = await inRegistry(deps, (tx) => findLatest.first(tx, { kind: 'erase', key }));
  if (!last) throw tenancyErrors.UNKNOWN_TENANT({ tenant: key });
  if (last.completed) return last.result as ErasureCertificate;
  return { tenant: await deps.find(last.tenant_id), slug: last.slug };
}

interface Counted {
  readonly rows: ErasureCertificate['rows'];
  readonly data: ErasureCertificate['data'];
  readonly users: number;
}

async function countAll(deps: LifecycleDeps, tenantId: string): Promise<Counted> {
  const rows: Record<string, Record<string, number>> = {};
  for (const tier of distinctDatabases(deps.connect)) {
    const counts: [string, number][] = await inTier(deps, tier, { tag: 'count', isSnapshot: true, isReadOnly: true }, async (tx) => {
      const counted: [string, number][] = [];
      for (const table of await readTables(deps, tier, tx)) counted.push([table.name, await countRows(tx, table, tenantId)]);
      return counted;
    });
    rows[tier] = Object.fromEntries(counts.filter(([, count]) => count > 0));
  }
  const data: Record<string, Readonly<Record<string, number>>> = {};
  for (const { by, value } of deps.data()) if (value.count) data[by] = await value.count(tenantId);
  const { users } = await inRegistry(deps, (tx) => countOnlyUsers.one(tx, { tenant_id: tenantId }));
  return { rows, data, users };
}

const memberships = 'tenancy.tenant_users';

/** Empties the tables of a database, those that refer to others first; gives what a legal hold keeps, in words. */
async function eraseTier(deps: LifecycleDeps, operation: Operation, tier: Tier, tenantId: string): Promise<string[]> {
  const { signal } = operation;
  const tables = await inTier(deps, tier, { tag: 'erase', isSnapshot: true, isReadOnly: true }, (tx) => readTables(deps, tier, tx));
  const held = new Map<TenantTable, string>();
  const groups = inOrder(tables).toReversed();
  const isLast = (group: readonly TenantTable[]) => group.some(({ name }) => name === memberships);
  for (const group of [...groups.filter((one) => !isLast(one)), ...groups.filter(isLast)]) {
    const hold = await holdOn(deps, tier, group, held);
    if (hold) for (const table of group) held.set(table, hold);
    else
      await operation.step(`erase ${tier} ${group.map(({ name }) => name).join(', ')}`, () =>
        eraseGroup(deps, { tier, group, tenantId, signal }),
      );
  }
  return [...held].map(([{ name }, hold]) => `${name} in ${tier} (${hold})`);
}

/** What keeps one of these tables: a hold, or another that is kept and refers to it. */
async function holdOn(
  deps: LifecycleDeps,
  tier: Tier,
  group: readonly TenantTable[],
  held: ReadonlyMap<TenantTable, string>,
): Promise<string | undefined> {
  for (const { name, sql } of group) {
    const referring = [...held.keys()].find(({ references, deferrable }) => [...references, ...deferrable].includes(name));
    if (referring) return `${referring.name} refers to it`;
    const holds = deps.holds();
    if (!holds) continue;
    const parts = await inTier(deps, tier, { tag: 'holds' }, (tx) => listParts.all(tx, { table_name: sql }));
    const whole = { part: sql, lower: '-infinity', upper: 'infinity' };
    for (const { part, lower, upper } of parts.length > 0 ? parts : [whole]) {
      const hold = await holds.holdOn({ tier, set: sql, table: part, from: lower, to: upper });
      if (hold) return hold;
    }
  }
  return undefined;
}

async function eraseGroup(
  deps: LifecycleDeps,
  { tier, group, tenantId, signal }: { tier: Tier; group: readonly TenantTable[]; tenantId: string; signal: AbortSignal },
): Promise<{ readonly rows: number }> {
  const request = { tag: 'erase', signal } as const;
  const [table] = group as readonly [TenantTable];
  let rows = 0;
  if (group.length > 1) {
    await inTier(deps, tier, request, async (tx) => {
      await tx.query({ text: 'set constraints all deferred' });
      for (const member of group.toReversed()) rows += await deleteAll(tx, member, tenantId);
    });
    return { rows };
  }
  if (table.name === memberships) await inRegistry(deps, (tx) => deleteOnlyUsers.run(tx, { tenant_id: tenantId }));
  for (;;) {
    const batch = await inTier(deps, tier, request, (tx) => deleteBatch(tx, table, tenantId));
    rows += batch;
    if (batch === 0) return { rows };
  }
}

/** Looks for rows of the tenant in every table that could hold one, whoever made it. @throws PLINTH_TENANCY_LEFT_BEHIND */
async function proveGone(deps: LifecycleDeps, { id, slug }: { id: string; slug: string }): Promise<{ readonly tablesSearched: number }> {
  const found: string[] = [];
  let tablesSearched = 0;
  for (const tier of distinctDatabases(deps.connect)) {
    await inTier(deps, tier, { tag: 'prove' }, async (tx) => {
      for (const { schema_name, table_name } of await listTenantColumns.all(tx, { left_alone: leftAlone(deps) })) {
        const table = { sql: `${quoteIdentifier(schema_name)}.${quoteIdentifier(table_name)}` };
        // Whoever was refused meanwhile has left a trace.
        if (table.sql === '"tenancy"."security_events"') await deleteAll(tx, table, id);
        const rows = await countRows(tx, table, id);
        if (rows > 0) found.push(`${rows} in ${tier} ${schema_name}.${table_name}`);
        tablesSearched++;
      }
    });
  }
  if (found.length > 0) throw lifecycleErrors.LEFT_BEHIND({ slug, found });
  return { tablesSearched };
}

/** Leaves the id, so that nothing else ever gets it, and gives the slug back. */
async function bury(deps: LifecycleDeps, { id }: Tenant): Promise<void> {
  const buried = await inRegistry(deps, (tx) => buryTenant.first(tx, { id, slug: `erased-${id.replaceAll('-', '')}` }));
  await deps.replicas.put((buried as Tenant | undefined) ?? (await deps.find(id)));
}
