import { isAbsolute, resolve } from 'node:path';
import { distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { type ArchiveSink, directorySink } from '../../../foundation/partition/index.ts';
import { hasCode, messageOf, PlinthError, type Tier } from '../../../kernel/index.ts';
import { tenancyErrors } from '../errors.ts';
import { isSlug } from '../model/slug.ts';
import type { Tenant } from '../model/types.ts';
import { isGenuine } from '../signing/index.ts';
import { gather, readFile } from './archive.ts';
import { inRegistry, inTier, type LifecycleDeps, moveTo } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { manifestFile } from './export.ts';
import { inOrder } from './model/order.ts';
import { type Placed, placeRows } from './model/place-rows.ts';
import { nothing, type Operation, operate } from './operation.ts';
import {
  ensureRange,
  findLatest,
  findOtherUser,
  insertImported,
  insertUser,
  isUnmeasured,
  type ListUsersRow,
} from './sql/queries/queries.gen.ts';
import { copyIn, deleteAll, fingerprintOf, hashRows, passSequences, readAllTables, type TenantTable } from './tables.ts';
import type { ArchivedTable, ExportManifest, Watch } from './types.ts';

/** See `Lifecycle.import`. */
export async function importTenant(
  deps: LifecycleDeps,
  request: { readonly folder: string; readonly slug?: string },
  watch: Watch,
): Promise<Tenant> {
  const folder = resolve(request.folder);
  const sink = directorySink(folder);
  const manifest = await readManifest(sink, folder);
  const slug = request.slug ?? manifest.tenant.slug;
  if (!isSlug(slug)) throw tenancyErrors.BAD_SLUG({ slug });
  const tables = await readAllTables(deps);
  const { placed, problems } = placeRows(manifest.tables, tables, (tier) => homeOf(deps, tier));
  if (problems.length > 0) throw lifecycleErrors.DOES_NOT_FIT({ problems });
  // The folder may be moved between two tries.
  const options = { slug, signature: manifest.signature };
  const tenant = await takeTenant(deps, manifest, slug);
  if (tenant.state === 'active' && (await isImported(deps, tenant, options))) return tenant;

  const { id, name, created } = tenant;
  const prepare = (tx: Transaction) => insertImported.run(tx, { id, slug, name, created });
  return operate(deps, { tenant, kind: 'import', options, watch, prepare }, async (operation) => {
    const isSameSchema = manifest.schemaFingerprint === fingerprintOf(tables);
    operation.progress(`made by Plinth ${manifest.platformVersion} with ${isSameSchema ? 'the same' : 'another'} schema`);
    await operation.step('reserve', async () => {
      await deps.replicas.put(tenant);
      return {};
    });
    await operation.step('import users', () => importUsers(deps, sink, manifest));
    const names = new Map(placed.map((one) => [one.table, one]));
    for (const tier of distinctDatabases(deps.connect)) {
      for (const group of inOrder(placed.flatMap(({ table }) => (table.tier === tier ? [table] : [])))) {
        const members = group.map((table) => names.get(table) as Placed<TenantTable>);
        await operation.step(`import ${tier} ${group.map(({ name }) => name).join(', ')}`, () =>
          importGroup(deps, operation, sink, tier, members, tenant.id),
        );
      }
    }
    for (const { by, counts, pieces } of manifest.data) {
      const filled = deps.data().find((one) => one.by === by)?.value;
      for (const piece of pieces) {
        if (!filled?.import) throw lifecycleErrors.DOES_NOT_FIT({ problems: [`nothing here takes ${piece.name} of ${by}`] });
        const bytes = readFile(sink, piece);
        await operation.step(`import ${piece.name} of ${by}`, () => nothing(filled.import?.(tenant.id, { name: piece.name, bytes })));
      }
      await operation.step(`verify data of ${by}`, async () => {
        await filled?.verify?.(tenant.id, operation.signal);
        const found = (await filled?.count?.(tenant.id)) ?? {};
        // Of a tenant at work they were counted later than its rows were copied.
        const counted = manifest.isQuiet ? Object.keys(counts) : [];
        const differing = counted.filter((name) => name in found && found[name] !== counts[name]);
        if (differing.length > 0) {
          const reason = differing.map((name) => `${found[name]} ${name} of ${by} instead of ${counts[name]}`).join(', ');
          throw lifecycleErrors.EXPORT_DAMAGED({ place: folder, reason });
        }
        return found;
      });
    }
    return moveTo(deps, tenant, { from: ['provisioning'], to: 'active', asked: 'import' });
  });
}

/** The tier by which the database of this one is known. */
const homeOf = ({ connect }: LifecycleDeps, tier: Tier) =>
  distinctDatabases(connect).find((one) => connect.databaseKey(one) === connect.databaseKey(tier)) as Tier;

async function readManifest(sink: ArchiveSink, folder: string): Promise<ExportManifest> {
  let text: string;
  try {
    text = (await gather(sink.read(manifestFile))).toString();
  } catch (error) {
    throw lifecycleErrors.NO_EXPORT({ folder, reason: messageOf(error) }, { cause: error });
  }
  let manifest: ExportManifest | undefined;
  try {
    manifest = JSON.parse(text);
  } catch {
    // Judged below: what is no JSON is no genuine manifest either.
  }
  if (!manifest || !isGenuine(manifest)) {
    throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(manifestFile), reason: 'its signature does not fit what it says' });
  }
  const files = [manifest.users, ...manifest.tables, ...manifest.data.flatMap(({ pieces }) => pieces)];
  // Whoever signed it may be anybody.
  const stray = files.find(({ file }) => isAbsolute(file) || file.split(/[/\\]/).includes('..'));
  if (stray) throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(manifestFile), reason: `${stray.file} is not in its folder` });
  if (manifest.version !== 1)
    throw lifecycleErrors.NO_EXPORT({ folder, reason: `its form ${manifest.version} is from a later version of Plinth` });
  return manifest;
}

