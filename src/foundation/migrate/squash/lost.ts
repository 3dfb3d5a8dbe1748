import type { Context } from '../context.ts';
import { readParts } from '../files/index.ts';
import { readHooks } from '../hooks/index.ts';
import type { MigrationFile } from '../model/migration.ts';
import { excerptAt, isDataStatement, parseFile } from '../parse/index.ts';

/** What of these migrations a schema does not show, one line each; empty when they can be squashed. */
export async function lostBySquashing(context: Context, range: readonly MigrationFile[]): Promise<string[]> {
  const reasons: string[] = [];
  for (const file of range) {
    const { options } = readParts(file);
    if (options.phase === 'backfill') {
      reasons.push(`${file.id} is a backfill`);
      continue;
    }
    const { statements } = await parseFile(file.path, file.up);
    for (const one of statements.filter(isDataStatement)) {
      reasons.push(`${file.path}:${excerptAt(file.up, one.offset).line} is there for rows: ${one.sql.split('\n', 1)[0]}`);
    }
  }
  for (const { id, text } of context.sources.flatMap(readHooks)) {
    for (const { id: migration, name } of range) if (text.includes(name)) reasons.push(`${id} is called for ${migration}`);
  }
  return reasons;
}

/** The `-- plinth:allow` lines of a file, which its squash needs as well. */
export async function allowancesIn({ path, up }: MigrationFile): Promise<string[]> {
  const { statements } = await parseFile(path, up);
  return statements.flatMap(({ comments }) => comments.filter((comment) => comment.startsWith('plinth:allow ')));
}
