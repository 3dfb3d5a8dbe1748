import type { ObjectsFile } from '../model/migration.ts';
import { definitionsIn, orderFiles } from '../parse/index.ts';
import { forgetObjects, saveObjects } from '../sql/queries/queries.gen.ts';
import { withLockRetry } from './attempts.ts';
import type { SourceObjects } from './plan-database.ts';
import { ObjectReplacer } from './replace-object.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/**
 * Applies the changed repeatable objects of one source in one transaction, in dependency order, and drops what their
 * files do not define any more.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_OBJECT_HELD, PLINTH_MIGRATE_BLOCKED, PLINTH_MIGRATE_NOT_REPEATABLE,
 * PLINTH_MIGRATE_OBJECTS_CYCLE, PLINTH_MIGRATE_DEFINED_TWICE
 */
export async function applyObjects(run: Run, objects: SourceObjects): Promise<readonly ObjectsFile[]> {
  const ordered = orderFiles(await Promise.all(objects.changed.map(definitionsIn)));
  await withLockRetry(
    run,
    `${objects.source}/objects`,
    async ({ lockTimeoutMs }) => {
      await run.session.query({
        text: `begin; ${attemptSettings('transaction', { lockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs })}`,
      });
      const replacer = new ObjectReplacer(run, objects, ordered);
      await replacer.apply();
      for (const { file, definitions } of ordered) {
        const defines = definitions.flatMap(({ target }) => target ?? []);
        await saveObjects.run(run.session, { identity: file.id, sha256: file.sha256, defines });
      }
      await forgetObjects.run(run.session, { identities: objects.removed.map(({ id }) => id) });
      await run.session.query({ text: 'commit' });
    },
    async () => void (await run.session.query({ text: 'rollback' })),
  );
  return ordered.map(({ file }) => file);
}
