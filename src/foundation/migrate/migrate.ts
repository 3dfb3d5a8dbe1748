import { type Tier, tiers, uuidv7 } from '../../kernel/index.ts';
import type { Context, Database, MigrateDeps } from './context.ts';
import { migrateErrors } from './errors.ts';
import { createMigration, readSource } from './files/index.ts';
import type { Migrate, RunReport, UpRequest } from './model/types.ts';
import type { MigrateOptions } from './options.ts';
import { checkPlans, writePlans } from './plan-files.ts';
import { planOf, statusOf, verify } from './report.ts';
import { isEmpty, migrateDatabase, ownSource, planDatabase, prepareSession, type Run, readLedger, takeLock } from './run/index.ts';
import { accept, repair } from './settle.ts';

/** Opens the runner; neither connects nor reads files yet. */
export function openMigrate(deps: MigrateDeps, options: MigrateOptions & { readonly lockDeadlineMs: number }): Migrate {
  const context: Context = {
    ...deps,
    sources: [ownSource, ...deps.sources],
    order: options.order,
    readFiles: () => context.sources.map((source) => readSource(source, deps.clock.now())),
    databases(files, only) {
      const kept = files.filter(({ name }) => name !== ownSource.name).flatMap((source) => [...source.migrations, ...source.objects]);
      const used = tiers.filter((tier) => kept.some((file) => file.tiers.includes(tier)));
      const groups = Map.groupBy(used, (tier) => deps.connect.databaseKey(tier));
      return [...groups.values()].map((group) => group as [Tier, ...Tier[]]).filter((group) => !only || group.includes(only));
    },
    locked: (database, request, work) => withLockedRun(deps, options, database, request, work),
  };

  return {
    plan: () => planOf(context),
    status: () => statusOf(context),
    up: (request = {}) => up(context, request),
    verify: () => verify(context),
    repair: (request) => repair(context, request),
    accept: (request) => accept(context, request),
    writePlan: () => writePlans(context),
    async create({ tier, slug }) {
      const product = deps.sources.findLast(({ layout }) => layout === 'product');
      if (!product) throw migrateErrors.NO_PRODUCT();
      return createMigration(product, tier, slug, deps.clock.now());
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function up(context: Context, request: UpRequest): Promise<RunReport> {
  const { clock, connect, log } = context;
  const started = clock.monotonicMs();
  const files = context.readFiles();
  checkPlans(context, files);
  const runId = uuidv7();
  const warnings: string[] = [];
  const applied: string[] = [];
  const objectsReplaced: string[] = [];
  for (const database of context.databases(files, request.tier)) {
    // Without the lock first: a start with nothing to do costs one look into each database.
    const found = await connect.transaction(
      { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.look', ...(request.signal && { signal: request.signal }) },
      async (tx) => planDatabase({ tiers: database }, files, await readLedger(tx), context.order),
    );
    if (isEmpty(found)) {
      warnings.push(...found.warnings);
      continue;
    }
    const result = await context.locked(database, { ...request, runId, warnings }, (run) => migrateDatabase(run, files, context.order));
    applied.push(...result.applied);
    objectsReplaced.push(...result.objectsReplaced);
  }
  for (const warning of warnings) log.warn(warning);
  return { runId, applied, objectsReplaced, warnings, durationMs: Math.round(clock.monotonicMs() - started) };
}

async function withLockedRun<T>(
  { connect, clock }: MigrateDeps,
  options: MigrateOptions & { readonly lockDeadlineMs: number },
  database: Database,
  request: UpRequest & { readonly runId: string; readonly warnings: string[] },
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const [tier] = database;
  const signal = request.signal ?? new AbortController().signal;
  const progress = request.onProgress ?? (() => {});
  await using session = await connect.session({ tier, tag: 'migrate', signal });
  try {
    await prepareSession(session, request.runId);
    await takeLock(session, { clock, signal, deadlineMs: options.lockDeadlineMs, tier, progress });
    progress(`${tier}: lock held`);
    return await work({
      id: request.runId,
      connect,
      clock,
      session,
      tiers: database,
      signal,
      lockDeadlineMs: options.lockDeadlineMs,
      statementTimeoutMs: options.statementTimeoutMs,
      warnings: request.warnings,
      progress,
    });
  } catch (error) {
    // Whatever state the session is in, nobody continues on it; the lock goes with it.
    session.destroy();
    signal.throwIfAborted();
    throw error;
  }
}
