import type { Context } from '../context.ts';
import { rolloutKey } from '../run/index.ts';
import type { Ring } from './model/rings.ts';
import { bringTenant, rollOut, versionOf } from './roll-out.ts';
import { hasPlacedTenants, type ListPlacedTenantsRow, listPlacedTenants } from './sql/queries/queries.gen.ts';
import type { TenantStatus, Tenants } from './types.ts';

/** Opens the work on placed tenants; connects to nothing yet. */
export function openTenants(context: Context): Tenants {
  return {
    up: (request = {}) => rollOut(context, request),
    bring: (tenant, request = {}) => bringTenant(context, tenant, request),
    async status() {
      const request = { tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'migrate.tenants' } as const;
      const rows = await context.connect.transaction(request, async (tx) =>
        (await hasPlacedTenants.one(tx, {})).exists ? listPlacedTenants.all(tx, { key: rolloutKey }) : [],
      );
      if (rows.length === 0) return [];
      const wanted = versionOf(context.readFiles());
      return rows.map((row) => ({
        tenant: row.tenant,
        ring: row.ring as Ring,
        state: stateOf(row, wanted),
        ...(row.version !== null && { version: row.version }),
        ...(row.error !== null && { error: row.error }),
        ...(row.duration_ms !== null && { durationMs: row.duration_ms }),
        updated: row.updated,
      }));
    },
  };
}

function stateOf(row: ListPlacedTenantsRow, wanted: string): TenantStatus['state'] {
  if (row.state === 'running') return row.is_at_work ? 'running' : 'interrupted';
  if (row.state === 'failed') return 'failed';
  return row.state === 'current' && row.version === wanted ? 'current' : 'behind';
}
