import { uuidv7 } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import type { SourceFiles } from './model/migration.ts';
import type { RunReport, UpRequest } from './model/types.ts';
import { checkPlans } from './plan-files.ts';
import { isEmpty, migrateDatabase, planDatabase, readLedger } from './run/index.ts';

/** Applies what is pending; see `Migrate.up`. `select` narrows the files, after the plan files were held against all of them. */
export async function up(
  context: Context,
  request: UpRequest,
  select: (files: SourceFiles[]) => SourceFiles[] = (all) => all,
): Promise<RunReport> {
  const { clock, connect, log } = context;
  const { order } = context.options;
  const started = clock.monotonicMs();
  const all = context.readFiles();
  checkPlans(context, all);
  const files = select(all);
  const runId = uuidv7();
  const warnings: string[] = [];
  const applied: string[] = [];
  const objectsReplaced: string[] = [];
  for (const database of context.databases(files, request.tier)) {
    // Without the lock first: a start with nothing to do costs one look into each database.
    const found = await connect.transaction(
      { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.look', ...(request.signal && { signal: request.signal }) },
      async (tx) => planDatabase({ tiers: database }, files, await readLedger(tx), order),
    );
    if (isEmpty(found)) {
      warnings.push(...found.warnings);
      continue;
    }
    const result = await context.locked(database, { ...request, runId, warnings }, (run) => migrateDatabase(run, files, order));
    applied.push(...result.applied);
    objectsReplaced.push(...result.objectsReplaced);
  }
  for (const warning of warnings) log.warn(warning);
  return { runId, applied, objectsReplaced, warnings, durationMs: Math.round(clock.monotonicMs() - started) };
}
