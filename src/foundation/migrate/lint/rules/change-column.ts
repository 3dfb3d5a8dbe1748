import { type Tree, textIn } from '../../parse/index.ts';
import type { Column, Schema, Table } from '../schema/index.ts';
import type { Rule, Scene } from '../types.ts';
import { columnsIn, nodesIn, typeOf, written } from '../vocabulary.ts';
import { judgeTypeChange, spelled } from './type-change.ts';

const nameOf = (command: Tree, { table }: Scene) => `${table}.${written(textIn(command, 'name') ?? '')}`;
const columnOf = (command: Tree, { schema, table }: Scene): Column | undefined =>
  schema.tables.get(table)?.columns.get(textIn(command, 'name') ?? '');
const newType = (command: Tree) => (command.def as { readonly ColumnDef?: Tree } | undefined)?.ColumnDef ?? {};
const constraintsOf = (schema: Schema, table: string) => [...(schema.tables.get(table)?.constraints.values() ?? [])];

/** Whether a valid CHECK says that the column is not null: SET NOT NULL believes it without looking at the rows. */
function isProven(table: Table | undefined, column: string): boolean {
  for (const one of table?.constraints.values() ?? []) {
    if (one.kind === 'not null' && one.isValid && one.columns[0] === column) return true;
    if (one.kind === 'check' && one.isValid && one.isEnforced && saysNotNull(one.expression, column)) return true;
  }
  return table?.columns.get(column)?.isNotNull ?? false;
}

/** `column is not null`, alone or as one side of AND. */
function saysNotNull(expression: unknown, column: string): boolean {
  const [found] = nodesIn([expression]);
  if (found?.kind === 'BoolExpr' && found.node.boolop === 'AND_EXPR')
    return (found.node.args as readonly unknown[]).some((arg) => saysNotNull(arg, column));
  return found?.kind === 'NullTest' && found.node.nulltesttype === 'IS_NOT_NULL' && columnsIn(found.node.arg).has(column);
}

function unvalidated(table: Table | undefined, column: string) {
  return [...(table?.constraints.values() ?? [])].find((one) => one.kind === 'not null' && !one.isValid && one.columns[0] === column);
}

/** What ALTER TYPE costs, from the two types and the USING clause. */
function judge(command: Tree, scene: Scene) {
  const definition = newType(command);
  const [using] = nodesIn(definition.raw_default === undefined ? [] : [definition.raw_default]);
  // `using a::text` is what happens without it.
  const isPlainCast = using?.kind === 'TypeCast' && nodesIn([using.node.arg])[0]?.kind === 'ColumnRef';
  if (using && !isPlainCast && using.kind !== 'ColumnRef') return 'rewrite';
  return judgeTypeChange(columnOf(command, scene)?.type, typeOf(definition.typeName), scene.facts.isUtc);
}

