import type { Statement, Tree } from '../parse/index.ts';
import { type Constraint, constraintOf } from './schema/index.ts';
import type { Scene } from './types.ts';
import { dotted, kindIn, literalIn, nodesIn, pathOf, tableOf } from './vocabulary.ts';

/** A foreign key that a statement brings. */
export interface AddedKey {
  readonly statement: Statement;
  readonly table: string;
  readonly key: Constraint;
  readonly node: Tree;
}

/** What has to be known of a file as a whole; gathered once, so that no rule looks through it again. */
export interface FileFacts {
  /** Tables it makes, at whatever place. */
  readonly made: ReadonlySet<string>;
  /** Views it makes. */
  readonly views: ReadonlySet<string>;
  /** Statements that lock a table which is there already, with that table; empty where it is not known. */
  readonly lockers: ReadonlyMap<Statement, string>;
  /** `table constraint` that it adds to a table. */
  readonly added: ReadonlySet<string>;
  /** The last statement that empties or removes a table. */
  readonly emptied: ReadonlyMap<string, { readonly statement: Statement; readonly number: number }>;
  readonly keys: readonly AddedKey[];
  /** It says that times without a zone are in UTC, so that none changes its bytes. */
  readonly isUtc: boolean;
}

export function factsOf(statements: readonly Statement[]): FileFacts {
  const made = new Set<string>();
  const views = new Set<string>();
  const lockers = new Map<Statement, string>();
  const added = new Set<string>();
  const emptied = new Map<string, { statement: Statement; number: number }>();
  const keys: AddedKey[] = [];
  let isUtc = false;
  for (const [number, statement] of statements.entries()) {
    const { type, tree } = statement;
    const table = tableOf(tree.relation ?? tree.table);
    if (type === 'CreateStmt') made.add(table);
    if (type === 'CreateTableAsStmt') made.add(tableOf((tree.into as Tree | undefined)?.rel));
    if (type === 'VariableSetStmt' && tree.name === 'timezone')
      isUtc = /^(utc|gmt)$/i.test(literalIn((tree.args as readonly unknown[] | undefined)?.[0]) ?? '');
    if (type === 'ViewStmt') views.add(tableOf(tree.view));
    if (type === 'AlterTableStmt') {
      for (const command of kindIn(tree.cmds, 'AlterTableCmd')) {
        const node = command.subtype === 'AT_AddConstraint' ? kindIn([command.def], 'Constraint')[0] : undefined;
        const constraint = node && constraintOf(node, table);
        if (constraint) added.add(`${table} ${constraint.name}`);
      }
    }
    if (type === 'AlterTableStmt' || type === 'CreateStmt') keys.push(...keysOf(statement, table));
    for (const name of emptiedBy(statement)) emptied.set(name, { statement, number });
    if (type === 'DropStmt') {
      const locked = lockedByDrop(tree);
      if (locked !== undefined && !made.has(locked)) lockers.set(statement, locked);
    } else if (lockingTypes.has(type) && !made.has(table)) lockers.set(statement, table);
  }
  return { made, views, lockers, added, emptied, keys, isUtc };
}

const lockingTypes = new Set(
  'AlterTableStmt IndexStmt RenameStmt AlterObjectSchemaStmt CreateTrigStmt RuleStmt CreatePolicyStmt AlterPolicyStmt TruncateStmt LockStmt ReindexStmt ClusterStmt RefreshMatViewStmt'.split(
    ' ',
  ),
);

/** The first table that a DROP locks, empty when it is not said which; undefined when it locks none. */
function lockedByDrop(tree: Tree): string | undefined {
  const [name = ''] = droppedBy(tree);
  if (tree.removeType === 'OBJECT_TABLE' || tree.removeType === 'OBJECT_MATVIEW') return name;
  if (tree.removeType === 'OBJECT_INDEX') return tree.concurrent === true ? undefined : '';
  const isPart = ['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE'].includes(String(tree.removeType));
  return isPart ? name.slice(0, name.lastIndexOf('.')) : undefined;
}

function keysOf(statement: Statement, table: string): AddedKey[] {
  const { type, tree } = statement;
  const added = () =>
    kindIn(tree.cmds, 'AlterTableCmd').flatMap(({ subtype, def }) =>
      subtype === 'AT_AddColumn' || subtype === 'AT_AddConstraint' ? [def] : [],
    );
  const found = (node: Tree, column?: Tree): AddedKey[] => {
    const key = node.contype === 'CONSTR_FOREIGN' ? constraintOf(node, table, column) : undefined;
    return key ? [{ statement, table, key, node }] : [];
  };
  return nodesIn(type === 'CreateStmt' ? tree.tableElts : added()).flatMap(({ kind, node }) =>
    kind === 'Constraint'
      ? found(node)
      : kind === 'ColumnDef'
        ? kindIn(node.constraints, 'Constraint').flatMap((one) => found(one, node))
        : [],
  );
}

/** Names that a DROP lists. */
export const droppedBy = (tree: Tree) => ((tree.objects ?? []) as readonly Tree[]).map((object) => dotted(pathOf(object)));

/** Tables that a statement empties or removes. */
export function emptiedBy({ type, tree }: Statement): string[] {
  if (type === 'TruncateStmt') return kindIn(tree.relations, 'RangeVar').map(tableOf);
  if (type === 'DropStmt') return tree.removeType === 'OBJECT_TABLE' ? droppedBy(tree) : [];
  return type === 'DeleteStmt' && tree.whereClause === undefined ? [tableOf(tree.relation)] : [];
}

/** Whether nothing else in its transaction holds a lock that people wait for. */
export function isAlone({ file, facts, statement }: Pick<Scene, 'file' | 'facts' | 'statement'>): boolean {
  return !file.isTransactional || facts.lockers.size === 0 || (facts.lockers.size === 1 && facts.lockers.has(statement));
}
