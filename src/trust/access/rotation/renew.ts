import { type Clock, hasCode, type Log, loop, type Service } from '../../../kernel/index.ts';
import { type Rotation, type ServiceName, serviceNames } from './model/types.ts';

const lookEveryMs = 3_600_000;

/**
 * Rotates the platform's own logins before a third of their passwords' life is left, in one process at a time. Sessions that stay on the old
 * login keep it good; the next round goes on.
 */
export function renewCredentials(deps: { readonly rotation: Rotation; readonly clock: Clock; readonly log: Log }): Service {
  const { rotation, log } = deps;
  return loop(deps, {
    name: 'renewal of credentials',
    intervalMs: lookEveryMs,
    async run(signal) {
      for (const service of Object.keys(serviceNames) as ServiceName[]) {
        const result = await rotation.rotateDue(service, { signal }).catch((error) => {
          if (hasCode(error, 'PLINTH_ACCESS_ROTATION_BUSY')) return undefined;
          throw error;
        });
        if (!result) continue;
        const { login, left, isDone, lingering } = result;
        if (isDone) log.info(`${service} has a new password and logs in as ${login}`);
        else log.warn(`${service} logs in as ${login}; ${left} stays good until the sessions that use it have ended`, { lingering });
      }
    },
  });
}
