import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Credentials } from '../../../foundation/connect/index.ts';

/** What `applyRoles` did; empty lists when everything was in place. */
export interface AccessReport {
  /** Statements that were executed, in order; a password appears as its SCRAM verifier, shortened. */
  readonly applied: readonly string[];
  /** Hardening that the server does not let us do, each with its consequence. */
  readonly limits: readonly string[];
}

/** Roles, their logins and what they may do in the databases of a platform. */
export interface Access extends AsyncDisposable {
  /** Fills the interface of connect. */
  readonly credentials: Credentials;
  /**
   * Brings roles and the privileges of databases to their declared state, on every server of the platform. Does nothing
   * where nothing is missing; an existing role with other attributes or another password is never changed.
   * Holds an advisory lock in each server's first database meanwhile.
   * @throws PLINTH_ACCESS_ROLE_DIFFERS, PLINTH_ACCESS_PASSWORD_REFUSED, PLINTH_ACCESS_NOT_ALLOWED
   */
  applyRoles(): Promise<AccessReport>;
  /** The same for one more database, e.g. of a placed tenant, with the login of its endpoint, which has to be an administrator's. @throws as `applyRoles` */
  prepare(database: Endpoint): Promise<AccessReport>;
}
