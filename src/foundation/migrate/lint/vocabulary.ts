import { namesIn, type Tree, textIn } from '../parse/index.ts';

// The few words in which the rules speak about PostgreSQL's parse tree.

/** The items of a list `[{ Kind: node }]`; nothing for a missing list. */
export function nodesIn(list: unknown): { readonly kind: string; readonly node: Tree }[] {
  const nodes: { kind: string; node: Tree }[] = [];
  for (const item of (list ?? []) as readonly Tree[]) {
    for (const kind in item) {
      nodes.push({ kind, node: item[kind] as Tree });
      break;
    }
  }
  return nodes;
}

/** The nodes of one kind in a list. */
export function kindIn(list: unknown, kind: string): Tree[] {
  const nodes: Tree[] = [];
  // Half of what the rules do is asking this.
  for (const item of (list ?? []) as readonly Tree[]) if (item[kind] !== undefined) nodes.push(item[kind] as Tree);
  return nodes;
}

const plain = /^[a-z_][a-z0-9_$]*$/;

/** A name as a person would write it: quoted where it has to be. */
export const written = (name: string) => (plain.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** `schema.table`. */
export const dotted = (names: readonly string[]) => names.map(written).join('.');

/** `schema.table` of a RangeVar; empty for none. */
export function tableOf(relation: unknown): string {
  const tree = relation as Tree | undefined;
  const name = tree && textIn(tree, 'relname');
  if (!name) return '';
  const schema = textIn(tree, 'schemaname');
  return schema === undefined ? written(name) : `${written(schema)}.${written(name)}`;
}

/** Names of the objects of a DROP or COMMENT: each a path, in whatever way its kind spells it. */
export function pathOf(object: Tree): string[] {
  if (object.List) return namesIn((object.List as Tree).items);
  if (object.String) return namesIn([object]);
  if (object.ObjectWithArgs) return namesIn((object.ObjectWithArgs as Tree).objname);
  return object.TypeName ? namesIn((object.TypeName as Tree).names) : [];
}

export interface ColumnType {
  /** Without `pg_catalog`: int4, varchar, timestamptz, app.state. */
  readonly name: string;
  /** `numeric(10, 2)` → 10, 2. */
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
}

export function typeOf(typeName: unknown): ColumnType {
  const tree = (typeName ?? {}) as Tree;
  const names = namesIn(tree.names);
  const modifiers = kindIn(tree.typmods, 'A_Const').map(({ ival }) => Number((ival as Tree | undefined)?.ival ?? 0));
  return { name: dotted(names[0] === 'pg_catalog' ? names.slice(1) : names), modifiers, isArray: tree.arrayBounds !== undefined };
}

/** Constraints written within a column, by kind: `CONSTR_NOTNULL`, `CONSTR_DEFAULT` … */
export const clauseOf = (column: Tree, contype: string) => kindIn(column.constraints, 'Constraint').find((one) => one.contype === contype);

/** Calls `see` for each node below a value, parents first. */
export function visit(value: unknown, see: (kind: string, node: Tree) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
    return;
  }
  for (const key in value as Tree) {
    const child = (value as Tree)[key];
    if (child === null || typeof child !== 'object') continue;
    if (!Array.isArray(child)) see(key, child as Tree);
    visit(child, see);
  }
}

/** Names of the functions that an expression calls; `current_timestamp` and its kind are `now`. */
export function callsIn(expression: unknown): string[] {
  const calls: string[] = [];
  const see = (kind: string, node: Tree) => {
    if (kind === 'FuncCall') calls.push(functionName(node));
    else if (kind === 'SQLValueFunction')
      calls.push(/CURRENT_(ROLE|USER|CATALOG|SCHEMA)|SESSION_USER|_USER/.test(textIn(node, 'op') ?? '') ? 'current_user' : 'now');
  };
  if (expression) visit({ expression }, see);
  return calls;
}

export function functionName(call: Tree): string {
  const names = namesIn(call.funcname);
  return dotted(names[0] === 'pg_catalog' ? names.slice(1) : names);
}

/** Columns that an expression names, without their tables. */
export function columnsIn(expression: unknown): Set<string> {
  const columns = new Set<string>();
  if (expression) {
    visit({ expression }, (kind, node) => {
      if (kind === 'ColumnRef') columns.add(namesIn(node.fields).at(-1) ?? '');
    });
  }
  return columns;
}

/** The text of a literal, also of a cast one; undefined for anything else. */
export function literalIn(value: unknown): string | undefined {
  const tree = (value ?? {}) as {
    readonly A_Const?: { readonly sval?: { readonly sval?: string } };
    readonly TypeCast?: { readonly arg?: unknown };
  };
  if (tree.TypeCast) return literalIn(tree.TypeCast.arg);
  return tree.A_Const?.sval ? (tree.A_Const.sval.sval ?? '') : undefined;
}

/** An option `name = value` of a list of DefElem: undefined when absent, `true` for a bare word. */
export function optionIn(list: unknown, name: string): string | undefined {
  const found = kindIn(list, 'DefElem').find((one) => one.defname === name);
  if (!found) return undefined;
  const [value] = nodesIn(found.arg === undefined ? [] : [found.arg]);
  if (!value) return 'true';
  const { sval, ival, boolval } = value.node as { readonly sval?: string; readonly ival?: number; readonly boolval?: boolean };
  return String(sval ?? boolval ?? ival ?? 0).toLowerCase();
}

export const isOn = (value: string | undefined) => value === 'true' || value === 'on' || value === '1' || value === 'yes';

/** `a, b and c`. */
export const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
