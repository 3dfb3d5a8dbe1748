import { migrateErrors } from '../errors.ts';
import { statesBefore } from '../model/states.ts';
import { parseFile } from '../parse/index.ts';
import { squash } from '../sql/queries/queries.gen.ts';
import { provedLock } from './lock.ts';
import type { Succession } from './plan-database.ts';
import { recordBaseline } from './record-baseline.ts';
import type { Run } from './run.ts';

/**
 * Records a migration in the place of those it stands for, in one transaction; nothing of it is run, because all it makes is there.
 *
 * @throws PLINTH_MIGRATE_ILLEGAL_MOVE, PLINTH_MIGRATE_POOLER; then the session must be given up
 */
export async function succeed(run: Run, succession: Succession): Promise<void> {
  const { file, replaced } = succession;
  const [tier] = run.tiers;
  const parsed = await parseFile(file.path, file.up);
  await run.session.query({ text: 'begin' });
  const { squashed } = await squash.one(run.session, { ids: replaced.map(({ rowId }) => rowId), allowed: statesBefore('squashed') });
  if (squashed !== replaced.length) throw migrateErrors.ILLEGAL_MOVE({ id: file.id, to: 'baseline' });
  run.progress(`${tier}: ${file.id} in the place of ${replaced.length}`);
  await recordBaseline(run, { pending: succession, parsed });
  await provedLock(run.session, tier);
  await run.session.query({ text: 'commit' });
  run.progress(`${tier}: ${file.id} recorded`);
}
