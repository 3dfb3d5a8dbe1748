import type { Executor } from '../../../kernel/index.ts';
import { refillLimits } from './sql/queries/queries.gen.ts';

const keysAtOnce = 500;

/**
 * Lets out jobs that wait for windows or buckets which have units again; several may do it at once. Gives for how many ms there is nothing
 * to be done, null while nobody waits.
 */
export async function refill(executor: Executor): Promise<number | null> {
  const { next_ms } = await refillLimits.one(executor, { keys_at_once: keysAtOnce });
  return next_ms;
}
