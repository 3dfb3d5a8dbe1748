import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import {
  insertConfiguration,
  insertPolicy,
  type ListPoliciesRow,
  listConfigurationChanges,
  listConfigurations,
  listPolicies,
  listPoliciesOfAll,
  listPolicyChanges,
} from './sql/queries/queries.gen.ts';

/** Where values of tenants are kept: settings, which are theirs, and policies, which are the operator's. */
export interface Store {
  readonly noun: 'setting' | 'policy';
  insert(tx: Transaction, row: Parameters<typeof insertPolicy.run>[1]): Promise<unknown>;
  /** The latest change of each key. */
  current(tx: Transaction, tenantId: string): Promise<readonly ListPoliciesRow[]>;
  /** Newest first. */
  changes(tx: Transaction, tenantId: string): Promise<readonly ListPoliciesRow[]>;
}

export const configurations: Store = {
  noun: 'setting',
  insert: (tx, row) => insertConfiguration.run(tx, row),
  current: (tx, tenantId) => listConfigurations.all(tx, { tenant_id: tenantId }),
  changes: (tx, tenantId) => listConfigurationChanges.all(tx, { tenant_id: tenantId }),
};

export const policies: Store = {
  noun: 'policy',
  insert: (tx, row) => insertPolicy.run(tx, row),
  current: (tx, tenantId) => listPolicies.all(tx, { tenant_id: tenantId }),
  changes: (tx, tenantId) => listPolicyChanges.all(tx, { tenant_id: tenantId }),
};

/** Policies of all tenants that have them set. */
export async function policiesOfAll(
  connect: Connect,
  keys: string[],
  signal?: AbortSignal,
): Promise<readonly { readonly tenantId: string; readonly key: string; readonly value: unknown }[]> {
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.policies', isReadOnly: true, ...(signal && { signal }) } as const;
  const rows = await connect.transaction(request, (tx) => listPoliciesOfAll.all(tx, { keys }));
  return rows.flatMap(({ tenant_id: tenantId, key, value }) => (value === null ? [] : [{ tenantId, key, value }]));
}
