import { uuidv7 } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { checkPlans, readReleases } from '../plan-files.ts';
import { openShadow } from '../shadow/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import { compareWithFiles } from './compare.ts';
import { baselineErrors } from './errors.ts';
import { type Choose, type Looked, lookInto } from './look.ts';
import { chooseBaseline, readTarget } from './model/choose.ts';
import { reach, snapshotOn } from './rebuild.ts';
import { record } from './record.ts';
import type { BaselinedDatabase, BaselineReport, BaselineRequest, Baselines } from './types.ts';

/** Opens the part; does not connect. */
export function openBaselines(context: Context): Baselines {
  return {
    async take(request = {}) {
      const { to } = request;
      const target = readTarget(to, context.readFiles(), readReleases(context));
      if (!target) throw baselineErrors.UNKNOWN_BASELINE({ to: to ?? '' });
      const products = new Set(context.sources.filter(({ layout }) => layout === 'product').map(({ name }) => name));
      return takeBaseline(context, request, (files, place) => chooseBaseline(files, place, target, products));
    },
  };
}

/** What one database has to be, and what of it is to be recorded. */
interface Verdict extends BaselinedDatabase {
  readonly looked: Looked;
  readonly expected: Snapshot;
  readonly reordered: readonly string[];
}

/** Compares all databases, then records in each; see `Baselines.take`. */
export async function takeBaseline(
  context: Context,
  { tier, signal, onProgress = () => {} }: Omit<BaselineRequest, 'to'>,
  choose: Choose,
): Promise<BaselineReport> {
  const files = context.readFiles();
  checkPlans(context, files);
  const runId = uuidv7();
  const looked: Looked[] = [];
  for (const database of context.databases(files)) {
    const isAsked = tier === undefined || database.includes(tier);
    // Of the others only what is recorded counts: migrations may require it.
    looked.push(await lookInto(context, files, database, { choose: isAsked ? choose : () => [], ...(signal && { signal }) }));
  }
  if (looked.every(({ chosen }) => chosen.length === 0)) return { runId, isRecorded: false, databases: [], warnings: [] };

  onProgress('building the same from the files');
  const verdicts = await judge(context, looked, signal);
  const warnings = verdicts.flatMap(({ looked: { dataSteps }, reordered }) => [
    ...dataSteps.map((id) => `${id} is there for rows, which were not compared: see to it that they are as it leaves them`),
    ...reordered.map((identity) => `${identity} has its columns in another order than the files make them`),
  ]);
  const isRecorded = verdicts.every(({ differences }) => differences.length === 0);
  if (isRecorded) {
    for (const { looked: one, expected, objects } of verdicts) {
      const there = { ...one, objects: one.objects.filter(({ id }) => objects.includes(id)) };
      await record(context, files, there, expected, { runId, warnings, onProgress, ...(signal && { signal }) });
    }
  }
  const databases = verdicts.map(({ tiers, migrations, objects, differences }) => ({ tiers, migrations, objects, differences }));
  return { runId, isRecorded, databases, warnings };
}

/** Holds each database with something to record against the files: with their repeatable objects, or without where that is nearer. */
async function judge(context: Context, looked: readonly Looked[], signal: AbortSignal | undefined): Promise<Verdict[]> {
  await using shadow = await openShadow(context, { ...(signal && { signal }) });
  const bare = new Set<string>();
  const full = new Set<string>();
  for (const { database, recorded, chosen, objects } of looked) {
    const keys = (id: string, tiers: readonly string[]) =>
      tiers.filter((one) => database.some((tier) => tier === one)).map((one) => `${one}:${id}`);
    for (const key of [...recorded, ...chosen.flatMap(({ pending }) => keys(pending.file.id, pending.tiers))]) bare.add(key);
    for (const { id, tiers } of objects) for (const key of keys(id, tiers)) full.add(key);
  }
  const asked = looked.filter(({ chosen }) => chosen.length > 0);
  const verdictOn = async (one: Looked, objects: readonly string[]): Promise<Verdict> => {
    const expected = await snapshotOn(shadow, one.database);
    const migrations = one.chosen.map(({ pending }) => pending.file.id);
    return { tiers: one.database, migrations, objects, expected, looked: one, ...compareWithFiles(expected, one.actual) };
  };
  await reach(shadow, bare);
  const without: Verdict[] = [];
  for (const one of asked) without.push(await verdictOn(one, []));
  if (full.size === 0) return without;
  await reach(shadow, new Set([...bare, ...full]));
  const verdicts: Verdict[] = [];
  for (const [index, one] of asked.entries()) {
    const objects = one.objects.map(({ id }) => id);
    const [a, b] = [without[index] as Verdict, await verdictOn(one, objects)];
    verdicts.push(a.differences.length < b.differences.length ? a : b);
  }
  return verdicts;
}
