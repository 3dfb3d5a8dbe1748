import { messageOf, PlinthError, uuidv7 } from '../../kernel/index.ts';
import type { Backfills } from './backfill/index.ts';
import type { Context, Database } from './context.ts';
import { openHooks, readHooks } from './hooks/index.ts';
import { openLint } from './lint/index.ts';
import type { SourceFiles } from './model/migration.ts';
import { isApplied } from './model/states.ts';
import type { RunReport, UpRequest } from './model/types.ts';
import { localRequirements, planWaves, type Share } from './model/waves.ts';
import { checkPlans } from './plan-files.ts';
import { type Done, isEmpty, migrateDatabase, ownSource, planDatabase, readLedger } from './run/index.ts';

/** What one database has and lacks. */
interface Part {
  readonly database: Database;
  readonly hasWork: boolean;
  /** See `Ledger`. */
  readonly isUnused: boolean;
  readonly share: Share;
  /** Ids of those that wait for a backfill, with what they wait for. */
  readonly held: ReadonlyMap<string, string>;
  /** Ids of changed files of repeatable objects. */
  readonly objects: readonly string[];
}

/** Narrows the files of a run. */
type Select = (files: SourceFiles[]) => SourceFiles[];

/** Applies what is pending; see `Migrate.up`. `select` narrows the files, after the plan files were held against all of them. */
export async function up(context: Context, request: UpRequest, select: Select = (all) => all): Promise<RunReport> {
  const { clock, connect, log, options } = context;
  const started = clock.monotonicMs();
  const all = context.readFiles();
  checkPlans(context, all);
  const files = select(all);
  const runId = uuidv7();
  const warnings: string[] = [];
  const done: Done = { applied: [], objectsReplaced: [] };
  const parts = await look(context, request, files, warnings);
  const route = routeOf(parts);
  const [first] = route;
  if (first) {
    if (options.refusesLint && !context.isDryRun) await openLint(context).check(pendingOfProducts(context, parts));
    const signal = request.signal ?? new AbortController().signal;
    const progress = request.onProgress ?? (() => {});
    const isDryRun = context.isDryRun ?? false;
    const hooks = openHooks(context.sources.flatMap(readHooks), {
      connect,
      clock,
      runId,
      isDryRun,
      tenant: context.tenant?.id,
      signal,
      warnings,
      progress,
    });
    const run = { ...request, runId, warnings, hooks };
    const [tier] = first.part.database;
    for (const around of context.aroundRuns) await around.admit?.(files, request);
    try {
      await using _ = await context.coordinator([...new Set(route.map(({ part }) => part.database))], run);
      const visit = ({ part, later }: Stop, its: Done) =>
        context.locked(part.database, run, async (held) => {
          for (const around of context.aroundRuns) await around.before?.(held);
          await migrateDatabase(held, files, options.order, later, its);
          for (const around of context.aroundRuns) await around.after?.(held);
        });
      if (hooks.isEmpty && mayGoSideBySide(route)) await visitAll(route, visit, done);
      else for (const stop of route) await visit(stop, done);
      await hooks.call('after-tenant', { tier });
      await hooks.call('after-run', { tier });
    } catch (error) {
      await hooks.call('on-failure', { tier, error: messageOf(error) }).catch(() => {});
      throw withMixedState(error, parts, done.applied);
    }
  }
  const held = parts.flatMap((part) => [...part.held]);
  if (held.length > 0 && done.applied.length > 0) {
    // A backfill of an empty table is through as soon as it is declared, and what waited for it may go on.
    const rest = await up(context, request, select);
    const both = { applied: [...done.applied, ...rest.applied], objectsReplaced: [...done.objectsReplaced, ...rest.objectsReplaced] };
    return {
      runId,
      ...both,
      warnings: [...new Set([...warnings, ...rest.warnings])],
      durationMs: Math.round(clock.monotonicMs() - started),
    };
  }
  warnings.push(...held.map(([id, cause]) => `${id} waits for ${cause}: "plinth migrate backfill list" shows how far it is`));
  const told = [...new Set(warnings)];
  for (const warning of told) log.warn(warning);
  return { runId, ...done, warnings: told, durationMs: Math.round(clock.monotonicMs() - started) };
}

/** Files of products that a run would apply; those of capabilities were judged before they were released. */
function pendingOfProducts({ sources }: Context, parts: readonly Part[]): ReadonlySet<string> {
  const products = sources.filter(({ layout }) => layout === 'product').map(({ name }) => `${name}/`);
  const ids = parts.flatMap(({ share, objects }) => [...share.pending.map(({ id }) => id), ...objects]);
  return new Set(ids.filter((id) => products.some((prefix) => id.startsWith(prefix))));
}

