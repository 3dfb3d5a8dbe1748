import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile, type Statement } from '../../parse/index.ts';
import type { LockMode } from '../model/locks.ts';

const file = (name: string) => join(import.meta.dirname, name);

/** A statement whose locks are known by measuring it. */
export interface LockCase {
  readonly statement: Statement;
  /** What it shows, in words. */
  readonly title: string;
  /** Lint rules it is an example for; empty for none. */
  readonly rules: readonly string[];
  /** Whether it is an example for what the rules want, or for what they warn of. */
  readonly isGood: boolean;
  /** Committed before it. */
  readonly given: readonly string[];
  /** Run before it in the same transaction; what they locked is held as well. */
  readonly before: readonly string[];
  readonly isTransactional: boolean;
}

/** What was measured for a case; one entry of `lock-truth.json`. */
export interface LockTruth extends Omit<LockCase, 'statement'> {
  readonly statement: string;
  /** The strongest lock held after it on each relation that was there before, by name. */
  readonly locks: Readonly<Record<string, LockMode>>;
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly indexBuilds: readonly string[];
  /** SQLSTATE with which the server refuses it; then nothing was measured. */
  readonly refused?: string;
}

/** The measured facts as they are committed, with the release they were measured on. */
export interface LockTruths {
  readonly server: string;
  readonly cases: readonly LockTruth[];
}

export const truthPath = file('lock-truth.json');

export const fixture = (): string => readFileSync(file('fixture.sql'), 'utf8');

export const readTruths = (): LockTruths => JSON.parse(readFileSync(truthPath, 'utf8')) as LockTruths;

export async function readCases(): Promise<readonly LockCase[]> {
  const { statements } = await parseFile(file('cases.sql'), readFileSync(file('cases.sql'), 'utf8'));
  return statements.map((statement) => {
    const told = (word: string) =>
      statement.comments.filter((line) => line.startsWith(`${word}:`)).map((line) => line.slice(word.length + 1).trim());
    const [, ids = '', side, title = ''] = /^(\S+) (good|bad): (.*)$/.exec(told('rules').at(-1) ?? '') ?? [];
    return {
      statement,
      title,
      rules: ids === 'none' ? [] : ids.split(','),
      isGood: side === 'good',
      given: told('given'),
      before: told('before'),
      isTransactional: told('apart').length === 0,
    };
  });
}

/** One case a line, so that a difference is one line of a review. */
export function formatTruths({ server, cases }: LockTruths): string {
  return `{"server": ${JSON.stringify(server)}, "cases": [\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`;
}
