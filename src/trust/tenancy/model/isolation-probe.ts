import type { TenantSubject } from '../../../foundation/connect/index.ts';
import type { Verdict } from './certificate.ts';
import type { Tenant } from './types.ts';

/**
 * Owned by tenancy, filled by each capability that leads to tenants' rows by another way than SQL: how `certify` tries that way. A way that
 * nobody answers for is not proven.
 */
export interface IsolationProbe {
  /** What the way is called in the certificate, e.g. `content`. */
  readonly path: string;
  /** Tries all there is to it, each with `scene.attempt`. What it makes goes with the two tenants, or it removes it itself. */
  probe(scene: ProbeScene): Promise<void>;
}

/** Two tenants of which one tries to reach what is the other's. Both are removed afterwards. */
export interface ProbeScene {
  readonly own: Tenant;
  readonly other: Tenant;
  /** Members of `own` by role, and `service` without a user. */
  readonly subjects: readonly { readonly role: string; readonly subject: TenantSubject }[];
  /** A row of `other` in each table that took one, by `schema.table`. */
  readonly rows: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** A word that stands nowhere else. What is made for `other` holds it; where it is shown to `own`, `other` is. */
  readonly secret: string;
  readonly signal?: AbortSignal;
  /**
   * Tries it. A refusal is `closed`; in what comes instead, and in what is thrown, everything is looked for that only rows of `other` hold.
   * What stands in the statement the attacker knew: it does not count.
   */
  attempt(what: ProbeAttempt, reach: () => Promise<unknown>): Promise<Verdict>;
  /** What could not be tried, and why. */
  notProven(target: string, reason: string): void;
}

export interface ProbeAttempt {
  /** What is called, e.g. `content.get`. */
  readonly target: string;
  /** Who calls it; of `subjects`, or an account of the console. */
  readonly role: string;
  /** The call with all it was given. */
  readonly statement: string;
}
