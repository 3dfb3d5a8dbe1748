// Made by `npm run generate` from settings.sql; do not edit.
// sources: 27057e67e2bdbbccb7ef8fad8f4b5303
import { defineQuery } from '../../../../../kernel/index.ts';

export interface InsertConfigurationParams {
  readonly tenant_id: string;
  readonly key: string;
  readonly value: string | null;
  readonly changed_by: string;
}
export type InsertConfigurationRow = Record<string, never>;
export const insertConfiguration = defineQuery<InsertConfigurationParams, InsertConfigurationRow>('tenancy/settings.insert_configuration', ['tenant_id', 'key', 'value', 'changed_by'], `insert into tenancy.tenant_configurations (tenant_id, key, value, changed_by) values ($1, $2, $3, $4)`);

export interface ListCurrentParams {
  readonly tenant_id: string;
}
export interface ListCurrentRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
/**
 * The latest change of each key.
 */
export const listCurrent = defineQuery<ListCurrentParams, ListCurrentRow>('tenancy/settings.list_current', ['tenant_id'], `select distinct on (c.key) c.key, c.value as "value", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = $1
order by c.key, c.id desc`);

export interface ListChangesParams {
  readonly tenant_id: string;
}
export interface ListChangesRow {
  readonly key: string;
  readonly value: unknown;
  readonly changed: Date;
  readonly changed_by: string;
}
export const listChanges = defineQuery<ListChangesParams, ListChangesRow>('tenancy/settings.list_changes', ['tenant_id'], `select c.key, c.value as "value", c.changed, c.changed_by
from tenancy.tenant_configurations c where c.tenant_id = $1
order by c.id desc limit 100`);

export interface ListLimitsParams {
  readonly keys: readonly string[];
}
export interface ListLimitsRow {
  readonly tenant_id: string;
  readonly key: string;
  readonly value: unknown;
}
/**
 * The latest of each limit, of all tenants that have ever set one.
 */
export const listLimits = defineQuery<ListLimitsParams, ListLimitsRow>('tenancy/settings.list_limits', ['keys'], `select distinct on (c.tenant_id, c.key) c.tenant_id, c.key, c.value as "value"
from tenancy.tenant_configurations c where c.key = any ($1::text[])
order by c.tenant_id, c.key, c.id desc`);
