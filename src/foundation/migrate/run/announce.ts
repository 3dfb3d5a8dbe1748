import { sqlstateOf, uuidv7 } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { type MigrationState, statesBefore } from '../model/states.ts';
import type { ParsedFile } from '../parse/index.ts';
import { announce, recordStop } from '../sql/queries/queries.gen.ts';
import { reasonOf, stateOf } from './failure.ts';
import type { Pending } from './plan-database.ts';
import type { Run } from './run.ts';

/** A pending migration whose file is known to parse. */
export interface Ready {
  readonly pending: Pending;
  readonly parsed: ParsedFile;
}

/** Writes `running` for every tier; part of whatever transaction is open. @throws PLINTH_MIGRATE_ILLEGAL_MOVE */
export async function announceIntent(run: Run, { pending, parsed }: Ready): Promise<void> {
  const { file, parts, tiers } = pending;
  const announced = await announce.all(run.session, {
    ids: tiers.map(() => uuidv7()),
    tiers: [...tiers],
    source: file.source,
    name: file.name,
    checksum_up: file.checksum,
    checksum_down: parts.checksums.down,
    checksum_pre: parts.checksums.pre,
    checksum_post: parts.checksums.post,
    checksum_meta: parts.checksums.meta,
    tree_sha256: parsed.treeSha256,
    run_id: run.id,
    allowed: statesBefore('running'),
  });
  if (announced.length !== tiers.length) throw migrateErrors.ILLEGAL_MOVE({ id: file.id, to: 'running' });
}

/** Takes a migration out of `running`, with the reason. Nothing happens to one that is not running. */
export async function recordStopped(run: Run, pending: Pending, state: MigrationState, error?: unknown): Promise<void> {
  await recordStop.run(run.session, {
    source: pending.file.source,
    name: pending.file.name,
    state,
    sqlstate: error === undefined ? null : (stateOf(error) ?? sqlstateOf(error) ?? null),
    error: error === undefined ? null : reasonOf(error),
    lock_wait_ms: 0,
    allowed: statesBefore(state),
  });
}
