import { type Codec, expectLength } from './codec.ts';

export const none: Codec = {
  id: 0,
  name: 'none',
  encode: (raw) => raw,
  encodeAsync: async (raw) => raw,
  decode: expectLength,
  decodeAsync: async (stored, rawBytes) => expectLength(stored, rawBytes),
};
