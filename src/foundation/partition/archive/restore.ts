import { quoteIdentifier } from '../../../kernel/index.ts';
import { asOwner, type Context, databases } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import {
  dressPart,
  existsTable,
  findArchive,
  listArchives,
  listColumns,
  noteRestored,
  printName,
  reattachPart,
} from '../sql/queries/queries.gen.ts';
import { load, scratchOf, verifyArchive } from './archive.ts';
import { columnList, longWork } from './long-work.ts';
import type { ArchiveManifest, ArchiveStatus, Restored } from './types.ts';

/** Every archive of all databases, oldest first in each. */
export async function archivesOf(context: Context): Promise<readonly ArchiveStatus[]> {
  const perDatabase = databases(context).map(async (tier) => {
    const rows = await asOwner(context, tier, 'archives', (tx) => listArchives.all(tx, {}));
    return rows.map(
      (row): ArchiveStatus => ({
        tier,
        id: row.id,
        set: row.set_name,
        table: row.part,
        ...(row.lower_bound !== null && { from: row.lower_bound }),
        ...(row.upper_bound !== null && { to: row.upper_bound }),
        location: row.location,
        rows: row.row_count,
        sizeBytes: row.size_bytes,
        archived: row.archived,
        ...(row.verified && { verified: row.verified }),
        ...(row.restored && { restored: row.restored }),
      }),
    );
  });
  return (await Promise.all(perDatabase)).flat();
}

async function find(context: Context, id: string) {
  for (const tier of databases(context)) {
    const found = await asOwner(context, tier, 'archive', (tx) => findArchive.first(tx, { id }));
    if (found) return { ...found, manifest: found.manifest as ArchiveManifest, tier };
  }
  throw partitionErrors.UNKNOWN_ARCHIVE({ id });
}

/** Reads an archive back now. @throws PLINTH_PARTITION_UNKNOWN_ARCHIVE, PLINTH_PARTITION_ARCHIVE_DAMAGED */
export async function verify(context: Context, id: string, signal?: AbortSignal): Promise<void> {
  const { tier, manifest } = await find(context, id);
  await verifyArchive(context, { tier, id, manifest }, signal);
}

/**
 * Brings the rows of an archive back as a table in partition_detached, as the table they came from is now; with `attach`
 * into that table, where the range is free. Retention takes it away again after the days of grace unless the line has moved.
 *
 * @throws PLINTH_PARTITION_UNKNOWN_ARCHIVE, PLINTH_PARTITION_ARCHIVE_DAMAGED, PLINTH_PARTITION_REFUSED
 */
export async function restore(
  context: Context,
  id: string,
  request: { readonly attach?: boolean; readonly signal?: AbortSignal },
): Promise<Restored> {
  const { tier, manifest, part_id, state, part, set_name } = await find(context, id);
  if (state !== 'dropped') throw partitionErrors.STILL_THERE({ part, state });
  const started = context.clock.monotonicMs();
  const table = `partition_detached.${quoteIdentifier(nameIn(part))}`;
  const columns = await longWork(context, tier, 'restore', request.signal, async (tx) => {
    const scratch = scratchOf(id);
    await load(context, tx, { tier, id, manifest }, scratch, request.signal);
    const { exists } = await existsTable.one(tx, { table_name: set_name });
    const now = exists ? await listColumns.all(tx, { table_name: set_name }) : [];
    if (!exists) await tx.query({ text: `alter table ${scratch} rename to ${quoteIdentifier(nameIn(part))}` });
    else {
      const shared = manifest.columns.filter(({ name }) => now.some((column) => column.name === name && !column.is_generated));
      await tx.query({ text: `create table ${table} (like ${set_name} including all excluding identity excluding indexes)` });
      await tx.query({ text: `insert into ${table} (${columnList(shared)}) select ${columnList(shared)} from ${scratch}` });
      await tx.query({ text: `drop table ${scratch}` });
      await dressPart.run(tx, { part: table, parent: set_name });
    }
    const named = (await printName.one(tx, { table_name: table })).name;
    await noteRestored.run(tx, { id, table_name: named, took_ms: Math.round(context.clock.monotonicMs() - started) });
    return {
      named,
      added: now.filter(({ name, is_generated }) => !is_generated && !manifest.columns.some((column) => column.name === name)),
      missing: exists ? manifest.columns.filter(({ name }) => !now.some((column) => column.name === name)) : [],
    };
  });
  const attached = request.attach ? await asOwner(context, tier, 'reattach', (tx) => reattachPart.one(tx, { part_id })) : undefined;
  return {
    table: attached?.part ?? columns.named,
    rows: manifest.rows,
    added: columns.added.map(({ name }) => name),
    missing: columns.missing.map(({ name }) => name),
  };
}

/** The last part of a qualified name as the server prints it. */
function nameIn(qualified: string): string {
  const [, quoted, plain] = /(?:"((?:[^"]|"")*)"|([^."]+))$/.exec(qualified) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain ?? qualified;
}
