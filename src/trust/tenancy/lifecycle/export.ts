import { mkdir, readdir, readFile as readWhole } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { type ArchiveSink, directorySink } from '../../../foundation/partition/index.ts';
import type { Filled, Tier } from '../../../kernel/index.ts';
import type { TenantData } from '../model/tenant-data.ts';
import { signed, signingKey } from '../signing/index.ts';
import { fileName, writeFile } from './archive.ts';
import { inTier, type LifecycleDeps, requireShared, requireState } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { type Operation, operate } from './operation.ts';
import { listUsers } from './sql/queries/queries.gen.ts';
import { copyOut, fingerprintOf, formatFor, hashRows, rangeOf, readAllTables, readTables, type TenantTable } from './tables.ts';
import type { ArchivedTable, ExportManifest, Watch } from './types.ts';

export const manifestFile = 'manifest.json';

interface ExportedTier {
  readonly tables: readonly ArchivedTable[];
  readonly users?: ExportManifest['users'];
}

/** See `Lifecycle.export`. */
export async function exportTenant(
  deps: LifecycleDeps,
  slugOrId: string,
  request: { readonly folder: string },
  watch: Watch,
): Promise<ExportManifest> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'export', ['active', 'suspended']);
  requireShared(tenant, 'export');
  const folder = resolve(request.folder);
  return operate(deps, { tenant, kind: 'export', options: { folder }, watch }, async (operation) => {
    const { isQuiet } = await operation.step('open the folder', async () => {
      await takeFolder(folder);
      return { isQuiet: tenant.state === 'suspended' };
    });
    const sink = directorySink(folder);
    const exported: ExportedTier[] = [];
    // A database is the step: its tables have to be of one moment, and a moment does not outlive its process.
    for (const tier of distinctDatabases(deps.connect)) {
      exported.push(await operation.step(`export ${tier}`, () => exportTier(deps, operation, sink, tier, tenant.id)));
    }
    const data: ExportManifest['data'][number][] = [];
    for (const { by, value } of deps.data()) {
      if (!value.count && !value.export) continue;
      data.push(await operation.step(`export data of ${by}`, () => exportData(sink, { by, value }, tenant.id, operation.signal)));
    }
    const { fingerprint, serverVersion } = await operation.step('describe', () => describe(deps));
    const users = exported.find((tier) => tier.users)?.users as ExportManifest['users'];
    // Resumed or let go meanwhile, it was not quiet after all.
    const isStillQuiet = isQuiet && (await deps.find(tenant.id)).state === 'suspended';
    const manifest = signed(
      {
        version: 1 as const,
        tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name, created: tenant.created.toISOString() },
        isQuiet: isStillQuiet,
        exported: deps.clock.now().toISOString(),
        platformVersion: await platformVersion(),
        serverVersion,
        schemaFingerprint: fingerprint,
        users,
        tables: exported.flatMap(({ tables }) => tables),
        data,
      },
      await signingKey(deps.dataDir),
    );
    await sink.write(manifestFile, once(`${JSON.stringify(manifest, null, 2)}\n`));
    return manifest;
  });
}

/** All tables of a database as of one moment. */
function exportTier(deps: LifecycleDeps, operation: Operation, sink: ArchiveSink, tier: Tier, tenantId: string): Promise<ExportedTier> {
  return inTier(deps, tier, { tag: 'export', isSnapshot: true, isReadOnly: true, signal: operation.signal }, async (tx) => {
    const tables: ArchivedTable[] = [];
    for (const table of await readTables(deps, tier, tx)) {
      const exported = await exportTable(sink, tx, table, tenantId);
      if (exported) tables.push(exported);
      if (exported) operation.progress(`${table.name}: ${exported.rows} rows`);
    }
    if (deps.connect.databaseKey(tier) !== deps.connect.databaseKey('oltp')) return { tables };
    const rows = await listUsers.all(tx, { tenant_id: tenantId });
    const users = { ...(await writeFile(sink, 'users.json.zst', once(JSON.stringify(rows)))), rows: rows.length };
    return { tables, users };
  });
}

/** Undefined where the tenant has no rows. */
async function exportTable(sink: ArchiveSink, tx: Transaction, table: TenantTable, tenantId: string): Promise<ArchivedTable | undefined> {
  const { tier, name, columns } = table;
  const hashed = await hashRows(tx, table, columns, tenantId);
  if (hashed.rows === 0) return undefined;
  const range = await rangeOf(tx, table, tenantId);
  const format = formatFor(columns);
  const file = await writeFile(sink, `${tier}/${fileName(name)}.copy.zst`, copyOut(tx, table, format, tenantId));
  return {
    tier,
    table: name,
    format,
    columns: columns.map(({ name, type }) => ({ name, type })),
    ...hashed,
    ...(range && { range }),
    ...file,
  };
}

async function exportData(
  sink: ArchiveSink,
  { by, value }: Filled<TenantData>,
  tenantId: string,
  signal: AbortSignal,
): Promise<ExportManifest['data'][number]> {
  const pieces: ExportManifest['data'][number]['pieces'][number][] = [];
  for await (const { name, bytes } of value.export?.(tenantId, signal) ?? []) {
    pieces.push({ name, ...(await writeFile(sink, `data/${by}/${fileName(name)}.zst`, bytes)) });
  }
  return { by, counts: (await value.count?.(tenantId)) ?? {}, pieces };
}

async function describe(deps: LifecycleDeps) {
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.describe', isReadOnly: true } as const;
  const answer = await deps.connect.transaction(request, (tx) => tx.query({ text: 'show server_version' }));
  return { fingerprint: fingerprintOf(await readAllTables(deps)), serverVersion: String(answer.rows[0].server_version) };
}

async function takeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw lifecycleErrors.FOLDER_IN_USE({ folder });
}

/** Of this program, as its package says. */
async function platformVersion(): Promise<string> {
  return JSON.parse(await readWhole(join(import.meta.dirname, '../../../../package.json'), 'utf8')).version;
}

async function* once(text: string) {
  yield Buffer.from(text);
}
