import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codecs } from './index.ts';

const samples: [string, Buffer][] = [
  ['1 byte', Buffer.from('x')],
  ['127 bytes', Buffer.alloc(127, 'ab')],
  ['1,024 random bytes', randomBytes(1_024)],
  ['text with NUL', Buffer.from('plain text \0 with everything '.repeat(2_000))],
  ['a megabyte of zeros', Buffer.alloc(1_000_000)],
];

describe.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (name, codec) => {
  it.each(samples)('gives back %s', async (_, raw) => {
    const stored = codec.encode(raw);
    expect(codec.decode(stored, raw.length).equals(raw)).toBe(true);
    expect((await codec.decodeAsync(await codec.encodeAsync(raw), raw.length)).equals(raw)).toBe(true);
  });

  it('[I4] refuses another length than recorded, without allocating what the input claims', async () => {
    const stored = codec.encode(Buffer.alloc(50_000_000));
    expect(() => codec.decode(stored, 1_000)).toThrow();
    await expect(codec.decodeAsync(stored, 1_000)).rejects.toThrow();
    const small = codec.encode(Buffer.from('some text'));
    expect(() => codec.decode(small, 10)).toThrow();
  });

  // The others have no check of their own; the frame's hash covers them.
  if (name !== 'zstd' && name !== 'gzip') return;
  it('[I4] finds a flipped bit by its own check', () => {
    const raw = samples[3]?.[1] as Buffer;
    const stored = codec.encode(raw);
    for (let bit = 0; bit < 200; bit++) {
      const flipped = Buffer.from(stored);
      const index = (bit * 7_919) % (flipped.length * 8);
      flipped[index >> 3] = (flipped[index >> 3] as number) ^ (1 << (index & 7));
      let decoded: Buffer | undefined;
      try {
        decoded = codec.decode(flipped, raw.length);
      } catch {}
      // A bit of the header may mean nothing; other bytes never come out.
      expect(decoded === undefined || decoded.equals(raw)).toBe(true);
    }
  });
});
