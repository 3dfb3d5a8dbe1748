import { type Tree, textIn } from '../../parse/index.ts';
import { droppedBy, isAlone } from '../facts.ts';
import { type Constraint, constraintOf, hasIndexOn } from '../schema/index.ts';
import type { Complaint, Rule, Scene } from '../types.ts';
import { kindIn, written } from '../vocabulary.ts';

// The registry of tenants: every table points to it, few rows, written when a customer comes or goes.
const registry = 'tenancy.tenants';

/** The foreign key of a constraint node; undefined for other constraints. */
function foreignKey(node: Tree, { table, column }: Scene): Constraint | undefined {
  const constraint = node.contype === 'CONSTR_FOREIGN' ? constraintOf(node, table, column) : undefined;
  return constraint;
}

export const foreignKeyRules: readonly Rule[] = [
  {
    id: 'L35',
    name: 'add-fk-validating',
    level: 'size',
    why: 'SHARE ROW EXCLUSIVE on both tables while every row is looked up in the parent.',
    safeWay: 'ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a migration after it (partitioned tables too, from PostgreSQL 18).',
    template: 'add-fk',
    on: ['constraint'],
    check: (node, scene) => {
      const key = scene.clause === 'add constraint' ? foreignKey(node, scene) : undefined;
      if (!key?.isEnforced) return undefined;
      if (key.isValid) return { node, message: `Nobody writes to ${scene.table} and ${key.references} while all its rows are looked up.` };
      const isRefused = scene.server < 18 && scene.schema.tables.get(scene.table)?.kind === 'partitioned';
      return isRefused && { node, message: `PostgreSQL ${scene.server} refuses NOT VALID on the partitioned table ${scene.table}.` };
    },
  },
  {
    id: 'L36',
    name: 'fk-without-index',
    level: 'size',
    why: 'Each delete or key change of a parent looks through the whole child, and locks it for as long.',
    safeWay: 'An index that begins with the columns of the key, before the key.',
    template: 'add-fk',
    isForNewTables: true,
    on: ['end'],
    check: (_, { facts, schema }) =>
      facts.keys.flatMap(({ statement, table, key, node }): Complaint[] => {
        const owner = schema.tables.get(table);
        if (!owner || hasIndexOn(owner, key.columns)) return [];
        return [
          {
            statement,
            node,
            table,
            object: key.name,
            message: `${written(key.name)} on ${table} has no index that begins with ${key.columns.join(', ')}.`,
          },
        ];
      }),
  },
  {
    id: 'L37',
    name: 'several-fks-per-transaction',
    level: 'size',
    why: 'Each key locks its parent until the transaction ends: writers of several tables stop together, and may deadlock with each other.',
    safeWay: 'One key per migration, parents first.',
    on: ['end'],
    check: (_, { file, facts, isBorn, isLarge }) => {
      if (!file.isTransactional) return undefined;
      const held = facts.keys.filter(({ key }) => key.references !== undefined && !isBorn(key.references) && key.references !== registry);
      const parents = [...new Set(held.map(({ key }) => key.references ?? ''))];
      const last = held.at(-1);
      if (!last || parents.length < 2) return undefined;
      return {
        statement: last.statement,
        node: last.node,
        table: parents.find(isLarge) ?? '',
        message: `One transaction holds locks on ${parents.join(', ')}.`,
        severity: parents.some(isLarge) ? 'error' : 'warning',
      };
    },
  },
  {
    id: 'L38',
    name: 'create-table-with-fk-to-hot-parent',
    level: 'size',
    why: 'SHARE ROW EXCLUSIVE on the parent: while it waits behind one writer, all others wait behind it.',
    safeWay: 'The table first; the key in a migration of its own, which the runner asks for briefly and again.',
    template: 'add-fk',
    isForNewTables: true,
    on: ['constraint'],
    check: (node, scene) => {
      const key = scene.clause === 'create table' || scene.isBorn(scene.table) ? foreignKey(node, scene) : undefined;
      const parent = key?.references ?? '';
      if (!key || parent === registry || parent === scene.table || scene.isBorn(parent) || isAlone(scene)) return undefined;
      return { node, table: parent, message: `The key locks ${parent} together with everything else in this migration.` };
    },
  },
  {
    id: 'L39',
    name: 'drop-fk',
    level: 'size',
    why: 'Dropping a foreign key, or a table that has one, takes ACCESS EXCLUSIVE on the table it points to as well.',
    safeWay: 'A migration of its own, which the runner asks for briefly and again.',
    on: ['AT_DropConstraint', 'DropStmt'],
    check: (node, scene) => {
      if (isAlone(scene)) return undefined;
      const of = (table: string, name?: string) =>
        [...(scene.schema.tables.get(table)?.constraints.values() ?? [])].filter(
          (one) => one.kind === 'foreign' && (name === undefined || one.name === name),
        );
      const complaint = (key: Constraint): Complaint => ({
        table: key.references ?? '',
        message: `Dropping ${written(key.name)} locks ${key.references} as well.`,
      });
      if (node.subtype === 'AT_DropConstraint') {
        const name = textIn(node, 'name') ?? '';
        const known = of(scene.table, name);
        if (known.length > 0 || scene.schema.tables.has(scene.table)) return known.map(complaint);
        // Nothing but its name is known; ours and the server's say what it is.
        return /_(fk|fkey)$/.test(name) && { table: '', message: `Dropping ${written(name)} locks the table it points to as well.` };
      }
      if (node.removeType !== 'OBJECT_TABLE') return undefined;
      const dropped = droppedBy(node);
      return dropped
        .filter((table) => !scene.isBorn(table))
        .flatMap((table) =>
          of(table)
            .filter(({ references }) => !dropped.includes(references ?? ''))
            .map(complaint),
        );
    },
  },
  {
    id: 'L40',
    name: 'fk-enforced-later',
    level: 'size',
    why: 'ALTER CONSTRAINT … ENFORCED looks up all rows under ACCESS EXCLUSIVE, and there is no gentler way out of NOT ENFORCED.',
    safeWay: 'NOT VALID instead of NOT ENFORCED, and VALIDATE CONSTRAINT later.',
    template: 'add-fk',
    on: ['AT_AlterConstraint', 'constraint'],
    check: (node, scene) => {
      if (scene.clause === undefined) {
        const change = kindIn([node.def], 'ATAlterConstraint')[0];
        if (change?.alterEnforceability !== true) return undefined;
        const name = written(textIn(change, 'conname') ?? '');
        return change.is_enforced === true
          ? `${name} is enforced by a lookup of all rows of ${scene.table}.`
          : `${name} guards nothing from here on, and enforcing it again stops reading and writing ${scene.table}.`;
      }
      const key = foreignKey(node, scene);
      return (
        key &&
        !key.isEnforced && {
          node,
          message: `${written(key.name)} is NOT ENFORCED: enforcing it later stops reading and writing ${scene.table}.`,
        }
      );
    },
  },
  {
    id: 'L41',
    name: 'fk-on-delete-cascade',
    level: 'size',
    why: 'One delete of a parent deletes any number of children in the same transaction.',
    safeWay: 'RESTRICT, and the children deleted in batches before. Tenants excepted: their rows are erased in batches anyway.',
    isForNewTables: true,
    on: ['constraint'],
    check: (node, scene) => {
      const key = foreignKey(node, scene);
      const isTenant = key?.references === registry && key.columns.join() === 'tenant_id';
      return key?.isCascading && !isTenant && { node, message: `One delete in ${key.references} deletes all its rows in ${scene.table}.` };
    },
  },
];