/** The tenant as an earlier try of this import left it, or as it is going to be. @throws PLINTH_TENANCY_TENANT_TAKEN */
async function takeTenant(deps: LifecycleDeps, { tenant }: ExportManifest, slug: string): Promise<Tenant> {
  const { id, name, created } = tenant;
  const [byId, bySlug] = await Promise.all([id, slug].map((key) => findIfThere(deps, key)));
  if (bySlug && bySlug.id !== id) throw lifecycleErrors.TENANT_TAKEN({ what: 'slug', value: slug });
  if (!byId) return { id, slug, name, state: 'provisioning', created: new Date(created), placement: null };
  const isOurs = byId.slug === slug && (byId.state === 'provisioning' || byId.state === 'active');
  if (!isOurs) throw lifecycleErrors.TENANT_TAKEN({ what: 'id', value: id });
  return byId;
}

/** Undefined where there is none. */
export const findIfThere = (deps: LifecycleDeps, key: string) =>
  deps.find(key).catch((error) => {
    if (hasCode(error, 'PLINTH_TENANCY_UNKNOWN_TENANT')) return undefined;
    throw error;
  });

/** Whether this import is complete; or has only the record of that left to write. @throws PLINTH_TENANCY_TENANT_TAKEN */
async function isImported(deps: LifecycleDeps, tenant: Tenant, options: object): Promise<boolean> {
  const last = await inRegistry(deps, (tx) => findLatest.first(tx, { kind: 'import', key: tenant.id }));
  if (!last || JSON.stringify(last.options) !== JSON.stringify(options))
    throw lifecycleErrors.TENANT_TAKEN({ what: 'id', value: tenant.id });
  return last.completed !== null;
}

async function importUsers(deps: LifecycleDeps, sink: ArchiveSink, { users }: ExportManifest): Promise<{ readonly users: number }> {
  const rows: ListUsersRow[] = JSON.parse((await gather(readFile(sink, users))).toString());
  await inRegistry(deps, async (tx) => {
    const taken: string[] = [];
    for (const { id, email, deleted } of rows) if (!deleted && (await findOtherUser.first(tx, { id, email }))) taken.push(email);
    if (taken.length > 0) throw lifecycleErrors.USER_TAKEN({ emails: taken });
    for (const { id, email, name, created, deleted } of rows)
      await insertUser.run(tx, { id, email, name, created: new Date(created), deleted: deleted && new Date(deleted) });
  });
  return { users: rows.length };
}

/** Tables that refer to each other, or one: all rows in one transaction, compared with what was exported before it commits. */
function importGroup(
  deps: LifecycleDeps,
  operation: Operation,
  sink: ArchiveSink,
  tier: Tier,
  members: readonly Placed<TenantTable>[],
  tenantId: string,
): Promise<{ readonly rows: number }> {
  return inTier(deps, tier, { tag: 'import', isSnapshot: true, signal: operation.signal }, async (tx) => {
    await tx.query({ text: 'set constraints all deferred' });
    let rows = 0;
    // An earlier try may have committed without being recorded; its rows make way, those that refer to others first.
    for (const { table } of members.toReversed()) await deleteAll(tx, table, tenantId);
    for (const { table, archived } of members) {
      for (const entry of archived) {
        if (entry.range && table.cut) {
          await ensureRange.run(tx, { table_name: table.sql, lower: entry.range.from, upper: entry.range.to });
        }
        await loadTable(tx, sink, table, entry);
        operation.progress(`${table.name}: ${entry.rows} rows`);
      }
      await compare(tx, sink, table, archived, tenantId);
      await passSequences(tx, table, tenantId);
      // Without statistics the checks of keys that follow may go through all rows of the tenant for each row.
      if ((await isUnmeasured.first(tx, { table_name: table.sql }))?.is_unmeasured) await tx.query({ text: `analyze ${table.sql}` });
      rows += archived.reduce((sum, entry) => sum + entry.rows, 0);
    }
    return { rows };
  });
}

async function loadTable(tx: Transaction, sink: ArchiveSink, table: TenantTable, entry: ArchivedTable): Promise<void> {
  try {
    await copyIn(tx, table, entry, readFile(sink, entry));
  } catch (error) {
    // Damaged bytes may reach the server before their checksum is due: it then refuses them as data (class 22).
    const state = error instanceof PlinthError ? String(error.details.sqlstate ?? '') : '';
    if (!state.startsWith('22')) throw error;
    throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(entry.file), reason: messageOf(error) }, { cause: error });
  }
}

/** @throws PLINTH_TENANCY_EXPORT_DAMAGED */
async function compare(
  tx: Transaction,
  sink: ArchiveSink,
  table: TenantTable,
  archived: readonly ArchivedTable[],
  tenantId: string,
): Promise<void> {
  const [first] = archived as readonly [ArchivedTable];
  const found = await hashRows(tx, table, first.columns, { tenantId });
  const rows = archived.reduce((sum, entry) => sum + entry.rows, 0);
  // The hash of all is the sum of the hashes of each.
  const rowHash = String(archived.reduce((sum, entry) => (sum + BigInt(entry.rowHash)) % 2n ** 64n, 0n));
  if (found.rows === rows && found.rowHash === rowHash) return;
  const reason = `${table.name} has ${found.rows} rows with hash ${found.rowHash} after it, instead of ${rows} with ${rowHash}`;
  throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(first.file), reason });
}
