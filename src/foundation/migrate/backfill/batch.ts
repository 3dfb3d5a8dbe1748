import type { Clock } from '../../../kernel/index.ts';
import { messageOf, PlinthError } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { type Key, nextPage, type Rows, workOn } from './compose.ts';
import { nextBatchRows } from './model/batch-size.ts';
import { faultOf } from './model/faults.ts';
import { batchSettings } from './settings.ts';
import {
  advanceBackfill,
  claimBatch,
  completeBackfill,
  countFailed,
  pauseBackfill,
  quarantineRows,
  releaseRows,
  takeLocked,
} from './sql/queries/queries.gen.ts';
import type { Target } from './target.ts';

/** What one batch came to. `stopped`: it is paused or completed. `waiting`: only rows are left that others hold locked. */
export type BatchResult = 'worked' | 'waiting' | 'completed' | 'stopped';

// A batch with many bad rows commits what it has; the next one continues there.
const longestBatchMs = 5_000;
const failuresPerBatch = 100;
/** So many failed rows are no exception any more: somebody has to look before it goes on. */
const failuresPerPause = 1_000;

/** Rows to be worked on together; the whole batch, or what it was split into. */
interface Piece {
  readonly rows: Rows;
  readonly count: number;
  /** Of its last row. */
  readonly key: Key;
}

/** Gives the first rows that were not passed yet, at most so many. */
type Take = (limit: number) => Promise<Piece | undefined>;

/**
 * One batch in the transaction given: work, cursor, what was left behind and the end of the backfill commit together. Two who
 * work on the same backfill take turns, each where the other stopped.
 */
export async function runBatch(tx: Transaction, target: Target, clock: Clock): Promise<BatchResult> {
  await tx.query({ text: batchSettings });
  const { id } = target;
  const claimed = await claimBatch.first(tx, { id });
  if (!claimed) return 'stopped';
  const started = clock.monotonicMs();
  if (claimed.is_at_end) return runSecondPass(tx, target, clock, started);

  const upTo = claimed.upper_bound as Key;
  let after = claimed.cursor as Key | null;
  const take: Take = async (limit) => {
    const { rows } = await tx.query(nextPage(target.statement.table, target.key, { after, upTo }, limit));
    return rows[0] && { rows: { after, upTo: rows[0].key }, count: Number(rows[0].rows), key: rows[0].key };
  };
  const done = await workThrough(
    tx,
    target,
    take,
    claimed.batch_rows,
    () => clock.monotonicMs() - started,
    (piece) => {
      after = piece.key;
    },
  );
  if (done.locked.length > 0) await quarantineRows.run(tx, { id, keys: JSON.stringify(done.locked), error: null });
  await advanceBackfill.run(tx, {
    id,
    cursor: JSON.stringify(done.isAtEnd ? upTo : after),
    rows_seen: done.seen,
    rows_changed: done.changed,
    // A batch that had to be split says nothing about the right size.
    batch_rows: done.failed > 0 || done.isAtEnd ? claimed.batch_rows : nextBatchRows(claimed.batch_rows, clock.monotonicMs() - started),
  });
  await pauseAfterFailures(tx, id, done);
  return 'worked';
}

/** The rows that were locked when their batch came, still without waiting for anybody. */
async function runSecondPass(tx: Transaction, target: Target, clock: Clock, started: number): Promise<BatchResult> {
  const { id } = target;
  const found = await takeLocked.one(tx, { id, limit: 1_000 });
  const keys = (found.keys ?? []) as Key[];
  if (keys.length === 0) {
    await completeBackfill.run(tx, { id });
    return 'completed';
  }
  let passed = 0;
  const take: Take = async (limit) => {
    const some = keys.slice(passed, passed + limit);
    return some.length === 0 ? undefined : { rows: { keys: some }, count: some.length, key: some.at(-1) as Key };
  };
  const done = await workThrough(
    tx,
    target,
    take,
    keys.length,
    () => clock.monotonicMs() - started,
    ({ count }) => {
      passed += count;
    },
  );
  await releaseRows.run(tx, { id, keys: JSON.stringify(keys.slice(0, passed)), kept: JSON.stringify(done.locked) });
  // Those still locked go to the end of the line.
  if (done.locked.length > 0) await quarantineRows.run(tx, { id, keys: JSON.stringify(done.locked), error: null });
  await advanceBackfill.run(tx, { id, cursor: null, rows_seen: 0, rows_changed: done.changed, batch_rows: null });
  await pauseAfterFailures(tx, id, done);
  return done.locked.length === passed ? 'waiting' : 'worked';
}

interface Done {
  readonly seen: number;
  readonly changed: number;
  readonly failed: number;
  readonly locked: readonly Key[];
  /** Nothing was left to take. */
  readonly isAtEnd: boolean;
}

/**
 * Works on the next `limit` rows. A piece that fails because of a row is halved until the row is found; the row goes to quarantine and
 * the pieces grow again.
 *
 * @throws what is not about a row; the transaction is then rolled back
 */
async function workThrough(
  tx: Transaction,
  target: Target,
  take: Take,
  limit: number,
  elapsedMs: () => number,
  pass: (piece: Piece) => void,
): Promise<Done> {
  const locked: Key[] = [];
  let [seen, changed, failed] = [0, 0, 0];
  let size = limit;
  while (seen < limit) {
    const piece = await take(Math.min(size, limit - seen));
    if (!piece) return { seen, changed, failed, locked, isAtEnd: true };
    try {
      const found = await tx.savepoint(async () => (await tx.query(workOn(target.statement, target.key, piece.rows))).rows[0]);
      changed += Number(found.changed);
      locked.push(...((found.locked ?? []) as Key[]));
      size *= 2;
    } catch (error) {
      if (faultOf(sqlstateIn(error)) !== 'row') throw error;
      if (piece.count > 1) {
        size = Math.ceil(piece.count / 2);
        continue;
      }
      failed++;
      await quarantineRows.run(tx, { id: target.id, keys: JSON.stringify([piece.key]), error: messageOf(error) });
    }
    pass(piece);
    seen += piece.count;
    if (failed > 0 && (failed >= failuresPerBatch || elapsedMs() > longestBatchMs)) break;
  }
  return { seen, changed, failed, locked, isAtEnd: false };
}

async function pauseAfterFailures(tx: Transaction, id: string, { failed }: Done): Promise<void> {
  if (failed === 0) return;
  const { count } = await countFailed.one(tx, { id });
  if (Math.floor(count / failuresPerPause) === Math.floor((count - failed) / failuresPerPause)) return;
  await pauseBackfill.run(tx, { id, error: `${count} rows failed and are in quarantine` });
}

/** Of what a transaction threw. */
export function sqlstateIn(error: unknown): string | undefined {
  return error instanceof PlinthError ? (error.details.sqlstate as string | undefined) : undefined;
}
