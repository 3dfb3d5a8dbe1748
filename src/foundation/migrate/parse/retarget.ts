import { parser, type Statement, type Tree, textIn, tokensOf, walk } from './statements.ts';

/** Schema of the empty copies on which a statement is tried for comparison; it never outlives its transaction. */
export const shadowSchema = 'plinth_shadow';

/** Keys under which a statement has the table it is about, or that it refers to. */
const named: ReadonlySet<string> = new Set(['relation', 'pktable', 'table', 'view']);

/** The statement over the same table in the shadow's schema; references of the table to itself follow. */
export async function retargeted(statement: Statement, table: { readonly schema: string; readonly name: string }): Promise<string> {
  // Parsed alone, so that places count from its own beginning.
  const { stmts } = await (await parser()).parse(statement.sql);
  const places: number[] = [];
  walk(stmts, (type, tree) => {
    const relation = named.has(type) ? tree : (tree.RangeVar as Tree | undefined);
    if (!relation || textIn(relation, 'relname') !== table.name || textIn(relation, 'schemaname') !== table.schema) return;
    places.push((relation.location as number | undefined) ?? 0);
  });
  const bytes = Buffer.from(statement.sql);
  const parts: string[] = [];
  let from = 0;
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    // The schema's own token ends at the dot.
    const dot = bytes.indexOf('.', place);
    parts.push(bytes.toString('utf8', from, place), shadowSchema);
    from = dot;
  }
  return parts.join('') + bytes.toString('utf8', from);
}

/** The statement that makes a function, for one of the same name in the shadow's schema. */
export async function retargetedFunction(statement: Statement): Promise<string> {
  const tokens = (await tokensOf(statement.sql)).filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const word = tokens.findIndex(({ text }) => /^(function|procedure)$/i.test(text));
  const schema = tokens[word + 1];
  const bytes = Buffer.from(statement.sql);
  return `${bytes.toString('utf8', 0, schema?.start)}${shadowSchema}${bytes.toString('utf8', schema?.end)}`;
}
