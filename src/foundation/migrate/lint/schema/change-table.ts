import { type Tree, textIn } from '../../parse/index.ts';
import { clauseOf, kindIn, typeOf } from '../vocabulary.ts';
import { constraintOf } from './constraints.ts';
import type { Column, Constraint, Table } from './schema.ts';

export function addColumn(table: Table, node: Tree, migration: string): void {
  const name = textIn(node, 'colname') ?? '';
  const generated = clauseOf(node, 'CONSTR_GENERATED');
  const column: Column = {
    name,
    type: typeOf(node.typeName),
    isNotNull: false,
    hasDefault: clauseOf(node, 'CONSTR_DEFAULT') !== undefined,
    migration,
    ...(generated && { generated: generated.generated_kind === 'v' ? 'virtual' : 'stored' }),
  };
  table.columns.set(name, column);
  if (clauseOf(node, 'CONSTR_IDENTITY')) setNotNull(table, name, true);
  for (const one of kindIn(node.constraints, 'Constraint')) addConstraint(table, constraintOf(one, table.name, node));
}

export function addConstraint(table: Table, made: Constraint | undefined): void {
  if (!made) return;
  const index = made.usingIndex === undefined ? undefined : table.indexes.get(made.usingIndex);
  const constraint = index ? { ...made, columns: index.columns } : made;
  table.constraints.set(constraint.name, constraint);
  if (constraint.kind === 'primary' || (constraint.kind === 'not null' && constraint.isValid)) {
    for (const name of constraint.columns) setNotNull(table, name, true);
  }
}

export function setNotNull(table: Table, name: string, isNotNull: boolean): void {
  const column = table.columns.get(name);
  if (column) table.columns.set(name, { ...column, isNotNull });
}
