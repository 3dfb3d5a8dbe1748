import type { Executor } from '../../../kernel/index.ts';
import { messageOf } from '../../../kernel/index.ts';
import { climb, type Rung } from '../../migrate/index.ts';
import { conversionErrors } from './errors.ts';
import { findOldHolder } from './sql/queries/queries.gen.ts';
import type { Work } from './work.ts';

const oldSeconds = 5 * 60;
const pollMs = 250;
/** A swap that takes longer than this is not one; it is rolled back. */
const statementTimeoutMs = 30_000;

/**
 * Runs `doing` in one transaction that first locks these tables (not their partitions, which nobody reaches but through them), with the timeouts of the ladder: who waits behind us
 * waits no longer than that. It is not even tried behind a transaction that has held one of them for minutes.
 *
 * @param before runs in the same transaction ahead of the locks, anew with every attempt
 * @throws PLINTH_PARTITION_CONVERSION_BLOCKED after the deadline, or what `work` threw; nothing of it is kept then
 */
export async function underLocks<T>(
  work: Work,
  tables: readonly string[],
  mode: 'access exclusive' | 'share row exclusive',
  doing: (tx: Executor) => Promise<T>,
  before: () => Promise<void> = async () => {},
): Promise<T> {
  const { session, clock, signal, plan, lockDeadlineMs, progress } = work;
  const table = `${plan.schema}.${plan.name}`;
  const started = clock.monotonicMs();
  await waitForOldHolders(work, tables, started);
  const waited = () => Math.round(clock.monotonicMs() - started);
  const attemptOnce = async ({ lockTimeoutMs }: Rung) => {
    try {
      await session.query({
        text: `begin; set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = ${statementTimeoutMs}`,
      });
      await before();
      if (tables.length > 0) await session.query({ text: `lock table ${tables.map((one) => `only ${one}`).join(', ')} in ${mode} mode` });
      const result = await doing(session);
      await session.query({ text: 'commit' });
      return result;
    } catch (error) {
      await session.query({ text: 'rollback' });
      throw error;
    }
  };
  return climb({ clock, signal, deadlineMs: lockDeadlineMs - waited() }, attemptOnce, {
    blocked: ({ error }) => conversionErrors.CONVERSION_BLOCKED({ table, waitedMs: waited(), holder: messageOf(error) }, { cause: error }),
    onMissed: ({ lockTimeoutMs, pauseMs }) => progress(`${table}: no lock within ${lockTimeoutMs} ms, again in ${pauseMs} ms`),
  });
}

async function waitForOldHolders(
  { session, clock, signal, plan, lockDeadlineMs, progress }: Work,
  tables: readonly string[],
  started: number,
) {
  for (let announced = 0; ; ) {
    const old = await findOldHolder.first(session, { tables: [...tables], older_than_seconds: oldSeconds });
    if (!old) return;
    const waitedMs = Math.round(clock.monotonicMs() - started);
    const holder = `pid ${old.pid} (${old.application_name}, ${old.state}), for ${Math.round(old.age_seconds)} s: ${old.query}`;
    const table = `${plan.schema}.${plan.name}`;
    if (waitedMs > lockDeadlineMs) throw conversionErrors.CONVERSION_BLOCKED({ table, waitedMs, holder });
    if (old.pid !== announced) progress(`${table}: waiting for ${holder}`);
    announced = old.pid;
    await clock.sleep(pollMs, signal);
  }
}
