import type { Tree } from '../../parse/index.ts';
import { droppedBy, isAlone } from '../facts.ts';
import type { Rule, Scene } from '../types.ts';
import { isOn, optionIn, tableOf, visit } from '../vocabulary.ts';

const triggerCommands = ['TrigAll', 'TrigUser', 'Trig'].flatMap((what): `AT_${string}`[] => [`AT_Enable${what}`, `AT_Disable${what}`]);
const parentOf = (name: string) => name.slice(0, name.lastIndexOf('.'));

/** Tables whose row security is forced, among those that a statement reads or writes. */
function forcedIn(tree: Tree, { schema, isBorn }: Scene): string[] {
  const tables = new Set<string>();
  visit({ tree }, (kind, node) => {
    if (kind !== 'RangeVar' && kind !== 'relation') return;
    const table = schema.tables.get(tableOf(node));
    if (table?.hasRowSecurity && table.isForced && !isBorn(table.name)) tables.add(table.name);
  });
  return [...tables];
}

export const securityRules: readonly Rule[] = [
  {
    id: 'L57',
    name: 'trigger-ddl',
    level: 'size',
    why: 'SHARE ROW EXCLUSIVE to make a trigger, ACCESS EXCLUSIVE to drop one or for a rule: held until the whole migration commits.',
    safeWay: 'A migration of its own, which the runner asks for briefly and again.',
    template: 'trigger',
    on: ['CreateTrigStmt', 'RuleStmt', 'DropStmt', 'RenameStmt', ...triggerCommands],
    check: (node, scene) => {
      if (scene.file.role === 'objects' || isAlone(scene)) return undefined;
      if (node.renameType !== undefined && node.renameType !== 'OBJECT_TRIGGER') return undefined;
      if (node.removeType === undefined) return `${scene.table} is locked together with everything else in this migration.`;
      if (node.removeType !== 'OBJECT_TRIGGER' && node.removeType !== 'OBJECT_RULE') return undefined;
      return droppedBy(node).map((name) => ({
        table: parentOf(name),
        message: `${parentOf(name)} is locked together with everything else in this migration.`,
      }));
    },
  },
  {
    id: 'L58',
    name: 'row-security-ddl',
    level: 'size',
    why: 'ACCESS EXCLUSIVE; and a table with row security but without a policy shows its rows to nobody.',
    safeWay: 'Policies and the switch for one table in a migration of their own: select tenancy.protect(…) does all of it.',
    template: 'policy',
    on: [
      'AT_EnableRowSecurity',
      'AT_DisableRowSecurity',
      'AT_ForceRowSecurity',
      'AT_NoForceRowSecurity',
      'AT_ReplicaIdentity',
      'AT_ChangeOwner',
      'CreatePolicyStmt',
      'AlterPolicyStmt',
      'DropStmt',
    ],
    check: (node, scene) => {
      const { schema, statements, facts } = scene;
      if (scene.file.role === 'objects' || (node.removeType ?? 'OBJECT_POLICY') !== 'OBJECT_POLICY') return undefined;
      const table = node.removeType === undefined ? scene.table : parentOf(droppedBy(node)[0] ?? '');
      const isProtected =
        (schema.tables.get(table)?.policies ?? 0) > 0 ||
        statements.some(({ type, tree }) => type === 'CreatePolicyStmt' && tableOf(tree.table) === table);
      if (node.subtype === 'AT_EnableRowSecurity' && !isProtected) return `${table} has no policy: from here on nobody sees its rows.`;
      const others = [...facts.lockers.values()].some((locked) => locked !== table);
      return others && { table, message: `${table} is locked together with other tables.` };
    },
  },
  {
    id: 'L59',
    name: 'view-not-security-invoker',
    level: 'error',
    why: 'A view reads with the rights of its owner, past the row security of those who ask.',
    safeWay: 'CREATE VIEW … WITH (security_invoker = true).',
    template: 'view',
    isForNewTables: true,
    on: ['ViewStmt'],
    check: (node, { table }) =>
      (node.view as Tree).relpersistence !== 't' &&
      !isOn(optionIn(node.options, 'security_invoker')) &&
      `${table} shows rows past row security.`,
  },
  {
    id: 'L60',
    name: 'refresh-matview',
    level: 'size',
    why: 'ACCESS EXCLUSIVE while the query runs, or EXCLUSIVE with CONCURRENTLY; and the migration waits for it.',
    safeWay: 'A unique index, and REFRESH … CONCURRENTLY from a job.',
    on: ['RefreshMatViewStmt', 'CreateTableAsStmt'],
    isForNewTables: true,
    check: (node, { table }) => {
      if (node.objtype === undefined) return `${table} is computed anew while others wait.`;
      const into = (node.into ?? {}) as Tree;
      const isFilled = node.objtype === 'OBJECT_MATVIEW' && into.skipData !== true;
      return (
        isFilled && {
          severity: 'warning',
          message: `The migration waits until ${tableOf(into.rel)} is computed: WITH NO DATA leaves that to a job.`,
        }
      );
    },
  },
  {
    id: 'L77',
    name: 'dml-under-forced-row-security',
    level: 'size',
    why: 'A forced policy holds for the owner too: without BYPASSRLS the statement finds no row and says "done".',
    safeWay:
      'A backfill, which checks that it may see all rows. The runner sets row_security = off, so that it fails rather than finds nothing.',
    on: ['UpdateStmt', 'DeleteStmt', 'InsertStmt', 'CopyStmt', 'CreateTableAsStmt'],
    check: (node, scene) => {
      const reads = forcedIn(node, scene);
      return reads.length > 0 && `${reads.join(', ')} has forced row security: who may not pass it sees no rows.`;
    },
  },
];
