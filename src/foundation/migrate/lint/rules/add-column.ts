import { type Tree, textIn } from '../../parse/index.ts';
import type { Rule, Scene } from '../types.ts';
import { callsIn, clauseOf, kindIn, tableOf, typeOf, written } from '../vocabulary.ts';
import { isVolatile } from './functions.ts';

const columnIn = (command: Tree) => ((command.def as { readonly ColumnDef?: Tree } | undefined)?.ColumnDef ?? {}) as Tree;
const nameOf = (column: Tree, { table }: Scene) => `${table}.${written(textIn(column, 'colname') ?? '')}`;
const isSerial = (column: Tree) => /^(small|big)?serial[248]?$/.test(typeOf(column.typeName).name);
const isStored = (column: Tree) =>
  clauseOf(column, 'CONSTR_GENERATED') !== undefined && clauseOf(column, 'CONSTR_GENERATED')?.generated_kind !== 'v';
const isVirtual = (column: Tree) => clauseOf(column, 'CONSTR_GENERATED')?.generated_kind === 'v';

/** A rule about a column that ADD COLUMN brings. */
const addColumn = (
  rule: Omit<Rule, 'on' | 'check' | 'level'> & { level?: Rule['level'] },
  check: (column: Tree, scene: Scene) => string | false | undefined,
): Rule => ({
  level: 'size',
  ...rule,
  on: ['AT_AddColumn'],
  check: (command, scene) => {
    const column = columnIn(command);
    const message = check(column, scene);
    return message ? { message, node: column } : undefined;
  },
});

