import { parse } from 'libpg-query';

// Nodes of libpg-query's tree: one key with the node's kind, or a plain record.
type Node = { readonly [key: string]: unknown };

/** What the text of a statement says about nulls, beyond the NOT NULL of the columns it reads. */
export interface Nullability {
  /** `schema.table` on the nullable side of some outer join, however deep. */
  readonly outerTables: ReadonlySet<string>;
  /** Per output column what its expression says; undefined where it says nothing. Empty when `*` hides the positions. */
  readonly outputs: readonly ('not null' | 'nullable' | undefined)[];
  /** True where any column may be null: grouping sets, `returning old.*`. */
  readonly isAnythingNullable: boolean;
}

/** @throws an SqlError of libpg-query for text that does not parse. */
export async function readNullability(text: string): Promise<Nullability> {
  const statement = (await parse(text)).stmts?.[0]?.stmt as Node;
  const ctes = new Map<string, Node>();
  visit(statement, (kind, node) => {
    if (kind === 'CommonTableExpr') ctes.set(node.ctename as string, node.ctequery as Node);
  });
  const outerTables = new Set<string>();
  let isAnythingNullable = false;
  visit(statement, (kind, node) => {
    if (kind === 'GroupingSet') isAnythingNullable = true;
    if (kind !== 'JoinExpr') return;
    const sides = { JOIN_LEFT: ['rarg'], JOIN_RIGHT: ['larg'], JOIN_FULL: ['larg', 'rarg'] }[node.jointype as string] ?? [];
    for (const side of sides) for (const table of tablesOf(node[side] as Node, ctes)) outerTables.add(table);
  });

  const [kind, node] = Object.entries(statement)[0] as [string, Node];
  const returning = (node.returningClause as Node | undefined)?.exprs;
  const targets = ((kind === 'SelectStmt' ? node.targetList : returning) ?? []) as readonly Node[];
  const values = targets.map((target) => (target.ResTarget as Node).val as Node);
  // Before an insert there is no old row, after a delete no new one.
  const absent = { InsertStmt: 'old', DeleteStmt: 'new', MergeStmt: 'old' }[kind];
  if (values.some((value) => isStar(value) && qualifierOf(value) === absent && absent !== undefined)) isAnythingNullable = true;
  const outputs = values.some(isStar)
    ? []
    : values.map((value) =>
        absent !== undefined && qualifierOf(value) === absent ? 'nullable' : isNeverNull(value) ? 'not null' : undefined,
      );
  return { outerTables, outputs, isAnythingNullable };
}

function visit(value: unknown, see: (kind: string, node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (value !== null && typeof value === 'object') {
    for (const [key, child] of Object.entries(value)) {
      if (/^[A-Z]/.test(key)) see(key, child as Node);
      visit(child, see);
    }
  }
}

function tablesOf(node: Node, ctes: ReadonlyMap<string, Node>, seen: ReadonlySet<string> = new Set()): string[] {
  const found: string[] = [];
  visit(node, (kind, range) => {
    if (kind !== 'RangeVar') return;
    const name = range.relname as string;
    const cte = range.schemaname === undefined ? ctes.get(name) : undefined;
    if (!cte) found.push(`${(range.schemaname as string | undefined) ?? 'pg_catalog'}.${name}`);
    else if (!seen.has(name)) found.push(...tablesOf(cte, ctes, new Set([...seen, name])));
  });
  return found;
}

const fieldsOf = (value: Node) => ((value.ColumnRef as Node | undefined)?.fields ?? []) as readonly Node[];
const isStar = (value: Node) => fieldsOf(value).some((field) => 'A_Star' in field);
function qualifierOf(value: Node): string | undefined {
  const [first, second] = fieldsOf(value);
  return second && (first?.String as { readonly sval: string } | undefined)?.sval;
}

function isNeverNull(value: Node): boolean {
  const [kind, node] = Object.entries(value)[0] as [string, Node];
  switch (kind) {
    case 'A_Const':
      return node.isnull !== true;
    case 'NullTest':
      return true;
    case 'SubLink':
      return node.subLinkType === 'EXISTS_SUBLINK' || node.subLinkType === 'ARRAY_SUBLINK';
    case 'CoalesceExpr':
      return (node.args as readonly Node[]).some(isNeverNull);
    case 'TypeCast':
      return isNeverNull(node.arg as Node);
    case 'FuncCall': {
      const name = ((node.funcname as readonly Node[]).at(-1)?.String as Node | undefined)?.sval as string;
      return ['count', 'row_number', 'rank', 'now', 'clock_timestamp', 'statement_timestamp', 'uuidv7', 'gen_random_uuid'].includes(name);
    }
    default:
      return false;
  }
}
