import type { Tree } from '../../parse/index.ts';
import type { Schema } from '../schema/index.ts';
import type { Complaint, Rule } from '../types.ts';
import { columnsIn, dotted, kindIn, pathOf, tableOf } from '../vocabulary.ts';

const partitionIn = (command: Tree) => kindIn([command.def ?? {}], 'PartitionCmd')[0] ?? {};

/** Whether a valid CHECK speaks about the partition key: the server compares it with the bound and spares the scan. */
function isChecked(schema: Schema, table: string, key: readonly string[]): boolean {
  const checks = [...(schema.tables.get(table)?.constraints.values() ?? [])].filter(
    ({ kind, isValid, isEnforced }) => kind === 'check' && isValid && isEnforced,
  );
  return checks.some(({ expression }) => key.length === 0 || key.every((column) => columnsIn(expression).has(column)));
}

export const partitionRules: readonly Rule[] = [
  {
    id: 'L49',
    name: 'attach-partition-unproven',
    level: 'size',
    why: 'Without a CHECK that implies the bound the new part is scanned under ACCESS EXCLUSIVE, and the default partition too.',
    safeWay: 'A matching CHECK on the new part and its opposite on the default one, NOT VALID, VALIDATE; then ATTACH.',
    template: 'create-table',
    on: ['AT_AttachPartition'],
    check: (node, { schema, table, isBorn }) => {
      const parent = schema.tables.get(table);
      const child = tableOf(partitionIn(node).name);
      const key = parent?.partitionKey ?? [];
      const isBound = (partitionIn(node).bound as Tree | undefined)?.is_default !== true;
      const complaints: Complaint[] = [];
      if (isBound && !isBorn(child) && !isChecked(schema, child, key))
        complaints.push({ table: child, message: `All rows of ${child} are scanned for the bound.` });
      const fallback = parent?.defaultPartition;
      if (fallback !== undefined && !isBorn(fallback) && !isChecked(schema, fallback, key)) {
        complaints.push({
          table: fallback,
          message: `All rows of the default partition ${fallback} are scanned, and nobody reads or writes it.`,
        });
      }
      return complaints;
    },
  },
  {
    id: 'L50',
    name: 'create-partition-of',
    level: 'size',
    why: 'ACCESS EXCLUSIVE on the parent, and on its default partition.',
    safeWay: 'A table by itself (LIKE … INCLUDING ALL), then ATTACH PARTITION, which lets others read and write.',
    template: 'create-table',
    isForNewTables: true,
    on: ['CreateStmt'],
    check: (node, { isBorn }) => {
      if (node.partbound === undefined) return undefined;
      const parent = tableOf(kindIn(node.inhRelations, 'RangeVar')[0]);
      return !isBorn(parent) && { table: parent, message: `Nobody reads or writes ${parent} from the moment the lock is asked for.` };
    },
  },
  {
    id: 'L51',
    name: 'detach-not-concurrent',
    level: 'size',
    why: 'ACCESS EXCLUSIVE on the parent.',
    safeWay: 'DETACH PARTITION … CONCURRENTLY in a migration of its own with "tx: none"; an interrupted one is finalised by the runner.',
    on: ['AT_DetachPartition'],
    check: (node, { table, schema }) => {
      if (partitionIn(node).concurrent !== true) return `Nobody reads or writes ${table} from the moment the lock is asked for.`;
      const fallback = schema.tables.get(table)?.defaultPartition;
      return fallback !== undefined && `The server refuses to detach concurrently beside the default partition ${fallback}.`;
    },
  },
  {
    id: 'L52',
    name: 'drop-partition-direct',
    level: 'size',
    why: 'Dropping a part takes ACCESS EXCLUSIVE on the parent.',
    safeWay: 'DETACH PARTITION … CONCURRENTLY; the drop later, in a migration of its own.',
    isForDown: true,
    on: ['DropStmt'],
    check: (node, { schema }) =>
      node.removeType === 'OBJECT_TABLE' &&
      ((node.objects ?? []) as readonly Tree[]).flatMap((object): Complaint[] => {
        const name = dotted(pathOf(object));
        const parent = schema.tables.get(name)?.parent;
        return parent === undefined ? [] : [{ table: parent, message: `Dropping ${name} stops reading and writing all of ${parent}.` }];
      }),
  },
];
