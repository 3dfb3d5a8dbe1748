import type { SessionContext, TenantSubject, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';

export type TenantState = 'provisioning' | 'active' | 'suspended' | 'erasing' | 'erased';
export const memberRoles = ['owner', 'admin', 'member', 'viewer'] as const;
export type MemberRole = (typeof memberRoles)[number];

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: TenantState;
  readonly created: Date;
}

/** Tenants, their members, and the sealed context in which their rows can be reached. */
export interface Tenancy extends AsyncDisposable {
  /** Fills the interface of connect. */
  readonly sessionContext: SessionContext;
  /**
   * Runs `work` in a transaction of that tenant: only its rows can be seen or written, whatever SQL runs.
   * @throws PLINTH_TENANCY_UNKNOWN_TENANT, PLINTH_TENANCY_NOT_A_MEMBER, PLINTH_TENANCY_SUSPENDED
   */
  run<T>(subject: TenantSubject, request: Omit<WorkRequest, 'as'>, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Idempotent by slug: creates the tenant in every tier, or completes an interrupted creation. */
  create(init: { readonly slug: string; readonly name?: string }): Promise<Tenant>;
  list(): Promise<readonly Tenant[]>;
  /** By slug or id. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
  find(slugOrId: string): Promise<Tenant>;
  addUser(init: {
    readonly tenantId: string;
    readonly email: string;
    readonly name?: string;
    readonly role: MemberRole;
  }): Promise<{ readonly userId: string }>;
}
