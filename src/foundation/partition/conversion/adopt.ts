import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { partitionName } from '../model/names.ts';
import { closeClaimsOf, ensureClaims, proveClaims } from './claims.ts';
import { conversionErrors } from './errors.ts';
import { carryIdentities, followersOf, lockedByName, validateKeys } from './followers.ts';
import { ensureKeyIndex, ensureUniqueIndex, keyIndexDrop } from './key-index.ts';
import { rebindViews } from './materialized-views.ts';
import type { TablePlan } from './model/plan.ts';
import { partStatements } from './parts.ts';
import {
  describeTable,
  hasCheck,
  listChildren,
  listCloneStatements,
  listGrantees,
  listIdentities,
  listOwnNames,
  listPolicies,
  listReferenced,
  sequenceState,
} from './sql/queries/queries.gen.ts';
import { createTwin } from './twin.ts';
import { execute, type Place, placesOf, qualified, type Route, type Work } from './work.ts';

const id = quoteIdentifier;
const checkName = 'plinth_adopt_check';
/** More rows than these beyond the old table would hold the lock too long on the way back. */
const backRowLimit = 500_000;
const suffix = 'history';

/** The old table as the first partition. */
export const historyName = (plan: Pick<TablePlan, 'name'>): string => partitionName(plan.name, suffix);

/**
 * The old table becomes the first partition of a new one, without a copy: what needs a look at all rows (the unique index, the CHECK that
 * proves the bound) is done beside readers and writers, and the rest is one short transaction.
 */
