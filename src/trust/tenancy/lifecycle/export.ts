import { mkdir, readdir, readFile as readWhole } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { type ArchiveSink, directorySink } from '../../../foundation/partition/index.ts';
import type { Filled, Tier } from '../../../kernel/index.ts';
import { tenancyErrors } from '../errors.ts';
import { isSlug } from '../model/slug.ts';
import type { TenantData } from '../model/tenant-data.ts';
import type { Tenant } from '../model/types.ts';
import { signed, signingKey } from '../signing/index.ts';
import { fileName, writeFile } from './archive.ts';
import { inTier, type LifecycleDeps, requireShared, requireState } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { drawMasking, type Masking } from './masking.ts';
import { type Operation, operate } from './operation.ts';
import { listUsers } from './sql/queries/queries.gen.ts';
import {
  copyOut,
  fingerprintOf,
  formatFor,
  hashRows,
  type Reading,
  rangeOf,
  readAllTables,
  readTables,
  type TenantTable,
} from './tables.ts';
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
  { maskedAs, ...request }: { readonly folder: string; readonly maskedAs?: string },
  watch: Watch,
): Promise<ExportManifest> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'export', ['active', 'suspended']);
  requireShared(tenant, 'export');
  if (maskedAs !== undefined && !isSlug(maskedAs)) throw tenancyErrors.BAD_SLUG({ slug: maskedAs });
  const folder = resolve(request.folder);
  const masking = maskedAs === undefined ? undefined : drawMasking(deps, maskedAs);
  const options = { folder, ...(maskedAs !== undefined && { maskedAs }) };
  return operate(deps, { tenant, kind: 'export', options, watch }, async (operation) => {
    await operation.step('take the folder', () => takeFolder(folder));
    return writeExport(deps, operation, { tenant, folder, masking });
  });
}

/** Writes the files of an export into a folder, the manifest last. */
export async function writeExport(
  deps: LifecycleDeps,
  operation: Operation,
  { tenant, folder, masking }: { readonly tenant: Tenant; readonly folder: string; readonly masking: Masking | undefined },
): Promise<ExportManifest> {
  // The pseudonyms of a copy end with the process that drew them: another one writes all of it anew.
  const step = <T extends object>(name: string, run: () => Promise<T>) =>
    operation.step(masking ? `${name} as ${masking.tenant.id}` : name, run);
  const { isQuiet } = await step('begin', async () => ({ isQuiet: tenant.state === 'suspended' }));
  const sink = directorySink(folder);
  const exported: ExportedTier[] = [];
  // A database is the step: its tables have to be of one moment, and a moment does not outlive its process.
  for (const tier of distinctDatabases(deps.connect)) {
    exported.push(await step(`export ${tier}`, () => exportTier(deps, operation, sink, { tier, tenantId: tenant.id, masking })));
  }
  const data: ExportManifest['data'][number][] = [];
  // No mask fits what no row holds.
  for (const { by, value } of masking ? [] : deps.data()) {
    if (!value.count && !value.export) continue;
    data.push(await step(`export data of ${by}`, () => exportData(sink, { by, value }, tenant.id, operation.signal)));
  }
  const { fingerprint, serverVersion } = await step('describe', () => describe(deps));
  const users = exported.find((tier) => tier.users)?.users as ExportManifest['users'];
  // Resumed or let go meanwhile, it was not quiet after all.
  const isStillQuiet = isQuiet && (await deps.find(tenant.id)).state === 'suspended';
  const { id, slug, name } = masking?.tenant ?? tenant;
  const manifest = signed(
    {
      version: 1 as const,
      tenant: { id, slug, name, created: (masking ? deps.clock.now() : tenant.created).toISOString() },
      isQuiet: isStillQuiet,
      isMasked: masking !== undefined,
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
}

/** All tables of a database as of one moment. */
function exportTier(
  deps: LifecycleDeps,
  operation: Operation,
  sink: ArchiveSink,
  { tier, tenantId, masking }: { readonly tier: Tier; readonly tenantId: string; readonly masking: Masking | undefined },
): Promise<ExportedTier> {
  return inTier(deps, tier, { tag: 'export', isSnapshot: true, isReadOnly: true, signal: operation.signal }, async (tx) => {
    const tables: ArchivedTable[] = [];
    const readingOf = (await masking?.readings(tx, tier, tenantId)) ?? (() => ({ tenantId }));
    for (const table of await readTables(deps, tier, tx)) {
      const reading = readingOf(table);
      const exported = reading && (await exportTable(sink, tx, table, reading));
      if (exported) tables.push(exported);
      if (exported) operation.progress(`${table.name}: ${exported.rows} rows`);
    }
    if (deps.connect.databaseKey(tier) !== deps.connect.databaseKey('oltp')) return { tables };
    const people = await listUsers.all(tx, { tenant_id: tenantId });
    const rows = masking ? people.map((row) => masking.user(row)) : people;
    const users = { ...(await writeFile(sink, 'users.json.zst', once(JSON.stringify(rows)))), rows: rows.length };
    return { tables, users };
  });
}

/** Undefined where the tenant has no rows. */
async function exportTable(sink: ArchiveSink, tx: Transaction, table: TenantTable, reading: Reading): Promise<ArchivedTable | undefined> {
  const { tier, name, columns } = table;
  const hashed = await hashRows(tx, table, columns, reading);
  if (hashed.rows === 0) return undefined;
  const range = await rangeOf(tx, table, reading);
  const format = formatFor(columns);
  const file = await writeFile(sink, `${tier}/${fileName(name)}.copy.zst`, copyOut(tx, table, format, reading));
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

async function takeFolder(folder: string): Promise<object> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw lifecycleErrors.FOLDER_IN_USE({ folder });
  return {};
}

/** Of this program, as its package says. */
async function platformVersion(): Promise<string> {
  return JSON.parse(await readWhole(join(import.meta.dirname, '../../../../package.json'), 'utf8')).version;
}

async function* once(text: string) {
  yield Buffer.from(text);
}
