import type { Clock, Tier } from '../../../kernel/index.ts';
import { advisoryKey, type Session } from '../../connect/index.ts';
import { migrateErrors } from '../errors.ts';
import { pollMs } from '../model/ladder.ts';
import { findHolder, proveLock, tryLock } from '../sql/queries/queries.gen.ts';

export const lockKey = advisoryKey('plinth migrate');
/** Of runs over several databases, in the first of them. */
export const coordinatorKey = advisoryKey('plinth migrate coordinator');
/** Of who brings placed tenants up to date, in the oltp database. */
export const rolloutKey = advisoryKey('plinth migrate tenants');

/**
 * Takes the run lock by asking again and again. A session that waits inside `pg_advisory_lock` holds a snapshot, which
 * CREATE INDEX CONCURRENTLY of the holder waits for: a deadlock.
 *
 * @throws PLINTH_MIGRATE_LOCKED after the deadline, PLINTH_MIGRATE_POOLER
 */
export async function takeLock(
  session: Session,
  wait: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly deadlineMs: number;
    readonly tier: Tier;
    progress(line: string): void;
  },
  key = lockKey,
): Promise<void> {
  const started = wait.clock.monotonicMs();
  let announced = '';
  while (!(await tryLock.one(session, { key })).is_held) {
    const waitedMs = wait.clock.monotonicMs() - started;
    const holder = await describeHolder(session, key);
    if (waitedMs > wait.deadlineMs) throw migrateErrors.LOCKED({ tier: wait.tier, holder, waitedMs });
    if (holder !== announced) wait.progress(`${wait.tier}: waiting for ${holder}`);
    announced = holder;
    await wait.clock.sleep(pollMs(Math.random()), wait.signal);
  }
  await provedLock(session, wait.tier, key);
}

/** One session from the lock to the last statement: proved before each step. @throws PLINTH_MIGRATE_POOLER */
export async function provedLock(session: Session, tier: Tier, key = lockKey): Promise<void> {
  checkProof(session, tier, await proveLock.one(session, { key }));
}

/** @throws PLINTH_MIGRATE_POOLER */
export function checkProof(session: Session, tier: Tier, proof: { readonly backend_pid: number; readonly is_held: boolean }): void {
  if (proof.backend_pid !== session.backendPid) {
    const reason = `asked backend ${session.backendPid}, answered ${proof.backend_pid}`;
    throw migrateErrors.POOLER({ tier, reason });
  }
  if (!proof.is_held) throw migrateErrors.POOLER({ tier, reason: 'the lock of this session is gone' });
}

async function describeHolder(session: Session, key: number): Promise<string> {
  const holder = await findHolder.first(session, { key });
  if (!holder) return 'a run that is just ending';
  const minutes = Math.floor(holder.age_seconds / 60);
  return `pid ${holder.pid} on ${holder.host} (${holder.application_name}, ${minutes} min): ${holder.query.replaceAll(/\s+/g, ' ')}`;
}

/** Whether some run holds the lock of this database now. */
export async function isLockHeld(executor: Parameters<typeof findHolder.first>[0]): Promise<boolean> {
  return (await findHolder.first(executor, { key: lockKey })) !== undefined;
}
