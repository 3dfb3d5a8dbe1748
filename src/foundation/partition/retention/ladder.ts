import type { Session } from '../../connect/index.ts';
import { climb, type Rung } from '../../migrate/index.ts';
import type { Context } from '../context.ts';

/**
 * Runs `work` under the lock timeouts of the ladder until it gets its locks, or the deadline has passed. The session is
 * outside a transaction.
 *
 * @throws what `work` threw last
 */
export function withLadder<T>(
  { clock, options }: Context,
  session: Session,
  signal: AbortSignal,
  work: (rung: Rung) => Promise<T>,
): Promise<T> {
  return climb({ clock, signal, deadlineMs: options.lockDeadlineMs }, async (rung) => {
    await session.query({ text: `set lock_timeout = ${rung.lockTimeoutMs}` });
    try {
      return await work(rung);
    } finally {
      await session.query({ text: 'set lock_timeout = 0' });
    }
  });
}
