import { expect, test } from 'vitest';
import { checksumOf, fitsChecksum, normalise } from './checksum.ts';

test('[I3] byte order mark, line ends and final newlines do not change the checksum; anything else does', () => {
  const plain = checksumOf('select 1;\nselect 2;\n');
  for (const same of ['select 1;\r\nselect 2;\r\n', '\ufeffselect 1;\nselect 2;', 'select 1;\nselect 2;\n\n\r\n']) {
    expect(checksumOf(same)).toBe(plain);
  }
  for (const other of ['select 1;\nselect 2; \n', 'select 1;\nselect 3;\n', '\nselect 1;\nselect 2;\n']) {
    expect(checksumOf(other)).not.toBe(plain);
  }
  expect(normalise('')).toBe('\n');
});

test('[I3] a recorded value is compared by the algorithm it names; an unknown one never fits', () => {
  const recorded = checksumOf('select 1');
  expect(recorded).toMatch(/^v1:sha256:[0-9a-f]{64}$/);
  expect(fitsChecksum(recorded, 'select 1\r\n')).toBe(true);
  expect(fitsChecksum(recorded, 'select 2')).toBe(false);
  expect(fitsChecksum(recorded.replace('v1', 'v9'), 'select 1')).toBe(false);
});