export const adopt: Route<TablePlan> = {
  async build(work) {
    await ensureKeyIndex(work);
    await ensureClaims(work);
    const { session, plan } = work;
    const table = qualified(placesOf(work).table);
    const found = await hasCheck.first(session, { table, name: checkName });
    if (found?.is_valid) return;
    const { rows } = await session.query({
      text: `select count(*)::int8 as rows from ${table} where ${id(plan.keyColumn)} >= ${endOf(plan)} or ${id(plan.keyColumn)} < ${beginOf(plan)}`,
    });
    if (rows[0].rows > 0) {
      const what = `${rows[0].rows} row(s) before ${plan.begin} or from ${plan.end} on`;
      throw conversionErrors.CONVERSION_OUTSIDE({ table: `${plan.schema}.${plan.name}`, what });
    }
  },

  prepare: createTwin,

  async engageLocks(work) {
    return [qualified(placesOf(work).table)];
  },

  async engage(work) {
    const { plan } = work;
    const key = id(plan.keyColumn);
    const check = `check (${key} >= ${beginOf(plan)} and ${key} < ${endOf(plan)}) not valid`;
    await execute(work.session, [`alter table ${qualified(placesOf(work).table)} add constraint ${checkName} ${check}`]);
  },

  copies: () => [],
  async prove(work) {
    await validateBound(work);
    await proveClaims(work);
  },
  pair: () => undefined,

  async swapLocks(work) {
    const { table, next } = placesOf(work);
    const found = await describeTable.one(work.session, { table: qualified(table) });
    const referenced = (await listReferenced.all(work.session, { table: found.oid })).map((one) => one.table);
    // On the way back there is nothing in `next`: the parent has the name of the table.
    const parent = (await describeTable.first(work.session, { table: qualified(next) })) ? [qualified(next)] : [];
    return [...new Set([...referenced, ...(await lockedByName(work)), ...parent])];
  },

  async swap(work) {
    const { session: tx, plan, sides } = work;
    const { table, next, past } = placesOf(work);
    const history = { schema: plan.schema, name: historyName(plan) };
    const { rows } = await tx.query({ text: `select ${endOf(plan)} > (${presentOf(plan)}) as is_ahead` });
    if (!rows[0].is_ahead) throw conversionErrors.CONVERSION_LATE({ table: `${plan.schema}.${plan.name}`, end: plan.end ?? '' });
    const found = await describeTable.one(tx, { table: qualified(table) });
    const followers = await followersOf(tx, found.oid);
    const identities = await listIdentities.all(tx, { table: qualified(table) });
    await carryIdentities(tx, qualified(table), qualified(next));
    await followers.leave();
    await execute(tx, [
      ...identities.map(({ column }) => `alter table ${qualified(table)} alter ${id(column)} drop identity`),
      ...(plan.keyIndex && found.primary_key_name
        ? [
            `alter table ${qualified(table)} drop constraint ${id(found.primary_key_name)}`,
            `alter table ${qualified(table)} add constraint ${id(found.primary_key_name)} primary key using index ${id(plan.keyIndex)}`,
          ]
        : []),
    ]);
    // Out of the way first: indexes of both carry the same names.
    await execute(tx, await moved(work, table, found.oid, past, (name) => partitionName(name, suffix)));
    await execute(tx, [`alter table ${qualified(past)} rename to ${id(history.name)}`]);
    const parent = await describeTable.one(tx, { table: qualified(next) });
    await execute(tx, [
      ...(await moved(work, next, parent.oid, table)),
      ...(await listChildren.all(tx, { table: qualified(next) })).map(
        (leaf) => `alter table ${qualified(leaf)} set schema ${id(plan.schema)}`,
      ),
    ]);
    const atSide = { schema: sides.past, name: history.name };
    await execute(tx, [
      ...(await moved(work, atSide, found.oid, history)),
      `alter table ${qualified(table)} attach partition ${qualified(history)} for values from (${quoteLiteral(plan.begin ?? '')}) to (${quoteLiteral(plan.end ?? '')})`,
      `alter table ${qualified(history)} drop constraint ${checkName}`,
      ...(await listPolicies.all(tx, { table: found.oid })).map(({ name }) => `drop policy ${id(name)} on ${qualified(history)}`),
      ...partStatements(qualified(history), qualified(table), []),
      ...(await listGrantees.all(tx, { table: found.oid })).map(({ grantee }) => `revoke all on ${qualified(history)} from ${grantee}`),
    ]);
    await followers.come();
  },

  async settle(work, direction) {
    const { session, plan } = work;
    const table = qualified(placesOf(work).table);
    const found = await describeTable.one(session, { table });
    await validateKeys(session, found.oid);
    await rebindViews(work, found.oid, plan.views);
    // Only the parent: its partitions have their statistics.
    if (direction === 'forth') await execute(session, [`analyze only ${table}`]);
  },

  async buildBack(work) {
    const { plan } = work;
    if (plan.keyIndex) await ensureUniqueIndex(work, historyName(plan), partitionName(plan.keyIndex, 'back'), plan.primaryKey);
  },

  async swapBack(work) {
    const { session: tx, plan, sides } = work;
    const { table, next } = placesOf(work);
    const history = { schema: plan.schema, name: historyName(plan) };
    const parent = await describeTable.one(tx, { table: qualified(table) });
    const old = await describeTable.one(tx, { table: qualified(history) });
    const followers = await followersOf(tx, parent.oid);
    await followers.leave();
    await execute(tx, [`alter table ${qualified(table)} detach partition ${qualified(history)}`]);
    await returnRows(work, history);
    const names = [...(await listOwnNames.all(tx, { table: parent.oid })), ...plan.claims.map(({ index }) => ({ name: index }))].map(
      ({ name }) => name,
    );
    await execute(tx, await moved(work, table, parent.oid, next));
    for (const leaf of await listChildren.all(tx, { table: qualified(next) })) {
      await execute(tx, [`alter table ${qualified(leaf)} set schema ${id(sides.next)}`]);
    }
    if (plan.keyIndex && old.primary_key_name && parent.primary_key_name) {
      await execute(tx, [
        `alter table ${qualified(history)} drop constraint ${id(old.primary_key_name)}`,
        `alter table ${qualified(history)} add constraint ${id(parent.primary_key_name)} primary key using index ${id(partitionName(plan.keyIndex, 'back'))}`,
      ]);
    }
    const original = new Map(names.map((name) => [partitionName(name, suffix), name]));
    await execute(tx, await moved(work, history, old.oid, history, (name) => original.get(name) ?? name));
    await execute(tx, [`alter table ${qualified(history)} rename to ${id(plan.name)}`]);
    const access = {
      source: parent.oid,
      target_schema: plan.schema,
      target_name: plan.name,
      key_column: plan.keyColumn,
      skip_indexes: [],
    };
    const statements = await listCloneStatements.all(tx, { ...access, from_step: 70, to_step: 82 });
    await execute(tx, [...(await identitiesAgain(work)), ...statements.map(({ statement }) => statement)]);
    await carryIdentities(tx, qualified(next), qualified(table));
    await followers.come();
  },

  async discard(work, isSwapped) {
    const { session: tx, plan, sides } = work;
    const { table, next } = placesOf(work);
    await execute(tx, [
      ...(isSwapped
        ? plan.claims.map((claim) => dropUnique(plan, claim))
        : [`drop table if exists ${qualified(next)}`, `alter table ${qualified(table)} drop constraint if exists ${checkName}`]),
      `drop schema if exists ${id(sides.next)}`,
      `drop schema if exists ${id(sides.past)}`,
      ...(isSwapped ? [] : keyIndexDrop(work)),
    ]);
    if (!isSwapped) await closeClaimsOf(work);
  },
};

