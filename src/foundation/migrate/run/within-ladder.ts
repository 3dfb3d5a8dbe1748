import { withLockRetry } from './attempts.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/**
 * Runs `work` in a transaction of its own on the run's session, again with a longer patience when a lock was not granted.
 *
 * @throws PLINTH_MIGRATE_BLOCKED after the deadline, or what `work` threw; then nothing of it was kept
 */
export async function withinLadder(run: Run, id: string, work: () => Promise<void>): Promise<void> {
  await withLockRetry(
    run,
    id,
    async ({ lockTimeoutMs }) => {
      const settings = attemptSettings('transaction', { lockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs });
      await run.session.query({ text: `begin; ${settings}` });
      await work();
      await run.session.query({ text: 'commit' });
    },
    async () => void (await run.session.query({ text: 'rollback' })),
  );
}
