import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { SqlFolder } from './capabilities.ts';
import { describeStatement, type TypedStatement } from './describe.ts';
import { render } from './render.ts';
import { applySchema, lineOfPosition, type Problem } from './schema.ts';
import { readStatements, type Statement, StatementError } from './statements.ts';
import { readTypes } from './types.ts';

export interface Generated {
  readonly folder: SqlFolder;
  /** The text of the file, or undefined where a statement of this folder has a problem. */
  readonly text: string | undefined;
}

/** Types the statements of all folders against `client`'s empty database. A problem in one folder does not touch the others. */
export async function generateQueries(
  client: pg.Client,
  folders: readonly SqlFolder[],
  base?: string,
): Promise<{ readonly files: readonly Generated[]; readonly problems: readonly Problem[] }> {
  const problems = await applySchema(client, folders);
  await client.query('set search_path = pg_catalog');
  const types = await readTypes(client);
  const files: Generated[] = [];
  for (const folder of folders.filter(({ queries }) => queries.length > 0)) {
    const found: Problem[] = [];
    const statements: TypedStatement[] = [];
    for (const statement of await readAll(folder, found)) {
      try {
        statements.push(await describeStatement(client, types, statement));
      } catch (error) {
        const { message, position } = error as pg.DatabaseError;
        const line = statement.line + lineOfPosition(statement.text, position) - 1;
        found.push({ file: statement.file, line, message: `${statement.name}: ${message}` });
      }
    }
    files.push({ folder, text: found.length > 0 ? undefined : render(folder, statements, base) });
    problems.push(...found);
  }
  return { files, problems };
}

async function readAll(folder: SqlFolder, problems: Problem[]): Promise<Statement[]> {
  const statements: Statement[] = [];
  for (const file of folder.queries) {
    try {
      for (const statement of await readStatements(file, readFileSync(file, 'utf8'))) {
        const twin = statements.find(({ name }) => name === statement.name);
        if (twin) throw new StatementError(file, statement.line, `the name ${statement.name} is taken by ${twin.file}:${twin.line}`);
        statements.push(statement);
      }
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      problems.push({ file, line: error.line, message: error.message });
    }
  }
  return statements;
}
