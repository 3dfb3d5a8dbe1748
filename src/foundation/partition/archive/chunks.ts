import { createHash, type Hash } from 'node:crypto';
import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { partitionErrors } from '../errors.ts';
import type { ArchiveChunk, ArchiveSink, FileManifest } from './types.ts';

const level = 9;

/**
 * Writes a stream of rows as files of at most `chunkBytes` uncompressed, each a zstd frame of its own. Holds one piece at a
 * time, whatever the size of the whole.
 */
export async function writeChunks(
  sink: ArchiveSink,
  folder: string,
  rows: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): Promise<{ readonly chunks: readonly ArchiveChunk[]; readonly sha256: string }> {
  const whole = createHash('sha256');
  const chunks: ArchiveChunk[] = [];
  const source = rows[Symbol.asyncIterator]();
  let next = await source.next();
  try {
    while (!next.done) {
      const file = `${String(chunks.length + 1).padStart(6, '0')}.copy.zst`;
      const own = createHash('sha256');
      let rawBytes = 0;
      let sizeBytes = 0;
      const pieces = async function* () {
        while (!next.done && rawBytes < chunkBytes) {
          rawBytes += next.value.length;
          yield next.value;
          next = await source.next();
        }
      };
      const measured = async function* () {
        for await (const piece of through(pieces(), createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } }))) {
          own.update(piece);
          whole.update(piece);
          sizeBytes += piece.length;
          yield piece;
        }
      };
      await sink.write(`${folder}/${file}`, measured());
      chunks.push({ file, rawBytes, sizeBytes, sha256: own.digest('hex') });
    }
  } finally {
    await source.return?.();
  }
  return { chunks, sha256: whole.digest('hex') };
}

/**
 * The rows of an archive as they were written. Each chunk is compared with the manifest as it is read.
 *
 * @throws PLINTH_PARTITION_ARCHIVE_DAMAGED after the rows of a chunk whose bytes are not those that were written
 */
export async function* readChunks(sink: ArchiveSink, folder: string, manifest: FileManifest): AsyncGenerator<Uint8Array> {
  const whole = createHash('sha256');
  for (const chunk of manifest.chunks) {
    const place = sink.locate(`${folder}/${chunk.file}`);
    const own = createHash('sha256');
    try {
      yield* through(hashed(sink.read(`${folder}/${chunk.file}`), own, whole), createZstdDecompress());
    } catch (error) {
      throw partitionErrors.ARCHIVE_DAMAGED({ place, reason: 'it cannot be read or unpacked' }, { cause: error });
    }
    if (own.digest('hex') !== chunk.sha256) throw partitionErrors.ARCHIVE_DAMAGED({ place, reason: 'its SHA-256 is another' });
  }
  if (whole.digest('hex') !== manifest.sha256) {
    throw partitionErrors.ARCHIVE_DAMAGED({ place: sink.locate(folder), reason: 'its chunks are not all there or in another order' });
  }
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, ...hashes: readonly Hash[]): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    for (const hash of hashes) hash.update(piece);
    yield piece;
  }
}

/** Pieces through a transform; an error on either side ends both and is thrown to whoever reads. */
function through(pieces: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Uint8Array> {
  pipeline(Readable.from(pieces), transform, () => {});
  return transform;
}
