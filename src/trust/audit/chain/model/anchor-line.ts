import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { AnchorRecord } from '../types.ts';

/** A record as a line of a file: chained to the line before, signed. */
interface AnchorLine extends AnchorRecord {
  /** SHA-256 of the line before, hexadecimal; empty for the first. */
  readonly previous: string;
  /** Ed25519 over the JSON of all other fields, base64. */
  readonly signature: string;
}

export const hashOfLine = (line: string) => createHash('sha256').update(line).digest('hex');

/** Without the line break at its end. */
export function toLine(record: AnchorRecord, previous: string, privateKey: KeyObject): string {
  const { tier, kind, heads, at, reason } = record;
  const unsigned = { tier, kind, heads, at, ...(reason !== undefined && { reason }), previous };
  return JSON.stringify({ ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), privateKey).toString('base64') });
}

export interface ReadLines {
  readonly records: readonly AnchorRecord[];
  /** Hash of the last line; that given where there is none. */
  readonly last: string;
  /** The first line that is not as it was written, from 1, and what is wrong with it. */
  readonly broken?: { readonly line: number; readonly problem: string };
}

/**
 * Reads lines that follow the line with hash `previous`. A piece of a line is what a killed process leaves: the next one begins anew, chained
 * to the last whole one. All lines hang together, so one signature at the end speaks for all.
 */
export function readLines(text: string, previous: string, key: KeyObject): ReadLines {
  const records: AnchorRecord[] = [];
  let last = previous;
  let lastWhole: string | undefined;
  const stop = (line: number, problem: string): ReadLines => ({ records, last, broken: { line, problem } });
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const parsed = parse(line);
    if (!parsed) continue;
    if (parsed.previous !== last) return stop(index + 1, 'does not follow the one before it');
    const { previous: _, signature, ...record } = parsed;
    records.push(record);
    last = hashOfLine(line);
    lastWhole = line;
  }
  if (lastWhole !== undefined && !isSigned(lastWhole, key))
    return stop(lines.lastIndexOf(lastWhole) + 1, 'is not signed by the key of this platform');
  return { records, last };
}

function parse(line: string): AnchorLine | undefined {
  try {
    const value = JSON.parse(line) as AnchorLine;
    return typeof value?.signature === 'string' && Array.isArray(value.heads) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(line: string, key: KeyObject): boolean {
  const { signature, ...unsigned } = JSON.parse(line) as AnchorLine;
  return verify(null, Buffer.from(JSON.stringify(unsigned)), createPublicKey(key), Buffer.from(signature, 'base64'));
}
