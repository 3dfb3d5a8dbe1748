import { namesIn, type Tree, textIn } from '../../parse/index.ts';
import { type Constraint, constraintOf } from '../schema/index.ts';
import type { Rule, Scene } from '../types.ts';
import { dotted, kindIn, written } from '../vocabulary.ts';

const added = (node: Tree, scene: Scene) => constraintOf(node, scene.table, scene.column);

/** A rule about a constraint that ADD CONSTRAINT brings. */
const addConstraint = (
  rule: Omit<Rule, 'on' | 'check'>,
  check: (constraint: Constraint, scene: Scene) => string | false | undefined,
): Rule => ({
  ...rule,
  on: ['constraint'],
  check: (node, scene) => {
    if (scene.clause !== 'add constraint') return undefined;
    const constraint = added(node, scene);
    const message = constraint && check(constraint, scene);
    return message ? { node, message } : undefined;
  },
});

export const constraintRules: readonly Rule[] = [
  addConstraint(
    {
      id: 'L42',
      name: 'add-check-validating',
      level: 'size',
      why: 'All rows are checked under ACCESS EXCLUSIVE.',
      safeWay: 'ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a migration after it.',
      template: 'add-check',
    },
    ({ kind, name, isValid, isEnforced }, { table }) =>
      kind === 'check' && isValid && isEnforced && `${written(name)} is checked for all rows of ${table} while nobody reads or writes.`,
  ),
  {
    id: 'L43',
    name: 'validate-same-transaction',
    level: 'size',
    why: 'The lock of ADD CONSTRAINT is held to the end of the transaction, so it is held during the scan.',
    safeWay: 'VALIDATE CONSTRAINT in a migration after the one that adds it.',
    on: ['AT_ValidateConstraint'],
    check: (node, { file, facts, table }) => {
      const name = textIn(node, 'name') ?? '';
      return (
        file.isTransactional && facts.added.has(`${table} ${name}`) && `${written(name)} is validated under the lock that adding it took.`
      );
    },
  },
  {
    id: 'L44',
    name: 'validate-mixed',
    level: 'size',
    why: 'The statement takes the strongest lock of its parts: the scan of VALIDATE happens under it.',
    safeWay: 'VALIDATE CONSTRAINT in a statement of its own.',
    on: ['AlterTableStmt'],
    check: (node, { table }) => {
      const commands = kindIn(node.cmds, 'AlterTableCmd').map(({ subtype }) => subtype);
      return (
        commands.includes('AT_ValidateConstraint') &&
        commands.some((one) => one !== 'AT_ValidateConstraint') &&
        `${table} is scanned under the lock of what stands beside VALIDATE.`
      );
    },
  },
  {
    id: 'L46',
    name: 'add-unique',
    level: 'size',
    why: 'The index is built under ACCESS EXCLUSIVE; a primary key over nullable columns scans as well.',
    safeWay: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX; for a primary key NOT NULL first.',
    template: 'add-unique',
    on: ['constraint'],
    check: (node, scene) => {
      const made = scene.clause === 'add constraint' ? added(node, scene) : undefined;
      if (!made || made.hasPeriod || (made.kind !== 'unique' && made.kind !== 'primary')) return undefined;
      const table = scene.schema.tables.get(scene.table);
      if (made.usingIndex === undefined)
        return { node, message: `The index of ${written(made.name)} is built while nobody reads or writes ${scene.table}.` };
      const columns = table?.indexes.get(made.usingIndex)?.columns ?? [];
      const nullable = made.kind === 'primary' ? columns.find((name) => table?.columns.get(name)?.isNotNull === false) : undefined;
      return (
        nullable !== undefined && { node, message: `${written(nullable)} may be null, so ${scene.table} is scanned for the primary key.` }
      );
    },
  },
  addConstraint(
    {
      id: 'L47',
      name: 'add-exclusion',
      level: 'size',
      why: 'The index is built under ACCESS EXCLUSIVE; such a constraint can be neither NOT VALID nor built concurrently.',
      safeWay: 'A new table that has it, filled by a backfill; or a trigger. Or a window, with approval.',
    },
    ({ kind, name, hasPeriod }, { table }) =>
      (kind === 'exclusion' || ((kind === 'primary' || kind === 'unique') && hasPeriod === true)) &&
      `${written(name)} is built while nobody reads or writes ${table}.`,
  ),
  {
    id: 'L48',
    name: 'alter-domain-constraint',
    level: 'error',
    why: 'Every table with a column of the domain is scanned under SHARE, all in one transaction.',
    safeWay: 'ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a migration after it.',
    on: ['AlterDomainStmt'],
    check: (node) => {
      const constraint = kindIn([node.def ?? {}], 'Constraint')[0];
      const isScanning = node.subtype === 'O' || (node.subtype === 'C' && constraint?.skip_validation !== true);
      return isScanning && `All tables that use ${dotted(namesIn(node.typeName))} are scanned while nobody writes to them.`;
    },
  },
];
