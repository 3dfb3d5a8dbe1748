import { quoteIdentifier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { ProbeAnswer } from '../model/steps.ts';
import { type Statement, type StepTarget, shadowIndex, shadowOf, shadowTable } from '../parse/index.ts';
import { findConstraint, findIndex, findLeftovers, findPartition, hasEnumValue } from '../sql/queries/queries.gen.ts';
import type { Run } from './run.ts';
import { compareWithShadow } from './shadow-probe.ts';

export interface Step {
  /** `source/name` of the migration. */
  readonly id: string;
  readonly number: number;
  readonly statement: Statement;
  readonly target: StepTarget;
}

const quoted = (schema: string, name = '') => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/**
 * Asks the catalog whether a step is done. Outside a transaction.
 *
 * @throws PLINTH_MIGRATE_OBJECT_DIFFERS when what has that name is something else
 */
export async function probe(run: Run, step: Step): Promise<ProbeAnswer> {
  const { session } = run;
  const { kind, schema, name, table, detail, probe: question } = step.target;
  if (question !== undefined) return ask(run, step, question);
  switch (kind) {
    case 'create-index':
      return probeIndex(run, step);
    case 'drop-index':
      return (await findIndex.first(session, { index: quoted(schema, name), table: '' })) ? 'absent' : 'done';
    case 'reindex':
      return (await findLeftovers.all(session, { relation: quoted(schema, name) })).length > 0 ? 'leftover' : 'absent';
    case 'detach': {
      const found = await findPartition.first(session, { parent: quoted(schema, table), partition: quoted(detail ?? '', name) });
      return found ? (found.is_pending ? 'leftover' : 'absent') : 'done';
    }
    case 'validate':
      return (await findConstraint.first(session, { table: quoted(schema, table), name }))?.is_valid ? 'done' : 'absent';
    case 'create-table':
    case 'add-column':
    case 'add-constraint': {
      const { found, expected } = await compareWithShadow(session, kind, step.statement, { schema, table: table ?? '', name });
      if (found === undefined) return 'absent';
      if (found === expected) return 'done';
      const object = kind === 'create-table' ? quoted(schema, name) : `${quoteIdentifier(name)} of ${quoted(schema, table)}`;
      throw migrateErrors.OBJECT_DIFFERS({ id: step.id, object, expected: expected ?? 'nothing', found });
    }
    case 'adopt-index':
      return (await findConstraint.first(session, { table: quoted(schema, table), name })) ? 'done' : 'absent';
    case 'add-enum-value':
      return (await hasEnumValue.one(session, { type: quoted(schema, name), value: detail ?? '' })).exists ? 'done' : 'absent';
    case 'other':
      return 'unknown';
  }
}

/** Removes, or brings to its end, what an interrupted try left. Waits for locks as long as the session's timeout says. */
export async function cleanUp(run: Run, { target: { kind, schema, name, table, detail } }: Step): Promise<void> {
  const { session } = run;
  if (kind === 'create-index') await session.query({ text: `drop index concurrently if exists ${quoted(schema, name)}` });
  if (kind === 'detach') {
    await session.query({ text: `alter table ${quoted(schema, table)} detach partition ${quoted(detail ?? '', name)} finalize` });
  }
  if (kind !== 'reindex') return;
  for (const { index } of await findLeftovers.all(session, { relation: quoted(schema, name) })) {
    await session.query({ text: `drop index concurrently if exists ${index}` });
  }
}

async function ask(run: Run, step: Step, question: string): Promise<ProbeAnswer> {
  const { rows } = await run.session.query({ text: question });
  const [answer] = Object.values((rows[0] ?? {}) as Record<string, unknown>);
  if (typeof answer === 'boolean') return answer ? 'done' : 'absent';
  throw migrateErrors.BAD_PROBE({ id: step.id, step: step.number, probe: question });
}

/** Valid is not enough: `if not exists` would take any index of that name. What the file says is built on an empty copy. */
async function probeIndex(run: Run, step: Step): Promise<ProbeAnswer> {
  const { session } = run;
  const { schema, name, table } = step.target;
  const found = await findIndex.first(session, { index: quoted(schema, name), table: quoted(schema, table) });
  if (!found) return 'absent';
  if (!found.is_valid) return 'leftover';
  await session.query({ text: `begin; create temporary table plinth_shadow (like ${quoted(schema, table)})` });
  try {
    await session.query({ text: await shadowOf(step.statement) });
    const expected = await findIndex.one(session, { index: `pg_temp.${shadowIndex}`, table: shadowTable });
    if (found.is_on_table && expected.definition === found.definition) return 'done';
    throw migrateErrors.OBJECT_DIFFERS({
      id: step.id,
      object: quoted(schema, name),
      expected: `${expected.definition} on ${quoted(schema, table)}`,
      found: `${found.definition} on ${found.table}`,
    });
  } finally {
    await session.query({ text: 'rollback' });
  }
}
