import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { Trash } from './types.ts';

const intervalMs = 60 * 60_000;

/** Drops what has expired. Any number of processes may run it: an item is dropped by one. */
export function trashSweep(deps: { readonly trash: Trash; readonly clock: Clock; readonly log: Log }): Service {
  return loop(deps, {
    name: 'migrate.trash-sweep',
    intervalMs,
    async run(signal) {
      for (const { original } of await deps.trash.sweep(signal)) deps.log.info(`${original} expired in the trash and was dropped for good`);
    },
  });
}