/** What each database lacks, without any lock: a start with nothing to do costs one look into each. */
async function look(context: Context, { tier, signal }: UpRequest, files: readonly SourceFiles[], warnings: string[]): Promise<Part[]> {
  const lookInto = async (database: Database): Promise<Part> => {
    const request = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.look', ...(signal && { signal }) } as const;
    const ledger = await context.connect.transaction(request, readLedger);
    const work = await planDatabase({ tiers: database }, files, ledger, context.options.order);
    // The ledger's own come first in any case.
    const theirs = work.pending.filter(({ file }) => file.source !== ownSource.name);
    const pending = theirs.map(({ file, parts: { options } }) => ({
      id: file.id,
      isContract: options.phase === 'contract',
      requires: options.requires,
    }));
    const applied = new Set(
      [...ledger.rows.filter(({ state }) => isApplied(state)), ...work.successions.map(({ file }) => file)].map(({ id }) => id),
    );
    const isAsked = tier === undefined || database.includes(tier);
    if (isAsked) warnings.push(...work.warnings);
    const objects = work.objects.flatMap(({ changed }) => changed.map(({ id }) => id));
    return {
      database,
      held: isAsked ? work.held : new Map(),
      objects,
      isUnused: ledger.isUnused,
      hasWork: isAsked && !isEmpty(work),
      share: { tiers: database, applied, pending: isAsked ? pending : [] },
    };
  };
  return Promise.all(context.databases(files).map(lookInto));
}

/** One visit of a database, without what has its turn on a later one. */
interface Stop {
  readonly part: Part;
  readonly later: ReadonlySet<string>;
}

/** Nobody works with a database without a table, so nobody sees one before the others; and none waits for another. */
function mayGoSideBySide(route: readonly Stop[]): boolean {
  const isAlone = ({ database, share }: Part) =>
    share.pending.every(({ requires }) => requires.length === localRequirements(requires, database).length);
  return route.every(({ part, later }) => part.isUnused && later.size === 0 && isAlone(part));
}

/** Waits for all, so that nothing goes on behind an error. Tells in the order of the route what was done. */
async function visitAll(route: readonly Stop[], visit: (stop: Stop, its: Done) => Promise<void>, done: Done): Promise<void> {
  const visits = route.map((stop) => {
    const its: Done = { applied: [], objectsReplaced: [] };
    return { its, work: visit(stop, its) };
  });
  await Promise.allSettled(visits.map(({ work }) => work));
  for (const { its } of visits) {
    done.applied.push(...its.applied);
    done.objectsReplaced.push(...its.objectsReplaced);
  }
  await Promise.all(visits.map(({ work }) => work));
}

/** Where to go, in order: the waves, then databases that lack objects only. */
function routeOf(parts: readonly Part[]): Stop[] {
  const waves = planWaves(parts.map(({ share }) => share));
  const stops = waves.map(({ share }, index) => ({
    part: parts.find((part) => part.share === share) as Part,
    later: new Set(waves.slice(index + 1).flatMap((wave) => (wave.share === share ? wave.migrations.map(({ id }) => id) : []))),
  }));
  const visited = new Set(stops.map(({ part }) => part));
  return [...stops, ...parts.filter((part) => part.hasWork && !visited.has(part)).map((part) => ({ part, later: new Set<string>() }))];
}

/**
 * The same error, with what is where: there is no transaction over several databases, and each of them is in order by
 * itself.
 */
function withMixedState(error: unknown, parts: readonly Part[], applied: readonly string[]): unknown {
  const working = parts.filter(({ hasWork }) => hasWork);
  if (!(error instanceof PlinthError) || working.length < 2) return error;
  const done = new Set(applied);
  const mixed = working.map(({ database: [tier], share: { pending } }) => {
    const count = pending.filter(({ id }) => done.has(`${tier}:${id}`)).length;
    return `${tier} ${count} of ${pending.length}`;
  });
  const { code, retryable, httpStatus, exitCode } = error;
  const message = `${error.message}\nApplied so far: ${mixed.join(', ')}. What was added is harmless to running versions: "plinth migrate up" goes on from here, "plinth migrate down --to <source/name>" takes back.`;
  return new PlinthError({ code, retryable, httpStatus, exitCode, message, details: { ...error.details, mixed }, cause: error });
}

/**
 * Applies what is pending, works on the backfills it started or found, or follows those who do, and applies what waited for them; until
 * nothing is left.
 *
 * @throws PLINTH_MIGRATE_BACKFILL_PAUSED, and what `up` throws
 */
export async function upAndWait(context: Context, request: UpRequest, backfills: Backfills, select?: Select): Promise<RunReport> {
  const first = await up(context, request, select);
  const reports = [first];
  for (;;) {
    const due = (await backfills.list(request.tier)).filter(({ state }) => state !== 'completed');
    if (due.length === 0) break;
    const { signal, onProgress } = request;
    for (const { name } of due) await backfills.run(name, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
    reports.push(await up(context, request, select));
  }
  return {
    runId: first.runId,
    applied: reports.flatMap(({ applied }) => applied),
    objectsReplaced: reports.flatMap(({ objectsReplaced }) => objectsReplaced),
    // What waited before the last run may wait no more.
    warnings: reports.at(-1)?.warnings ?? [],
    durationMs: reports.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}
