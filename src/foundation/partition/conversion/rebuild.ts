import { quoteIdentifier } from '../../../kernel/index.ts';
import { closeClaimsOf, ensureClaims, proveClaims } from './claims.ts';
import { conversionErrors } from './errors.ts';
import { carryIdentities, followersOf, lockedByName, validateKeys } from './followers.ts';
import { ensureKeyIndex, keyIndexDrop } from './key-index.ts';
import { rebindViews } from './materialized-views.ts';
import type { TablePlan } from './model/plan.ts';
import { describeTable, listChildren, listOwnNames } from './sql/queries/queries.gen.ts';
import { dropSyncTriggers, type Sync, syncFunction, syncTriggers } from './sync.ts';
import { createTwin } from './twin.ts';
import { execute, type Place, placesOf, qualified, type Route, type Work } from './work.ts';

const id = quoteIdentifier;

/**
 * A new table is made beside the old one and kept in step by triggers while the old rows are copied; then the two change places, and
 * triggers keep the old one in step, so that there is a way back without loss.
 */
export const rebuild: Route<TablePlan> = {
  async build(work) {
    await ensureKeyIndex(work);
    await ensureClaims(work);
  },

  async prepare(work) {
    await createTwin(work);
    await execute(work.session, syncsOf(work).map(syncFunction));
  },

  async engageLocks(work) {
    return [qualified(placesOf(work).table)];
  },

  async engage(work) {
    const [forth] = syncsOf(work);
    await execute(work.session, syncTriggers(qualified(placesOf(work).table), forth.functionName));
  },

  prove: proveClaims,

  copies(work) {
    const { table, next } = placesOf(work);
    return [{ name: `partition/${work.id}`, source: table, target: next }];
  },

  pair(work) {
    const { table, next } = placesOf(work);
    return { source: qualified(table), target: qualified(next), condition: 'true' };
  },

  swapLocks: lockedByName,

  async swap(work) {
    const { session: tx, plan, sides } = work;
    const { next } = placesOf(work);
    const open = (await listChildren.all(tx, { table: qualified(next) })).filter(({ bound }) => /M(IN|AX)VALUE/.test(bound));
    for (const { schema, name } of plan.declaration.guard === 'overflow' ? [] : open) {
      const leaf = qualified({ schema, name });
      const { rows } = await tx.query({ text: `select 1 from ${leaf} limit 1` });
      if (rows.length > 0) throw conversionErrors.CONVERSION_OUTSIDE({ table: `${plan.schema}.${plan.name}`, what: `Rows in ${name}` });
      await execute(tx, [`drop table ${leaf}`]);
    }
    await changePlaces(work, sides.next, sides.past);
    const [, back] = syncsOf(work);
    const table = qualified(placesOf(work).table);
    const leaves = await listChildren.all(tx, { table });
    await execute(tx, [
      ...syncTriggers(table, back.functionName),
      // The trigger of the parent does not fire when a partition is emptied by its own name.
      ...leaves.flatMap((leaf) => syncTriggers(qualified(leaf), back.functionName).slice(2)),
    ]);
  },

  async settle(work, direction) {
    const table = qualified(placesOf(work).table);
    const found = await describeTable.one(work.session, { table });
    await validateKeys(work.session, found.oid);
    await rebindViews(work, found.oid, work.plan.views);
    if (direction === 'forth') await execute(work.session, [`analyze ${table}`]);
  },

  async buildBack() {},

  async swapBack(work) {
    await changePlaces(work, work.sides.past, work.sides.next);
  },

  async discard(work, isSwapped) {
    const { session: tx, sides } = work;
    const { table, next, past } = placesOf(work);
    const leaves = isSwapped ? await listChildren.all(tx, { table: qualified(table) }) : [];
    await execute(tx, [
      ...[table, ...leaves].flatMap((one) => dropSyncTriggers(qualified(one))),
      `drop table if exists ${qualified(isSwapped ? past : next)}`,
      ...syncsOf(work).map(({ functionName }) => `drop function if exists ${functionName}()`),
      `drop schema if exists ${id(sides.next)}`,
      `drop schema if exists ${id(sides.past)}`,
      ...(isSwapped ? [] : keyIndexDrop(work)),
    ]);
    if (!isSwapped) await closeClaimsOf(work);
  },
};

/** What has the name of the table goes to one schema, and its counterpart comes from another with its partitions, if it has any. */
async function changePlaces(work: Work<TablePlan>, from: string, to: string): Promise<void> {
  const { session: tx, plan } = work;
  const { table } = placesOf(work);
  const coming = { schema: from, name: plan.name };
  const leaving = await describeTable.one(tx, { table: qualified(table) });
  const followers = await followersOf(tx, leaving.oid);
  const leavingLeaves = await listChildren.all(tx, { table: qualified(table) });
  const comingLeaves = await listChildren.all(tx, { table: qualified(coming) });
  await execute(
    tx,
    [table, ...leavingLeaves].flatMap((one) => dropSyncTriggers(qualified(one))),
  );
  await carryIdentities(tx, qualified(table), qualified(coming));
  await followers.leave();
  const comingTable = await describeTable.one(tx, { table: qualified(coming) });
  const moves = async (one: Place, oid: number, schema: string) => [
    `alter table ${qualified(one)} set schema ${id(schema)}`,
    ...(await listOwnNames.all(tx, { table: oid }))
      .filter(({ kind }) => kind === 'statistics')
      .map((statistics) => `alter statistics ${qualified(statistics)} set schema ${id(schema)}`),
  ];
  await execute(tx, [
    ...(await moves(table, leaving.oid, to)),
    ...leavingLeaves.map((leaf) => `alter table ${qualified(leaf)} set schema ${id(to)}`),
    ...(await moves(coming, comingTable.oid, plan.schema)),
    ...comingLeaves.map((leaf) => `alter table ${qualified(leaf)} set schema ${id(plan.schema)}`),
  ]);
  await followers.come();
}

function syncsOf({ plan, sides, ...work }: Work<TablePlan>): readonly [Sync, Sync] {
  const { table, next, past } = placesOf({ plan, sides, ...work });
  const shared = { source: qualified(table), columns: plan.columns, settable: plan.settable, rowKey: plan.rowKey, isShared: false };
  const forth = { functionName: `${id(sides.next)}.follow`, target: qualified(next), targetKey: plan.rowKey, isCopied: true };
  const back = { functionName: `${id(sides.next)}.follow_back`, target: qualified(past), targetKey: plan.primaryKey, isCopied: false };
  return [
    { ...shared, ...forth },
    { ...shared, ...back, isShared: true },
  ];
}
