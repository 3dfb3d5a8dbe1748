import { type Statement, type Tree, textIn, tokensOf } from '../../parse/index.ts';
import type { Objection } from '../lint-file.ts';
import { constraintOf } from '../schema/index.ts';
import type { LintedFile } from '../types.ts';
import { columnsIn, dotted, kindIn, pathOf, tableOf, written } from '../vocabulary.ts';
import type { Edit, Fix, FollowUp } from './types.ts';

/** What a fix is made from. */
export interface Flaw extends Objection {
  readonly file: LintedFile;
  readonly statements: readonly Statement[];
  readonly server: number;
}

type Make = (flaw: Flaw) => Promise<Fix | undefined> | Fix | undefined;

const endOf = ({ byteOffset, sql }: Statement) => byteOffset + Buffer.byteLength(sql);

/** The statement with its semicolon and the rest of its line. */
function removal({ file, statement }: Flaw): Edit {
  const rest = Buffer.from(file.text).toString('utf8', endOf(statement));
  return { start: statement.byteOffset, end: endOf(statement) + Buffer.byteLength(/^\s*;?[ \t]*\n?/.exec(rest)?.[0] ?? ''), text: '' };
}

const inserted = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** Tokens of the statement without comments, by offset in the file. */
async function tokensIn({ byteOffset, sql }: Statement) {
  const tokens = (await tokensOf(sql)).filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  return tokens.map(({ text, start, end }) => ({ word: text.toLowerCase(), start: start + byteOffset, end: end + byteOffset }));
}

/** Whether what comes later in the file can do without it, so that it may run after the file. */
function isUsedLater({ statements, statement }: Flaw, name: string): boolean {
  const bare = name.replaceAll('"', '');
  return statements.slice(statements.indexOf(statement) + 1).some(({ sql, type }) => type !== 'CommentStmt' && sql.includes(bare));
}

/** Brings a statement out of the transaction: where it stands, or into a migration after this one. */
function outside(
  flaw: Flaw,
  sql: string,
  edits: readonly Edit[],
  followUp: Omit<FollowUp, 'isTransactional' | 'up'>,
  name: string,
): Fix | undefined {
  if (!flaw.file.isTransactional) return { edits };
  if (flaw.statements.length === 1) return { edits, leavesTransaction: true };
  if (isUsedLater(flaw, name)) return undefined;
  return { edits: [removal(flaw)], followUp: { ...followUp, isTransactional: false, up: `${sql};\n` } };
}

const only = (tree: Tree) => {
  const commands = kindIn(tree.cmds, 'AlterTableCmd');
  return commands.length === 1 ? commands[0] : undefined;
};

function validation(table: string, name: string): FollowUp {
  return {
    slug: `validate_${name.replaceAll(/[^a-zA-Z0-9]+/g, '_').toLowerCase()}`,
    isTransactional: true,
    up: `alter table ${table} validate constraint ${written(name)};\n`,
    down: '-- Nothing to take back: a constraint that was validated is none the worse for it.\n',
  };
}

/** ADD CONSTRAINT … NOT VALID, and VALIDATE in a migration after it. */
const notValid: Make = ({ statement, complaint, file }) => {
  const table = tableOf(statement.tree.relation);
  const constraint = only(statement.tree) && complaint.node && constraintOf(complaint.node, table);
  if (!constraint?.isNamed || !constraint.isValid || !file.isTransactional) return undefined;
  return { edits: [inserted(endOf(statement), ' not valid')], followUp: validation(table, constraint.name) };
};

const remove: Make = (flaw) => ({ edits: [removal(flaw)] });

const suffixes = { primary: 'pk', unique: 'key', foreign: 'fk', check: 'check', exclusion: 'excl', 'not null': 'not_null' } as const;

/** `<table>_<columns>_<suffix>`; nothing where an expression has no name to give or the name would be cut off. */
function nameFor(table: string, columns: readonly string[], suffix: string): string | undefined {
  const name = [table.slice(table.lastIndexOf('.') + 1), ...columns, suffix].join('_');
  return columns.length > 0 && columns.every(Boolean) && /^[a-z][a-z0-9_]{0,62}$/.test(name) ? name : undefined;
}

/** An index is in the schema of its table. */
function indexName(tree: Tree, name: string): string {
  const schema = textIn(tree.relation as Tree, 'schemaname');
  return schema === undefined ? written(name) : dotted([schema, name]);
}

