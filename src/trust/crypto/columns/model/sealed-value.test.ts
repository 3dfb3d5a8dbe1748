import { createDecipheriv, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssociatedData } from './associated-data.ts';
import { overheadBytes, seal, unseal, versionOf } from './sealed-value.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => createSecretKey(bytes));
const version = fc.integer({ min: 1, max: 65_535 });
const associated = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
const text = fc.string({ unit: 'grapheme', maxLength: 200 });

test('[I1] every text comes back, and the bytes are those that are described', () => {
  fc.assert(
    fc.property(key, version, associated, text, (k, v, place, clear) => {
      const sealed = seal(k, v, place, clear);
      expect(versionOf(sealed)).toBe(v);
      expect(unseal(k, place, sealed)).toBe(clear);
      const bytes = Buffer.from(clear);
      expect(sealed.length).toBe(overheadBytes + bytes.length);
      const decipher = createDecipheriv('aes-256-gcm', k, sealed.subarray(3, 15)).setAuthTag(sealed.subarray(-16)).setAAD(place);
      expect(Buffer.concat([decipher.update(sealed.subarray(15, -16)), decipher.final()])).toEqual(bytes);
    }),
  );
});

test('[I2] one bit changed, cut anywhere, or another key or place: it does not open', () => {
  fc.assert(
    fc.property(key, key, associated, associated, text, fc.nat(), (k, otherKey, place, otherPlace, clear, at) => {
      const sealed = seal(k, 1, place, clear);
      // Bytes 1 and 2 are the version: it chooses the key.
      const position = 3 + (at % (sealed.length - 3));
      const changed = Buffer.from(sealed);
      changed[position] = (changed[position] as number) ^ (1 << (at % 8));
      expect(unseal(k, place, changed)).toBeUndefined();
      const cut = sealed.subarray(0, at % sealed.length);
      expect(versionOf(cut) === undefined || unseal(k, place, cut) === undefined).toBe(true);
      if (!k.equals(otherKey)) expect(unseal(otherKey, place, sealed)).toBeUndefined();
      if (!place.equals(otherPlace)) expect(unseal(k, otherPlace, sealed)).toBeUndefined();
    }),
  );
});

test('[I1] no nonce is used twice', () => {
  const [k, place] = [createSecretKey(Buffer.alloc(32, 5)), Buffer.from('here')];
  const nonces = new Set(Array.from({ length: 5_000 }, () => seal(k, 1, place, '').toString('hex', 3, 15)));
  expect(nonces.size).toBe(5_000);
});

test('[I2] two places never read the same, however their parts are cut', () => {
  // Few letters, so that places that differ in their cuts alone come about.
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 4 });
  const place = fc.tuple(part, part, fc.array(part, { minLength: 1, maxLength: 3 }));
  const bytesOf = ([tenant, column, rowKey]: [string, string, string[]]) => Buffer.from(new AssociatedData(tenant, column).of(rowKey, []));
  fc.assert(
    fc.property(place, place, (a, b) => {
      const isSame = a[0].toLowerCase() === b[0].toLowerCase() && JSON.stringify(a.slice(1)) === JSON.stringify(b.slice(1));
      expect(bytesOf(a).equals(bytesOf(b))).toBe(isSame);
    }),
  );
});

test('[I2] a key of any length has its place, and a uuid is the same in any case', () => {
  const long = 'x'.repeat(10_000);
  const data = new AssociatedData('t', 'c');
  const bytes = Buffer.from(data.of([long, 1], []));
  expect(bytes.equals(new AssociatedData('t', 'c').of([long, 1n], []))).toBe(true);
  const uuid = '0190D1F0-0000-7000-8000-00000000000A';
  expect(Buffer.from(data.of([uuid], [true])).equals(new AssociatedData('t', 'c').of([uuid.toLowerCase()], [true]))).toBe(true);
  expect(Buffer.from(data.of([uuid], [false])).equals(new AssociatedData('t', 'c').of([uuid.toLowerCase()], [false]))).toBe(false);
});
