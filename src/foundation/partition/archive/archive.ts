import { pipeline } from 'node:stream/promises';
import { messageOf, quoteIdentifier, sqlstateOf, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { asOwner, type Context } from '../context.ts';
import { partitionErrors, toPartitionError } from '../errors.ts';
import {
  exportSettings,
  findArchivable,
  hashRows,
  insertArchive,
  listColumns,
  noteUnverified,
  noteVerified,
} from '../sql/queries/queries.gen.ts';
import { readChunks, writeChunks } from './chunks.ts';
import type { ArchiveManifest } from './types.ts';

// As long as it takes: a partition may be large and nobody waits.
const deadlineMs = 24 * 60 * 60_000;

/** One long transaction as owner that sees everything, and everything as it was at its beginning. */
export async function longWork<T>(
  { connect }: Context,
  tier: Tier,
  tag: string,
  signal: AbortSignal | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const request = { tier, as: 'owner', priority: 'maintenance', isolation: 'repeatable read', isRetryable: false, deadlineMs } as const;
  try {
    return await connect.transaction({ ...request, tag: `partition.${tag}`, ...(signal && { signal }) }, async (tx) => {
      await exportSettings.run(tx, {});
      return work(tx);
    });
  } catch (error) {
    throw toPartitionError(error);
  }
}

export const columnList = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => quoteIdentifier(name)).join(', ');

/**
 * Writes the rows of a detached partition to the sink, reads them back and compares. Only then is it `archived` and may be
 * dropped.
 *
 * @throws PLINTH_PARTITION_ARCHIVE_DAMAGED, and what the sink throws; the partition stays
 */
export async function archivePart(context: Context, tier: Tier, partId: string, signal?: AbortSignal): Promise<string> {
  const sink = context.sink();
  const id = uuidv7();
  const manifest = await longWork(context, tier, 'archive', signal, async (tx) => {
    const part = await findArchivable.first(tx, { part_id: partId });
    if (!part) throw partitionErrors.UNKNOWN_PART({ part: partId });
    const columns = (await listColumns.all(tx, { table_name: part.part })).filter((column) => !column.is_generated);
    const names = columnList(columns);
    const folder = folderOf(tier, part.set_name, id);
    // The same snapshot as the export: what is counted here is what is written there.
    const hash = await hashRows.one(tx, { table_name: part.part, columns: names });
    const rows = tx.copyTo(`copy (select ${names} from ${part.part}) to stdout`) as AsyncIterable<Uint8Array>;
    const { chunks, sha256 } = await writeChunks(sink, folder, rows, context.options.archiveChunkBytes);
    const written: ArchiveManifest = {
      version: 1,
      set: part.set_name,
      table: part.part,
      ...(part.lower_bound !== null && { from: part.lower_bound }),
      ...(part.upper_bound !== null && { to: part.upper_bound }),
      ...(part.group_name !== null && { group: part.group_name }),
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: hash.row_count,
      contentHash: hash.content_hash,
      sha256,
      chunks,
      format: 'COPY text, zstd',
      serverVersion: String((await tx.query({ text: 'show server_version' })).rows[0].server_version),
      archived: context.clock.now().toISOString(),
    };
    await sink.write(`${folder}/manifest.json`, once(Buffer.from(`${JSON.stringify(written, null, 2)}\n`)));
    await insertArchive.run(tx, {
      id,
      part_id: partId,
      location: sink.locate(folder),
      manifest: JSON.stringify(written),
      row_count: written.rows,
      size_bytes: chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0),
      sha256,
      content_hash: written.contentHash,
    });
    return written;
  });
  await verifyArchive(context, tier, { id, manifest }, signal);
  return id;
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

export const folderOf = (tier: Tier, set: string, id: string) => `${tier}/${set.replaceAll(/[^\w.-]/g, '_')}/${id}`;

/**
 * Fetches an archive, unpacks it, loads it into a table that is gone afterwards, and compares number and content of the rows.
 *
 * @throws PLINTH_PARTITION_ARCHIVE_DAMAGED
 */
export async function verifyArchive(
  context: Context,
  tier: Tier,
  archive: { readonly id: string; readonly manifest: ArchiveManifest },
  signal?: AbortSignal,
): Promise<void> {
  const { id, manifest } = archive;
  const started = context.clock.monotonicMs();
  try {
    await longWork(context, tier, 'verify', signal, async (tx) => {
      const scratch = `partition_detached.${quoteIdentifier(`reading_${id}`)}`;
      await load(context, tx, tier, id, manifest, scratch);
      const found = await hashRows.one(tx, { table_name: scratch, columns: columnList(manifest.columns) });
      if (found.row_count !== manifest.rows || found.content_hash !== manifest.contentHash) {
        throw partitionErrors.ARCHIVE_DAMAGED({
          place: context.sink().locate(folderOf(tier, manifest.set, id)),
          reason: `it gives ${found.row_count} rows with hash ${found.content_hash} instead of ${manifest.rows} with ${manifest.contentHash}`,
        });
      }
      await tx.query({ text: `drop table ${scratch}` });
    });
  } catch (error) {
    await asOwner(context, tier, 'verify', (tx) => noteUnverified.run(tx, { id }));
    throw error;
  }
  const tookMs = Math.round(context.clock.monotonicMs() - started);
  await asOwner(context, tier, 'verify', (tx) => noteVerified.run(tx, { id, took_ms: tookMs }));
}

/** Makes a bare table with the columns of an archive and fills it. @throws PLINTH_PARTITION_ARCHIVE_DAMAGED */
export async function load(
  context: Context,
  tx: Transaction,
  tier: Tier,
  id: string,
  manifest: ArchiveManifest,
  table: string,
): Promise<void> {
  const columns = manifest.columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
  await tx.query({ text: `create table ${table} (${columns})` });
  const folder = folderOf(tier, manifest.set, id);
  try {
    await pipeline(readChunks(context.sink(), folder, manifest), tx.copyFrom(`copy ${table} (${columnList(manifest.columns)}) from stdin`));
  } catch (error) {
    // Damaged bytes may reach the server before their checksum is due: it then refuses them as data (class 22).
    if (!sqlstateOf(error)?.startsWith('22')) throw error;
    throw partitionErrors.ARCHIVE_DAMAGED({ place: context.sink().locate(folder), reason: messageOf(error) }, { cause: error });
  }
}
