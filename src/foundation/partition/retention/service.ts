import { loop, type Service } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { retain } from './retain.ts';

/** Takes what is behind the retention line away; what stands in the way is logged in each round. */
export function retentionService(context: Context): Service {
  return loop(context, {
    name: 'partition.retention',
    intervalMs: context.options.retentionIntervalMs,
    async run(signal) {
      for (const { set, table, step, gate, rows, sizeBytes } of await retain(context, { signal })) {
        if (gate === undefined) context.log.info(`partition: ${step} of ${table} (${set})`, { rows, sizeBytes });
        else context.log.warn(`partition: ${table} (${set}) stays: ${gate}`);
      }
    },
  });
}
