import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  ApprovalStatus,
  BackfillStatus,
  DatabaseDrift,
  DeploymentFigures,
  DiagramLayout,
  Finding,
  GroupStatus,
  ImpactReport,
  MigrationStatus,
  Rehearsal,
  RunRecord,
  TenantStatus,
  TrashItem,
} from '../../../src/foundation/migrate/index.ts';
import type {
  ArchiveStatus,
  ConversionStatus,
  Finding as PartitionFinding,
  PartStatus,
  SetStatus,
} from '../../../src/foundation/partition/index.ts';
import type { CheckReport, Credential, Matrix, RoleStatus, ServiceStatus, TlsStatus } from '../../../src/trust/access/index.ts';
import type { Anomaly, ChainStatus, RowHistory, TrailEvent, TrailPage } from '../../../src/trust/audit/index.ts';
import type { KeyVersion } from '../../../src/trust/crypto/index.ts';
import type { MappedTable, ProcessingReport, RequestSummary } from '../../../src/trust/privacy/index.ts';
import { request, requestText, setCsrfToken } from './client.ts';
import type { Json } from './json.ts';
import type {
  ClusterStatus,
  Coverage,
  Flag,
  Grant,
  Heaviest,
  ListedTable,
  Member,
  Message,
  Migration,
  MinuteUsage,
  Operation,
  Pool,
  Savings,
  SecurityEvent,
  SessionInfo,
  Setting,
  SlowMinute,
  TableDescription,
  Tenant,
  TenantUsage,
  Thread,
  ThreadHead,
  UsageHour,
} from './types.ts';

