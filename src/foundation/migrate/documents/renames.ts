import type { Context } from '../context.ts';
import { parseFile } from '../parse/index.ts';

interface Range {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** Old names and what they became, from the renames in all migrations: `schema.table` and `schema.table.column`. */
export async function renamesIn(context: Context): Promise<Map<string, string>> {
  const renamed = new Map<string, string>();
  for (const { up, path } of context.readFiles().flatMap(({ migrations }) => migrations)) {
    // Parsing is what costs, and hardly a file renames anything.
    if (!/\brename\b/i.test(up)) continue;
    for (const { type, tree } of (await parseFile(path, up)).statements) {
      const { schemaname, relname } = (tree.relation ?? {}) as Range;
      if (type !== 'RenameStmt' || !schemaname || !relname) continue;
      const table = `${schemaname}.${relname}`;
      if (tree.renameType === 'OBJECT_TABLE') renamed.set(table, `${schemaname}.${tree.newname}`);
      if (tree.renameType === 'OBJECT_COLUMN') renamed.set(`${table}.${tree.subname}`, `${table}.${tree.newname}`);
    }
  }
  return renamed;
}
