import type { TenantDirectory } from '../../../foundation/cluster/index.ts';
import type { SessionContext, TenantSubject, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import type { Service } from '../../../kernel/index.ts';
import type { BreakGlass } from '../break-glass/index.ts';
import type { Flags } from '../flags/index.ts';
import type { Lifecycle } from '../lifecycle/index.ts';
import type { Usage } from '../metering/types.ts';
import type { Settings, TenantLimits } from '../settings/index.ts';
import type { Why, WhyRequest } from '../why/index.ts';
import type { Certificate } from './certificate.ts';
import type { TableCoverage } from './coverage.ts';

export type TenantState = 'provisioning' | 'active' | 'suspended' | 'erasing' | 'erased';
export const memberRoles = ['owner', 'admin', 'member', 'viewer'] as const;
export type MemberRole = (typeof memberRoles)[number];

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: TenantState;
  readonly created: Date;
  /** Where its rows of the oltp tier are: `<tier>/<database>` on a server of the platform, or a URL. Null: with all others. */
  readonly placement: string | null;
}

/** A tenant as lists show it. */
export interface TenantSummary extends Tenant {
  readonly memberCount: number;
}

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly created: Date;
}

export interface SecurityEvent {
  readonly eventType: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly action: string;
  readonly success: boolean;
  readonly reason: string | null;
  readonly userId: string | null;
  readonly created: Date;
}

/**
 * Owned here: who keeps the replicas of the registry in the tiers that are not its truth. Filled by a direct writer,
 * until change capture does it.
 */
export interface TenantReplicas {
  /**
   * Brings the row of a tenant to the same state in every other tier; resolves when all have it. Idempotent.
   * @throws what the first failing tier threw
   */
  put(tenant: Tenant): Promise<void>;
}

/** Tenants, their members, and the sealed context in which their rows can be reached. */
export interface Tenancy extends AsyncDisposable {
  /** Fills the interface of connect. */
  readonly sessionContext: SessionContext;
  /** Where placed tenants are; fills the interface of cluster. */
  readonly directory: TenantDirectory;
  /** Takes up where another process moved tenants to. */
  readonly placementWatch: Service;
  /** Makes partitions in the databases of placed tenants. */
  readonly placedUpkeep: Service;
  /** Takes up keys of the seal that another process made. */
  readonly keyWatch: Service;
  /** Takes up limits that another process set. */
  readonly limitsWatch: Service;
  /** Adds what this process counted to the usage; runs in commands too, since they work for tenants. */
  readonly usageWriting: Service;
  /** Asks capabilities what they measure. */
  readonly measureReading: Service;
  /** What tenants had of the platform, and who slowed whom. */
  readonly usage: Usage;
  /** Takes up steps of flags that another process took, and takes those that follow from how their work ended. */
  readonly flagWatch: Service;
  /** What is rolled out to some tenants before others. */
  readonly flags: Flags;
  /** What tenants have set apart from the defaults. */
  readonly settings: Settings;
  /** What the operator decided about tenants: their limits, how long their rows are kept. */
  readonly policies: Settings;
  /** One policy of all tenants that have it set: for who enforces it. */
  policiesOfAll(key: string): Promise<readonly { readonly tenantId: string; readonly value: unknown }[]>;
  /** The limits of a tenant as this process knows them: from memory, at most some seconds old. For who enforces one of them. */
  limitsOf(tenantId: string): TenantLimits;
  /**
   * Runs `work` in a transaction of that tenant: only its rows can be seen or written, whatever SQL runs. Inside, work
   * for the same tenant may be nested (in transactions of their own), for another one it is refused.
   * @throws PLINTH_TENANCY_UNKNOWN_TENANT, PLINTH_TENANCY_NOT_A_MEMBER, PLINTH_TENANCY_SUSPENDED,
   * PLINTH_TENANCY_NESTED_CONTEXT, PLINTH_TENANCY_MALFORMED_ID, PLINTH_TENANCY_SEAL_REFUSED
   */
  run<T>(subject: TenantSubject, request: Omit<WorkRequest, 'as'>, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** For whom the surrounding `run` works; undefined outside of one. */
  current(): TenantSubject | undefined;
  /**
   * Everything that `work` starts is work for that tenant, with or without transactions: for another one it is refused. Opens none itself.
   * @throws PLINTH_TENANCY_NESTED_CONTEXT, PLINTH_TENANCY_MALFORMED_ID
   */
  within<T>(subject: TenantSubject, work: () => T): T;
  /**
   * Idempotent by slug: creates the tenant in every tier, or completes an interrupted creation. The name defaults to
   * the slug; that of an existing tenant is left alone.
   * @throws PLINTH_TENANCY_BAD_SLUG, and what a tier that is down throws; then the tenant stays `provisioning`
   */
  create(init: { readonly slug: string; readonly name?: string }): Promise<Tenant>;
  /** Suspending, moving and erasing tenants as a whole. */
  readonly lifecycle: Lifecycle;
  /** How staff of the operator reach a tenant's rows. */
  readonly breakGlass: BreakGlass;
  /**
   * What hides a row from whom: for operators, since it tells whose row it is, though never what is in it.
   * @throws PLINTH_TENANCY_NO_SUCH_TABLE, PLINTH_TENANCY_NO_SUCH_KEY, PLINTH_TENANCY_UNKNOWN_TENANT
   */
  why(request: WhyRequest): Promise<Why>;
  /** All but the reserved tenant `system`, by slug. */
  list(): Promise<readonly TenantSummary[]>;
  /** By slug or id. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
  find(slugOrId: string): Promise<Tenant>;
  /** Live members, by e-mail address. */
  members(tenantId: string): Promise<readonly Member[]>;
  /** The latest 100 refused or suspicious attempts against a tenant, newest first. */
  events(tenantId: string): Promise<readonly SecurityEvent[]>;
  /**
   * Makes the user with that address (in any case) a member, or changes the role of one.
   * @throws PLINTH_TENANCY_UNKNOWN_TENANT, PLINTH_TENANCY_BAD_EMAIL
   */
  addUser(init: {
    readonly tenantId: string;
    readonly email: string;
    readonly name?: string;
    readonly role: MemberRole;
  }): Promise<{ readonly userId: string }>;
  /** Every table and view of every tier that could show a tenant's rows, judged against its declaration. Reads catalogs only. */
  coverage(): Promise<readonly TableCoverage[]>;
  /**
   * Tries to reach one tenant's rows from another on every table and view, as every role, and signs what it found. Makes
   * two tenants of its own and removes them. Long: some statements per table and role.
   */
  certify(request?: { readonly signal?: AbortSignal; readonly onProgress?: (line: string) => void }): Promise<Certificate>;
  /** What `certify` found last on this machine; undefined where it never ran. */
  certificate(): Promise<Certificate | undefined>;
  /**
   * Makes a new key of the seal in every database; the key before stays accepted until the next rotation.
   * @throws PLINTH_TENANCY_ROTATED_RECENTLY while another process may not have taken up the last one
   */
  rotateKey(): Promise<void>;
}
