import { climb } from '../run/index.ts';
import { moveErrors } from './errors.ts';
import type { OpenMove } from './open-move.ts';

/**
 * Tries what needs a strong lock on the source again and again, each time for a moment only.
 *
 * @throws PLINTH_MIGRATE_MOVE_BLOCKED after the deadline
 */
export function untilFree<T>(move: OpenMove, work: () => Promise<T>): Promise<T> {
  const { schema, name } = move.sides.source.table;
  return climb(move, work, {
    blocked: ({ waitedMs, error }) => moveErrors.MOVE_BLOCKED({ table: `${schema}.${name}`, waitedMs }, { cause: error }),
  });
}
