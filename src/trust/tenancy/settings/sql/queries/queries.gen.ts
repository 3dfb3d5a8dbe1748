// Made by `npm run generate` from settings.sql; do not edit.
// sources: 7e27c8edb948c443dcbbf671d9c62243
import { defineQuery } from '../../../../../kernel/index.ts';

export interface InsertConfigurationParams {
  readonly tenant_id: string;
  readonly key: string;
  readonly value: string | null;
  readonly changed_by: string;
}
export type InsertConfigurationRow = Record<string, never>;
export const insertConfiguration = defineQuery<InsertConfigurationParams, InsertConfigurationRow>('tenancy/settings.insert_configuration', ['tenant_id', 'key', 'value', 'changed_by'], `insert into tenancy.tenant_configurations (tenant_id, key, value, changed_by) values ($1, $2, $3, $4)`);

export interface ListConfigurationsParams {
  readonly tenant_id: string;
}
export interface ListConfigurationsRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
/**
 * The latest change of each key.
 */
export const listConfigurations = defineQuery<ListConfigurationsParams, ListConfigurationsRow>('tenancy/settings.list_configurations', ['tenant_id'], `select distinct on (c.key) c.key, c.value as "value", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = $1
order by c.key, c.id desc`);

export interface ListConfigurationChangesParams {
  readonly tenant_id: string;
}
export interface ListConfigurationChangesRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
export const listConfigurationChanges = defineQuery<ListConfigurationChangesParams, ListConfigurationChangesRow>('tenancy/settings.list_configuration_changes', ['tenant_id'], `select c.key, c.value as "value", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = $1
order by c.id desc limit 100`);

export interface InsertPolicyParams {
  readonly tenant_id: string;
  readonly key: string;
  readonly value: string | null;
  readonly changed_by: string;
}
export type InsertPolicyRow = Record<string, never>;
export const insertPolicy = defineQuery<InsertPolicyParams, InsertPolicyRow>('tenancy/settings.insert_policy', ['tenant_id', 'key', 'value', 'changed_by'], `insert into tenancy.tenant_policies (tenant_id, key, value, changed_by) values ($1, $2, $3, $4)`);

export interface ListPoliciesParams {
  readonly tenant_id: string;
}
export interface ListPoliciesRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
/**
 * The latest change of each key.
 */
export const listPolicies = defineQuery<ListPoliciesParams, ListPoliciesRow>('tenancy/settings.list_policies', ['tenant_id'], `select distinct on (p.key) p.key, p.value as "value", p.changed, p.changed_by
from tenancy.tenant_policies p where p.tenant_id = $1
order by p.key, p.id desc`);

export interface ListPolicyChangesParams {
  readonly tenant_id: string;
}
export interface ListPolicyChangesRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
export const listPolicyChanges = defineQuery<ListPolicyChangesParams, ListPolicyChangesRow>('tenancy/settings.list_policy_changes', ['tenant_id'], `select p.key, p.value as "value", p.changed, p.changed_by
from tenancy.tenant_policies p where p.tenant_id = $1
order by p.id desc limit 100`);

export interface ListPoliciesOfAllParams {
  readonly keys: readonly string[];
}
export interface ListPoliciesOfAllRow {
  readonly tenant_id: string;
  readonly key: string;
  readonly value: unknown;
}
/**
 * The latest of each, of all tenants that have ever had one.
 */
export const listPoliciesOfAll = defineQuery<ListPoliciesOfAllParams, ListPoliciesOfAllRow>('tenancy/settings.list_policies_of_all', ['keys'], `select distinct on (p.tenant_id, p.key) p.tenant_id, p.key, p.value as "value"
from tenancy.tenant_policies p where p.key = any ($1::text[])
order by p.tenant_id, p.key, p.id desc`);
