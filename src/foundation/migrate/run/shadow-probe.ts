import { type Executor, quoteIdentifier } from '../../../kernel/index.ts';
import type { StepKind } from '../model/steps.ts';
import { retargeted, type Statement, shadowSchema } from '../parse/index.ts';
import { describeColumn, describeConstraint, describeRelation } from '../sql/queries/queries.gen.ts';

/** What there is, and what the statement would make of an empty copy; no `found` where there is nothing of that name. */
export interface Comparison {
  readonly found?: string;
  readonly expected?: string;
}

/** Kinds that are compared with their like on an empty copy. */
export type ComparedKind = Extract<StepKind, 'create-table' | 'add-column' | 'add-constraint'>;

/**
 * Tries the statement on an empty copy of the table, in a transaction that is rolled back, and describes what came of it beside what is
 * there. A foreign key locks the other table for that moment as the statement itself would.
 */
export async function compareWithShadow(
  session: Executor,
  kind: ComparedKind,
  statement: Statement,
  { schema, table, name }: { readonly schema: string; readonly table: string; readonly name: string },
): Promise<Comparison> {
  const real = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const copy = `${shadowSchema}.${quoteIdentifier(table)}`;
  const describe = async (relation: string): Promise<string | undefined> => {
    const described =
      kind === 'create-table'
        ? await describeRelation.first(session, { table: relation })
        : kind === 'add-column'
          ? await describeColumn.first(session, { table: relation, name })
          : await describeConstraint.first(session, { table: relation, name });
    return described?.definition.replaceAll(`${shadowSchema}.`, `${schema}.`);
  };
  const found = await describe(real);
  if (found === undefined) return {};
  const without = {
    'create-table': '',
    'add-column': `create table ${copy} (like ${real} including all); alter table ${copy} drop column ${quoteIdentifier(name)};`,
    'add-constraint': `create table ${copy} (like ${real} including all); alter table ${copy} drop constraint if exists ${quoteIdentifier(name)};`,
  }[kind];
  await session.query({ text: `begin; create schema ${shadowSchema}; ${without}` });
  try {
    await session.query({ text: await retargeted(statement, { schema, name: table }) });
    const expected = await describe(copy);
    return { found, ...(expected !== undefined && { expected }) };
  } finally {
    await session.query({ text: 'rollback' });
  }
}
