import { pipeline } from 'node:stream/promises';
import { messageOf, type Tier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { stateOf } from '../../migrate/index.ts';
import type { Context } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import { readChunks, writeChunks } from './chunks.ts';
import { columnList } from './long-work.ts';
import type { ArchivedRows, FileManifest } from './types.ts';

const folderOf = (tier: Tier, set: string, id: string) => `${tier}/${set.replaceAll(/[^\w.-]/g, '_')}/${id}`;

/** For people: where the files of an archive lie. */
export const locateFiles = (context: Context, tier: Tier, set: string, id: string) => context.sink().locate(folderOf(tier, set, id));

/** Writes the rows of `part`, as the transaction sees them, to the sink. */
export async function writeFiles(
  context: Context,
  tx: Transaction,
  archive: { readonly tier: Tier; readonly id: string; readonly part: string; readonly rows: ArchivedRows },
): Promise<FileManifest> {
  const { tier, id, part, rows } = archive;
  const sink = context.sink();
  const folder = folderOf(tier, rows.set, id);
  const source = tx.copyTo(`copy (select ${columnList(rows.columns)} from ${part}) to stdout`) as AsyncIterable<Uint8Array>;
  const { chunks, sha256 } = await writeChunks(sink, folder, source, context.options.archiveChunkBytes);
  const manifest: FileManifest = { ...rows, sha256, chunks, format: 'COPY text, zstd' };
  await sink.write(`${folder}/manifest.json`, once(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)));
  return manifest;
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Fills `table` with what the files give. @throws PLINTH_PARTITION_ARCHIVE_DAMAGED */
export async function readFiles(
  context: Context,
  tx: Transaction,
  archive: { readonly tier: Tier; readonly id: string; readonly manifest: FileManifest },
  table: string,
): Promise<void> {
  const { tier, id, manifest } = archive;
  const folder = folderOf(tier, manifest.set, id);
  try {
    await pipeline(readChunks(context.sink(), folder, manifest), tx.copyFrom(`copy ${table} (${columnList(manifest.columns)}) from stdin`));
  } catch (error) {
    // Damaged bytes may reach the server before their checksum is due: it then refuses them as data (class 22).
    if (!stateOf(error)?.startsWith('22')) throw error;
    throw partitionErrors.ARCHIVE_DAMAGED({ place: context.sink().locate(folder), reason: messageOf(error) }, { cause: error });
  }
}
