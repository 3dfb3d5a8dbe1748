import type { Transaction } from '../../connect/index.ts';
import { fence, isFenced } from './change-log.ts';
import { copyAndFollow } from './copy-and-follow.ts';
import { moveErrors } from './errors.ts';
import type { OpenMove } from './open-move.ts';
import { switchMove } from './sql/queries/queries.gen.ts';
import { carryChanges } from './transfer.ts';
import { untilFree } from './until-free.ts';

const longestPauseMs = 2_000;
/** Bounds the transaction that holds writers off, whatever hangs in it. */
const deadlineMs = 5_000;

/**
 * Takes the source out of use: carries changes over until none waits, locks out writers, carries over the rest, fences. This is one
 * transaction of the source, so that whatever fails or takes too long leaves writers where they were. Readers are never held off.
 */
export async function cutOver(move: OpenMove, whilePaused: () => Promise<void>): Promise<void> {
  const { row, sides, signal } = move;
  const { source } = sides;
  if (row.state === 'switched') return endChanges(move);
  requireCompared(move);

  const onSource = { tier: source.tier, as: 'owner', priority: 'batch', tag: 'migrate.move', signal } as const;
  let pauseMs: number | null = null;
  // A run that was killed after the fence and before the target knew of it left only that to be said.
  if (!(await source.connect.transaction({ ...onSource, isReadOnly: true }, (tx) => isFenced(tx, move.move)))) {
    await copyAndFollow(move);
    pauseMs = await untilFree(move, () =>
      source.connect.transaction({ ...onSource, deadlineMs, isRetryable: false }, (tx) => endWrites(tx, move, whilePaused)),
    );
  }
  await recordSwitch(move, pauseMs);
  await endChanges(move);
}

/** See `Moves.switchTogether`. */
export async function switchTogether(moves: readonly OpenMove[], work: (carry: () => Promise<void>) => Promise<void>): Promise<void> {
  const due = moves.filter(({ row }) => row.state !== 'switched');
  for (const move of due) requireCompared(move);
  if (due.length > 0) {
    await work(async () => {
      for (const move of due) await copyAndFollow(move);
    });
  }
  for (const move of due) await recordSwitch(move, null);
  for (const move of moves) await endChanges(move);
}

/** @throws PLINTH_MIGRATE_MOVE_UNFINISHED */
function requireCompared({ name, row }: OpenMove): void {
  const refuse = (reason: string, next: string) => moveErrors.MOVE_UNFINISHED({ name, reason, next });
  if (row.state !== 'following') throw refuse(`it is ${row.state}`, 'run');
  if (row.verified === null) throw refuse('its sides were never compared', 'verify');
  if (row.discrepancies !== 0) throw refuse(`${row.discrepancies} row(s) differed at the last comparison`, 'verify --repair');
}

function recordSwitch({ id, sides: { target }, signal }: OpenMove, pauseMs: number | null): Promise<unknown> {
  const request = { tier: target.tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move', signal } as const;
  return target.connect.transaction(request, (tx) => switchMove.run(tx, { id, pause_ms: pauseMs }));
}

/** Apart from the switch, because dropping a trigger also holds off readers. */
const endChanges = (move: OpenMove) => untilFree(move, () => move.changes.end(move.move));

/** Returns how long writers had to wait, in ms, up to the commit. */
async function endWrites(from: Transaction, move: OpenMove, whilePaused: () => Promise<void>): Promise<number> {
  const { name, definition, sides, clock } = move;
  await from.query({ text: `set local lock_timeout = 500; lock table ${sides.source.relation} in share row exclusive mode` });
  const started = clock.monotonicMs();
  const tookMs = () => Math.round(clock.monotonicMs() - started);
  for (;;) {
    const carried = await carryChanges(from, move);
    if (tookMs() > longestPauseMs) throw moveErrors.MOVE_TOO_SLOW({ name, tookMs: tookMs(), limitMs: longestPauseMs });
    if (carried === 'truncated') throw moveErrors.MOVE_UNFINISHED({ name, reason: 'the source was truncated meanwhile', next: 'run' });
    if (carried === 0) break;
  }
  await fence(from, move.move, `${definition.to.tier}:${definition.to.table}`);
  // Last, because it may point the application to the new side: nothing that can fail comes after it but the commit.
  await whilePaused();
  return tookMs();
}
