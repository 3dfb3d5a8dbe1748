import type { Tier } from '../../../../kernel/index.ts';
import type { EnvironmentName } from '../../model/environments.ts';

/** A role as the server has it. */
export interface FoundRole {
  readonly name: string;
  /** The first superuser, which the server itself keeps from losing what it is. */
  readonly isFirst: boolean;
  readonly canLogin: boolean;
  readonly inherits: boolean;
  readonly isSuperuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly canCreateRole: boolean;
  readonly canCreateDatabase: boolean;
  readonly canReplicate: boolean;
  readonly connectionLimit: number;
  /** End of its password; absent: none. */
  readonly expires?: Date;
  /** Made without a password: none is good for it until one is given. */
  readonly isClosed: boolean;
}

export interface FoundMembership {
  readonly role: string;
  readonly member: string;
  readonly isAdmin: boolean;
  readonly inherits: boolean;
  readonly canSet: boolean;
}

/** `role` or `database` is empty where it is for all. */
export interface FoundSettings {
  readonly role: string;
  readonly database: string;
  /** `name=value`. */
  readonly settings: readonly string[];
}

export interface Grant {
  /** `public` is everybody. */
  readonly grantee: string;
  readonly privileges: readonly string[];
  readonly isGrantable: boolean;
  /** Absent: the whole relation. */
  readonly column?: string | null;
}

export interface FoundRelation {
  readonly schema: string;
  readonly name: string;
  /** As in `pg_class.relkind`. */
  readonly kind: string;
  readonly isPartition: boolean;
  readonly owner: string;
  readonly isInvoker: boolean;
  readonly grants: readonly Grant[];
}

export interface FoundSchema {
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
}

export interface FoundFunction {
  readonly schema: string;
  readonly signature: string;
  readonly owner: string;
  readonly isDefiner: boolean;
  readonly isEventTrigger: boolean;
  readonly grants: readonly Grant[];
}

export interface FoundDefault {
  readonly owner: string;
  readonly schema: string;
  readonly objects: string;
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export interface FoundDatabase {
  readonly name: string;
  readonly tiers: readonly Tier[];
  readonly owner: string;
  readonly grants: readonly Grant[];
  readonly schemas: readonly FoundSchema[];
  readonly relations: readonly FoundRelation[];
  readonly functions: readonly FoundFunction[];
  readonly serverFunctions: readonly { readonly signature: string; readonly grantee: string }[];
  readonly defaults: readonly FoundDefault[];
}

/** The session that looks, and would change. */
export interface FoundSession {
  readonly user: string;
  readonly currentUser: string;
  readonly isSuperuser: boolean;
}

/** Everything the model is compared with, of one server. */
export interface FoundServer {
  readonly name: string;
  readonly session: FoundSession;
  readonly roles: readonly FoundRole[];
  readonly memberships: readonly FoundMembership[];
  readonly settings: readonly FoundSettings[];
  readonly databases: readonly FoundDatabase[];
}

export type PlanCheck = 'A07' | 'A08' | 'A09' | 'A10' | 'A11' | 'A17';

/** How a server differs from the model in one respect. */
export interface Difference {
  readonly check: PlanCheck;
  /** `create` and `grant` add what is missing; `change` and `revoke` undo what somebody did. */
  readonly kind: 'create' | 'grant' | 'change' | 'revoke';
  readonly server: string;
  /** The database; absent: the whole server. */
  readonly database?: string;
  /** Who it is about; `public` is everybody. */
  readonly role: string;
  /** What waivers name: the role, and the object where there is one. */
  readonly subject: string;
  readonly what: string;
  /** What removes it; empty where only a person can. */
  readonly statements: readonly string[];
  /** Only a superuser may run them. */
  readonly needsSuperuser?: boolean;
  /** What a role loses by it. */
  readonly takes?: 'superuser' | 'login' | 'membership';
}

/** A line of the configuration that allows a difference or a finding, and why. */
export interface Waiver {
  readonly check: string;
  /** As the finding names it; a `*` at the end stands for anything. */
  readonly subject: string;
  readonly reason: string;
}

export interface Plan {
  readonly environment: EnvironmentName;
  /** In the order in which they are executed. */
  readonly differences: readonly Difference[];
  readonly waived: readonly (Difference & { readonly because: string })[];
}

export interface ApplyReport {
  readonly environment: EnvironmentName;
  /** Statements that were executed, in order. */
  readonly applied: readonly string[];
  /** What differs still: left alone because it would change what somebody did, or is for a superuser. */
  readonly left: readonly Difference[];
}

/** What each role can do with each table, by the server's own word. */
export interface Matrix {
  readonly roles: readonly string[];
  readonly objects: readonly {
    readonly database: string;
    readonly schema: string;
    readonly name: string;
    readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table';
    /** Verbs by role; a role that can do nothing is absent. */
    readonly verbs: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** A declared login with what the server knows of it. */
export interface RoleStatus {
  readonly name: string;
  readonly server: string;
  readonly kind: string;
  readonly purpose: string;
  readonly exists: boolean;
  readonly canLogin: boolean;
  /** Waits for its first password. */
  readonly isClosed: boolean;
  readonly expires: Date | null;
  readonly connectionLimit: number;
}

/** Desired against actual: what differs, and putting it right. */
export interface Plans {
  /** Reads catalogs only. */
  plan(environment?: EnvironmentName): Promise<Plan>;
  /**
   * Adds what is missing, each server's roles and each database's grants in a transaction of their own; a killed one is completed by the next.
   * With `isOverwriting` it also changes roles that exist otherwise and takes away what the model does not know.
   * @throws PLINTH_ACCESS_LAST_SUPERUSER, PLINTH_ACCESS_LOCKED_OUT, PLINTH_ACCESS_NOT_ALLOWED
   */
  apply(request?: { readonly environment?: EnvironmentName; readonly isOverwriting?: boolean }): Promise<ApplyReport>;
  matrix(): Promise<Matrix>;
  /** The declared roles, those that own or group others included. */
  roles(environment?: EnvironmentName): Promise<readonly RoleStatus[]>;
}
