import type { PoolSnapshot } from '../../../src/foundation/connect/index.ts';
import type { TableDescription as Described, ListedTable as Listed } from '../../../src/serve/console/index.ts';
import type {
  Grant as BreakGlassGrant,
  FlagStatus,
  UsageHour as MeteredHour,
  MinuteUsage as MeteredMinute,
  SlowMinute as MeteredSlowMinute,
  TenantUsage as MeteredTenant,
  OperationStatus,
  TableCoverage,
  Member as TenancyMember,
  SecurityEvent as TenancySecurityEvent,
  Setting as TenantSetting,
} from '../../../src/trust/tenancy/index.ts';
import type { Json } from './json.ts';

// The JSON of the endpoints, as it arrives: timestamps are ISO 8601 in UTC.

export const tiers = ['oltp', 'content', 'queue', 'olap'] as const;
export type Tier = (typeof tiers)[number];
export type Role = 'viewer' | 'operator' | 'admin';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
}

export type SessionInfo = { readonly account: null } | { readonly account: Account; readonly expires: string; readonly csrfToken: string };

export interface Verdict {
  readonly capability: string;
  readonly verdict: 'works' | 'works with' | 'not here';
  readonly because: string;
}

export interface TierStatus {
  readonly tier: Tier;
  readonly database: string;
  readonly isUp: boolean;
  readonly version: string | null;
  readonly sizeBytes: number | null;
  readonly connections: { readonly active: number; readonly idle: number; readonly total: number; readonly max: number } | null;
  readonly started: string | null;
  readonly verdicts: readonly Verdict[];
}

export interface ClusterStatus {
  readonly mode: 'embedded' | 'system' | 'attached';
  readonly isOwner: boolean;
  readonly dataDir: string;
  readonly tiers: readonly TierStatus[];
}

export type Pool = Json<PoolSnapshot>;

export interface Migration {
  readonly tier: Tier;
  readonly id: string;
  readonly state: string;
  readonly checksum: string;
  readonly applied?: string;
  readonly durationMs?: number;
  readonly error?: string;
}

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: 'provisioning' | 'active' | 'suspended' | 'erasing' | 'erased';
  /** Where its rows are, if not with all others. */
  readonly placement: string | null;
  readonly memberCount?: number;
  readonly created: string;
}

export type Member = Json<TenancyMember>;

export type SecurityEvent = Json<TenancySecurityEvent>;

export type Coverage = Json<TableCoverage>;

export type UsageHour = Json<MeteredHour>;

export type TenantUsage = Json<MeteredTenant>;

export type MinuteUsage = Json<MeteredMinute>;

export type SlowMinute = Json<MeteredSlowMinute>;

export type Grant = Json<BreakGlassGrant>;

export type Operation = Json<OperationStatus>;

export type Flag = Json<FlagStatus>;
export type Setting = Omit<Json<TenantSetting>, 'value'> & { readonly value?: unknown };

export interface Savings {
  readonly objects: number;
  readonly blobs: number;
  readonly rawBytes: number;
  readonly uniqueBytes: number;
  readonly storedBytes: number;
  readonly diskBytes: number;
  readonly byKind: readonly KindSavings[];
}

export interface Heaviest {
  readonly largest: readonly LargeObject[];
  readonly mostShared: readonly SharedBlob[];
}

export interface KindSavings {
  readonly kind: string;
  readonly objects: number;
  readonly rawBytes: number;
  readonly uniqueBytes: number;
  readonly storedBytes: number;
}

export interface LargeObject {
  readonly objectId: string;
  readonly name: string | null;
  readonly kind: string;
  readonly contentType: string | null;
  readonly rawBytes: number;
  readonly storedBytes: number;
}

export interface SharedBlob {
  readonly blobId: string;
  readonly name: string | null;
  readonly contentType: string | null;
  readonly rawBytes: number;
  readonly references: number;
}

export interface ThreadHead {
  readonly id: string;
  readonly subject: string | null;
  readonly messageCount: number;
  readonly last: string;
}

export interface Thread extends ThreadHead {
  readonly participants: readonly string[];
  readonly hasAttachments: boolean;
  readonly snippet: string | null;
}

export interface Message {
  readonly id: string;
  readonly messageId: string | null;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string | null;
  readonly sent: string | null;
  readonly text: string | null;
  readonly attachments: readonly {
    readonly objectId: string;
    readonly name: string | null;
    readonly contentType: string | null;
    readonly rawBytes: number;
  }[];
  readonly rawObjectId: string | null;
  readonly rawBytes: number | null;
  readonly layout: 'recipe' | 'bytes' | null;
}

export type ListedTable = Json<Listed>;

export type TableDescription = Json<Described>;
