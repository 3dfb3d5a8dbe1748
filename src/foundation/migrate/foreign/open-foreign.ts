import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { compareWithFiles, lookInto, reach, takeBaseline } from '../baseline/index.ts';
import type { Context, Database } from '../context.ts';
import { createScratch, planDiff, provenPlan, writePlan } from '../diff/index.ts';
import { migrateErrors } from '../errors.ts';
import { openShadow, type Shadow } from '../shadow/index.ts';
import { type Described, describeDatabase, joinSnapshots, type Snapshot } from '../snapshot/index.ts';
import { foreignErrors } from './errors.ts';
import type { AdoptReport, Foreign, ForeignRequest, RevertReport } from './types.ts';

/** Opens the part; does not connect. */
export function openForeign(context: Context): Foreign {
  return {
    adopt: (request = {}) => adopt(context, request),
    revert: (request = {}) => revert(context, request),
  };
}

async function adopt(context: Context, { tier = 'oltp', ...watch }: ForeignRequest): Promise<AdoptReport> {
  const product = context.sources.findLast(({ layout }) => layout === 'product');
  if (!product) throw migrateErrors.NO_PRODUCT();
  const plan = await onShadow(context, { tier, ...watch }, async ({ made, there, creator, foreign }) =>
    planDiff(made, { ...there, snapshot: overlaid(made.snapshot, there.snapshot, foreign) }, creator),
  );
  if (plan.length === 0) return { migrations: [], objects: [] };
  const folders = writePlan(context, tier, plan, 'adopt_foreign');
  try {
    const names = new Set(folders.map((folder) => basename(folder)));
    const report = await takeBaseline(context, { tier, ...watch }, (files) =>
      files
        .flatMap(({ migrations }) => migrations)
        .filter((file) => file.source === product.name && names.has(file.name) && file.tiers.includes(tier)),
    );
    const left = report.databases.flatMap(({ differences }) => differences.map(({ identity }) => identity));
    if (!report.isRecorded) throw foreignErrors.CANNOT_ADOPT({ objects: [...new Set(left)] });
  } catch (error) {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const objects = [...new Set(plan.map(({ identity }) => identity).filter((identity) => identity !== ''))];
  return { migrations: folders.map((folder) => `${product.name}/${basename(folder)}`), objects };
}

async function revert(context: Context, request: ForeignRequest): Promise<RevertReport> {
  const { tier = 'oltp' } = request;
  return onShadow(context, { ...request, tier }, async ({ shadow, made, there, creator, foreign }) => {
    if (foreign.length === 0) return { statements: [] };
    if (!shadow.context.administrative) throw migrateErrors.NO_SHADOW();
    const endpoint = await createScratch(shadow.context.administrative(tier), 'plinth_revert', 'template0');
    const to = { ...made, snapshot: overlaid(there.snapshot, made.snapshot, foreign) };
    return { statements: (await provenPlan({ endpoint, creator }, there, to, [])).statements };
  });
}

interface Sides {
  readonly shadow: Shadow;
  /** What the files make of what is recorded here. */
  readonly made: Described;
  /** What is here. */
  readonly there: Described;
  readonly creator: string;
  /** Objects that differ. */
  readonly foreign: readonly string[];
}

/** Builds what the record of a database says on a throwaway server, and looks at both. */
async function onShadow<T>(
  context: Context,
  { tier, signal, onProgress = () => {} }: ForeignRequest & { readonly tier: Database[0] },
  work: (sides: Sides) => Promise<T>,
): Promise<T> {
  const files = context.readFiles();
  const [database] = context.databases(files, tier);
  if (!database) throw migrateErrors.BAD_TIER({ tier });
  const recorded = new Set<string>();
  for (const one of context.databases(files)) {
    const looked = await lookInto(context, files, one, { choose: () => [], ...(signal && { signal }) });
    for (const key of looked.recorded) recorded.add(key);
  }
  onProgress('building what the files make');
  await using shadow = await openShadow(context, { ...(signal && { signal }) });
  await reach(shadow, recorded);
  const { described: there, creator } = await describe(context, tier, signal);
  const sides: Described[] = [];
  for (const one of database) sides.push((await describe(shadow.context, one, signal)).described);
  const made = {
    snapshot: joinSnapshots(sides.map(({ snapshot }) => snapshot)),
    dependencies: sides.flatMap(({ dependencies }) => dependencies),
  };
  const { differences } = compareWithFiles(made.snapshot, there.snapshot);
  return await work({ shadow, made, there, creator, foreign: [...new Set(differences.map(({ identity }) => identity))] });
}

/** One schema with these objects as the other has them, or has them not. */
function overlaid(base: Snapshot, other: Snapshot, identities: readonly string[]): Snapshot {
  const objects = new Map(base.objects);
  for (const identity of identities) {
    const object = other.objects.get(identity);
    if (object) objects.set(identity, object);
    else objects.delete(identity);
  }
  return { ...base, objects };
}

function describe(
  context: Context,
  tier: Database[0],
  signal: AbortSignal | undefined,
): Promise<{ described: Described; creator: string }> {
  const work = {
    tier,
    as: 'owner',
    isReadOnly: true,
    isolation: 'repeatable read',
    tag: 'migrate.foreign',
    deadlineMs: 60_000,
    ...(signal && { signal }),
  } as const;
  return context.connect.transaction(work, async (tx) => {
    const { rows } = await tx.query({ text: 'select current_user::text as name' });
    return { described: await describeDatabase(tx), creator: (rows[0] as { name: string }).name };
  });
}
