import type { Codec } from './codec.ts';
import { gzip } from './gzip.ts';
import { lz4 } from './lz4.ts';
import { none } from './none.ts';
import { zstd } from './zstd.ts';

/** A new algorithm is one module here and one row in `content.compression_algorithms`. */
export const codecs: readonly Codec[] = [none, lz4, zstd, gzip];

/** Undefined when a newer version wrote it: only the blob that uses it cannot be read. */
export function codecById(id: number): Codec | undefined {
  return codecs.find((codec) => codec.id === id);
}

/** The registered codec of that name. @throws {Error} for a name that no option allows. */
export function codecByName(name: string): Codec {
  const found = codecs.find((codec) => codec.name === name);
  if (!found) throw new Error(`no codec named ${name}`);
  return found;
}

export type { Codec };