/** What is mechanical and cannot change what the migration means. By rule. */
export const fixes: Readonly<Record<string, Make>> = {
  L01: async (flaw) => {
    const { statement } = flaw;
    const { tree } = statement;
    const name = textIn(tree, 'idxname');
    const index = (await tokensIn(statement)).find(({ word }) => word === 'index');
    if (name === undefined || !index) return undefined;
    const at = index.end - statement.byteOffset;
    const sql = `${Buffer.from(statement.sql).toString('utf8', 0, at)} concurrently${Buffer.from(statement.sql).toString('utf8', at)}`;
    const qualified = indexName(tree, name);
    const down = `drop index concurrently ${qualified};\n`;
    return outside(
      flaw,
      sql,
      [inserted(index.end, ' concurrently')],
      { slug: `build_${name.toLowerCase()}`, down, index: qualified },
      name,
    );
  },
  L02: (flaw) => {
    const { type, sql, tree } = flaw.statement;
    const name = type === 'IndexStmt' ? textIn(tree, 'idxname') : undefined;
    if (flaw.statements.length === 1) return { edits: [], leavesTransaction: true };
    if (name === undefined) return undefined;
    const qualified = indexName(tree, name);
    return outside(
      flaw,
      sql,
      [],
      { slug: `build_${name.toLowerCase()}`, down: `drop index concurrently ${qualified};\n`, index: qualified },
      name,
    );
  },
  L03: async ({ statement }) => {
    const tokens = await tokensIn(statement);
    const at = tokens.findIndex(({ word }, i) => word === 'if' && tokens[i + 1]?.word === 'not' && tokens[i + 2]?.word === 'exists');
    const [first, next] = [tokens[at], tokens[at + 3]];
    return first && next ? { edits: [{ start: first.start, end: next.start, text: '' }] } : undefined;
  },
  L07: async ({ statement, complaint }) => {
    const table = tableOf(statement.tree.relation);
    if (statement.type === 'IndexStmt') {
      const columns = kindIn(statement.tree.indexParams, 'IndexElem').map((element) => textIn(element, 'name') ?? '');
      const name = nameFor(table, columns, 'idx');
      const on = (await tokensIn(statement)).find(({ word }) => word === 'on');
      return name && on ? { edits: [inserted(on.start, `${name} `)] } : undefined;
    }
    const constraint = complaint.node && constraintOf(complaint.node, table);
    if (!constraint || typeof complaint.node?.location !== 'number') return undefined;
    const columns = constraint.kind === 'check' ? [...columnsIn(constraint.expression)] : constraint.columns;
    const name = nameFor(table, columns, suffixes[constraint.kind]);
    return name ? { edits: [inserted(complaint.node.location, `constraint ${name} `)] } : undefined;
  },
  L18: ({ file, complaint }) => {
    const at = (complaint.node?.typeName as Tree | undefined)?.location;
    if (
      typeof at !== 'number' ||
      Buffer.from(file.text)
        .toString('utf8', at, at + 4)
        .toLowerCase() !== 'json'
    )
      return undefined;
    return { edits: [{ start: at, end: at + 4, text: 'jsonb' }] };
  },
  L19: (flaw) => {
    const { statement, server, file } = flaw;
    const command = only(statement.tree);
    const table = tableOf(statement.tree.relation);
    if (server < 18 || !command || !file.isTransactional) return undefined;
    if (command.subtype !== 'AT_SetNotNull') return notValid(flaw);
    const column = textIn(command, 'name') ?? '';
    const name = nameFor(table, [column], 'not_null');
    if (name === undefined) return undefined;
    const sql = `alter table ${table} add constraint ${name} not null ${written(column)} not valid`;
    return { edits: [{ start: statement.byteOffset, end: endOf(statement), text: sql }], followUp: validation(table, name) };
  },
  L35: notValid,
  L42: notValid,
  L43: (flaw) => {
    const name = textIn(only(flaw.statement.tree) ?? {}, 'name');
    if (name === undefined || isUsedLater(flaw, name)) return undefined;
    return { edits: [removal(flaw)], followUp: validation(tableOf(flaw.statement.tree.relation), name) };
  },
  L59: async ({ statement }) => {
    const as = (await tokensIn(statement)).find(({ word }) => word === 'as');
    return as && statement.tree.options === undefined ? { edits: [inserted(as.start, 'with (security_invoker = true) ')] } : undefined;
  },
  L61: remove,
  L64: async (flaw) => {
    const { kind, name } = flaw.statement.tree;
    if (/_timeout$|^search_path$/.test(String(name))) return remove(flaw);
    const set = (await tokensIn(flaw.statement))[0];
    return set && kind === 'VAR_SET_VALUE' ? { edits: [inserted(set.end, ' local')] } : undefined;
  },
  L65: remove,
};

/** The index that a statement drops, when it is the only thing it does. */
export function droppedIndex({ type, tree }: Statement): string | undefined {
  const objects = (tree.objects ?? []) as readonly Tree[];
  return type === 'DropStmt' && tree.removeType === 'OBJECT_INDEX' && objects.length === 1 && objects[0]
    ? dotted(pathOf(objects[0]))
    : undefined;
}
