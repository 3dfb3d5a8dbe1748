import { type Tree, textIn } from '../../parse/index.ts';
import { kindIn, nodesIn, tableOf, typeOf } from '../vocabulary.ts';
import { addColumn, addConstraint, setNotNull } from './change-table.ts';
import { constraintOf } from './constraints.ts';
import type { Schema, Table } from './schema.ts';

export function foldAlterTable(schema: Schema, tree: Tree, migration: string): void {
  const table = schema.tables.get(tableOf(tree.relation));
  if (!table) return;
  for (const command of kindIn(tree.cmds, 'AlterTableCmd')) fold(schema, table, command, migration);
}

function fold(schema: Schema, table: Table, command: Tree, migration: string): void {
  const name = textIn(command, 'name') ?? '';
  const [def] = nodesIn(command.def === undefined ? [] : [command.def]);
  const node = def?.node ?? {};
  const column = table.columns.get(name);
  switch (command.subtype) {
    case 'AT_AddColumn':
      if (command.missing_ok !== true || !table.columns.has(textIn(node, 'colname') ?? '')) addColumn(table, node, migration);
      break;
    case 'AT_DropColumn':
      table.columns.delete(name);
      for (const one of [...table.constraints.values()]) if (one.columns.includes(name)) table.constraints.delete(one.name);
      break;
    case 'AT_AlterColumnType':
      if (column) table.columns.set(name, { ...column, type: typeOf(node.typeName) });
      break;
    case 'AT_ColumnDefault':
      if (column) table.columns.set(name, { ...column, hasDefault: command.def !== undefined });
      break;
    case 'AT_SetNotNull':
      setNotNull(table, name, true);
      break;
    case 'AT_DropNotNull':
      setNotNull(table, name, false);
      for (const one of [...table.constraints.values()]) {
        if (one.kind === 'not null' && one.columns[0] === name) table.constraints.delete(one.name);
      }
      break;
    case 'AT_AddConstraint':
      addConstraint(table, constraintOf(node, table.name));
      break;
    case 'AT_DropConstraint':
      table.constraints.delete(name);
      break;
    case 'AT_ValidateConstraint': {
      const constraint = table.constraints.get(name);
      if (constraint) addConstraint(table, { ...constraint, isValid: true });
      break;
    }
    case 'AT_AttachPartition': {
      const partition = schema.tables.get(tableOf(node.name));
      if (partition) partition.parent = table.name;
      if ((node.bound as Tree | undefined)?.is_default === true) table.defaultPartition = tableOf(node.name);
      break;
    }
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize': {
      const partition = schema.tables.get(tableOf(node.name));
      if (partition) delete partition.parent;
      if (table.defaultPartition === tableOf(node.name)) delete table.defaultPartition;
      break;
    }
    case 'AT_EnableRowSecurity':
      table.hasRowSecurity = true;
      break;
    case 'AT_ForceRowSecurity':
      table.isForced = true;
      break;
    default:
      break;
  }
}
