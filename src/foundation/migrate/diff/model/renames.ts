import { diffErrors } from '../errors.ts';
import type { PlanStatement } from '../types.ts';
import { bareName } from './creation.ts';

const name = '(?:"(?:[^"]|"")*"|[a-z_][a-z0-9_$]*)';
const table = new RegExp(String.raw`^table (${name}\.${name}) to (${name}\.${name})$`);
const column = new RegExp(String.raw`^column (${name}\.${name})\.(${name}) to (${name})$`);

/**
 * Renames that comments of the desired schema declare, one a line: `renamedFrom: table public.old to public.new` and
 * `renamedFrom: column public.people.mail to email`, the table under its new name.
 *
 * @param has whether the database still has it under the old name; what is renamed already is passed over
 * @throws PLINTH_MIGRATE_BAD_RENAME
 */
export function readRenames(text: string, has: (identity: string, column?: string) => boolean): PlanStatement[] {
  const renames: PlanStatement[] = [];
  const renamedTables = new Map<string, string>();
  for (const [, line = ''] of text.matchAll(/^\s*--\s*renamedFrom:\s*(.*?)\s*$/gm)) {
    const [, from, to] = table.exec(line) ?? [];
    const [, of, oldColumn, newColumn] = column.exec(line) ?? [];
    const say = (identity: string, sql: string) => renames.push({ identity, sql, isDestructive: false, isAlone: false });
    if (from !== undefined && to !== undefined) {
      renamedTables.set(to, from);
      if (!has(`table ${from}`)) continue;
      const [oldSchema, newSchema] = [from, to].map((one) => one.slice(0, -bareName(one).length - 1));
      if (oldSchema !== newSchema) say(`table ${to}`, `alter table ${from} set schema ${newSchema}`);
      if (bareName(from) !== bareName(to)) say(`table ${to}`, `alter table ${newSchema}.${bareName(from)} rename to ${bareName(to)}`);
    } else if (of !== undefined && oldColumn !== undefined) {
      if (has(`table ${renamedTables.get(of) ?? of}`, oldColumn))
        say(`table ${of}`, `alter table ${of} rename column ${oldColumn} to ${newColumn}`);
    } else throw diffErrors.BAD_RENAME({ line });
  }
  return renames;
}
