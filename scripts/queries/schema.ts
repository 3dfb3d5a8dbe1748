import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { SqlFolder } from './capabilities.ts';

/** Something that PostgreSQL or the scanner refused, at a place a person can open. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Line (from 1) of a driver error's position in `text`. */
export function lineOfPosition(text: string, position: string | undefined): number {
  return position === undefined
    ? 1
    : [...text]
        .slice(0, Number(position) - 1)
        .join('')
        .split('\n').length;
}

/**
 * Applies the schema of all folders to an empty database on a server that has the roles, one file after the other, each folder's migrations before its objects.
 *
 * The order between folders of one layer is found by trying: a file that fails is tried again after the others, as long as
 * that gets further. What still fails is returned; the rest of the schema is there.
 */
export async function applySchema(client: pg.Client, folders: readonly SqlFolder[]): Promise<Problem[]> {
  let waiting = folders.map((folder) => ({
    folder,
    files: [...folder.migrations, ...folder.objects],
    problem: undefined as Problem | undefined,
  }));
  for (;;) {
    let isFurther = false;
    for (const entry of waiting) {
      entry.problem = undefined;
      while (entry.files[0] !== undefined && !entry.problem) {
        entry.problem = await applyFile(client, entry.files[0]);
        if (!entry.problem) {
          entry.files.shift();
          isFurther = true;
        }
      }
    }
    waiting = waiting.filter((entry) => entry.problem);
    if (!isFurther || waiting.length === 0) return waiting.flatMap((entry) => entry.problem ?? []);
  }
}

async function applyFile(client: pg.Client, file: string): Promise<Problem | undefined> {
  const text = readFileSync(file, 'utf8');
  const isTransaction = !/^--!\s*tx:\s*none/m.test(text);
  try {
    // The trailing newline ends a comment on the last line.
    await client.query(isTransaction ? `begin; set local search_path = pg_catalog;${text}\n; commit` : text);
    return undefined;
  } catch (error) {
    await client.query('rollback');
    const { message, position, where } = error as pg.DatabaseError;
    return {
      file,
      line: lineOfPosition(text, position === undefined ? undefined : shift(position, isTransaction)),
      message: where ? `${message} (${where})` : message,
    };
  }
}

const shift = (position: string, isTransaction: boolean) =>
  `${Math.max(1, Number(position) - (isTransaction ? 'begin; set local search_path = pg_catalog;'.length : 0))}`;
