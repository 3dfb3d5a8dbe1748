import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { type Codec, expectLength } from './codec.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

// The checksum is off by default. With a dictionary it is the only thing that tells the wrong one from the right one.
const options = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };

export const zstd: Codec = {
  id: 2,
  name: 'zstd',
  encode: (raw) => zstdCompressSync(raw, options),
  encodeAsync: (raw) => compress(raw, options),
  decode: (stored, rawBytes) => expectLength(zstdDecompressSync(stored, { maxOutputLength: rawBytes }), rawBytes),
  decodeAsync: async (stored, rawBytes) => expectLength(await decompress(stored, { maxOutputLength: rawBytes }), rawBytes),
};
