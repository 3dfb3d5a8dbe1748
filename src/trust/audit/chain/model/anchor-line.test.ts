import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AnchorRecord } from '../types.ts';
import { hashOfLine, readLines, toLine } from './anchor-line.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const recordOf = (number: number): AnchorRecord => ({
  tier: 'oltp',
  kind: 'heads',
  heads: [{ stream: '2026-01-01', number, hash: 'ab'.repeat(32) }],
  at: '2026-01-31T00:00:00.000Z',
});
const lines: string[] = [];
for (const number of [1, 2, 3]) lines.push(toLine(recordOf(number), lines.length > 0 ? hashOfLine(lines.at(-1) as string) : '', key));
const text = `${lines.join('\n')}\n`;

test('[I7] what was written is read', () => {
  expect(readLines(text, '', key)).toEqual({ records: [1, 2, 3].map(recordOf), last: hashOfLine(lines[2] as string) });
});

test('[I7] a line that is changed, left out or added by another is found', () => {
  expect(readLines(text.replace('"number":2', '"number":9'), '', key).broken?.line).toBe(3);
  expect(readLines([lines[0], lines[2]].join('\n'), '', key).broken?.line).toBe(2);
  expect(readLines(lines.slice(1).join('\n'), '', key).broken?.line).toBe(1);
  expect(readLines(text.replace('"number":3', '"number":9'), '', key).broken?.problem).toMatch(/signed/);
  const foreign = toLine(recordOf(4), hashOfLine(lines[2] as string), generateKeyPairSync('ed25519').privateKey);
  expect(readLines(text + foreign, '', key).broken?.problem).toMatch(/signed/);
});

test('[I8] a piece of a line that a killed process left is passed over, wherever it was cut', () => {
  const next = toLine(recordOf(4), hashOfLine(lines[2] as string), key);
  for (let length = 1; length < next.length; length += 7) {
    const torn = text + next.slice(0, length);
    expect(readLines(torn, '', key).records).toHaveLength(3);
    expect(readLines(`${torn}\n${next}\n`, '', key)).toMatchObject({ records: { length: 4 } });
    expect(readLines(`${torn}\n${next}\n`, '', key).broken).toBeUndefined();
  }
});
