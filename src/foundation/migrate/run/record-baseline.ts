import { uuidv7 } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { statesBefore } from '../model/states.ts';
import { recordBaseline as insertBaseline } from '../sql/queries/queries.gen.ts';
import { type Ready, recordStopped } from './advance-ledger.ts';
import type { Run } from './run.ts';

/**
 * Records a migration as one whose objects are there already; its statements are not run. Part of the transaction that is open.
 *
 * @throws PLINTH_MIGRATE_ILLEGAL_MOVE; then the transaction must be rolled back
 */
export async function recordBaseline(run: Run, { pending, parsed }: Ready): Promise<void> {
  const { file, parts, tiers, rows } = pending;
  // What a killed run left: its lock is ours now.
  if (rows.some(({ state }) => state === 'running')) await recordStopped(run, pending, 'pending');
  const { checksums } = parts;
  const { recorded } = await insertBaseline.one(run.session, {
    ids: tiers.map(() => uuidv7()),
    source: file.source,
    name: file.name,
    tiers: [...tiers],
    checksum_up: file.checksum,
    checksum_down: checksums.down,
    checksum_pre: checksums.pre,
    checksum_post: checksums.post,
    checksum_meta: checksums.meta,
    tree_sha256: parsed.treeSha256,
    run_id: run.id,
    allowed: statesBefore('baseline'),
  });
  if (recorded !== tiers.length) throw migrateErrors.ILLEGAL_MOVE({ id: file.id, to: 'baseline' });
}
