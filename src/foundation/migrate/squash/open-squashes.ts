import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MigrationSource, Tier } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { planDiff } from '../diff/index.ts';
import { migrateErrors } from '../errors.ts';
import { readParts } from '../files/index.ts';
import { checksumOf, normalise } from '../model/checksum.ts';
import type { MigrationFile, SourceFiles } from '../model/migration.ts';
import { checkPlans, readReleases } from '../plan-files.ts';
import { compareSnapshots, type Described } from '../snapshot/index.ts';
import { squashErrors } from './errors.ts';
import { allowancesIn, lostBySquashing } from './lost.ts';
import { inRange, readRange, squashName, squashText } from './model/range.ts';
import type { Squashes, SquashReport, SquashRequest } from './types.ts';
import { buildWay } from './ways.ts';

/** Opens the part; does not connect. */
export function openSquashes(context: Context): Squashes {
  return { squash: (request) => squash(context, request) };
}

async function squash(context: Context, request: SquashRequest): Promise<SquashReport> {
  const { tier = 'oltp', signal, onProgress = () => {} } = request;
  const files = context.readFiles();
  checkPlans(context, files);
  const { product, range } = chooseRange(context, files, tier, request);
  const lost = await lostBySquashing(context, range);
  if (lost.length > 0) throw squashErrors.CANNOT_SQUASH({ reasons: lost });

  onProgress(`building ${range.length} migrations on a throwaway server`);
  const old = await buildWay(context, files, { tier, range }, signal);
  if (old.filled.length > 0)
    throw squashErrors.CANNOT_SQUASH({ reasons: old.filled.map((name) => `${name} holds what these migrations put there`) });
  const statements = planDiff(old.before, old.after, old.creator).map(({ sql }) => sql);
  const replaces = range.map(({ id }) => id);
  const allowed = (await Promise.all(range.map(allowancesIn))).flat();
  // Hidden until it is proved: no folder that is read.
  const staged = stage(range, tier, squashText(replaces, allowed, statements));
  try {
    onProgress('building the same from one');
    const way = await buildWay(context, files, { tier, range, squash: staged }, signal);
    expectSame('after the range', old.after, way.after);
    expectSame('after all migrations', old.whole, way.whole);
    const folder = join(dirname(dirname(staged.path)), staged.name);
    renameSync(dirname(staged.path), folder);
    // Whatever of these is still there after a kill is not read any more.
    for (const { path } of range) rmSync(dirname(path), { recursive: true });
    const { rootHash } = way.whole.snapshot;
    return { id: `${product.name}/${staged.name}`, tier, folder, replaces, statements: statements.length, rootHash };
  } finally {
    rmSync(dirname(staged.path), { recursive: true, force: true });
  }
}

/** @throws PLINTH_MIGRATE_BAD_RANGE, PLINTH_MIGRATE_NO_PRODUCT */
function chooseRange(
  context: Context,
  files: readonly SourceFiles[],
  tier: Tier,
  { range, to }: SquashRequest,
): { readonly product: MigrationSource; readonly range: readonly MigrationFile[] } {
  const products = context.sources.filter(({ layout }) => layout === 'product');
  if (products.length === 0) throw migrateErrors.NO_PRODUCT();
  const asked = range ?? to ?? '';
  const release = readReleases(context).find(({ name }) => name === to);
  if (range === undefined && !release) throw squashErrors.BAD_RANGE({ range: asked, reason: 'it is no release' });
  const last = release?.entries.findLast((entry) => entry.startsWith(`${tier}/`))?.slice(tier.length + 1);
  const ends = range === undefined ? { source: release?.source, from: undefined, to: last ?? '' } : readRange(range);
  const product = products.find(({ name }) => name === ends.source);
  if (!product) throw squashErrors.BAD_RANGE({ range: asked, reason: `${ends.source} is no product` });
  const migrations = files.find(({ name }) => name === product.name)?.migrations ?? [];
  const chosen = inRange(migrations, tier, ends.from, ends.to, asked);
  const standing = chosen.find(({ replaces }) => replaces !== undefined);
  if (standing) throw squashErrors.BAD_RANGE({ range: asked, reason: `${standing.id} stands for others already` });
  return { product, range: chosen };
}

function stage(range: readonly MigrationFile[], tier: Tier, text: string): MigrationFile {
  const last = range.at(-1) as MigrationFile;
  const name = squashName(last.name);
  const folder = join(dirname(dirname(last.path)), `.${name}`);
  const ids = new Set(range.map(({ id }) => id));
  const isOutside = (id: string) => !ids.has(id) && !ids.has(id.slice(id.indexOf(':') + 1));
  const requires = [...new Set(range.flatMap((file) => readParts(file).options.requires))].filter(isOutside);
  const irreversible = `it stands for ${range.length} migrations, which version control has`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const up = normalise(text);
  const path = join(folder, 'up.sql');
  const meta = join(folder, 'meta.json');
  writeFileSync(path, up);
  writeFileSync(meta, `${JSON.stringify({ irreversible, ...(requires.length > 0 && { requires }) })}\n`);
  const { source } = last;
  const paths = { down: join(folder, 'down.sql'), meta };
  return { id: `${source}/${name}`, source, name, tiers: [tier], path, up, checksum: checksumOf(up), replaces: [...ids], paths };
}

/** @throws PLINTH_MIGRATE_NOT_SQUASHED */
function expectSame(when: string, old: Described, now: Described): void {
  const differences = compareSnapshots(old.snapshot, now.snapshot);
  if (differences.length > 0) {
    const objects = differences.map(({ identity, path }) => (path === undefined ? identity : `${identity} (${path})`));
    throw squashErrors.NOT_SQUASHED({ when, objects: [...new Set(objects)] });
  }
}
