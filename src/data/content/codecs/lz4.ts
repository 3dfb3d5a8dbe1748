import lz4Block from 'lz4-napi';
import { type Codec, expectLength } from './codec.ts';

const sizePrefixBytes = 4;

// The block begins with its raw size and the decoder allocates that much before it reads on: a flipped bit there
// would ask for gigabytes. Hence the comparison first.
function checkPrefix(stored: Buffer, rawBytes: number): Buffer {
  const claimed = stored.length < sizePrefixBytes ? -1 : stored.readUInt32LE(0);
  if (claimed !== rawBytes) throw new Error(`LZ4 block claims ${claimed} bytes instead of ${rawBytes}`);
  return stored;
}

export const lz4: Codec = {
  id: 1,
  name: 'lz4',
  encode: (raw) => lz4Block.compressSync(raw),
  encodeAsync: (raw) => lz4Block.compress(raw),
  decode: (stored, rawBytes) => expectLength(lz4Block.uncompressSync(checkPrefix(stored, rawBytes)), rawBytes),
  decodeAsync: async (stored, rawBytes) => expectLength(await lz4Block.uncompress(checkPrefix(stored, rawBytes)), rawBytes),
};
