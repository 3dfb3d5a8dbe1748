import { quoteIdentifier } from '../../../kernel/index.ts';
import { followersOf, lockedByName, validateKeys } from './followers.ts';
import type { ExchangePlan } from './model/plan.ts';
import { partStatements } from './parts.ts';
import { describeTable, hasCheck, listChildren, listCloneStatements, listReferenced } from './sql/queries/queries.gen.ts';
import { dropSyncTriggers, type Sync, syncFunction, syncTriggers } from './sync.ts';
import { execute, type Place, placesOf, qualified, type Route, type Work } from './work.ts';

const id = quoteIdentifier;
const checkName = 'plinth_exchange_check';

/**
 * Some partitions of a table are traded for others that cover the same rows. The new ones are built as partitions of a table in `next`
 * that is cut like the real one, so that the server finds the place of each row; at the swap each side gives its partitions to the
 * other. Back is the same trade again.
 */
export const exchange: Route<ExchangePlan> = {
  async build() {},

  async prepare(work) {
    const { session: tx, plan, sides } = work;
    const { table, next } = placesOf(work);
    const found = await describeTable.one(tx, { table: qualified(table) });
    const statements = await listCloneStatements.all(tx, {
      source: found.oid,
      target_schema: sides.next,
      target_name: plan.name,
      key_column: plan.keyColumn,
      skip_indexes: [],
      // Keys, indexes and comments; who may do what is the real table's business, and here nobody may anything.
      from_step: 0,
      to_step: 41,
    });
    await execute(tx, [
      `create schema ${id(sides.next)}`,
      `create schema ${id(sides.past)}`,
      // A partition's identity column is its parent's: the ones here get theirs when they are attached.
      `create table ${qualified(next)} (like ${qualified(table)} including all excluding indexes excluding statistics excluding identity) partition by ${found.partition_key}`,
      ...statements.map(({ statement }) => statement),
      ...plan.parts.flatMap(({ name, bound }) => {
        const leaf = qualified({ schema: sides.next, name });
        return [`create table ${leaf} partition of ${qualified(next)} ${bound}`, ...partStatements(leaf, qualified(table), [])];
      }),
    ]);
    // What proves to ATTACH, without a look at the rows, that they belong there: the conditions above the table hold for all.
    for (const leaf of await listChildren.all(tx, { table: qualified(next) })) {
      await execute(tx, [
        checkOf(leaf, `(${leaf.condition}) and (${plan.leaving.length === 1 ? await conditionOf(work) : found.condition})`, true),
      ]);
    }
    await execute(tx, syncsOf(work).map(syncFunction));
  },

  async engageLocks(work) {
    return work.plan.leaving.map(({ name }) => qualified({ schema: work.plan.schema, name }));
  },

  async engage(work) {
    const [forth] = syncsOf(work);
    const leaves = await leavingOf(work);
    await execute(
      work.session,
      leaves.flatMap((leaf) => [checkOf(leaf, leaf.condition, false), ...syncTriggers(qualified(leaf), forth.functionName)]),
    );
  },

  prove: validateChecks,

  copies(work) {
    const { plan } = work;
    return plan.leaving.map(({ name }, index) => ({
      name: `partition/${work.id}/${index + 1}`,
      source: { schema: plan.schema, name },
      target: placesOf(work).next,
    }));
  },

  pair(work) {
    const { table, next } = placesOf(work);
    return { source: qualified(table), target: qualified(next), condition: work.plan.condition };
  },

  async swapLocks(work) {
    const { table, next } = placesOf(work);
    const found = await describeTable.one(work.session, { table: qualified(table) });
    // A foreign key of a partition merges with its parent's, for which the referenced table is locked too.
    const referenced = (await listReferenced.all(work.session, { table: found.oid })).map((one) => one.table);
    return [...new Set([...referenced, ...(await lockedByName(work)), qualified(next)])];
  },

  swap: (work) => trade(work, work.plan.leaving, work.plan.parts, 'past', 'next'),

  async settle(work, direction) {
    const table = qualified(placesOf(work).table);
    await validateKeys(work.session, (await describeTable.one(work.session, { table })).oid);
    if (direction === 'forth') {
      for (const { name } of work.plan.parts) await execute(work.session, [`analyze ${qualified({ schema: work.plan.schema, name })}`]);
    }
  },

  async buildBack() {},

  swapBack: (work) => trade(work, work.plan.parts, work.plan.leaving, 'next', 'past'),

  async discard(work, isSwapped) {
    const { session: tx, plan, sides } = work;
    const { next } = placesOf(work);
    const staying = (isSwapped ? plan.parts : plan.leaving).map(({ name }) => qualified({ schema: plan.schema, name }));
    await execute(tx, [
      ...staying.flatMap((leaf) => [...dropSyncTriggers(leaf), `alter table ${leaf} drop constraint if exists ${checkName}`]),
      `drop table if exists ${qualified(next)}`,
      ...syncsOf(work).map(({ functionName }) => `drop function if exists ${functionName}()`),
      `drop schema if exists ${id(sides.next)}`,
      `drop schema if exists ${id(sides.past)}`,
    ]);
  },
};

