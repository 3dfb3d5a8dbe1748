import { namesIn, type Tree, textIn } from '../../parse/index.ts';
import type { Rule, Scene } from '../types.ts';
import { dotted, visit, written } from '../vocabulary.ts';

const isContract = ({ file }: Scene) => file.phase === 'contract';

export const renameRules: readonly Rule[] = [
  {
    id: 'L27',
    name: 'drop-column',
    level: 'size',
    why: 'Code that runs still names the column: it fails until it is replaced.',
    safeWay: 'Stop using it, wait until no old version runs, then drop it in a migration of phase "contract".',
    template: 'drop-column',
    on: ['AT_DropColumn'],
    check: (node, scene) =>
      !isContract(scene) && `Code that names ${scene.table}.${written(textIn(node, 'name') ?? '')} fails from here on.`,
  },
  {
    id: 'L28',
    name: 'rename-column',
    level: 'size',
    why: 'No deployment replaces all running code in the same moment as the name changes.',
    safeWay: 'A new column beside the old one, kept in step; or a view with the old name.',
    template: 'rename-column',
    on: ['RenameStmt'],
    check: (node, { table }) => {
      const name = written(textIn(node, 'subname') ?? '');
      if (node.renameType === 'OBJECT_TABCONSTRAINT') {
        return { severity: 'warning', message: `INSERT … ON CONFLICT ON CONSTRAINT ${name} fails from here on.` };
      }
      const isColumn = node.renameType === 'OBJECT_COLUMN' || node.renameType === 'OBJECT_ATTRIBUTE';
      return isColumn && `Code that names ${table}.${name} fails from here on.`;
    },
  },
  {
    id: 'L29',
    name: 'rename-table',
    level: 'size',
    why: 'No deployment replaces all running code in the same moment as the name changes.',
    safeWay: 'A view of the old name in the same migration, dropped when no old version runs.',
    template: 'rename-table',
    on: ['RenameStmt', 'AlterObjectSchemaStmt'],
    check: (node, scene) => {
      const isTable = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW'].includes(
        textIn(node, node.newschema === undefined ? 'renameType' : 'objectType') ?? '',
      );
      return isTable && !scene.facts.views.has(scene.table) && `Code that names ${scene.table} fails from here on.`;
    },
  },
  {
    id: 'L30',
    name: 'rename-schema',
    level: 'error',
    why: 'Every name in every running query changes at once.',
    safeWay: 'A new schema; tables move one by one, with views in the old one.',
    on: ['RenameStmt'],
    check: (node) =>
      node.renameType === 'OBJECT_SCHEMA' && `Code that names anything in ${written(textIn(node, 'subname') ?? '')} fails from here on.`,
  },
  {
    id: 'L31',
    name: 'rename-enum-value',
    level: 'error',
    why: 'Running code sends and expects the old value.',
    safeWay: 'Add the new value, move the rows, stop using the old one. Better: text with a CHECK.',
    template: 'enum-to-text',
    on: ['AlterEnumStmt'],
    check: (node) =>
      node.oldVal !== undefined && `Code that sends '${textIn(node, 'oldVal')}' to ${dotted(namesIn(node.typeName))} fails from here on.`,
  },
  {
    id: 'L32',
    name: 'enum-add-without-position',
    level: 'warning',
    why: 'The value sorts last, which is seldom where it belongs and cannot be changed.',
    safeWay: 'ADD VALUE … BEFORE or AFTER.',
    on: ['AlterEnumStmt'],
    check: (node) =>
      node.newVal !== undefined &&
      node.oldVal === undefined &&
      node.newValNeighbor === undefined &&
      `'${textIn(node, 'newVal')}' sorts after all other values.`,
  },
  {
    id: 'L33',
    name: 'enum-value-used-same-transaction',
    level: 'error',
    why: 'A new value cannot be used in the transaction that adds it (55P04).',
    safeWay: 'A migration of its own for the value.',
    on: ['AlterEnumStmt'],
    check: (node, { file, statements, number }) => {
      const value = node.oldVal === undefined ? textIn(node, 'newVal') : undefined;
      if (value === undefined || !file.isTransactional) return undefined;
      const user = statements.slice(number + 1).find(({ type, tree }) => type !== 'CommentStmt' && hasLiteral(tree, value));
      return user && { statement: user, message: `'${value}' is added in this transaction and cannot be used in it.` };
    },
  },
];

function hasLiteral(tree: Tree, value: string): boolean {
  let isFound = false;
  visit(tree, (kind, node) => {
    if (kind === 'A_Const' && (node.sval as { readonly sval?: string } | undefined)?.sval === value) isFound = true;
  });
  return isFound;
}
