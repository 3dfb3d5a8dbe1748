import { definitionsIn, type ObjectsContent, orderFiles } from '../parse/index.ts';
import { forgetObjects, saveObjects } from '../sql/queries/queries.gen.ts';
import { withLockRetry } from './attempts.ts';
import type { SourceObjects } from './plan-database.ts';
import { ObjectReplacer } from './replace-object.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/** Changed objects of one source whose files are known to parse, in dependency order. */
export interface ReadyObjects {
  readonly source: SourceObjects;
  readonly ordered: readonly ObjectsContent[];
}

/** @throws PLINTH_MIGRATE_NOT_REPEATABLE, PLINTH_MIGRATE_OBJECTS_CYCLE, PLINTH_MIGRATE_DEFINED_TWICE and the parser's errors */
export async function readyObjects(source: SourceObjects): Promise<ReadyObjects> {
  return { source, ordered: orderFiles(await Promise.all(source.changed.map(definitionsIn))) };
}

/**
 * Applies them in one transaction, and drops what their files do not define any more.
 *
 * @throws PLINTH_MIGRATE_FAILED, PLINTH_MIGRATE_OBJECT_HELD, PLINTH_MIGRATE_BLOCKED
 */
export async function applyObjects(run: Run, { source, ordered }: ReadyObjects): Promise<void> {
  await withLockRetry(
    run,
    `${source.source}/objects`,
    async ({ lockTimeoutMs }) => {
      const settings = attemptSettings('transaction', { lockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs });
      await run.session.query({ text: `begin; ${settings}` });
      await new ObjectReplacer(run, source, ordered).apply();
      for (const { file, definitions } of ordered) {
        const defines = definitions.flatMap(({ target }) => target ?? []);
        await saveObjects.run(run.session, { identity: file.id, sha256: file.sha256, defines });
      }
      await forgetObjects.run(run.session, { identities: source.removed.map(({ id }) => id) });
      await run.session.query({ text: 'commit' });
    },
    async () => void (await run.session.query({ text: 'rollback' })),
  );
}