/** Checks that were added without a look at the rows are validated beside writers. */
async function validateChecks(work: Work<ExchangePlan>): Promise<void> {
  for (const { name } of work.plan.leaving) {
    const leaf = qualified({ schema: work.plan.schema, name });
    const found = await hasCheck.first(work.session, { table: leaf, name: checkName });
    if (found && !found.is_valid) await work.session.query({ text: `alter table ${leaf} validate constraint ${checkName}` });
  }
}

const checkOf = (leaf: Place, condition: string, isEmpty: boolean) =>
  `alter table ${qualified(leaf)} add constraint ${checkName} check (${condition})${isEmpty ? '' : ' not valid'}`;

async function leavingOf({ session, plan, ...work }: Work<ExchangePlan>) {
  const children = await listChildren.all(session, { table: qualified(placesOf({ session, plan, ...work }).table) });
  return children.filter(({ name }) => plan.leaving.some((part) => part.name === name));
}

/** Of the only partition that leaves: what holds for its rows holds for those of its successors. */
async function conditionOf(work: Work<ExchangePlan>): Promise<string> {
  return (await leavingOf(work))[0]?.condition ?? 'true';
}

/** In the transaction of the swap: one side's partitions leave for the table in `next`, the other's come from there. */
async function trade(
  work: Work<ExchangePlan>,
  leaving: ExchangePlan['parts'],
  coming: ExchangePlan['parts'],
  to: 'next' | 'past',
  from: 'next' | 'past',
): Promise<void> {
  const { session: tx, plan, sides } = work;
  const { table, next } = placesOf(work);
  const real = qualified(table);
  const other = qualified(next);
  const here = (name: string) => qualified({ schema: plan.schema, name });
  const there = (side: 'next' | 'past', name: string) => qualified({ schema: sides[side], name });
  const found = await describeTable.one(tx, { table: real });
  // A foreign key that points at the table would be asked, row by row, whether the leaving rows are needed.
  const keys = await followersOf(tx, found.oid, ['foreign key']);
  const [forth, back] = syncsOf(work);
  // DEFAULT comes last and leaves first: while there is one, each new partition is looked for in it.
  const lastDefault = (parts: ExchangePlan['parts']) =>
    [...parts].sort((a, b) => Number(a.bound === 'DEFAULT') - Number(b.bound === 'DEFAULT'));
  await keys.leave();
  await execute(tx, [
    ...leaving.flatMap(({ name }) => dropSyncTriggers(here(name))),
    ...lastDefault(leaving)
      .toReversed()
      .map(({ name }) => `alter table ${real} detach partition ${here(name)}`),
    ...lastDefault(coming)
      .toReversed()
      .map(({ name }) => `alter table ${other} detach partition ${there(from, name)}`),
    ...leaving.map(({ name }) => `alter table ${here(name)} set schema ${id(sides[to])}`),
    ...coming.map(({ name }) => `alter table ${there(from, name)} set schema ${id(plan.schema)}`),
    ...lastDefault(coming).map(({ name, bound }) => `alter table ${real} attach partition ${here(name)} ${bound}`),
    ...lastDefault(leaving).map(({ name, bound }) => `alter table ${other} attach partition ${there(to, name)} ${bound}`),
    ...coming.flatMap(({ name }) => syncTriggers(here(name), (to === 'past' ? back : forth).functionName)),
  ]);
  await keys.come();
}

/** Both directions do the same: rows of the range, as the real table has them, in the other one. Only names differ, for clarity. */
function syncsOf(work: Work<ExchangePlan>): readonly [Sync, Sync] {
  const { plan, sides } = work;
  const { table, next } = placesOf(work);
  const both = {
    source: qualified(table),
    target: qualified(next),
    columns: plan.columns,
    settable: plan.settable,
    rowKey: plan.rowKey,
    targetKey: plan.rowKey,
  };
  return [
    { ...both, functionName: `${id(sides.next)}.follow`, isCopied: true, isShared: plan.leaving.length > 1 },
    { ...both, functionName: `${id(sides.next)}.follow_back`, isCopied: false, isShared: true },
  ];
}
