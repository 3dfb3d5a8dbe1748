import type { Checks } from './checks/index.ts';
import { contextOf, type PartDeps } from './context.ts';
import { type Logins, openLogins } from './logins/index.ts';
import type { Network } from './network/index.ts';
import type { AccessOptions } from './options.ts';
import type { Passwords } from './passwords/index.ts';
import type { Plans } from './plan/index.ts';

/** The model of an environment against the servers. None of it is needed to start a platform. */
export interface AccessParts {
  /** What differs, and putting it right. */
  readonly plans: Plans;
  /** The judgement of roles, privileges, settings, files and log. */
  readonly checks: Checks;
  /** Who reaches the server: pg_hba.conf and the networks around it. */
  readonly network: Network;
  /** Passwords of accounts and of the logins that the platform does not use itself. */
  readonly passwords: Passwords;
  /** Who tries to log in and fails. */
  readonly logins: Logins;
}

/** Opens the parts; connects to nothing, and loads none before it is used. @throws PLINTH_ACCESS_ACCOUNT_REFUSED, PLINTH_ACCESS_NETWORK_REFUSED */
export function openParts(deps: PartDeps, options: AccessOptions): AccessParts {
  const context = contextOf(deps, options);
  const plans = async () => (await import('./plan/index.ts')).openPlans(context);
  const checks = async () => (await import('./checks/index.ts')).openChecks(context, await plans());
  const network = async () => (await import('./network/index.ts')).openNetwork(context);
  const passwords = async () => (await import('./passwords/index.ts')).openPasswords(context);
  return {
    plans: {
      plan: async (environment) => (await plans()).plan(environment),
      apply: async (request) => (await plans()).apply(request),
      matrix: async () => (await plans()).matrix(),
      roles: async (environment) => (await plans()).roles(environment),
    },
    checks: { run: async (environment) => (await checks()).run(environment) },
    network: {
      rules: async (environment) => (await network()).rules(environment),
      apply: async (environment) => (await network()).apply(environment),
      guidance: async (environment) => (await network()).guidance(environment),
    },
    passwords: {
      set: async (request) => (await passwords()).set(request),
      credentials: async () => (await passwords()).credentials(),
    },
    logins: openLogins(context),
  };
}
