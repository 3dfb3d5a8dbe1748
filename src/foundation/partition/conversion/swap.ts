import type { Executor } from '../../../kernel/index.ts';
import { compareSnapshots, type Snapshot, takeSnapshot } from '../../migrate/index.ts';
import { historyName } from './adopt.ts';
import { conversionErrors } from './errors.ts';
import { underLocks } from './locks.ts';
import { readingViews } from './materialized-views.ts';
import { undeclared } from './model/differences.ts';
import type { ConversionPlan } from './model/plan.ts';
import { describeTable, listRelationsAround, recordSnapshots } from './sql/queries/queries.gen.ts';
import { qualified, type Route, type Work } from './work.ts';

/**
 * The sides change places, and the catalog is what it was but for what the conversion is about: else nothing happened.
 *
 * @param recorded is called in the transaction, with the plan as it is from then on
 * @throws PLINTH_PARTITION_CONVERSION_DIFFERENCE, PLINTH_PARTITION_CONVERSION_BLOCKED
 */
export async function swapSides(
  work: Work,
  route: Route<ConversionPlan>,
  table: string,
  recorded: (plan: ConversionPlan) => Promise<void>,
): Promise<void> {
  const { session } = work;
  const described = await describeTable.one(session, { table });
  // Compared under the lock: what the swap can reach, however large the schema is.
  const reached = (await listRelationsAround.all(session, { table: described.oid })).map(({ name }) => name);
  const relations = [...new Set([...reached, ...comingAndGoing(work.plan).map((name) => qualified({ schema: work.plan.schema, name }))])];
  const before = await inSnapshot(session, relations);
  const views = await readingViews(work, described.oid);
  const locks = await route.swapLocks(work);
  const started = work.clock.monotonicMs();
  await underLocks(work, locks, 'access exclusive', async (tx) => {
    await route.swap(work);
    const after = await takeSnapshot(tx, { relations });
    const found = compareSnapshots(before, after).map((difference) => {
      const { identity } = difference;
      const object = after.objects.get(identity) ?? before.objects.get(identity);
      return { ...difference, on: object?.on ?? object?.name ?? identity };
    });
    const differences = undeclared(found, {
      table,
      parts: partsOf(work.plan),
      ...(described.primary_key_name && { primaryKey: described.primary_key_name }),
      ...('keyIndex' in work.plan && work.plan.keyIndex && { keyIndex: `${work.plan.schema}.${work.plan.keyIndex}` }),
      claimed: claimedOf(work.plan, table),
      materializedViews: views.map(({ schema, name }) => `${schema}.${name}`),
    });
    if (differences.length > 0) throw conversionErrors.CONVERSION_DIFFERENCE({ table, differences });
    await recordSnapshots.run(tx, { id: work.id, snapshot_before: before.rootHash, snapshot_after: after.rootHash });
    await recorded({ ...work.plan, views });
  });
  work.progress(`${table}: swapped in ${Math.round(work.clock.monotonicMs() - started)} ms with the waits for locks`);
}

const claimedOf = (plan: ConversionPlan, table: string) =>
  plan.route === 'exchange' ? [] : plan.claims.flatMap(({ index }) => [`index ${plan.schema}.${index}`, `constraint ${index} on ${table}`]);

async function inSnapshot(tx: Executor, relations: readonly string[]): Promise<Snapshot> {
  await tx.query({ text: 'begin isolation level repeatable read read only' });
  try {
    return await takeSnapshot(tx, { relations });
  } finally {
    await tx.query({ text: 'rollback' });
  }
}

const partsOf = (plan: ConversionPlan) => comingAndGoing(plan).map((name) => `${plan.schema}.${name}`);

function comingAndGoing(plan: ConversionPlan): readonly string[] {
  const names = [...plan.parts, ...(plan.route === 'exchange' ? plan.leaving : [])].map(({ name }) => name);
  return plan.route === 'adopt' ? [...names, historyName(plan)] : names;
}
