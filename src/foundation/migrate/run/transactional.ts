import { PlinthError } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { stepOf } from '../parse/index.ts';
import { findRow } from '../sql/queries/queries.gen.ts';
import { advanceLedger, type Ready } from './advance-ledger.ts';
import { withLockRetry } from './attempts.ts';
import { checkRows } from './check-rows.ts';
import type { Rung } from './climb.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import { probe } from './probes.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

// The statement that ends each migration costs ten times as much to plan as to run.
const forLedger = 'set local plan_cache_mode = force_generic_plan';

/** Migrations that follow each other on a session, at two round trips each: the message that begins one commits the one before. */
export interface Chain {
  /** Applied and recorded in a transaction that is still open. */
  open?: Ready | undefined;
  /** Whether the transaction may be left open, because another of these follows at once. */
  isFollowed: boolean;
  /** Called as soon as a migration is known to be committed. */
  readonly committed: (ready: Ready) => void;
}

/**
 * Applies one migration in one transaction with the record of it, and announces the next one in the same transaction:
 * the intent of each is committed before it begins, at the cost of one commit per migration instead of two.
 *
 * Its own intent is committed already, or is with the transaction that is still open. When anything fails, all of it is
 * rolled back.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_VIOLATED, PLINTH_MIGRATE_INVARIANT, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_OBJECT_DIFFERS
 */
export async function applyInTransaction(run: Run, ready: Ready, next: Ready | undefined, chain: Chain): Promise<void> {
  await withLockRetry(
    run,
    ready.pending.file.id,
    (rung) => applyOnce(run, ready, next, rung, chain),
    async () => void (await run.session.query({ text: 'rollback' })),
  );
}

async function applyOnce(run: Run, ready: Ready, next: Ready | undefined, { lockTimeoutMs, waitedMs }: Rung, chain: Chain): Promise<void> {
  const { session } = run;
  const { file, parts } = ready.pending;
  const started = run.clock.monotonicMs();
  const begin = `begin; ${attemptSettings('transaction', {
    lockTimeoutMs: Math.min(lockTimeoutMs, parts.options.lockTimeoutMs ?? lockTimeoutMs),
    statementTimeoutMs: Math.min(run.statementTimeoutMs, parts.options.statementTimeoutMs ?? run.statementTimeoutMs),
  })};\n`;
  let prefix = chain.open ? `commit; ${begin}` : begin;
  if (parts.pre !== undefined) {
    await session.query({ text: prefix });
    settleOpen(chain);
    await checkRows(run, ready.pending, 'pre', parts.pre);
    prefix = '';
  }
  // Characters sent before the text of the file, for the place of an error.
  let shift = prefix.length;
  try {
    if (parts.options.phase === 'backfill') {
      if (prefix) await session.query({ text: prefix });
      settleOpen(chain);
      await run.backfills.start(
        file.id,
        ready.parsed.statements.map(({ sql }) => sql),
      );
      await session.query({ text: forLedger });
    } else if (parts.options.isProbed) {
      if (prefix) await session.query({ text: prefix });
      settleOpen(chain);
      for (const [index, statement] of ready.parsed.statements.entries()) {
        shift = -Array.from(file.up.slice(0, statement.offset)).length;
        const later = ready.parsed.statements.slice(index + 1);
        const step = { id: file.id, number: index + 1, statement, later, target: stepOf(statement), isInTransaction: true };
        if ((await probe(run, step)) !== 'done') await session.query({ text: statement.sql });
      }
      await session.query({ text: `set constraints all immediate;${forLedger}` });
    }
    // Deferred constraints speak up here, in the place of their own migration, and not at a commit that others wait for.
    else await session.query({ text: `${prefix}${file.up};set constraints all immediate;${forLedger}` });
  } catch (error) {
    await settleFailed(run, chain);
    if (error instanceof PlinthError && stateOf(error) === undefined) throw error;
    const place = placeOf(error, file.path, file.up, shift);
    throw migrateErrors.FAILED({ id: file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) }, { cause: error });
  }
  settleOpen(chain);
  if (parts.post !== undefined) await checkRows(run, ready.pending, 'post', parts.post);
  const durationMs = Math.round(run.clock.monotonicMs() - started);
  await advanceLedger(run, { ready, durationMs, lockWaitMs: waitedMs, hasInvariants: true }, next);
  chain.open = ready;
  if (chain.isFollowed) return;
  await session.query({ text: 'commit' });
  settleOpen(chain);
}

function settleOpen(chain: Chain): void {
  const { open } = chain;
  chain.open = undefined;
  if (open) chain.committed(open);
}

/**
 * After a message that began with the commit of the migration before: its record tells whether that took place, which it
 * did unless the commit itself failed.
 *
 * @throws PLINTH_MIGRATE_ILLEGAL_MOVE
 */
async function settleFailed(run: Run, chain: Chain): Promise<void> {
  const { open } = chain;
  if (!open) return;
  await run.session.query({ text: 'rollback' });
  const { file, tiers } = open.pending;
  const { state } = await findRow.one(run.session, { source: file.source, name: file.name, tier: tiers[0] ?? '' });
  if (state !== 'applied') throw migrateErrors.ILLEGAL_MOVE({ id: file.id, to: 'applied' });
  settleOpen(chain);
}