export const addColumnRules: readonly Rule[] = [
  addColumn(
    {
      id: 'L10',
      name: 'add-column-volatile-default',
      why: 'A default that differs per row has to be written into each: ACCESS EXCLUSIVE for a rewrite of the table. Constants and now() are kept in the catalog.',
      safeWay: 'Add the column without default, set the default for new rows, backfill the old ones.',
      template: 'add-column',
    },
    (column, scene) => {
      const call = callsIn(clauseOf(column, 'CONSTR_DEFAULT')?.raw_expr).find((name) => isVolatile(name, scene.schema));
      return call !== undefined && `${nameOf(column, scene)} has the default ${call}(), so the whole table is rewritten.`;
    },
  ),
  addColumn(
    {
      id: 'L11',
      name: 'add-column-serial',
      why: 'Each row gets a number at once: ACCESS EXCLUSIVE for a rewrite of the table.',
      safeWay: 'A nullable column, a sequence as default for new rows, a backfill.',
      template: 'add-column',
    },
    (column, scene) =>
      (isSerial(column) || clauseOf(column, 'CONSTR_IDENTITY') !== undefined) &&
      `${nameOf(column, scene)} numbers all rows, so the whole table is rewritten.`,
  ),
  addColumn(
    {
      id: 'L12',
      name: 'add-column-generated',
      why: 'A STORED value is computed into each row under ACCESS EXCLUSIVE; a VIRTUAL one costs nothing, but its NOT NULL has to look at all.',
      safeWay: 'VIRTUAL (PostgreSQL 18), nullable; or a plain column with a trigger and a backfill.',
      template: 'add-column',
    },
    (column, scene) => {
      if (isStored(column)) return `${nameOf(column, scene)} is generated and stored, so the whole table is rewritten.`;
      if (isVirtual(column) && scene.server < 18) return `PostgreSQL ${scene.server} has no virtual columns: ${nameOf(column, scene)}.`;
      return (
        isVirtual(column) &&
        clauseOf(column, 'CONSTR_NOTNULL') !== undefined &&
        `${nameOf(column, scene)} is generated NOT NULL, so the whole table is scanned.`
      );
    },
  ),
  addColumn(
    {
      id: 'L13',
      name: 'add-column-not-null-no-default',
      level: 'error',
      why: 'It fails as soon as there is one row, and writers that do not know the column fail from then on.',
      safeWay: 'A default that is a constant; or a nullable column, a backfill, then NOT NULL.',
      template: 'add-column',
    },
    (column, scene) => {
      const isRequired = clauseOf(column, 'CONSTR_NOTNULL') ?? clauseOf(column, 'CONSTR_PRIMARY');
      const isFilled = isSerial(column) || ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'].some((kind) => clauseOf(column, kind));
      return isRequired !== undefined && !isFilled && `${nameOf(column, scene)} is NOT NULL and has no default.`;
    },
  ),
  addColumn(
    {
      id: 'L14',
      name: 'add-column-constrained-domain',
      why: 'The constraint of the domain is checked for each row: ACCESS EXCLUSIVE for a rewrite, even with a constant default.',
      safeWay: 'The plain type, with a CHECK that is added NOT VALID and validated.',
      template: 'add-column',
    },
    (column, scene) => {
      const { name } = typeOf(column.typeName);
      return (
        scene.schema.domains.get(name)?.isConstrained &&
        `${nameOf(column, scene)} is of the constrained domain ${name}, so the whole table is rewritten.`
      );
    },
  ),
  addColumn(
    {
      id: 'L15',
      name: 'add-column-inline-check',
      why: 'The check of a new column looks at all rows under ACCESS EXCLUSIVE.',
      safeWay: 'The column first; then the CHECK as NOT VALID, and VALIDATE in a migration after it.',
      template: 'add-check',
    },
    (column, scene) => clauseOf(column, 'CONSTR_CHECK') !== undefined && `The check of ${nameOf(column, scene)} scans the whole table.`,
  ),
  addColumn(
    {
      id: 'L16',
      name: 'add-column-inline-unique',
      why: 'The index of the constraint is built under ACCESS EXCLUSIVE.',
      safeWay: 'The column first; then a unique index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.',
      template: 'add-unique',
    },
    (column, scene) =>
      (clauseOf(column, 'CONSTR_UNIQUE') ?? clauseOf(column, 'CONSTR_PRIMARY')) !== undefined &&
      `The unique index of ${nameOf(column, scene)} is built while nobody reads or writes.`,
  ),
  addColumn(
    {
      id: 'L17',
      name: 'add-column-inline-references',
      why: 'ACCESS EXCLUSIVE on the table and SHARE ROW EXCLUSIVE on the parent at once; with a default all rows are looked up as well.',
      safeWay: 'The column first; then the foreign key as NOT VALID, and VALIDATE in a migration after it.',
      template: 'add-fk',
    },
    (column, scene) => {
      const key = clauseOf(column, 'CONSTR_FOREIGN');
      return key !== undefined && `The foreign key of ${nameOf(column, scene)} locks ${tableOf(key.pktable)} as well.`;
    },
  ),
  {
    id: 'L18',
    name: 'add-json-column',
    level: 'size',
    why: 'json has no equality: DISTINCT, GROUP BY and UNION over the column stop working.',
    safeWay: 'jsonb.',
    isForNewTables: true,
    on: ['column'],
    check: (column, scene) => typeOf(column.typeName).name === 'json' && { node: column, message: `${nameOf(column, scene)} is json.` },
  },
  {
    id: 'L79',
    name: 'if-not-exists-hides-difference',
    level: 'size',
    why: 'Whatever has that name is taken for the right thing, another type, another shape or another version too.',
    safeWay: 'Without IF NOT EXISTS: the runner knows what it applied. Or a recipe, whose probe stops on a difference.',
    isForNewTables: true,
    on: ['CreateStmt', 'CreateTableAsStmt', 'CreateSeqStmt', 'CreateExtensionStmt', 'AT_AddColumn'],
    check: (node, scene) => {
      if (node.subtype === 'AT_AddColumn') {
        return (
          node.missing_ok === true && { node: columnIn(node), message: `A column ${nameOf(columnIn(node), scene)} of any type would do.` }
        );
      }
      if (node.if_not_exists !== true) return undefined;
      if (node.extname !== undefined) {
        const isVersioned = kindIn(node.options, 'DefElem').some(({ defname }) => defname === 'new_version');
        return isVersioned && `Any version of ${textIn(node, 'extname')} would do.`;
      }
      const name = tableOf(node.relation ?? node.sequence ?? (node.into as Tree | undefined)?.rel);
      return { table: name, message: `Anything that is named ${name} would do.` };
    },
  },
];
