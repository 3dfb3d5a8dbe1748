import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, loop, type Service } from '../../../kernel/index.ts';
import type { Secrets } from '../secrets/index.ts';

const lookEveryMs = 1_000;

/** Notices that another process has rotated a credential, and moves the pools of this one over. */
export function watchCredentials(deps: {
  readonly secrets: Secrets;
  readonly connect: Pick<Connect, 'renew'>;
  readonly clock: Clock;
  readonly log: Log;
}): Service {
  const services = [
    ['app', 'plinth_app'],
    ['owner', 'plinth_migrator'],
  ] as const;
  const known = new Map<string, string>();
  return loop(deps, {
    name: 'watch over credentials',
    intervalMs: lookEveryMs,
    async run() {
      for (const [login, service] of services) {
        const { user } = await deps.secrets.login(service);
        if ((known.get(login) ?? user) !== user) {
          deps.log.info(`connections of ${service} move over to ${user}`);
          deps.connect.renew(login);
        }
        known.set(login, user);
      }
    },
  });
}