/** The unique index that claims have taken the place of went on guarding the old table, for the way back. */
function dropUnique(plan: TablePlan, { index, isConstraint }: TablePlan['claims'][number]): string {
  const name = partitionName(index, suffix);
  if (!isConstraint) return `drop index if exists ${qualified({ schema: plan.schema, name })}`;
  return `alter table ${qualified({ schema: plan.schema, name: historyName(plan) })} drop constraint if exists ${id(name)}`;
}

/** Validates the CHECK that proves the bound, beside readers and writers. */
async function validateBound(work: Work<TablePlan>): Promise<void> {
  const table = qualified(placesOf(work).table);
  const found = await hasCheck.first(work.session, { table, name: checkName });
  if (found && !found.is_valid) await work.session.query({ text: `alter table ${table} validate constraint ${checkName}` });
}

const beginOf = ({ begin = '', keyType }: TablePlan) => `${quoteLiteral(begin)}::${keyType}`;
const endOf = ({ end = '', keyType }: TablePlan) => `${quoteLiteral(end)}::${keyType}`;

/** Where new rows are written now, and for a while from now: the bound has to lie beyond. */
function presentOf({ keyColumn, keyType, strategy, schema, name }: TablePlan): string {
  if (strategy === 'id') return `select coalesce(max(${id(keyColumn)}), 0) from ${qualified({ schema, name })}`;
  if (strategy === 'uuid7') return `select partition.uuid_floor(clock_timestamp() + interval '1 minute')`;
  return `select (clock_timestamp() + interval '1 minute')::${keyType}`;
}

/** Takes a table with its indexes and statistics to another schema; they may get other names on the way. */
async function moved(work: Work, one: Place, oid: number, to: Place, rename?: (name: string) => string): Promise<string[]> {
  const own = await listOwnNames.all(work.session, { table: oid });
  const renames = rename ? own.filter(({ name }) => rename(name) !== name) : [];
  return [
    ...renames.map((part) => `alter ${part.kind} ${qualified(part)} rename to ${id(rename?.(part.name) ?? '')}`),
    ...(one.schema === to.schema ? [] : [`alter table ${qualified(one)} set schema ${id(to.schema)}`]),
    ...own
      .filter(({ kind, schema }) => kind === 'statistics' && schema !== to.schema)
      .map(({ schema, name }) => `alter statistics ${qualified({ schema, name: rename?.(name) ?? name })} set schema ${id(to.schema)}`),
  ];
}

/** Rows that were written beyond the old table go back into it. @throws PLINTH_PARTITION_CONVERSION_OUTSIDE when they are too many */
async function returnRows({ session: tx, plan, ...work }: Work<TablePlan>, history: Place): Promise<void> {
  const { table } = placesOf({ session: tx, plan, ...work });
  const columns = plan.columns.map(id).join(', ');
  const { rowCount } = await tx.query({
    text: `insert into ${qualified(history)} (${columns}) overriding system value select ${columns} from ${qualified(table)} limit ${backRowLimit + 1}`,
  });
  if ((rowCount ?? 0) <= backRowLimit) return;
  const what = `More than ${backRowLimit} rows beyond ${history.name}`;
  throw conversionErrors.CONVERSION_OUTSIDE({ table: `${plan.schema}.${plan.name}`, what });
}

/** The identity columns of the table, as its partitioned counterpart in `next` has them. */
async function identitiesAgain(work: Work<TablePlan>): Promise<string[]> {
  const { session: tx, plan } = work;
  const { table, next } = placesOf(work);
  const statements: string[] = [];
  for (const { column, generated, sequence } of await listIdentities.all(tx, { table: qualified(next) })) {
    const s = await sequenceState.one(tx, { sequence });
    const name = qualified({ schema: plan.schema, name: s.name });
    const options = `sequence name ${name} start with ${s.start} increment by ${s.increment} minvalue ${s.minimum} maxvalue ${s.maximum} cache ${s.cache}`;
    statements.push(
      `alter table ${qualified(table)} alter ${id(column)} add generated ${generated} as identity (${options}${s.is_cycling ? ' cycle' : ''})`,
    );
  }
  return statements;
}
