import { type Dictionary, nameOf } from './dictionary.ts';
import { bareName, type Mention } from './mentions.ts';

/** Something a document says that the schema does not. */
export interface DocumentProblem {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

/** Names by what they mean: those that exist, and those that were renamed, with the new one. */
export interface KnownNames {
  readonly schemas: ReadonlySet<string>;
  /** Tables, columns (`schema.table.column`) and functions (`schema.function`). */
  readonly names: ReadonlySet<string>;
  readonly renamed: ReadonlyMap<string, string>;
}

export function knownNames(dictionaries: readonly Dictionary[], renamed: ReadonlyMap<string, string>): KnownNames {
  const tables = dictionaries.flatMap((one) => one.tables);
  const functions = dictionaries.flatMap((one) => one.functions);
  return {
    schemas: new Set([...tables, ...functions].map(({ schema }) => schema)),
    names: new Set([
      ...tables.flatMap((table) => [nameOf(table), ...table.columns.map(({ name }) => `${nameOf(table)}.${name}`)]),
      ...functions.map(({ schema, signature }) => bareName(`${schema}.${signature}`)),
    ]),
    renamed,
  };
}

/** What is wrong with these mentions; empty when nothing. */
export function judge(path: string, mentions: readonly Mention[], known: KnownNames): DocumentProblem[] {
  return mentions.flatMap(({ line, name }) => {
    const bare = bareName(name);
    if (known.names.has(bare)) return [];
    const now = newName(bare, known.renamed);
    const problem = now === undefined ? `${name} does not exist in any tier` : `${name} was renamed; it is ${now} now`;
    return [{ path, line, problem }];
  });
}

// A column follows its table: `a.old.column` is `a.new.column`.
function newName(name: string, renamed: ReadonlyMap<string, string>): string | undefined {
  const parts = name.split('.');
  const table = parts.slice(0, 2).join('.');
  const moved = renamed.get(table);
  const whole = moved === undefined ? name : [moved, ...parts.slice(2)].join('.');
  const now = renamed.get(whole) ?? renamed.get(name) ?? whole;
  return now === name ? undefined : now;
}
