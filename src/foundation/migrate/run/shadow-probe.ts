import { type Executor, quoteIdentifier } from '../../../kernel/index.ts';
import type { StepKind } from '../model/steps.ts';
import { retargeted, retargetedFunction, type Statement, shadowSchema, type Tree, textIn } from '../parse/index.ts';
import {
  describeColumn,
  describeConstraint,
  describePolicy,
  describeRelation,
  describeTrigger,
  describeView,
  listFunctions,
} from '../sql/queries/queries.gen.ts';

/** What there is, and what the statement would make of an empty copy; no `found` where there is nothing of that name. */
export interface Comparison {
  readonly found?: string;
  readonly expected?: string;
}

/** Kinds that are compared with their like on an empty copy. */
export type ComparedKind = Extract<
  StepKind,
  'create-table' | 'add-column' | 'add-constraint' | 'create-view' | 'create-trigger' | 'create-policy'
>;

interface Place {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
}

type Describe = (session: Executor, table: string, name: string) => Promise<{ readonly definition: string } | undefined>;

const describers: Readonly<Record<ComparedKind, Describe>> = {
  'create-table': (session, table) => describeRelation.first(session, { table }),
  'create-view': (session, view) => describeView.first(session, { view }),
  'add-column': (session, table, name) => describeColumn.first(session, { table, name }),
  'add-constraint': (session, table, name) => describeConstraint.first(session, { table, name }),
  'create-trigger': (session, table, name) => describeTrigger.first(session, { table, name }),
  'create-policy': (session, table, name) => describePolicy.first(session, { table, name }),
};

// Of CreateTrigStmt: INSTEAD OF, which only views have.
const insteadOf = 64;

/** The copy on which the statement is tried. */
function copyFor(kind: ComparedKind, { tree }: Statement, real: string, copy: string, name: string): string {
  if (kind === 'create-table' || kind === 'create-view') return '';
  if (kind === 'create-trigger' && tree.timing === insteadOf) return `create view ${copy} as select * from ${real};`;
  if (kind === 'create-trigger' || kind === 'create-policy') return `create table ${copy} (like ${real});`;
  const without = kind === 'add-column' ? `drop column ${quoteIdentifier(name)}` : `drop constraint if exists ${quoteIdentifier(name)}`;
  return `create table ${copy} (like ${real} including all); alter table ${copy} ${without};`;
}

/**
 * Does `work` after `setUp`, and takes both back: in a transaction of its own, or within one that is open.
 */
export async function undone<T>(session: Executor, isWithin: boolean, setUp: string, work: () => Promise<T>): Promise<T> {
  await session.query({ text: `${isWithin ? 'savepoint plinth_probe' : 'begin'}; ${setUp}` });
  try {
    return await work();
  } finally {
    await session.query({ text: isWithin ? 'rollback to savepoint plinth_probe; release savepoint plinth_probe' : 'rollback' });
  }
}

const ofTables = /^AT_(AddColumn|AddConstraint|ColumnDefault|SetNotNull|DropNotNull|DropColumn|DropConstraint|AlterColumnType)$/;
const ofColumns = /^AT_(ColumnDefault|SetNotNull|DropNotNull)$/;

/** What the same file changes afterwards in the table or column that the statement makes. */
function changesIn(later: readonly Statement[], kind: ComparedKind, { schema, table, name }: Place): Statement[] {
  if (kind !== 'create-table' && kind !== 'add-column') return [];
  return later.filter(({ type, tree }) => {
    const relation = (tree.relation ?? {}) as Tree;
    if (type !== 'AlterTableStmt' || textIn(relation, 'schemaname') !== schema || textIn(relation, 'relname') !== table) return false;
    return ((tree.cmds ?? []) as readonly { readonly AlterTableCmd: Tree }[]).every(({ AlterTableCmd: { subtype, name: column, def } }) => {
      // The copy has no index that a constraint could take over.
      const takesIndex = (def as { readonly Constraint?: Tree } | undefined)?.Constraint?.indexname !== undefined;
      return kind === 'create-table' ? ofTables.test(String(subtype)) && !takesIndex : ofColumns.test(String(subtype)) && column === name;
    });
  });
}

/**
 * Tries the statement on an empty copy of the table and describes what came of it beside what is there; nothing of it stays. What the
 * file changes in it afterwards may have happened or not. A foreign key locks the other table for that moment as the statement itself
 * would.
 */
export async function compareWithShadow(
  session: Executor,
  isWithin: boolean,
  kind: ComparedKind,
  { statement, later = [] }: { readonly statement: Statement; readonly later?: readonly Statement[] },
  place: Place,
): Promise<Comparison> {
  const { schema, table, name } = place;
  const real = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const copy = `${shadowSchema}.${quoteIdentifier(table)}`;
  const found = await describers[kind](session, real, name);
  if (found === undefined) return {};
  return await undone(session, isWithin, `create schema ${shadowSchema}; ${copyFor(kind, statement, real, copy, name)}`, async () => {
    let expected: string | undefined;
    for (const one of [statement, ...changesIn(later, kind, place)]) {
      await session.query({ text: await retargeted(one, { schema, name: table }) });
      expected = (await describers[kind](session, copy, name))?.definition.replaceAll(`${shadowSchema}.`, `${schema}.`);
      if (expected === found.definition) break;
    }
    return { found: found.definition, ...(expected !== undefined && { expected }) };
  });
}

/** The same for a function: one with other arguments is another function. */
export async function compareFunction(
  session: Executor,
  isWithin: boolean,
  statement: Statement,
  { schema, name }: Pick<Place, 'schema' | 'name'>,
): Promise<Comparison> {
  const there = await listFunctions.all(session, { schema, name });
  if (there.length === 0) return {};
  return await undone(session, isWithin, `create schema ${shadowSchema}`, async () => {
    await session.query({ text: await retargetedFunction(statement) });
    const [made] = await listFunctions.all(session, { schema: shadowSchema, name });
    const found = there.find((one) => one.arguments === made?.arguments)?.definition;
    const expected = made?.definition.replaceAll(`${shadowSchema}.`, `${schema}.`);
    return { ...(found !== undefined && { found }), ...(expected !== undefined && { expected }) };
  });
}
