import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { faultsOfExport, sealExport } from './seal-export.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519').privateKey;
const what = { file: 'a.jsonl', from: '2026-01-01', to: '2026-02-01', events: 3, sha256: 'aa', made: '2026-02-01T00:00:00Z' };
const seal = sealExport(what, privateKey);

test('[I24] an export that is as it was signed has no fault, by either half of the key', () => {
  expect(faultsOfExport(seal, 'aa', privateKey)).toEqual([]);
  expect(faultsOfExport(JSON.parse(JSON.stringify(seal)), 'aa', createPublicKey(privateKey))).toEqual([]);
});

test('[I24] a changed file, a changed seal and a foreign key are each told', () => {
  expect(faultsOfExport(seal, 'bb', privateKey)).toEqual(['the file was changed: its SHA-256 is bb, signed was aa']);
  for (const field of ['file', 'from', 'to', 'made'] as const) {
    expect(faultsOfExport({ ...seal, [field]: 'x' }, 'aa', privateKey), field).toEqual(['the seal was changed after it was signed']);
  }
  expect(faultsOfExport({ ...seal, events: 2 }, 'aa', privateKey)).toHaveLength(1);
  expect(faultsOfExport(sealExport(what, other), 'aa', privateKey)).toEqual([
    expect.stringMatching(/^it was signed by another key, [0-9a-f ]{39}$/),
  ]);
});
