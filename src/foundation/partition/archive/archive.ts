import { quoteIdentifier, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { asOwner, type Context } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import {
  existsTable,
  findArchivable,
  hashRows,
  insertArchive,
  listColumns,
  noteUnverified,
  noteVerified,
} from '../sql/queries/queries.gen.ts';
import { locateFiles, readFiles, writeFiles } from './in-files.ts';
import { copyToTier, locateCopy, readCopy } from './in-tier.ts';
import { bareTable, columnList, longWork } from './long-work.ts';
import type { ArchivedRows, ArchiveManifest } from './types.ts';

/** An archive of a partition of this tier. */
export interface Archive {
  readonly tier: Tier;
  readonly id: string;
  readonly manifest: ArchiveManifest;
}

/**
 * Writes the rows of a detached partition to the sink, or copies them to the tier that is declared, reads them back and compares. Only then
 * is it `archived` and may be dropped.
 *
 * @throws PLINTH_PARTITION_ARCHIVE_DAMAGED, and what the sink or the other tier throws; the partition stays
 */
export async function archivePart(context: Context, tier: Tier, partId: string, signal?: AbortSignal): Promise<string> {
  const id = uuidv7();
  const manifest = await longWork(context, tier, 'archive', signal, async (tx) => {
    const part = await findArchivable.first(tx, { part_id: partId });
    if (!part) throw partitionErrors.UNKNOWN_PART({ part: partId });
    const columns = (await listColumns.all(tx, { table_name: part.part })).filter((column) => !column.is_generated);
    // The same snapshot as the export: what is counted here is what is written there.
    const hash = await hashRows.one(tx, { table_name: part.part, columns: columnList(columns) });
    const rows: ArchivedRows = {
      version: 1,
      set: part.set_name,
      table: part.part,
      ...(part.lower_bound !== null && { from: part.lower_bound }),
      ...(part.upper_bound !== null && { to: part.upper_bound }),
      ...(part.group_name !== null && { group: part.group_name }),
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: hash.row_count,
      contentHash: hash.content_hash,
      serverVersion: String((await tx.query({ text: 'show server_version' })).rows[0].server_version),
      archived: context.clock.now().toISOString(),
    };
    const { manifest: written, sizeBytes } =
      part.to_tier === null
        ? await toFiles(context, tx, { tier, id, part: part.part, rows })
        : await copyToTier(context, tx, { to: part.to_tier as Tier, partId, part: part.part, relation: part.relation, rows }, signal);
    await insertArchive.run(tx, {
      id,
      part_id: partId,
      location: placeOf(context, { tier, id, manifest: written }),
      manifest: JSON.stringify(written),
      row_count: written.rows,
      size_bytes: sizeBytes,
      sha256: written.format === 'table' ? null : written.sha256,
      content_hash: written.contentHash,
    });
    return written;
  });
  await verifyArchive(context, { tier, id, manifest }, signal);
  return id;
}

async function toFiles(...request: Parameters<typeof writeFiles>) {
  const manifest = await writeFiles(...request);
  return { manifest, sizeBytes: manifest.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0) };
}

const placeOf = (context: Context, { tier, id, manifest }: Archive) =>
  manifest.format === 'table' ? locateCopy(manifest) : locateFiles(context, tier, manifest.set, id);

/**
 * Fetches an archive, unpacks it, loads it into a table that is gone afterwards, and compares number and content of the rows; a copy in
 * another tier is compared where it is.
 *
 * @throws PLINTH_PARTITION_ARCHIVE_DAMAGED
 */
export async function verifyArchive(context: Context, archive: Archive, signal?: AbortSignal): Promise<void> {
  const { tier, id, manifest } = archive;
  const started = context.clock.monotonicMs();
  try {
    if (manifest.format === 'table') {
      await longWork(context, manifest.tier, 'verify', signal, (tx) => compare(context, tx, archive, manifest.relation));
    } else {
      await longWork(context, tier, 'verify', signal, async (tx) => {
        const scratch = scratchOf(id);
        await load(context, tx, archive, scratch, signal);
        await compare(context, tx, archive, scratch);
        await tx.query({ text: `drop table ${scratch}` });
      });
    }
  } catch (error) {
    await asOwner(context, tier, 'verify', (tx) => noteUnverified.run(tx, { id }));
    throw error;
  }
  const tookMs = Math.round(context.clock.monotonicMs() - started);
  await asOwner(context, tier, 'verify', (tx) => noteVerified.run(tx, { id, took_ms: tookMs }));
}

/** Where the rows of an archive are for the time of one transaction. */
export const scratchOf = (id: string) => `partition_detached.${quoteIdentifier(`reading_${id}`)}`;

async function compare(context: Context, tx: Transaction, archive: Archive, table: string): Promise<void> {
  const { manifest } = archive;
  const found = (await existsTable.one(tx, { table_name: table })).exists
    ? await hashRows.one(tx, { table_name: table, columns: columnList(manifest.columns) })
    : { row_count: 'no', content_hash: 'none' };
  if (found.row_count === manifest.rows && found.content_hash === manifest.contentHash) return;
  const reason = `it gives ${found.row_count} rows with hash ${found.content_hash} instead of ${manifest.rows} with ${manifest.contentHash}`;
  throw partitionErrors.ARCHIVE_DAMAGED({ place: placeOf(context, archive), reason });
}

/** Makes a bare table with the columns of an archive and fills it. @throws PLINTH_PARTITION_ARCHIVE_DAMAGED */
export async function load(context: Context, tx: Transaction, archive: Archive, table: string, signal?: AbortSignal): Promise<void> {
  const { manifest } = archive;
  await tx.query({ text: bareTable(table, manifest.columns) });
  if (manifest.format === 'table') await readCopy(context, tx, manifest, table, signal);
  else await readFiles(context, tx, { ...archive, manifest }, table);
}
