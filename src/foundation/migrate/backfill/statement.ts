import { parser, type Tree, textIn, tokensOf, walk } from '../parse/index.ts';
import { backfillErrors } from './errors.ts';

/** A statement taken apart where the bounds of a batch go in. Pieces are the author's own text. */
export interface RowStatement {
  readonly kind: 'update' | 'copy';
  /** The table whose rows are walked. */
  readonly table: { readonly schema: string; readonly name: string };
  /** How the pieces call a row of it; absent: by its name. */
  readonly alias?: string;
  /** `update`: the assignments. `copy`: everything before FROM. */
  readonly head: string;
  /** Which rows still need it; `true` for all. */
  readonly where: string;
  /** `copy`: ON CONFLICT …, or nothing. */
  readonly tail: string;
}

/**
 * Takes a statement apart: by the parse tree what it is, by the tokens where its clauses begin.
 *
 * @throws PLINTH_MIGRATE_BACKFILL_STATEMENT
 */
export async function readStatement(name: string, sql: string): Promise<RowStatement> {
  const refuse = (reason: string) => backfillErrors.BACKFILL_STATEMENT({ name, reason });
  const { parse } = await parser();
  const { stmts = [] } = await parse(sql).catch((error: Error) => {
    throw refuse(error.message);
  });
  if (stmts.length !== 1) throw refuse(`it has ${stmts.length} statements`);
  const [type, tree] = Object.entries(stmts[0]?.stmt ?? {})[0] as [string, Tree];
  const clauses = await clausesOf(sql);
  if (type === 'UpdateStmt') return readUpdate(tree, clauses, refuse);
  if (type === 'InsertStmt') return readCopy(tree, clauses, refuse);
  throw refuse('it is neither UPDATE nor INSERT');
}

type Refuse = (reason: string) => Error;

function readUpdate(tree: Tree, clauses: Clauses, refuse: Refuse): RowStatement {
  if (tree.withClause || tree.fromClause || tree.returningList || tree.returningClause)
    throw refuse('WITH, FROM and RETURNING have no place in it; look values up in a subquery');
  const where = tree.whereClause && clauses.find('WHERE', 'SET');
  return {
    kind: 'update',
    ...source(tree.relation, refuse),
    head: clauses.text('SET', where ? 'WHERE' : undefined),
    where: where ? clauses.text('WHERE') : 'true',
    tail: '',
  };
}

function readCopy(tree: Tree, clauses: Clauses, refuse: Refuse): RowStatement {
  const select = (tree.selectStmt as { readonly SelectStmt?: Tree } | undefined)?.SelectStmt;
  const from = (select?.fromClause ?? []) as readonly { readonly RangeVar?: Tree }[];
  if (!select || from.length !== 1 || !from[0]?.RangeVar)
    throw refuse('it has to select from one table; look other values up in subqueries');
  const others = [
    'distinctClause',
    'groupClause',
    'havingClause',
    'windowClause',
    'sortClause',
    'limitCount',
    'limitOffset',
    'lockingClause',
  ];
  const other = others.find((key) => select[key] !== undefined) ?? (tree.withClause || select.withClause ? 'withClause' : undefined);
  if (other) throw refuse(`${other.replace(/Clause|Count$/, '').toUpperCase()} has no place in it`);
  if (tree.returningList || tree.returningClause) throw refuse('RETURNING has no place in it');
  if (!tree.cols) throw refuse('the columns of the target are not named');
  if (!textIn(tree.relation as Tree, 'schemaname')) throw refuse('the target is not qualified with its schema');
  let isAggregate = false;
  walk(select.targetList, (type, node) => {
    isAggregate ||= type === 'FuncCall' && (node.agg_star === true || node.over !== undefined);
  });
  if (isAggregate) throw refuse('aggregates and window functions would see one batch only');
  const relation = source(from[0].RangeVar, refuse);
  const at = Number(from[0].RangeVar.location ?? 0);
  const where = select.whereClause && clauses.find('WHERE', at);
  const conflict = clauses.find('ON', at);
  return {
    kind: 'copy',
    ...relation,
    head: clauses.between(0, clauses.before('FROM', at)),
    where: where ? clauses.text('WHERE', conflict ? 'ON' : undefined, at) : 'true',
    tail: conflict ? clauses.between(conflict.start) : '',
  };
}

function source(relation: unknown, refuse: Refuse) {
  const tree = relation as Tree;
  const schema = textIn(tree, 'schemaname');
  const name = textIn(tree, 'relname') ?? '';
  if (!schema) throw refuse(`the table ${name} is not qualified with its schema`);
  const alias = textIn((tree.alias ?? {}) as Tree, 'aliasname');
  return { table: { schema, name }, ...(alias && { alias }) };
}

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

type Clauses = Awaited<ReturnType<typeof clausesOf>>;

/** Where the words of a statement stand outside of parentheses, by byte. */
async function clausesOf(sql: string) {
  const bytes = Buffer.from(sql);
  const words: Word[] = [];
  let depth = 0;
  let stop = bytes.length;
  for (const { text, start, end, tokenName } of await tokensOf(sql)) {
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (text === ';') stop = Math.min(stop, start);
    else if (depth === 0 && /^[A-Z]/.test(tokenName) && /^[a-z]+$/i.test(text)) words.push({ word: text.toUpperCase(), start, end });
  }
  const startOf = (after: string | number) => (typeof after === 'number' ? after : (words.find(({ word }) => word === after)?.end ?? 0));
  const find = (word: string, after: string | number) => words.find((one) => one.word === word && one.start >= startOf(after));
  const between = (from: number, to = stop) => bytes.toString('utf8', from, to).trim();
  return {
    find,
    between,
    /** What stands after one word and before another. */
    text: (word: string, next?: string, after: number = 0) => {
      const begin = find(word, after);
      return between(begin?.end ?? 0, next ? find(next, begin?.end ?? 0)?.start : undefined);
    },
    /** Where the last such word before a place begins. */
    before: (word: string, place: number) => words.findLast((one) => one.word === word && one.start < place)?.start ?? 0,
  };
}
