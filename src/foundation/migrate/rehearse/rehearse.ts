import { type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { sha256 } from '../model/checksum.ts';
import type { SourceFiles } from '../model/migration.ts';
import { objectPositions } from '../model/order.ts';
import { reasonOf } from '../run/index.ts';
import { openShadow } from '../shadow/index.ts';
import { rehearsalErrors } from './errors.ts';
import { type PendingPlan, pendingPlan } from './pending-plan.ts';
import { rehearseMigration, type Stage, verdictOn } from './rehearse-migration.ts';
import { serverMajor } from './sql/queries/queries.gen.ts';
import { Trial } from './trial.ts';
import type { CloneSource, Rehearsal, RehearsalRequest, RehearsedMigration } from './types.ts';

/** Tries what is pending and tells what was found; keeps nothing. @throws PLINTH_MIGRATE_NO_CLONE, PLINTH_MIGRATE_NO_SHADOW */
export async function rehearse(context: Context, request: RehearsalRequest): Promise<Rehearsal> {
  const depth = request.depth ?? 'shadow';
  const source = context.cloneSource?.();
  if (depth === 'clone' && !source) throw rehearsalErrors.NO_CLONE();
  const taken = context.clock.now().toISOString();
  const files = context.readFiles();
  const plan = await pendingPlan(context, files, request.sources);
  const limits: string[] = [];
  const migrations =
    depth === 'plan'
      ? untried(plan, 'the depth "plan" tries nothing')
      : await onServer(context, request, depth === 'clone' ? source : undefined, files, plan, limits);
  if (depth === 'shadow') {
    limits.push('The tables of a shadow are empty: what depends on rows (duplicates, orphans, nulls, durations) was not tried.');
  }
  const digest = sha256(
    JSON.stringify(migrations.map(({ statements, ...one }) => [one, statements.map(({ durationMs, ...rest }) => rest)])),
  );
  return { id: uuidv7(), depth, taken, planHash: plan.hash, plan: plan.items, digest, migrations, limits };
}

/** On a clone where there is a source of them, else on an empty shadow. */
async function onServer(
  context: Context,
  { signal, onProgress = () => {} }: RehearsalRequest,
  source: CloneSource | undefined,
  files: readonly SourceFiles[],
  plan: PendingPlan,
  limits: string[],
): Promise<RehearsedMigration[]> {
  if (plan.items.length === 0) return [];
  onProgress(source ? 'restoring a clone' : 'starting a shadow');
  const start = source && (() => source.open(signal));
  await using shadow = await openShadow(context, { ...(signal && { signal }), ...(start && { start }) });
  await using sessions = new AsyncDisposableStack();
  const trial = new Trial(shadow, sessions, signal);
  try {
    if (source) trial.adoptBaseline(files, plan);
    else await trial.applyBaseline(files, plan);
  } catch (error) {
    return untried(plan, `what is applied could not be built again: ${reasonOf(error)}`);
  }
  const found: RehearsedMigration[] = [];
  for (const { database, work } of plan.databases) {
    const stage: Stage = { trial, statementTimeoutMs: context.options.statementTimeoutMs, doubt: undefined };
    const [there, here] = await Promise.all([majorOf(context, database[0]), majorOf(shadow.context, database[0])]);
    if (there !== here) stage.doubt = `the server of the rehearsal is PostgreSQL ${here}, the database ${there}`;
    const positions = objectPositions(
      files.map(({ name }) => name),
      work.pending.map(({ file }) => file),
    );
    for (let index = 0; index <= work.pending.length; index++) {
      for (const objects of work.objects.filter(({ source }) => (positions.get(source) ?? 0) === index)) {
        found.push(...(await rehearseObjects(stage, database, objects)));
      }
      const pending = work.pending[index];
      if (!pending) break;
      onProgress(`${pending.tiers[0]}: ${pending.file.id}`);
      found.push(await rehearseMigration(stage, pending));
    }
    // What another major does is no proof of what this one does, even where it passes.
    if (there !== here) {
      limits.push(`Measured on PostgreSQL ${here}; ${database.join(', ')} runs on ${there}.`);
      for (const [index, one] of found.entries()) {
        if (database.includes(one.tier) && one.result === 'passed')
          found[index] = { ...one, result: 'not rehearsed', because: stage.doubt ?? '' };
      }
    }
  }
  return found;
}

/** Repeatable objects replace what is there; they are run, not measured. */
async function rehearseObjects(
  stage: Stage,
  database: readonly [Tier, ...Tier[]],
  { changed, removed }: PendingPlan['databases'][number]['work']['objects'][number],
): Promise<RehearsedMigration[]> {
  const [tier] = database;
  const row = (id: string) => ({ id, tier, kind: 'objects', isTransactional: true, statements: [] }) as const;
  let verdict: Pick<RehearsedMigration, 'result' | 'because'> = { result: 'passed' };
  try {
    await stage.trial.applyObjects(changed, database);
  } catch (error) {
    verdict = verdictOn(stage, reasonOf(error));
    stage.doubt ??= `${changed[0]?.id} failed before it`;
  }
  return [
    ...changed.map(({ id }) => ({ ...row(id), ...verdict })),
    // The shadow never had what a file that is gone had defined.
    ...removed.map(({ id }) => ({
      ...row(id),
      result: 'not rehearsed' as const,
      because: 'its file is gone; what it had defined is dropped',
    })),
  ];
}

function untried(plan: PendingPlan, because: string): RehearsedMigration[] {
  return plan.databases.flatMap(({ database, work }) => [
    ...work.pending.map(({ file, parts, tiers }) => ({
      id: file.id,
      tier: tiers[0] ?? database[0],
      kind: 'migration' as const,
      isTransactional: parts.options.isTransactional,
      result: 'not rehearsed' as const,
      because,
      statements: [],
    })),
    ...work.objects.flatMap(({ changed, removed }) =>
      [...changed, ...removed].map(({ id }) => ({
        id,
        tier: database[0],
        kind: 'objects' as const,
        isTransactional: true,
        result: 'not rehearsed' as const,
        because,
        statements: [],
      })),
    ),
  ]);
}

async function majorOf({ connect }: Context, tier: Tier): Promise<number> {
  const request = { tier, as: 'owner', isReadOnly: true, tag: 'migrate.rehearse' } as const;
  return (await connect.transaction(request, (tx) => serverMajor.one(tx, {}))).major;
}
