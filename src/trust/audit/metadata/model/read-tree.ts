import type { StatementShape } from './complexity.ts';

/** A node of PostgreSQL's parse tree. */
type Tree = { readonly [key: string]: unknown };

/** A column a statement names, as far as the statement itself tells: views and functions are not looked into. */
export interface TouchedColumn {
  /** Absent where the statement leaves it to the search path. */
  readonly schema?: string;
  readonly table: string;
  /** `*` for all of them. */
  readonly column: string;
  /** Read: in what it returns, or in a condition. Written: the target of an insert or update, or a row that goes. */
  readonly use: 'read' | 'written';
}

export interface StatementFacts {
  readonly shape: StatementShape;
  readonly columns: readonly TouchedColumn[];
}

// Functions are told apart by the catalog only; these are the aggregates of the server itself that have no window and no mark.
const aggregates = new Set(
  'any_value array_agg avg bit_and bit_or bool_and bool_or corr count every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc range_agg regr_slope stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg'.split(
    ' ',
  ),
);

// Definitions name columns and read none.
const definitions = /^(?:View|Rule|Index|Create(?!TableAs)|Alter|Comment|Grant|DefineS)/;

/** What one statement asks for, from its tree: the value of `stmt` as libpg-query gives it. */
export function readTree(statement: unknown): StatementFacts {
  const reading = new Reading();
  reading.visit('', statement);
  const unbounded = unboundedIn(statement);
  const isDefinition = isTree(statement) && definitions.test(Object.keys(statement)[0] ?? '');
  return { shape: { ...reading.shape, ...(unbounded && { unbounded }) }, columns: isDefinition ? [] : reading.columns() };
}

interface Relation {
  readonly schema?: string;
  readonly table: string;
}

class Reading {
  readonly shape = { joins: 0, subqueries: 0, aggregates: 0, windows: 0, setOperations: 0, isRecursive: false };
  readonly #queries = new Set<string>();
  readonly #relations: (Relation & { readonly alias: string })[] = [];
  readonly #references: (readonly string[])[] = [];
  readonly #targets: { readonly relation: Relation; readonly column: string; readonly use: TouchedColumn['use'] }[] = [];

  visit(type: string, value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.visit('', item);
    else if (isTree(value)) {
      this.#see(type, value);
      for (const [key, child] of Object.entries(value)) this.visit(key, child);
    }
  }

  /** Names are resolved over the whole statement, not per sub-query: at worst a column too many, never one too few. */
  columns(): TouchedColumn[] {
    const relations = this.#relations.filter(({ schema, table }) => schema !== undefined || !this.#queries.has(table));
    const found = new Map<string, TouchedColumn>();
    const add = ({ schema, table }: Relation, column: string, use: TouchedColumn['use']) =>
      found.set(JSON.stringify([schema, table, column, use]), { ...(schema !== undefined && { schema }), table, column, use });
    for (const { relation, column, use } of this.#targets) add(relation, column, use);
    for (const fields of this.#references) {
      const last = fields.at(-1) ?? '';
      const qualifier = fields.at(-2);
      const named = (name: string | undefined) => relations.filter(({ alias, table }) => alias === name || table === name);
      for (const relation of qualifier === undefined ? relations : named(qualifier)) add(relation, last, 'read');
      // A name that stands alone may be a table's: then it is the whole row.
      if (qualifier === undefined && last !== '*') for (const relation of named(last)) add(relation, '*', 'read');
    }
    return [...found.values()];
  }

  #see(type: string, tree: Tree): void {
    const { shape } = this;
    if (typeof tree.relname === 'string')
      this.#relations.push({ ...relationOf(tree), alias: textAt(tree.alias, 'aliasname') ?? tree.relname });
    if (type === 'JoinExpr' || type === 'MergeStmt') shape.joins++;
    if (type === 'SubLink' || type === 'RangeSubselect' || type === 'CommonTableExpr') shape.subqueries++;
    if (type === 'CommonTableExpr') this.#queries.add(String(tree.ctename));
    if (type === 'FuncCall') this.#seeCall(tree);
    if (type === 'ColumnRef') this.#references.push(listAt(tree, 'fields').map((field) => textAt(field.String, 'sval') ?? '*'));
    if (tree.recursive === true) shape.isRecursive = true;
    if (typeof tree.op === 'string' && tree.op.startsWith('SETOP_') && tree.op !== 'SETOP_NONE') shape.setOperations++;
    if (listAt(tree, 'groupClause').length > 0) shape.aggregates++;
    // Beside the table that is changed, each of these is one more; a SELECT has one that is the first.
    const others = listAt(tree, type === 'DeleteStmt' ? 'usingClause' : 'fromClause').length;
    shape.joins += type === 'DeleteStmt' || type === 'UpdateStmt' ? others : Math.max(0, others - 1);
    this.#seeTarget(type, tree);
  }

