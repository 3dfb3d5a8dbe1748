import { parser, type Tree, textIn, tokensOf, walk } from './statements.ts';

/**
 * An expression with its columns put behind a record: `lower(name)` → `lower(new.name)`. Only names that stand alone and are among
 * `columns` count; what is quoted, a function or an alias of that name is left as it is.
 *
 * @throws SqlError of the parser
 */
export async function qualifyColumns(expression: string, columns: readonly string[], record: string): Promise<string> {
  const prefix = 'select ';
  const { stmts } = await (await parser()).parse(`${prefix}${expression}`);
  const places: number[] = [];
  walk(stmts, (type, tree) => {
    if (type !== 'ColumnRef') return;
    const fields = (tree.fields ?? []) as readonly { readonly String?: Tree }[];
    const name = fields.length === 1 ? textIn(fields[0]?.String ?? {}, 'sval') : undefined;
    if (name !== undefined && columns.includes(name)) places.push(((tree.location as number | undefined) ?? 0) - prefix.length);
  });
  const bytes = Buffer.from(expression);
  const parts: string[] = [];
  let from = 0;
  for (const place of places.sort((a, b) => a - b)) {
    parts.push(bytes.toString('utf8', from, place), `${record}.`);
    from = place;
  }
  return parts.join('') + bytes.toString('utf8', from);
}

/**
 * SQL with identifiers exchanged, by PostgreSQL's own tokens: literals, comments and keywords stay. Meant for definitions that the
 * server printed about one table, where a name has one meaning.
 */
export async function renameIdentifiers(sql: string, names: ReadonlyMap<string, string>): Promise<string> {
  const bytes = Buffer.from(sql);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text, tokenName, keywordName } of await tokensOf(sql)) {
    const isName = tokenName === 'IDENT' || keywordName === 'UNRESERVED_KEYWORD' || keywordName === 'COL_NAME_KEYWORD';
    if (!isName) continue;
    const plain = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
    const other = names.get(plain);
    if (other === undefined) continue;
    parts.push(bytes.toString('utf8', from, start), other);
    from = end;
  }
  return parts.join('') + bytes.toString('utf8', from);
}
