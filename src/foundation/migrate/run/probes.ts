import { quoteIdentifier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { ProbeAnswer } from '../model/steps.ts';
import { namesIn, type Statement, type StepTarget, shadowIndex, shadowOf, shadowTable, type Tree, textIn } from '../parse/index.ts';
import {
  describeEnum,
  describeExtension,
  findConstraint,
  findIndex,
  findKind,
  findLeftovers,
  findPartition,
  hasEnumValue,
  hasObject,
} from '../sql/queries/queries.gen.ts';
import type { Run } from './run.ts';
import { type Comparison, compareFunction, compareWithShadow, undone } from './shadow-probe.ts';

export interface Step {
  /** `source/name` of the migration. */
  readonly id: string;
  readonly number: number;
  readonly statement: Statement;
  readonly target: StepTarget;
  /** The statements behind it in its file. */
  readonly later?: readonly Statement[];
  /** Part of a transaction that is open, in which what a probe tries is taken back by a savepoint. */
  readonly isInTransaction?: boolean;
}

const quoted = (schema: string, name = '') => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/**
 * Asks the catalog whether a step is done.
 *
 * @throws PLINTH_MIGRATE_OBJECT_DIFFERS when what has that name is something else
 */
export async function probe(run: Run, step: Step): Promise<ProbeAnswer> {
  const { session } = run;
  const { kind, schema, name, table, detail, probe: question } = step.target;
  if (question !== undefined) return ask(run, step, question);
  switch (kind) {
    case 'create-index':
    case 'build-index':
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
    case 'create-view':
      return judge(step, quoted(schema, name), await compareWithShadow(session, within(step), kind, step, { schema, table: name, name }));
    case 'add-column':
    case 'add-constraint':
    case 'create-trigger':
    case 'create-policy': {
      const place = { schema, table: table ?? '', name };
      const found = await compareWithShadow(session, within(step), kind, step, place);
      return judge(step, `${quoteIdentifier(name)} of ${quoted(schema, table)}`, found);
    }
    case 'create-function':
      return judge(step, quoted(schema, name), await compareFunction(session, within(step), step.statement, { schema, name }));
    case 'adopt-index': {
      const found = await findConstraint.first(session, { table: quoted(schema, table), name });
      return judge(step, `${quoteIdentifier(name)} of ${quoted(schema, table)}`, {
        ...(found && { found: found.kind }),
        expected: detail ?? 'u',
      });
    }
    case 'add-enum-value':
      return (await hasEnumValue.one(session, { type: quoted(schema, name), value: detail ?? '' })).exists ? 'done' : 'absent';
    case 'create-schema':
      return (await hasObject.one(session, { kind: 'schema', name, relation: '' })).exists ? 'done' : 'absent';
    case 'create-enum':
      return probeEnum(run, step);
    case 'create-extension':
      return probeExtension(run, step);
    case 'rename':
      return probeRename(run, step);
    case 'drop': {
      const relation = table === undefined ? '' : quoted(schema, table);
      const named = table === undefined && schema !== '' ? quoted(schema, name) : name;
      return (await hasObject.one(session, { kind: detail ?? '', name: named, relation })).exists ? 'absent' : 'done';
    }
    case 'other':
      return 'unknown';
  }
}

const within = (step: Step) => step.isInTransaction === true;

/** @throws PLINTH_MIGRATE_OBJECT_DIFFERS */
function judge({ id }: Step, object: string, { found, expected }: Comparison): ProbeAnswer {
  if (found === undefined) return 'absent';
  if (found === expected) return 'done';
  throw migrateErrors.OBJECT_DIFFERS({ id, object, expected: expected ?? 'nothing', found });
}

async function probeEnum({ session }: Run, step: Step): Promise<ProbeAnswer> {
  const type = quoted(step.target.schema, step.target.name);
  const found = await describeEnum.first(session, { type });
  const expected = namesIn(step.statement.tree.vals);
  return judge(step, type, { ...(found && { found: found.labels.join(', ') }), expected: expected.join(', ') });
}

/** Where the statement names neither schema nor version, any will do. */
async function probeExtension({ session }: Run, step: Step): Promise<ProbeAnswer> {
  const found = await describeExtension.first(session, { name: step.target.name });
  if (!found) return 'absent';
  const options = (step.statement.tree.options ?? []) as readonly { readonly DefElem: Tree }[];
  const wanted = (option: string) =>
    textIn(
      (options.find(({ DefElem }) => DefElem.defname === option)?.DefElem.arg as { readonly String?: Tree } | undefined)?.String ?? {},
      'sval',
    );
  const schema = wanted('schema') ?? found.schema;
  const version = wanted('new_version') ?? found.version;
  return judge(step, `extension ${step.target.name}`, { found: found.definition, expected: `version ${version} in schema ${schema}` });
}

/** A view may stand for the old name of a table by then. */
async function probeRename({ session }: Run, step: Step): Promise<ProbeAnswer> {
  const { schema, name, table, detail = '' } = step.target;
  if (table !== undefined) {
    const relation = quoted(schema, table);
    const has = async (column: string) => (await hasObject.one(session, { kind: 'column', name: column, relation })).exists;
    if (!(await has(detail))) return 'absent';
    if (!(await has(name))) return 'done';
    throw migrateErrors.OBJECT_DIFFERS({ id: step.id, object: relation, expected: `${detail} instead of ${name}`, found: 'both columns' });
  }
  const kindOf = async (relation: string) => (await findKind.first(session, { relation: quoted(schema, relation) }))?.kind;
  const [old, renamed] = [await kindOf(name), await kindOf(detail)];
  if (renamed === undefined) return 'absent';
  if (old === undefined || old === 'v') return 'done';
  throw migrateErrors.OBJECT_DIFFERS({
    id: step.id,
    object: quoted(schema, detail),
    expected: `the renamed ${name}`,
    found: `both tables`,
  });
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
  // Of a partitioned table it is valid only when each partition has its own.
  if (!found.is_valid && step.target.kind === 'create-index') return 'leftover';
  return await undone(
    session,
    within(step),
    `create temporary table plinth_shadow (like ${quoted(schema, table)})`,
    async (): Promise<ProbeAnswer> => {
      await session.query({ text: await shadowOf(step.statement) });
      const expected = await findIndex.one(session, { index: `pg_temp.${shadowIndex}`, table: shadowTable });
      if (found.is_on_table && expected.definition === found.definition) return 'done';
      throw migrateErrors.OBJECT_DIFFERS({
        id: step.id,
        object: quoted(schema, name),
        expected: `${expected.definition} on ${quoted(schema, table)}`,
        found: `${found.definition} on ${found.table}`,
      });
    },
  );
}
