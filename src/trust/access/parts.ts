import { type Checks, openChecks } from './checks/index.ts';
import { contextOf, type PartDeps } from './context.ts';
import { type Logins, openLogins } from './logins/index.ts';
import { type Network, openNetwork } from './network/index.ts';
import type { AccessOptions } from './options.ts';
import { openPasswords, type Passwords } from './passwords/index.ts';
import { openPlans, type Plans } from './plan/index.ts';

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

/** Opens the parts; connects to nothing. @throws PLINTH_ACCESS_ACCOUNT_REFUSED, PLINTH_ACCESS_NETWORK_REFUSED */
export function openParts(deps: PartDeps, options: AccessOptions): AccessParts {
  const context = contextOf(deps, options);
  const plans = openPlans(context);
  return {
    plans,
    checks: openChecks(context, plans),
    network: openNetwork(context),
    passwords: openPasswords(context),
    logins: openLogins(context),
  };
}
