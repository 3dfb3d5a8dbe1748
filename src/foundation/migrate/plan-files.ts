import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tiers } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import { migrateErrors } from './errors.ts';
import { readPlanText } from './files/index.ts';
import { fitsChecksum } from './model/checksum.ts';
import type { SourceFiles } from './model/migration.ts';
import {
  comparePlan,
  formatPlanFile,
  joinConflict,
  type PlanEntry,
  type PlanFinding,
  parsePlanFile,
  rewritePlan,
  tagRelease,
} from './model/plan-file.ts';
import { isApplied } from './model/states.ts';
import type { Problem } from './model/types.ts';
import { readLedger } from './run/index.ts';

// Capabilities need no plan file: their files come with the package, which npm's lock file pins byte for byte.
function products(context: Context, files: readonly SourceFiles[]) {
  return context.sources
    .filter(({ layout }) => layout === 'product')
    .map((source) => ({
      source: source.name,
      path: join(source.dir, 'plan.lock'),
      files: (files.find(({ name }) => name === source.name)?.migrations ?? [])
        .map(({ name, tiers: [tier], checksum, up, replaces = [] }) => ({
          id: `${tier}/${name}`,
          tier,
          name,
          checksum,
          replaces: replaces.map((id) => `${tier}/${id.slice(source.name.length + 1)}`),
          hasFitting: (one: string) => fitsChecksum(one, up),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : tiers.indexOf(a.tier ?? 'oltp') - tiers.indexOf(b.tier ?? 'oltp'))),
    }));
}

/** @throws PLINTH_MIGRATE_BAD_PLAN_FILE */
function readPlan(path: string, isConflict = false): readonly PlanEntry[] | undefined {
  const text = readPlanText(path);
  if (text === undefined) return undefined;
  const entries = parsePlanFile(isConflict ? joinConflict(text) : text);
  if ('badLine' in entries) throw migrateErrors.BAD_PLAN_FILE({ file: path, line: entries.badLine });
  return entries;
}

const words: Readonly<Record<PlanFinding['kind'], string>> = {
  deleted: 'is in the plan, but its file is gone',
  edited: 'has other bytes than in the plan',
  reordered: 'stands at another place than it was written at',
  unlisted: 'is not in the plan',
};

/**
 * Refuses to run files that differ from the reviewed plan. A file that is not listed yet may run: that is development;
 * `verify` reports it.
 *
 * @throws PLINTH_MIGRATE_PLAN_DIFFERS, PLINTH_MIGRATE_BAD_PLAN_FILE
 */
export function checkPlans(context: Context, files: readonly SourceFiles[]): void {
  for (const product of products(context, files)) {
    const entries = readPlan(product.path);
    if (!entries) continue;
    const findings = comparePlan(entries, product.files).filter(({ kind }) => kind !== 'unlisted');
    if (findings.length > 0) {
      throw migrateErrors.PLAN_DIFFERS({ file: product.path, findings: findings.map(({ id, kind }) => `${id} ${words[kind]}`) });
    }
  }
}

/** The same as problems, with what is not listed. */
export function planFindings(context: Context, files: readonly SourceFiles[]): Problem[] {
  return products(context, files).flatMap(({ path, files: migrations }) =>
    comparePlan(readPlan(path) ?? [], migrations).map(({ id, kind }) => ({
      id: `${path}: ${id}`,
      problem: words[kind],
      remedy: kind === 'unlisted' ? 'plinth migrate plan --write' : 'restore it, or "plinth migrate plan --write" when the change is meant',
    })),
  );
}

/**
 * Writes what is not applied anywhere yet into the plan files, after what is. Entries of applied migrations and of
 * releases keep their place and bytes. Returns the paths that changed.
 *
 * @param request `isConflict`: the file may hold a merge conflict; the lines of both sides count
 * @throws PLINTH_MIGRATE_BAD_PLAN_FILE
 */
export async function writePlans(context: Context, { isConflict = false } = {}): Promise<readonly string[]> {
  const files = context.readFiles();
  const applied = new Set<string>();
  for (const database of context.databases(files)) {
    const request = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.plan' } as const;
    const { rows } = await context.connect.transaction(request, readLedger);
    for (const { state, source, tier, name } of rows) if (isApplied(state)) applied.add(`${source} ${tier}/${name}`);
  }
  const changed: string[] = [];
  for (const { source, path, files: migrations } of products(context, files)) {
    const entries = readPlan(path, isConflict) ?? [];
    const text = formatPlanFile(rewritePlan(entries, migrations, (id) => applied.has(`${source} ${id}`)));
    if (text === readPlanText(path) || (migrations.length === 0 && readPlanText(path) === undefined)) continue;
    writeFileSync(path, text);
    changed.push(path);
  }
  return changed;
}

/** A state of the plan that was given a name. */
export interface Release {
  readonly name: string;
  readonly source: string;
  /** Chain hash of its last entry: the same everywhere where the same migrations were reviewed in the same order. */
  readonly planHash: string;
  /** `tier/name` of what it contains. */
  readonly entries: readonly string[];
}

/** The releases of the plan files, oldest first. @throws PLINTH_MIGRATE_BAD_PLAN_FILE */
export function readReleases(context: Context): Release[] {
  return products(context, []).flatMap(({ source, path }) => {
    const entries = readPlan(path) ?? [];
    return entries.flatMap(({ chain, releases = [] }, index) => {
      const contained = entries.slice(0, index + 1).map(({ id }) => id);
      return releases.map((name) => ({ name, source, planHash: chain, entries: contained }));
    });
  });
}

/**
 * Gives the plan as it is a name, in the plan file of the last product. Everything in it keeps its place from then on.
 *
 * @throws PLINTH_MIGRATE_NO_PRODUCT, PLINTH_MIGRATE_BAD_RELEASE, PLINTH_MIGRATE_PLAN_DIFFERS
 */
export function writeRelease(context: Context, name: string): Release {
  const product = products(context, context.readFiles()).at(-1);
  if (!product) throw migrateErrors.NO_PRODUCT();
  const isTaken = readReleases(context).some((release) => release.name === name);
  if (isTaken || !/^[\w.+-]+$/.test(name)) throw migrateErrors.BAD_RELEASE({ name, reason: isTaken ? 'is taken' : 'is no name' });
  const entries = readPlan(product.path) ?? [];
  const findings = comparePlan(entries, product.files).map(({ id, kind }) => `${id} ${words[kind]}`);
  const last = entries.at(-1);
  if (findings.length > 0 || !last)
    throw migrateErrors.PLAN_DIFFERS({ file: product.path, findings: last ? findings : ['the plan is empty'] });
  writeFileSync(product.path, formatPlanFile(tagRelease(entries, name)));
  return { name, source: product.source, planHash: last.chain, entries: entries.map(({ id }) => id) };
}
