import { type Tier, tiers } from '../../kernel/index.ts';
import { backfillStarter } from './backfill/index.ts';
import type { Context, Database, MigrateDeps, OpenOptions, RunRequest } from './context.ts';
import { readSource } from './files/index.ts';
import { noHooks } from './hooks/index.ts';
import { coordinatorKey, ownSource, prepareSession, type Run, takeLock } from './run/index.ts';

/** The runner over these connections and sources, for all of its parts. Neither connects nor reads files yet. */
export function openContext(deps: MigrateDeps, options: OpenOptions): Context {
  const context: Context = {
    ...deps,
    options: { ...options, environment: options.environment ?? 'development' },
    aroundRuns: [],
    sources: [ownSource, ...deps.sources.filter((source) => source !== ownSource)],
    readFiles: () => context.sources.map((source) => readSource(source, deps.clock.now())),
    databases(files, only) {
      const kept = files.filter(({ name }) => name !== ownSource.name).flatMap((source) => [...source.migrations, ...source.objects]);
      const used = tiers.filter((tier) => kept.some((file) => file.tiers.includes(tier)));
      const groups = Map.groupBy(used, (tier) => deps.connect.databaseKey(tier));
      return [...groups.values()].map((group) => group as [Tier, ...Tier[]]).filter((group) => !only || group.includes(only));
    },
    coordinator: (databases, request) => coordinate(deps, options, databases, request),
    locked: (database, request, work) => withLockedRun(deps, options, database, request, work),
  };
  return context;
}

async function coordinate(
  { connect, clock }: MigrateDeps,
  options: OpenOptions,
  [first, ...others]: readonly Database[],
  { runId, signal = new AbortController().signal, onProgress: progress = () => {} }: RunRequest,
): Promise<AsyncDisposable> {
  if (!first || others.length === 0) return { async [Symbol.asyncDispose]() {} };
  const [tier] = first;
  await using cleanup = new AsyncDisposableStack();
  const session = cleanup.use(await connect.session({ tier, tag: 'migrate.coordinator', signal }));
  await prepareSession(session, runId);
  await takeLock(session, { clock, signal, deadlineMs: options.lockDeadlineMs, tier, progress }, coordinatorKey);
  return cleanup.move();
}

async function withLockedRun<T>(
  { connect, clock, tenant, freeBytes = async () => undefined }: MigrateDeps,
  options: OpenOptions,
  database: Database,
  request: RunRequest,
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
      hooks: request.hooks ?? noHooks,
      backfills: backfillStarter(session, tier),
      command: request.command ?? 'up',
      ...(request.declaredWindow && { declaredWindow: request.declaredWindow }),
      connect,
      clock,
      freeBytes,
      session,
      tiers: database,
      signal,
      lockDeadlineMs: options.lockDeadlineMs,
      statementTimeoutMs: options.statementTimeoutMs,
      warnings: request.warnings,
      ...(tenant && { buildTurn: () => tenant.buildTurn() }),
      progress,
    });
  } catch (error) {
    // Whatever state the session is in, nobody continues on it; the lock goes with it.
    session.destroy();
    signal.throwIfAborted();
    throw error;
  }
}
