import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationSource } from '../../../kernel/index.ts';
import { tokensOf } from '../parse/index.ts';

/** A named query of a source that names one of the tables. */
export interface QueryMention {
  readonly table: string;
  readonly query: string;
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Where a text names one of the tables (`schema.table`, quoted where they need it), by PostgreSQL's scanner: in
 * code and inside string literals, which is where dynamic SQL stands. Offsets count bytes.
 */
export async function mentionsIn(
  text: string,
  tables: ReadonlySet<string>,
): Promise<{ readonly table: string; readonly offset: number }[]> {
  const tokens = (await tokensOf(text).catch(() => [])).filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const found: { table: string; offset: number }[] = [];
  for (const [index, token] of tokens.entries()) {
    const table = `${token.text}.${tokens[index + 2]?.text}`;
    if (tokens[index + 1]?.text === '.' && tables.has(table)) found.push({ table, offset: token.start });
    if (token.tokenName !== 'SCONST') continue;
    const [, , body = ''] = /^(\$\w*\$|')([\s\S]*)\1$/.exec(token.text) ?? [];
    for (const inner of await mentionsIn(body.replaceAll("''", "'"), tables)) found.push({ table: inner.table, offset: token.start });
  }
  return found;
}

/** Named queries of the sources that name one of the tables, one per query and table. Reads their `queries` folders. */
export async function mentioningQueries(sources: readonly MigrationSource[], tables: ReadonlySet<string>): Promise<QueryMention[]> {
  const found: QueryMention[] = [];
  for (const file of sources.flatMap(({ dir }) => [...sqlIn(join(dir, 'queries')), ...sqlIn(join(dir, 'sql/queries'))])) {
    const text = readFileSync(file, 'utf8');
    const bytes = Buffer.from(text);
    const heads = [...text.matchAll(/^-- name: (\w+)/gm)].map((match) => ({
      name: match[1] ?? '',
      offset: Buffer.byteLength(text.slice(0, match.index)),
    }));
    const seen = new Set<string>();
    for (const { table, offset } of await mentionsIn(text, tables)) {
      const query = heads.findLast((head) => head.offset < offset)?.name ?? '';
      if (seen.has(`${query} ${table}`)) continue;
      seen.add(`${query} ${table}`);
      found.push({ table, query, file, line: bytes.toString('utf8', 0, offset).split('\n').length });
    }
  }
  return found;
}

function sqlIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
