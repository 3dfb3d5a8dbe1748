import { type Statement, type Tree, textIn } from '../../parse/index.ts';
import { droppedBy, emptiedBy } from '../facts.ts';
import type { Complaint, Rule, Scene } from '../types.ts';
import { kindIn, optionIn, tableOf, visit } from '../vocabulary.ts';

const truncated = (tree: Tree) => kindIn(tree.relations, 'RangeVar').map(tableOf);

const rewrites: Readonly<Record<string, string>> = {
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_SetTableSpace: 'SET TABLESPACE',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
};

/** Tables that a statement reads. */
function sourcesOf({ type, tree }: Statement): string[] {
  const query = type === 'InsertStmt' ? tree.selectStmt : type === 'CreateTableAsStmt' ? tree.query : undefined;
  const sources: string[] = [];
  if (query) {
    visit({ query }, (kind, node) => {
      if (kind === 'RangeVar') sources.push(tableOf(node));
    });
  }
  return sources;
}

/** Whether rows or columns are gone after it. */
function destroys(statement: Statement, isBorn: Scene['isBorn']): boolean {
  const { type, tree } = statement;
  if (type === 'AlterTableStmt' && tree.objtype === 'OBJECT_TABLE') {
    return !isBorn(tableOf(tree.relation)) && kindIn(tree.cmds, 'AlterTableCmd').some(({ subtype }) => subtype === 'AT_DropColumn');
  }
  if (type === 'DropdbStmt' || (type === 'DropStmt' && tree.removeType === 'OBJECT_SCHEMA')) return true;
  return emptiedBy(statement).some((table) => !isBorn(table));
}

export const destructiveRules: readonly Rule[] = [
  {
    id: 'L53',
    name: 'drop-table',
    level: 'size',
    why: 'The rows are gone, and so is the way back.',
    safeWay: 'The quarantine schema with an expiry, and an approval.',
    template: 'drop-table',
    on: ['DropStmt', 'DropdbStmt', 'DropOwnedStmt'],
    check: (node) => {
      if (node.dbname !== undefined) return `The database ${textIn(node, 'dbname')} is gone with all its rows.`;
      if (node.roles !== undefined) return 'DROP OWNED drops whatever a role owns, unseen.';
      if (node.removeType === 'OBJECT_SCHEMA') return `${droppedBy(node).join(', ')} is gone with all it holds.`;
      return node.removeType === 'OBJECT_TABLE' && droppedBy(node).map((table) => ({ table, message: `The rows of ${table} are gone.` }));
    },
  },
  {
    id: 'L54',
    name: 'truncate',
    level: 'size',
    why: 'ACCESS EXCLUSIVE, all rows gone; CASCADE goes on to every table that points here.',
    safeWay: 'Deletes in batches, or the drop of a partition.',
    isForDown: true,
    on: ['TruncateStmt'],
    check: (node) =>
      truncated(node).map((table) => ({
        table,
        message: `The rows of ${table}${node.behavior === 'DROP_CASCADE' ? ' and of all tables that point to it' : ''} are gone.`,
      })),
  },
  {
    id: 'L55',
    name: 'drop-cascade',
    level: 'error',
    why: 'What depends on it goes with it, unseen: views, keys, columns, functions.',
    safeWay: 'Each dependant by its name, then the object without CASCADE.',
    isForDown: true,
    isForNewTables: true,
    on: ['DropStmt', 'DropOwnedStmt', 'AT_DropColumn', 'AT_DropConstraint'],
    check: (node) => node.behavior === 'DROP_CASCADE' && 'CASCADE drops what nobody named here.',
  },
  {
    id: 'L56',
    name: 'rewrite-maintenance',
    level: 'size',
    why: 'The whole table is copied under ACCESS EXCLUSIVE.',
    safeWay: 'A window that was approved, or a copy that is filled online and swapped.',
    on: ['VacuumStmt', 'ClusterStmt', ...(Object.keys(rewrites) as `AT_${string}`[])],
    check: (node, { table, statement }) => {
      const words = rewrites[textIn(node, 'subtype') ?? ''];
      if (words !== undefined) return `${words} copies the whole of ${table}.`;
      if (statement.type === 'ClusterStmt') return `CLUSTER copies the whole of ${table || 'every clustered table'}.`;
      if (node.is_vacuumcmd !== true || optionIn(node.options, 'full') === undefined || optionIn(node.options, 'full') === 'false')
        return undefined;
      const of = kindIn(node.rels, 'VacuumRelation').map(({ relation }) => tableOf(relation));
      return (of.length > 0 ? of : ['']).map((name) => ({
        table: name,
        message: `VACUUM FULL copies the whole of ${name || 'every table'}.`,
      }));
    },
  },
  {
    id: 'L71',
    name: 'destructive-without-check',
    level: 'error',
    why: 'Nothing proves that what goes is not needed any more, and no down.sql brings rows back.',
    safeWay: 'A pre.sql that returns what still stands in the way; or a reason in a waiver.',
    on: ['end'],
    check: (_, { file, statements, isBorn }) => {
      const first = file.hasPre || file.role !== 'up' ? undefined : statements.find((statement) => destroys(statement, isBorn));
      return first && { statement: first, message: 'Rows or columns go, and no pre.sql looks at them first.' };
    },
  },
  {
    id: 'L75',
    name: 'copy-then-remove',
    level: 'size',
    why: 'Rows that arrive between copy and removal are lost, a second run loses them all; CREATE TABLE AS brings neither keys nor defaults nor policies.',
    safeWay: 'A table of its own, rows moved by key and counted, the source quarantined.',
    template: 'merge-table',
    isForNewTables: true,
    on: ['InsertStmt', 'CreateTableAsStmt'],
    check: (node, scene): Complaint | undefined => {
      const { statement, facts, number } = scene;
      for (const source of sourcesOf(statement)) {
        const removal = facts.emptied.get(source);
        if (removal && removal.number > number) {
          return { statement: removal.statement, table: '', message: `${source} is emptied after it was copied in the same migration.` };
        }
      }
      const into = (node.into as Tree | undefined)?.rel as Tree | undefined;
      const isTable = into !== undefined && into.relpersistence !== 't' && node.objtype === 'OBJECT_TABLE';
      return isTable
        ? { table: tableOf(into), message: `${tableOf(into)} gets columns and rows, but no key, default, comment or policy.` }
        : undefined;
    },
  },
];
