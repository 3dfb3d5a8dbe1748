import type { MemberRole } from '../model/types.ts';

/** Somebody of the operator who may break the glass. */
export interface StaffMember {
  readonly id: string;
  /** Name of their account for the console. */
  readonly account: string;
  readonly name: string;
  readonly created: Date;
}

/** Leave for a staff member to reach a tenant's rows for a time. */
export interface Grant {
  readonly id: string;
  readonly tenantId: string;
  /** Of the tenant. */
  readonly slug: string;
  readonly staff: Pick<StaffMember, 'id' | 'account' | 'name'>;
  readonly reason: string;
  readonly role: MemberRole;
  readonly begun: Date;
  readonly expires: Date;
  /** Absent while nobody has ended it before its time. */
  readonly ended?: Date;
  readonly endedBy?: string;
  readonly isRunning: boolean;
}

export interface GrantRequest {
  /** Id or account of the staff member. */
  readonly staff: string;
  /** Slug or id. */
  readonly tenant: string;
  /** For whoever reads the trail: a ticket, an incident, what the customer asked for. At least 10 characters. */
  readonly reason: string;
  /** 1 to 480. */
  readonly minutes: number;
  /** What the staff member may do, as a member of that role. Default viewer, who reads. */
  readonly role?: MemberRole;
}

/** Work under a running grant. */
export interface Glass {
  readonly grant: Grant;
  /**
   * All that `work` does for the tenant is done as the staff member in the role of the grant, whatever subject it names, and each answer is
   * recorded with its keys before `work` gets it. Work for another tenant is refused.
   * @throws PLINTH_TENANCY_GLASS_CLOSED from the next transaction on after the grant has ended or expired
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The same for what is read later, piece by piece. */
  stream<T>(pieces: AsyncIterable<T>): AsyncIterable<T>;
}

/**
 * How the operator's staff reach rows of a tenant: for a reason, for a time, seen. A grant stands in the audit trail before it is good for
 * anything; without audit there is none.
 */
export interface BreakGlass {
  /**
   * Grants it, tells it (events `security` and `notified`) and returns it. What is refused is recorded as well.
   * @throws PLINTH_TENANCY_NO_AUDIT, PLINTH_TENANCY_NO_REASON, PLINTH_TENANCY_BAD_MINUTES, PLINTH_TENANCY_NOT_STAFF,
   * PLINTH_TENANCY_UNKNOWN_TENANT
   */
  open(request: GrantRequest): Promise<Grant>;
  /** The glass of a running grant. @throws PLINTH_TENANCY_GLASS_CLOSED */
  take(grantId: string): Promise<Glass>;
  /** The glass of the grant that runs for the staff member with this account and this tenant. @throws PLINTH_TENANCY_GLASS_NEEDED */
  takeOf(account: string | undefined, tenantId: string): Promise<Glass>;
  /** Grants it for `work` alone and ends it afterwards. @throws as `open` and as `work` */
  run<T>(request: GrantRequest, work: () => Promise<T>): Promise<T>;
  /** Ends a grant before its time; one that has ended stays as it is. @throws PLINTH_TENANCY_GLASS_CLOSED for one there never was */
  end(grantId: string, by: string): Promise<Grant>;
  /** The latest 100, newest first; of one tenant or of all. */
  list(tenantId?: string): Promise<readonly Grant[]>;
  /** Makes the holder of a console account a staff member, or gives the one there is. */
  addStaff(init: { readonly account: string; readonly name?: string }): Promise<StaffMember>;
  /** Ends their running grants as well. @throws PLINTH_TENANCY_NOT_STAFF */
  removeStaff(account: string, by: string): Promise<void>;
  /** By account. */
  staff(): Promise<readonly StaffMember[]>;
}
