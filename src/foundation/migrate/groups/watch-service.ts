import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { Groups } from './types.ts';

const intervalMs = 60_000;

/** Notes when sessions of an old version were last there. Any number of processes may run it: it is one small update. */
export function groupWatch({ groups, clock, log }: { readonly groups: Groups; readonly clock: Clock; readonly log: Log }): Service {
  return loop({ clock, log }, { name: 'migrate.group-watch', intervalMs, run: () => groups.look() });
}