// The key of a query is the path of its endpoint: what live events carry, too.
export const get = <T>(path: string) => queryOptions({ queryKey: [path], queryFn: ({ signal }) => request<T>(path, { signal }) });
export const search = (values: Record<string, string | undefined>) => {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

export const sessionQuery = queryOptions({
  queryKey: ['/http/session'],
  queryFn: async ({ signal }) => {
    const session = await request<SessionInfo>('/http/session', { signal });
    if (session.account) setCsrfToken(session.csrfToken);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const capabilitiesQuery = {
  ...get<{ capabilities: readonly string[] }>('/console/capabilities'),
  staleTime: Number.POSITIVE_INFINITY,
};
export const clusterQuery = get<ClusterStatus>('/cluster/status');
export const poolsQuery = get<{ pools: readonly Pool[] }>('/connect/pools');
export const migrationsQuery = get<{ migrations: readonly Migration[] }>('/migrate/status');
export const planQuery = get<{ migrations: readonly Json<MigrationStatus>[] }>('/migrate/plan');
export const lintQuery = get<{ findings: readonly Finding[] }>('/migrate/lint');
export const rehearsalQuery = get<{ rehearsal: Rehearsal | null }>('/migrate/rehearsal');
export const impactQuery = get<{ report: ImpactReport | null }>('/migrate/impact');
export const approvalsQuery = get<ApprovalStatus>('/migrate/approvals');
export const groupsQuery = get<{ groups: readonly Json<GroupStatus>[] }>('/migrate/groups');
export const backfillsQuery = get<{ backfills: readonly Json<BackfillStatus>[] }>('/migrate/backfills');
export const placedTenantsQuery = get<{ tenants: readonly Json<TenantStatus>[] }>('/migrate/tenants');
export const trashQuery = get<{ items: readonly Json<TrashItem>[] }>('/migrate/trash');
export const setsQuery = get<{ sets: readonly Json<SetStatus>[]; findings: readonly PartitionFinding[] }>('/partition/sets');
export const partsQuery = get<{ parts: readonly Json<PartStatus>[] }>('/partition/parts');
export const conversionsQuery = get<{ conversions: readonly Json<ConversionStatus>[] }>('/partition/conversions');
export const archivesQuery = get<{ archives: readonly Json<ArchiveStatus>[] }>('/partition/archives');
export const keysQuery = get<{ keys: readonly Json<KeyVersion>[] }>('/crypto/keys');
export const dataMapQuery = get<{ tables: readonly Json<MappedTable>[] }>('/privacy/map');
export const subjectRequestsQuery = get<{ requests: readonly Json<RequestSummary>[] }>('/privacy/requests');
export const processingQuery = get<Json<ProcessingReport>>('/privacy/records');
export const runsQuery = get<{ runs: readonly Json<RunRecord>[] }>('/migrate/runs');
export const deploymentsQuery = get<{ figures: Json<DeploymentFigures> }>('/migrate/deployments');
export const driftQuery = get<{ databases: readonly Json<DatabaseDrift>[] }>('/migrate/drift');
export const diagramQuery = (tier: string) => get<DiagramLayout>(`/migrate/erd?tier=${encodeURIComponent(tier)}`);
export const tenantsQuery = get<{ tenants: readonly Tenant[] }>('/tenancy/tenants');
export const grantsQuery = (tenant: string) => get<{ grants: readonly Grant[] }>(`/tenancy/break-glass${search({ tenant })}`);
export const operationsQuery = (tenant: string) =>
  get<{ operations: readonly Operation[] }>(`/tenancy/tenants/${encodeURIComponent(tenant)}/operations`);
export const certificateQuery = get<{
  certificate: { readonly made: string; readonly attempts: number; readonly leaks: number; readonly notProven: number } | null;
}>('/tenancy/certificate');
export const settingsQuery = (tenant: string) =>
  get<{ settings: readonly Setting[] }>(`/tenancy/tenants/${encodeURIComponent(tenant)}/settings`);
export const policiesQuery = (tenant: string) =>
  get<{ policies: readonly Setting[] }>(`/tenancy/tenants/${encodeURIComponent(tenant)}/policies`);
export const flagsQuery = get<{ flags: readonly Flag[] }>('/tenancy/flags');
export const usageQuery = get<{ tenants: readonly TenantUsage[] }>('/tenancy/usage');
export const tenantUsageQuery = (tenant: string) =>
  get<{ hours: readonly UsageHour[] }>(`/tenancy/tenants/${encodeURIComponent(tenant)}/usage`);
export const slowMinutesQuery = get<{ minutes: readonly SlowMinute[] }>('/tenancy/usage/minutes');
/** As `plinth tenancy usage --minute` takes it. */
export const usageMinuteQuery = (minute: string) =>
  get<{ begun: string; tenants: readonly MinuteUsage[] }>(`/tenancy/usage/minutes/${encodeURIComponent(minute)}`);
export const coverageQuery = get<{ tables: readonly Coverage[] }>('/tenancy/coverage');
export const accessRolesQuery = get<{ roles: readonly Json<RoleStatus>[] }>('/access/roles');
export const accessMatrixQuery = get<Json<Matrix>>('/access/matrix');
export const accessChecksQuery = get<Json<CheckReport>>('/access/checks');
export const tlsQuery = get<Json<TlsStatus>>('/access/tls');
export const servicesQuery = get<{ services: readonly Json<ServiceStatus>[] }>('/access/services');
export const credentialsQuery = get<{ credentials: readonly Json<Credential>[] }>('/access/credentials');
export const tablesQuery = get<{ tables: readonly ListedTable[] }>('/console/tables');

export const tenantQuery = (id: string) =>
  get<{ tenant: Tenant; members: readonly Member[]; events: readonly SecurityEvent[] }>(`/tenancy/tenants/${encodeURIComponent(id)}`);

export const tableQuery = (tier: string, schema: string, table: string, tenant: string | undefined) =>
  get<TableDescription>(`/console/tables/${[tier, schema, table].map(encodeURIComponent).join('/')}${search({ tenant })}`);

export const savingsQuery = (tenant: string | undefined) => get<Savings>(`/content/savings${search({ tenant })}`);

export const heaviestQuery = (tenant: string) => get<Heaviest>(`/content/${encodeURIComponent(tenant)}/heaviest`);

export type TrailSearch = Readonly<
  Record<'from' | 'to' | 'kind' | 'action' | 'target' | 'user' | 'outcome' | 'tenant', string | undefined>
>;

export const trailQuery = (filter: TrailSearch) =>
  infiniteQueryOptions({
    queryKey: ['/audit/events', filter],
    queryFn: ({ pageParam, signal }) => request<Json<TrailPage>>(`/audit/events${search({ ...filter, before: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const whoSawQuery = (subject: string, table: string | undefined) =>
  get<{ events: readonly Json<TrailEvent>[] }>(`/audit/who-saw${search({ subject, table })}`);

export const chainQuery = get<{ chain: readonly Json<ChainStatus>[] }>('/audit/chain');

/** `key`: the value of each column of the key. */
export const rowHistoryQuery = (table: string, key: readonly string[], row: Readonly<Record<'tier' | 'tenantId', string | undefined>>) => {
  const keys = key.map((value) => `&key=${encodeURIComponent(value)}`).join('');
  return get<Json<RowHistory>>(`/audit/tables/${encodeURIComponent(table)}/history${search(row) || '?'}${keys}`);
};

export const anomaliesQuery = (all: boolean) =>
  get<{ anomalies: readonly Json<Anomaly>[] }>(`/audit/anomalies${search({ all: all ? 'true' : undefined })}`);

export const threadsQuery = (tenant: string, text: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [`/mail/${tenant}/threads`, text ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<{ threads: readonly Thread[]; nextCursor: string | null }>(
        `/mail/${encodeURIComponent(tenant)}/threads${search({ search: text, cursor: pageParam, limit: '100' })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const threadQuery = (tenant: string, id: string) =>
  get<{ thread: ThreadHead; messages: readonly Message[] }>(`/mail/${encodeURIComponent(tenant)}/threads/${encodeURIComponent(id)}`);

/** As much of a raw message as a person reads; the rest is in the download. */
export const sourceQuery = (tenant: string, messageId: string) =>
  queryOptions({
    queryKey: ['source', tenant, messageId],
    queryFn: ({ signal }) => requestText(sourcePath(tenant, messageId), 200_000, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const sourcePath = (tenant: string, messageId: string) =>
  `/mail/${encodeURIComponent(tenant)}/messages/${encodeURIComponent(messageId)}/source`;

export const bytesUrl = (tenant: string, objectId: string) =>
  `/api/content/${encodeURIComponent(tenant)}/objects/${encodeURIComponent(objectId)}/bytes`;