  #seeCall(tree: Tree): void {
    if (tree.over !== undefined) this.shape.windows++;
    else {
      const isMarked = ['agg_star', 'agg_distinct', 'agg_filter', 'agg_order', 'agg_within_group'].some((mark) => tree[mark] !== undefined);
      if (isMarked || aggregates.has(textAt(listAt(tree, 'funcname').at(-1)?.String, 'sval') ?? '')) this.shape.aggregates++;
    }
  }

  #seeTarget(type: string, tree: Tree): void {
    const target = isTree(tree.relation) ? relationOf(tree.relation) : undefined;
    const add = (relation: Relation, columns: readonly string[], use: TouchedColumn['use']) =>
      this.#targets.push(...(columns.length > 0 ? columns : ['*']).map((column) => ({ relation, column, use })));
    const names = (from: unknown, key: string) => listAt(from, key).flatMap((item) => textAt(item.ResTarget, 'name') ?? []);
    if (type === 'TruncateStmt') for (const { RangeVar } of listAt(tree, 'relations')) add(relationOf(RangeVar as Tree), [], 'written');
    if (target === undefined) return;
    if (type === 'InsertStmt') add(target, [...names(tree, 'cols'), ...names(tree.onConflictClause, 'targetList')], 'written');
    if (type === 'UpdateStmt') add(target, names(tree, 'targetList'), 'written');
    if (type === 'DeleteStmt') add(target, [], 'written');
    if (type === 'MergeStmt') {
      const actions = listAt(tree, 'mergeWhenClauses').map(({ MergeWhenClause }) => MergeWhenClause);
      add(
        target,
        actions.flatMap((action) => names(action, 'targetList')),
        'written',
      );
    }
    if (type === 'CopyStmt') {
      const columns = listAt(tree, 'attlist').flatMap((item) => textAt(item.String, 'sval') ?? []);
      add(target, columns, tree.is_from === true ? 'written' : 'read');
    }
  }
}

/** Only the outermost statement counts: what a sub-query reads is bounded by how it is used. */
function unboundedIn(statement: unknown): 'read' | 'write' | undefined {
  const [type, tree] = isTree(statement) ? (Object.entries(statement)[0] ?? []) : [];
  if (!isTree(tree)) return undefined;
  if (type === 'SelectStmt') return readsAll(tree) ? 'read' : undefined;
  if (type === 'TruncateStmt') return 'write';
  return (type === 'UpdateStmt' || type === 'DeleteStmt') && tree.whereClause === undefined ? 'write' : undefined;
}

function readsAll(select: Tree): boolean {
  if (select.limitCount !== undefined) return false;
  const arms = [select.larg, select.rarg].filter(isTree);
  if (arms.length > 0) return arms.some(readsAll);
  return listAt(select, 'fromClause').length > 0 && select.whereClause === undefined;
}

const relationOf = (tree: Tree): Relation => ({
  ...(typeof tree.schemaname === 'string' && { schema: tree.schemaname }),
  table: String(tree.relname),
});

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const listAt = (value: unknown, key: string): readonly Tree[] =>
  isTree(value) && Array.isArray(value[key]) ? (value[key] as readonly unknown[]).filter(isTree) : [];

const textAt = (value: unknown, key: string): string | undefined =>
  isTree(value) && typeof value[key] === 'string' ? value[key] : undefined;
