import type { Context } from '../context.ts';
import type { SourceFiles } from '../model/migration.ts';
import { definitionsIn } from '../parse/index.ts';
import { beginRun, provedLock, readLedger, recordBaseline, updateLedger } from '../run/index.ts';
import { type Snapshot, takeSnapshot } from '../snapshot/index.ts';
import { endRun, saveObjects } from '../sql/queries/queries.gen.ts';
import { compareWithFiles } from './compare.ts';
import { baselineErrors } from './errors.ts';
import type { Looked } from './look.ts';
import type { BaselineRequest } from './types.ts';

/**
 * Compares once more and records, in one transaction under the lock of runs; what drift compares with is stored after it.
 *
 * @throws PLINTH_MIGRATE_MOVED_MEANWHILE, PLINTH_MIGRATE_ILLEGAL_MOVE, PLINTH_MIGRATE_LOCKED; then nothing is recorded
 */
export async function record(
  context: Context,
  files: readonly SourceFiles[],
  { database, chosen, objects }: Looked,
  expected: Snapshot,
  { runId, warnings, ...request }: Pick<BaselineRequest, 'signal' | 'onProgress'> & { readonly runId: string; readonly warnings: string[] },
): Promise<void> {
  const [tier] = database;
  const defined = await Promise.all(objects.map(definitionsIn));
  await context.locked(database, { ...request, runId, warnings, command: 'baseline' }, async (run) => {
    const { session } = run;
    await updateLedger(run, files, await readLedger(session));
    await session.query({ text: 'begin isolation level repeatable read; set local statement_timeout = 0; set local lock_timeout = 0' });
    const { differences } = compareWithFiles(expected, await takeSnapshot(session));
    if (differences.length > 0) throw baselineErrors.MOVED_MEANWHILE({ tier, objects: differences.map(({ identity }) => identity) });
    await beginRun(run);
    for (const one of chosen) {
      await recordBaseline(run, one);
      run.progress(`${tier}: ${one.pending.file.id} is there`);
    }
    for (const { file, definitions } of defined) {
      await saveObjects.run(session, {
        identity: file.id,
        sha256: file.sha256,
        defines: definitions.flatMap(({ target }) => target ?? []),
      });
    }
    await endRun.run(session, { id: run.id, outcome: 'completed' });
    await provedLock(session, tier);
    await session.query({ text: 'commit' });
    run.progress(`${tier}: recorded`);
    for (const around of context.aroundRuns) await around.after?.(run);
  });
}
