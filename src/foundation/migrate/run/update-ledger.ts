import { join } from 'node:path';
import type { MigrationSource } from '../../../kernel/index.ts';
import type { SourceFiles } from '../model/migration.ts';
import { parseMigration } from '../parse/index.ts';
import { recoverReverting } from '../sql/queries/queries.gen.ts';
import { advanceLedger, type Ready } from './advance-ledger.ts';
import { recordTogether } from './apply-together.ts';
import { withLockRetry } from './attempts.ts';
import { beginRun } from './begin-run.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { provedLock } from './lock.ts';
import { planDatabase } from './plan-database.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/** The ledger's own migrations, applied to every database that keeps anything. */
export const ownSource: MigrationSource = { name: 'migrate', dir: join(import.meta.dirname, '../sql'), layout: 'capability' };

/**
 * Brings the ledger itself to what this Plinth expects, with the record of that, in one transaction: everything after it
 * meets the newest ledger only. Also sets right what a killed way back left.
 *
 * @throws PLINTH_MIGRATE_NEWER_LEDGER, PLINTH_MIGRATE_EDITED, PLINTH_MIGRATE_BLOCKED
 */
export async function updateLedger(run: Run, sources: readonly SourceFiles[], ledger: Ledger): Promise<Ledger> {
  const own = sources.filter(({ name }) => name === ownSource.name).map((source) => ({ ...source, objects: [] }));
  const { pending } = await planDatabase(run, own, ledger, 'any');
  if (pending.length === 0) {
    await recoverReverting.run(run.session, {});
    return ledger;
  }
  const ready: Ready[] = [];
  for (const one of pending) ready.push({ pending: one, parsed: await parseMigration(one.file) });
  await withLockRetry(
    run,
    'the ledger',
    async ({ lockTimeoutMs }) => {
      const settings = attemptSettings('transaction', { lockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs });
      const texts = pending.map(({ file }) => `${file.up};`).join('\n');
      await run.session.query({ text: `begin; ${settings};\n${texts}` });
      await beginRun(run);
      if (ledger.exists) {
        let ended: Parameters<typeof advanceLedger>[1];
        for (const one of ready) {
          await advanceLedger(run, ended, one);
          ended = { ready: one, durationMs: 0, lockWaitMs: 0, hasInvariants: false };
        }
        await advanceLedger(run, ended, undefined);
      } else {
        await recordTogether(run, ready);
        await provedLock(run.session, run.tiers[0]);
      }
      await run.session.query({ text: 'commit' });
    },
    async () => void (await run.session.query({ text: 'rollback' })),
  );
  for (const { file } of pending) run.progress(`${run.tiers[0]}: ${file.id} applied`);
  return readLedger(run.session);
}
