import { createEventBus, type EventBus, silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';
import { type Connect, type ConnectDeps, type ConnectOptions, connectOptions, openConnect, type SessionContext } from '../index.ts';

/** Sets `app.current_tenant_id` and nothing else: what connect needs to know of tenancy. */
export const plainContext: SessionContext = {
  prelude(subject) {
    const tenant = typeof subject === 'object' ? subject.tenantId : '';
    return `select set_config('app.current_tenant_id', '${tenant.replaceAll("'", "''")}', true)`;
  },
};

/** Connections to `endpoint` as its own user for every login; all tiers are that database. */
export function openPlain(
  endpoint: Endpoint,
  options: Partial<ConnectOptions> = {},
  deps: Partial<ConnectDeps> & { events?: EventBus } = {},
): Promise<Connect> {
  const { user, password } = endpoint;
  const login = { user, ...(password === undefined ? {} : { password }) };
  return openConnect(
    {
      endpoint: () => endpoint,
      credentials: () => ({ login: async () => login }),
      sessionContext: () => plainContext,
      clock: systemClock,
      log: silentLog,
      events: createEventBus(),
      ...deps,
    },
    withDefaults(connectOptions, options),
  );
}
