import { createHash, type Hash } from 'node:crypto';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { ArchiveSink } from '../../../foundation/partition/index.ts';
import { lifecycleErrors } from './errors.ts';
import type { ArchivedFile } from './types.ts';

/** Part of a path that is a name of somebody else's. */
export const fileName = (name: string) => encodeURIComponent(name).replaceAll('*', '%2A');

/** Writes bytes as one file, compressed; it is there whole or not at all. Holds a piece at a time. */
export async function writeFile(sink: ArchiveSink, file: string, bytes: AsyncIterable<Uint8Array>): Promise<ArchivedFile> {
  const digest = createHash('sha256');
  let rawBytes = 0;
  let sizeBytes = 0;
  const counted = async function* () {
    for await (const piece of bytes) {
      rawBytes += piece.length;
      yield piece;
    }
  };
  const compressed = async function* () {
    for await (const piece of through(counted(), createZstdCompress())) {
      digest.update(piece);
      sizeBytes += piece.length;
      yield piece;
    }
  };
  await sink.write(file, compressed());
  return { file, rawBytes, sizeBytes, sha256: digest.digest('hex') };
}

/**
 * The bytes that were written. Whoever reads them has to undo what he did with them when the end throws.
 *
 * @throws PLINTH_TENANCY_EXPORT_DAMAGED at the latest after the last byte
 */
export async function* readFile(sink: ArchiveSink, { file, sha256 }: ArchivedFile): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  try {
    yield* through(hashed(sink.read(file), digest), createZstdDecompress());
  } catch (error) {
    throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(file), reason: 'it cannot be read or unpacked' }, { cause: error });
  }
  if (digest.digest('hex') !== sha256) throw lifecycleErrors.EXPORT_DAMAGED({ place: sink.locate(file), reason: 'its SHA-256 is another' });
}

/** All of what is small enough to be held. */
export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, digest: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    digest.update(piece);
    yield piece;
  }
}

/** Pieces through a transform; an error on either side ends both and is thrown to whoever reads. */
function through(pieces: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Uint8Array> {
  pipeline(Readable.from(pieces), transform, () => {});
  return transform;
}
