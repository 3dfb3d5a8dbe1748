// Made by `npm run generate` from tenants.sql; do not edit.
// sources: d4c460a418478d35c3f8c41177d0ef6a
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasPlacedTenantsParams = Record<string, never>;
export interface HasPlacedTenantsRow {
  readonly exists: boolean;
}
export const hasPlacedTenants = defineQuery<HasPlacedTenantsParams, HasPlacedTenantsRow>('migrate/tenants.has_placed_tenants', [], `select pg_catalog.to_regclass('migrate.placed_tenants') is not null as "exists"`);

export interface ListPlacedTenantsParams {
  readonly key: number;
}
export interface ListPlacedTenantsRow {
  readonly tenant: string;
  readonly ring: string;
  readonly state: string;
  readonly version: string | null;
  readonly error: string | null;
  readonly duration_ms: number | null;
  readonly updated: Date;
  readonly is_at_work: boolean;
}
/**
 * `is_at_work`: whether somebody brings placed tenants up to date right now.
 */
export const listPlacedTenants = defineQuery<ListPlacedTenantsParams, ListPlacedTenantsRow>('migrate/tenants.list_placed_tenants', ['key'], `select t.tenant, t.ring, t.state, t.version, t.error, t.duration_ms, t.updated,
       exists (
         select from pg_catalog.pg_locks l
          where l.locktype = 'advisory' and l.granted
            and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
            and l.classid = ($1::int8 >> 32)::oid and l.objid = ($1::int8 & 4294967295)::oid and l.objsubid = 1
       ) as "is_at_work"
  from migrate.placed_tenants t
 order by array_position(array['canary', '1 %', 'rest'], t.ring), t.tenant`);

export interface ForgetOthersParams {
  readonly tenants: readonly string[];
}
export type ForgetOthersRow = Record<string, never>;
export const forgetOthers = defineQuery<ForgetOthersParams, ForgetOthersRow>('migrate/tenants.forget_others', ['tenants'], `delete from migrate.placed_tenants where tenant <> all($1::text[])`);

export interface PlanTenantsParams {
  readonly tenants: readonly string[];
  readonly rings: readonly string[];
  readonly version: string;
}
export type PlanTenantsRow = Record<string, never>;
/**
 * Arrays run in parallel. Who has this version already stays current until a look into the database says otherwise.
 */
export const planTenants = defineQuery<PlanTenantsParams, PlanTenantsRow>('migrate/tenants.plan_tenants', ['tenants', 'rings', 'version'], `insert into migrate.placed_tenants as t (tenant, ring)
select n.tenant, n.ring from unnest($1::text[], $2::text[]) as n(tenant, ring)
on conflict (tenant) do update
   set ring = excluded.ring,
       state = case when t.state = 'current' and t.version = $3 then 'current' else 'waiting' end,
       error = null, updated = clock_timestamp()`);

export interface BeginTenantParams {
  readonly tenant: string;
}
export type BeginTenantRow = Record<string, never>;
export const beginTenant = defineQuery<BeginTenantParams, BeginTenantRow>('migrate/tenants.begin_tenant', ['tenant'], `update migrate.placed_tenants set state = 'running', error = null, updated = clock_timestamp() where tenant = $1`);

export interface EndCurrentParams {
  readonly version: string;
  readonly duration_ms: number;
  readonly tenant: string;
}
export type EndCurrentRow = Record<string, never>;
/**
 * Nothing is written where nothing is new.
 */
export const endCurrent = defineQuery<EndCurrentParams, EndCurrentRow>('migrate/tenants.end_current', ['version', 'duration_ms', 'tenant'], `update migrate.placed_tenants set state = 'current', version = $1, duration_ms = $2, error = null, updated = clock_timestamp()
 where tenant = $3 and (state <> 'current' or version is distinct from $1)`);

export interface EndFailedParams {
  readonly error: string;
  readonly duration_ms: number;
  readonly tenant: string;
}
export type EndFailedRow = Record<string, never>;
export const endFailed = defineQuery<EndFailedParams, EndFailedRow>('migrate/tenants.end_failed', ['error', 'duration_ms', 'tenant'], `update migrate.placed_tenants set state = 'failed', error = $1, duration_ms = $2, updated = clock_timestamp() where tenant = $3`);
