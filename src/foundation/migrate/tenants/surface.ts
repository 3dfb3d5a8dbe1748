import type { CommandResult, RouteDescriptor } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { RolloutRequest, TenantStatus } from './types.ts';

/** What "migrate up --tenants" does. */
export async function upTenants(migrate: Migrate, request: RolloutRequest): Promise<CommandResult> {
  const report = await migrate.tenants.up(request);
  const { migrated, unchanged, failed, left, warnings, durationMs } = report;
  const lines = [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...failed.map(({ tenant, error }) => `${tenant} failed: ${error}`),
    ...(left.length > 0
      ? [`${left.length} tenant(s) were not begun after ${failed.length} failure(s); --max-failures goes on over more of them.`]
      : []),
    `${migrated.length} tenant(s) migrated, ${unchanged} had it all, ${failed.length} failed, in ${durationMs} ms.`,
  ];
  return { data: report, text: lines.join('\n'), exitCode: failed.length > 0 ? 1 : warnings.length > 0 ? 3 : 0 };
}

/** What "migrate status --tenants" shows. */
export function tenantsTable(tenants: readonly TenantStatus[]): CommandResult {
  if (tenants.length === 0)
    return { data: { tenants }, text: 'No placed tenants so far; "plinth migrate up --tenants" brings them up to date.' };
  const rows = tenants.map(({ tenant, ring, state, version, updated, durationMs, error }) => [
    tenant,
    ring,
    state,
    version?.slice(0, 12) ?? '',
    updated.toISOString().slice(0, 19).replace('T', ' '),
    durationMs ?? '',
    error?.split('\n', 1)[0] ?? '',
  ]);
  return { data: { tenants }, table: { columns: ['tenant', 'ring', 'state', 'version', 'since', 'ms', 'error'], rows } };
}

export const tenantsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/tenants',
    summary: 'Tenants with databases of their own, as the last run over them left each.',
    role: 'viewer',
    handler: async ({ use }) => ({ tenants: await use<Migrate>('migrate').tenants.status() }),
  },
];
