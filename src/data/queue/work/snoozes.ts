import { type Log, messageOf, together } from '../../../kernel/index.ts';
import type { Item } from './item.ts';
import type { Line } from './line.ts';
import { countSnoozes } from './sql/queries/queries.gen.ts';

export const mostSnoozes = 1_000;

/**
 * Counts how often handlers put their jobs back: one that waits for what never comes is to be seen. What it gives says whether a job may be put
 * back once more.
 */
export function countingSnoozes({ line, log }: { readonly line: Line; readonly log: Log }): (item: Item) => Promise<boolean> {
  const count = together(async (_: '', items: readonly Item[]) => {
    const ids = items.map(({ job }) => job.id);
    try {
      const tenantIds = items.map(({ job }) => job.tenantId);
      const counted = await countSnoozes.all(await line.session(), { tenant_ids: tenantIds, ids, most: mostSnoozes });
      const found = new Set(counted.map(({ id }) => id));
      return ids.map((id) => found.has(id));
    } catch (error) {
      // One that is not counted does no harm.
      log.debug('snoozes could not be counted', { error: messageOf(error), jobs: ids.length });
      return ids.map(() => true);
    }
  });
  return (item) => count('', item);
}
