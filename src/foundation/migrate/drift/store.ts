import { type Executor, messageOf, uuidv7 } from '../../../kernel/index.ts';
import { type Snapshot, snapshotFormat, takeSnapshot } from '../snapshot/index.ts';
import { toStored } from './model/stored.ts';
import { hasSnapshots, latestSnapshot, pruneSnapshots, storeSnapshot } from './sql/queries/queries.gen.ts';

/** Enough to see when something came in; drift itself looks at the last. */
const keptSnapshots = 20;

/** A snapshot in a transaction of its own on a session. */
export async function snapshotAlone(executor: Executor): Promise<Snapshot> {
  await executor.query({ text: 'begin isolation level repeatable read; set local statement_timeout = 0; set local lock_timeout = 0' });
  try {
    return await takeSnapshot(executor);
  } finally {
    await executor.query({ text: 'rollback' });
  }
}

/** Stores the schema as a run left it. Nothing is written when it is as the last run left it. Returns a warning where it cannot be described. */
export async function storeState(executor: Executor, runId: string): Promise<string | undefined> {
  if (!(await hasSnapshots.one(executor, {})).exists) return undefined;
  let snapshot: Snapshot;
  try {
    snapshot = await snapshotAlone(executor);
  } catch (error) {
    return `drift is not watched: ${messageOf(error)}`;
  }
  const latest = await latestSnapshot.first(executor, {});
  if (latest?.root_sha256 === snapshot.rootHash && latest.format === snapshotFormat) return undefined;
  const row = { id: uuidv7(), run_id: runId, format: snapshotFormat, root_sha256: snapshot.rootHash, body: toStored(snapshot) };
  await storeSnapshot.run(executor, row);
  await pruneSnapshots.run(executor, { kept: keptSnapshots });
  return undefined;
}
