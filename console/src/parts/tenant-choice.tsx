import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { tenantsQuery } from '../api/queries.ts';
import type { Tenant } from '../api/types.ts';

/** The tenant all pages look at: a slug in the address, kept from page to page. Undefined: none chosen. */
export function useTenant(): string | undefined {
  return useSearch({ strict: false }).tenant;
}

/** All tenants, for choosing one. */
export function useTenants(): readonly Tenant[] {
  return useQuery(tenantsQuery).data?.tenants ?? [];
}

/** Chooses the tenant for this and the following pages. */
export function TenantChoice() {
  const tenants = useTenants();
  const tenant = useTenant();
  const navigate = useNavigate();
  return (
    <label className="choice">
      <span className="choice-label">Tenant</span>
      <select
        value={tenant ?? ''}
        onChange={(event) =>
          void navigate({
            to: '.',
            search: ((old: object) => ({ ...old, tenant: event.target.value || undefined, thread: undefined })) as never,
          })
        }
      >
        <option value="">all</option>
        {tenant !== undefined && !tenants.some((t) => t.slug === tenant) && <option value={tenant}>{tenant}</option>}
        {tenants.map((t) => (
          <option key={t.id} value={t.slug}>
            {t.slug}
          </option>
        ))}
      </select>
    </label>
  );
}
