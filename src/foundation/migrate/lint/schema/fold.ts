import { namesIn, type Statement, type Tree, textIn } from '../../parse/index.ts';
import { dotted, kindIn, literalIn, nodesIn, optionIn, pathOf, tableOf, typeOf, visit, written } from '../vocabulary.ts';
import { addColumn, addConstraint } from './change-table.ts';
import { constraintOf } from './constraints.ts';
import { foldAlterTable } from './fold-alter-table.ts';
import type { Routine, Schema, Table } from './schema.ts';

/** Brings a schema from before a statement to after it. What it does not understand changes nothing. */
export function foldStatement(schema: Schema, { type, tree }: Statement, migration: string): void {
  folds[type]?.(schema, tree, migration);
}

type Fold = (schema: Schema, tree: Tree, migration: string) => void;

const folds: Readonly<Record<string, Fold>> = {
  CreateStmt: createTable,
  AlterTableStmt: foldAlterTable,
  IndexStmt: createIndex,
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: (schema, tree) => moveTable(schema, tableOf(tree.relation), `${written(textIn(tree, 'newschema') ?? '')}.`),
  CreateTableAsStmt: (schema, tree, migration) => {
    const into = (tree.into ?? {}) as Tree;
    addTable(schema, into.rel, migration, tree.objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table');
  },
  ViewStmt: (schema, tree, migration) => {
    const view = addTable(schema, tree.view, migration, 'view');
    const targets = kindIn(((tree.query ?? {}) as { SelectStmt?: Tree }).SelectStmt?.targetList, 'ResTarget');
    const names = tree.aliases ? namesIn(tree.aliases) : targets.map(targetName);
    for (const name of names)
      if (name) view.columns.set(name, { name, type: typeOf(undefined), isNotNull: false, hasDefault: false, migration });
  },
  CreateFunctionStmt: (schema, tree, migration) => {
    const name = dotted(namesIn(tree.funcname));
    const made = routineOf(tree, migration);
    const others = (schema.functions.get(name) ?? []).filter((one) => one.arguments !== made.arguments);
    schema.functions.set(name, [...others, made]);
  },
  CreateDomainStmt: (schema, tree) => {
    const isConstrained = kindIn(tree.constraints, 'Constraint').some(
      ({ contype }) => contype === 'CONSTR_CHECK' || contype === 'CONSTR_NOTNULL',
    );
    schema.domains.set(dotted(namesIn(tree.domainname)), { isConstrained });
  },
  AlterDomainStmt: (schema, tree) => {
    if (tree.subtype === 'C' || tree.subtype === 'O') schema.domains.set(dotted(namesIn(tree.typeName)), { isConstrained: true });
  },
  CreatePolicyStmt: (schema, tree) => {
    const table = schema.tables.get(tableOf(tree.table));
    if (table) table.policies++;
  },
  CommentStmt: comment,
  // `select tenancy.protect('s.t')`: row security, forced, with policies.
  SelectStmt: (schema, tree) => {
    for (const name of protectedIn(tree)) {
      const table = schema.tables.get(name);
      if (!table) continue;
      table.hasRowSecurity = true;
      table.isForced = true;
      table.policies++;
    }
  },
};

/** Tables that a SELECT hands to `tenancy.protect`. */
function protectedIn(tree: Tree): string[] {
  const names: string[] = [];
  visit(tree.targetList ?? [], (kind, node) => {
    if (kind !== 'FuncCall' || namesIn(node.funcname).join('.') !== 'tenancy.protect') return;
    const name = literalIn((node.args as readonly unknown[] | undefined)?.[0]);
    if (name !== undefined) names.push(name);
  });
  return names;
}

function targetName({ name, val }: Tree): string {
  if (typeof name === 'string') return name;
  const [value] = nodesIn([val]);
  return value?.kind === 'ColumnRef' ? (namesIn(value.node.fields).at(-1) ?? '') : '';
}

function addTable(schema: Schema, relation: unknown, migration: string, kind: Table['kind'], partitionKey: readonly string[] = []): Table {
  const name = tableOf(relation);
  const table: Table = {
    name,
    kind,
    isTemporary: (relation as Tree).relpersistence === 't',
    migration,
    columns: new Map(),
    constraints: new Map(),
    indexes: new Map(),
    partitionKey,
    hasRowSecurity: false,
    isForced: false,
    policies: 0,
    comments: new Set(),
  };
  schema.tables.set(name, table);
  return table;
}

function createTable(schema: Schema, tree: Tree, migration: string): void {
  if (tree.if_not_exists === true && schema.tables.has(tableOf(tree.relation))) return;
  const spec = tree.partspec as Tree | undefined;
  const key = kindIn(spec?.partParams, 'PartitionElem').map((element) => textIn(element, 'name') ?? '');
  const table = addTable(schema, tree.relation, migration, spec ? 'partitioned' : 'table', key);
  const bound = tree.partbound as Tree | undefined;
  for (const inherited of kindIn(tree.inhRelations, 'RangeVar')) {
    const parent = schema.tables.get(tableOf(inherited));
    copyColumns(parent, table);
    if (!bound) continue;
    table.parent = tableOf(inherited);
    for (const one of parent?.constraints.values() ?? []) if (one.kind === 'primary') table.constraints.set(one.name, one);
    if (parent && bound.is_default === true) parent.defaultPartition = table.name;
  }
  for (const { kind, node } of nodesIn(tree.tableElts)) {
    if (kind === 'ColumnDef') addColumn(table, node, migration);
    else if (kind === 'Constraint') addConstraint(table, constraintOf(node, table.name));
    else if (kind === 'TableLikeClause') copyColumns(schema.tables.get(tableOf(node.relation)), table);
  }
}

function copyColumns(from: Table | undefined, to: Table): void {
  for (const [name, column] of from?.columns ?? []) to.columns.set(name, column);
}

function createIndex(schema: Schema, tree: Tree): void {
  const table = schema.tables.get(tableOf(tree.relation));
  if (!table) return;
  const name = written(textIn(tree, 'idxname') ?? '');
  table.indexes.set(name, {
    name,
    columns: kindIn(tree.indexParams, 'IndexElem').map((element) => textIn(element, 'name') ?? ''),
    method: textIn(tree, 'accessMethod') ?? 'btree',
    isUnique: tree.unique === true,
    isPartial: tree.whereClause !== undefined,
  });
  schema.tableOfIndex.set(table.name.includes('.') ? `${table.name.slice(0, table.name.lastIndexOf('.'))}.${name}` : name, table.name);
}

function drop(schema: Schema, tree: Tree): void {
  for (const object of (tree.objects ?? []) as readonly Tree[]) {
    const name = dotted(pathOf(object));
    if (tree.removeType === 'OBJECT_TABLE' || tree.removeType === 'OBJECT_VIEW' || tree.removeType === 'OBJECT_MATVIEW')
      schema.tables.delete(name);
    else if (tree.removeType === 'OBJECT_INDEX') {
      schema.tables.get(schema.tableOfIndex.get(name) ?? '')?.indexes.delete(name.slice(name.lastIndexOf('.') + 1));
      schema.tableOfIndex.delete(name);
    } else if (tree.removeType === 'OBJECT_FUNCTION' || tree.removeType === 'OBJECT_PROCEDURE') schema.functions.delete(name);
    else if (tree.removeType === 'OBJECT_DOMAIN') schema.domains.delete(name);
    else if (tree.removeType === 'OBJECT_SCHEMA') {
      for (const table of [...schema.tables.keys()]) if (table.startsWith(`${name}.`)) schema.tables.delete(table);
    }
  }
}

function rename(schema: Schema, tree: Tree): void {
  const name = tableOf(tree.relation);
  const table = schema.tables.get(name);
  const to = textIn(tree, 'newname') ?? '';
  if (tree.renameType === 'OBJECT_TABLE' || tree.renameType === 'OBJECT_VIEW') {
    moveTable(schema, name, `${name.slice(0, name.lastIndexOf('.') + 1)}${written(to)}`);
  } else if (table && tree.renameType === 'OBJECT_COLUMN') {
    const column = table.columns.get(textIn(tree, 'subname') ?? '');
    if (!column) return;
    table.columns.delete(column.name);
    table.columns.set(to, { ...column, name: to });
  }
}

/** `to` ends in a dot for another schema. */
function moveTable(schema: Schema, name: string, to: string): void {
  const table = schema.tables.get(name);
  if (!table) return;
  const moved = to.endsWith('.') ? `${to}${name.slice(name.lastIndexOf('.') + 1)}` : to;
  schema.tables.delete(name);
  schema.tables.set(moved, { ...table, name: moved });
}

function comment(schema: Schema, tree: Tree): void {
  const path = pathOf((tree.object ?? {}) as Tree);
  if (tree.objtype === 'OBJECT_COLUMN') schema.tables.get(dotted(path.slice(0, -1)))?.comments.add(path.at(-1) ?? '');
  else if (tree.objtype === 'OBJECT_TABLE') schema.tables.get(dotted(path))?.comments.add('');
}

export function routineOf(tree: Tree, migration: string): Routine {
  const all = kindIn(tree.parameters, 'FunctionParameter');
  const own = all.filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
  const spelled = (type: unknown) => {
    const { name, isArray } = typeOf(type);
    return `${name}${isArray ? '[]' : ''}`;
  };
  const results = all.filter((one) => !own.includes(one)).map(({ name, argType }) => `${String(name ?? '')} ${spelled(argType)}`);
  return {
    migration,
    arguments: own.map(({ argType }) => spelled(argType)).join(', '),
    argumentNames: own.map(({ name }) => String(name ?? '')),
    returns: `${(tree.returnType as Tree | undefined)?.setof === true ? 'setof ' : ''}${spelled(tree.returnType)}(${results.join(', ')})`,
    isVolatile: !['stable', 'immutable'].includes(optionIn(tree.options, 'volatility') ?? 'volatile'),
  };
}