export const changeColumnRules: readonly Rule[] = [
  {
    id: 'L19',
    name: 'set-not-null-unproven',
    level: 'size',
    why: 'All rows are looked at under ACCESS EXCLUSIVE.',
    safeWay:
      'PostgreSQL 18: ADD CONSTRAINT … NOT NULL … NOT VALID, then VALIDATE in a migration after it. Older: a valid CHECK (… IS NOT NULL) first.',
    template: 'set-not-null',
    on: ['AT_SetNotNull', 'constraint'],
    check: (node, scene) => {
      const table = scene.schema.tables.get(scene.table);
      if (scene.clause === undefined) {
        const column = textIn(node, 'name') ?? '';
        return (
          !isProven(table, column) &&
          !unvalidated(table, column) &&
          `SET NOT NULL scans the whole of ${scene.table} for a null in ${written(column)}.`
        );
      }
      if (scene.clause !== 'add constraint' || node.contype !== 'CONSTR_NOTNULL') return undefined;
      if (scene.server < 18)
        return { node, message: `PostgreSQL ${scene.server} knows NOT NULL only as SET NOT NULL, over a valid CHECK.` };
      if (node.skip_validation === true) return undefined;
      const [column = ''] = (node.keys as readonly { readonly String: { readonly sval: string } }[]).map(({ String: { sval } }) => sval);
      return !isProven(table, column) && { node, message: `NOT NULL scans the whole of ${scene.table} for a null in ${written(column)}.` };
    },
  },
  {
    id: 'L20',
    name: 'set-not-null-over-not-valid',
    level: 'size',
    why: 'The column has a NOT NULL that is not validated; SET NOT NULL validates it under ACCESS EXCLUSIVE.',
    safeWay: 'ALTER TABLE … VALIDATE CONSTRAINT, which lets others read and write.',
    template: 'set-not-null',
    on: ['AT_SetNotNull'],
    check: (node, { schema, table }) => {
      const waiting = unvalidated(schema.tables.get(table), textIn(node, 'name') ?? '');
      return waiting && `SET NOT NULL scans ${table}: ${written(waiting.name)} is not validated yet.`;
    },
  },
  {
    id: 'L21',
    name: 'drop-not-null',
    level: 'warning',
    why: 'Readers of the column do not expect a null.',
    safeWay: 'After every reader can take one, in a migration of phase "contract".',
    on: ['AT_DropNotNull'],
    check: (node, scene) => scene.file.phase !== 'contract' && `${nameOf(node, scene)} may be null from now on.`,
  },
  {
    id: 'L22',
    name: 'change-type-rewrite',
    level: 'size',
    why: 'The table and its indexes are written anew, or all rows are checked, under ACCESS EXCLUSIVE.',
    safeWay: 'A new column beside it, kept in step and filled by a backfill; then the switch.',
    template: 'retype-column',
    on: ['AT_AlterColumnType'],
    check: (node, scene) => {
      const verdict = judge(node, scene);
      if (verdict !== 'rewrite' && verdict !== 'unknown') return undefined;
      const to = spelled(typeOf(newType(node).typeName));
      const from = columnOf(node, scene);
      return from
        ? `Changing ${nameOf(node, scene)} from ${spelled(from.type)} to ${to} rewrites or scans the whole table.`
        : `Changing ${nameOf(node, scene)} to ${to} may rewrite the whole table: no file here says what type it is.`;
    },
  },
  {
    id: 'L23',
    name: 'change-type-without-rewrite',
    level: 'warning',
    why: 'The catalog only is changed, but under ACCESS EXCLUSIVE: behind a long query everybody waits for it.',
    safeWay: 'As it is: the runner asks for the lock briefly and again.',
    on: ['AT_AlterColumnType'],
    check: (node, scene) =>
      judge(node, scene) === 'safe' && `Changing the type of ${nameOf(node, scene)} needs ACCESS EXCLUSIVE for a moment.`,
  },
  {
    id: 'L24',
    name: 'change-collation',
    level: 'size',
    why: 'The order of the column changes: all its indexes are built anew under ACCESS EXCLUSIVE.',
    safeWay: 'A new column of the other collation; or an index with it first, and COLLATE in the queries.',
    template: 'retype-column',
    on: ['AT_AlterColumnType'],
    check: (node, scene) =>
      newType(node).collClause !== undefined && `The indexes of ${nameOf(node, scene)} are built anew for another collation.`,
  },
  {
    id: 'L25',
    name: 'change-type-with-check',
    level: 'size',
    why: 'Checks over the column are checked again for all rows under ACCESS EXCLUSIVE.',
    safeWay: 'Drop the check, change the type, add it NOT VALID, VALIDATE in a migration after it.',
    on: ['AT_AlterColumnType'],
    check: (node, scene) => {
      const column = textIn(node, 'name') ?? '';
      const check = constraintsOf(scene.schema, scene.table).find((one) => one.kind === 'check' && columnsIn(one.expression).has(column));
      return check && `${written(check.name)} is checked again for all rows of ${scene.table}.`;
    },
  },
  {
    id: 'L26',
    name: 'set-expression-stored',
    level: 'size',
    why: 'The new value is computed into each row under ACCESS EXCLUSIVE.',
    safeWay: 'A new column.',
    on: ['AT_SetExpression'],
    check: (node, scene) =>
      columnOf(node, scene)?.generated !== 'virtual' && `Another expression for ${nameOf(node, scene)} rewrites the whole table.`,
  },
  {
    id: 'L34',
    name: 'change-default-in-use',
    level: 'warning',
    why: 'Writers that name the column go on sending the old value.',
    safeWay: 'After the deployment, in a migration of its own.',
    on: ['AT_ColumnDefault'],
    check: (node, scene) => {
      const column = columnOf(node, scene);
      // A default for a column that this migration adds is the way around a rewrite.
      if (column?.migration === scene.file.migration || column?.hasDefault === false) return undefined;
      return `The default of ${nameOf(node, scene)} changes under those who write it.`;
    },
  },
];
