import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip as gzipCallback, gzipSync } from 'node:zlib';
import { type Codec, expectLength } from './codec.ts';

const compress = promisify(gzipCallback);
const decompress = promisify(gunzip);

/** Carries a CRC-32 of the raw bytes of its own. */
export const gzip: Codec = {
  id: 3,
  name: 'gzip',
  encode: (raw) => gzipSync(raw),
  encodeAsync: (raw) => compress(raw),
  decode: (stored, rawBytes) => expectLength(gunzipSync(stored, { maxOutputLength: rawBytes }), rawBytes),
  decodeAsync: async (stored, rawBytes) => expectLength(await decompress(stored, { maxOutputLength: rawBytes }), rawBytes),
};
