import { migrateErrors } from '../errors.ts';
import { parseFile } from '../parse/index.ts';
import { placeOf, reasonOf, remedyOf, stateOf } from './failure.ts';
import type { Pending } from './plan-database.ts';
import type { Run } from './run.ts';

const shownRows = 20;

/**
 * Runs `pre.sql` or `post.sql`: queries whose rows stand in the way. They see the transaction and cannot change it:
 * the read-only mode ends with the savepoint.
 *
 * @throws PLINTH_MIGRATE_VIOLATED, PLINTH_MIGRATE_FAILED
 */
export async function checkRows(run: Run, pending: Pending, part: 'pre' | 'post', text: string): Promise<void> {
  const path = pending.file.paths[part] ?? '';
  await run.session.query({ text: 'savepoint plinth_check; set local transaction_read_only = on' });
  for (const { sql, offset } of (await parseFile(path, text)).statements) {
    try {
      const { rows } = await run.session.query({ text: sql });
      if (rows.length > 0) {
        const shown = rows.slice(0, shownRows).map((row) => `  ${JSON.stringify(row)}`);
        throw migrateErrors.VIOLATED({ id: pending.file.id, path, count: rows.length, rows: shown });
      }
    } catch (error) {
      if (stateOf(error) === undefined) throw error;
      const place = placeOf(error, path, text, -Array.from(text.slice(0, offset)).length);
      throw migrateErrors.FAILED(
        { id: pending.file.id, place, reason: reasonOf(error), remedy: remedyOf(stateOf(error)) },
        { cause: error },
      );
    }
  }
  await run.session.query({ text: 'rollback to savepoint plinth_check' });
}
