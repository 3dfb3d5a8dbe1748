import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import { sweepUploads } from '../sql/queries/queries.gen.ts';

const intervalMs = 10 * 60_000;

/** Removes what uploads left behind that brought no frame for an hour, of all tenants. Returns how many uploads there were. */
export async function sweepAbandonedUploads(connect: Connect, signal?: AbortSignal): Promise<number> {
  let swept = 0;
  for (;;) {
    const request = { tier: 'content', as: 'owner', priority: 'maintenance', tag: 'content.sweep', ...(signal && { signal }) } as const;
    const count = await connect.transaction(request, (tx) => sweepUploads.run(tx, {}));
    swept += count;
    if (count === 0) return swept;
  }
}

export function stagingSweep(deps: { readonly connect: Connect; readonly clock: Clock; readonly log: Log }): Service {
  return loop(deps, {
    name: 'content.staging-sweep',
    intervalMs,
    async run(signal) {
      const swept = await sweepAbandonedUploads(deps.connect, signal);
      if (swept > 0) deps.log.info(`removed ${swept} abandoned uploads`);
    },
  });
}
