// Made by `npm run generate` from metering.sql; do not edit.
// sources: 6886b25c050560489e9160a7547dfd52
import { defineQuery } from '../../../../../kernel/index.ts';

export interface AddUsageHoursParams {
  readonly minute: Date;
  readonly counted: string;
}
export type AddUsageHoursRow = Record<string, never>;
/**
 * In order of the tenants, so that processes that write at the same time wait for each other and never in a circle. Of a tenant that is
 * being erased nothing is written any more.
 */
export const addUsageHours = defineQuery<AddUsageHoursParams, AddUsageHoursRow>('tenancy/metering.add_usage_hours', ['minute', 'counted'], `insert into tenancy.usage_hours as u (tenant_id, begun, queries, rows, execution_ms, held_ms, pool_wait_ms, wal_bytes)
select t.id, date_trunc('hour', $1::timestamptz, 'UTC'),
       sum(c.queries), sum(c.rows), sum(c.execution_ms), sum(c.held_ms), sum(c.pool_wait_ms), sum(c.wal_bytes)
  from jsonb_to_recordset($2::jsonb)
    as c (tenant_id uuid, queries int8, rows int8, execution_ms float8, held_ms float8, pool_wait_ms float8, wal_bytes float8)
  join tenancy.tenants t on t.id = c.tenant_id and t.state not in ('erasing', 'erased')
 group by t.id order by t.id
    on conflict (tenant_id, begun) do update
   set queries = u.queries + excluded.queries, rows = u.rows + excluded.rows, execution_ms = u.execution_ms + excluded.execution_ms,
       held_ms = u.held_ms + excluded.held_ms, pool_wait_ms = u.pool_wait_ms + excluded.pool_wait_ms,
       wal_bytes = coalesce(u.wal_bytes + excluded.wal_bytes, u.wal_bytes, excluded.wal_bytes)`);

export interface AddUsageMinutesParams {
  readonly minute: Date;
  readonly counted: string;
}
export type AddUsageMinutesRow = Record<string, never>;
export const addUsageMinutes = defineQuery<AddUsageMinutesParams, AddUsageMinutesRow>('tenancy/metering.add_usage_minutes', ['minute', 'counted'], `insert into tenancy.usage_minutes as u (begun, tier, tenant_id, queries, rows, execution_ms, held_ms, pool_wait_ms)
select $1::timestamptz, c.tier, t.id, sum(c.queries), sum(c.rows), sum(c.execution_ms), sum(c.held_ms), sum(c.pool_wait_ms)
  from jsonb_to_recordset($2::jsonb)
    as c (tier text, tenant_id uuid, queries int8, rows int8, execution_ms float8, held_ms float8, pool_wait_ms float8)
  join tenancy.tenants t on t.id = c.tenant_id and t.state not in ('erasing', 'erased')
 group by c.tier, t.id order by c.tier, t.id
    on conflict (begun, tier, tenant_id) do update
   set queries = u.queries + excluded.queries, rows = u.rows + excluded.rows, execution_ms = u.execution_ms + excluded.execution_ms,
       held_ms = u.held_ms + excluded.held_ms, pool_wait_ms = u.pool_wait_ms + excluded.pool_wait_ms`);

export interface ForgetUsageMinutesParams {
  readonly before: Date;
}
export type ForgetUsageMinutesRow = Record<string, never>;
export const forgetUsageMinutes = defineQuery<ForgetUsageMinutesParams, ForgetUsageMinutesRow>('tenancy/metering.forget_usage_minutes', ['before'], `delete from tenancy.usage_minutes where begun < $1`);

export interface PutUsageMeasureParams {
  readonly hour: Date;
  readonly measure: string;
  readonly amounts: string;
}
export type PutUsageMeasureRow = Record<string, never>;
export const putUsageMeasure = defineQuery<PutUsageMeasureParams, PutUsageMeasureRow>('tenancy/metering.put_usage_measure', ['hour', 'measure', 'amounts'], `insert into tenancy.usage_hours as u (tenant_id, begun, measures)
select t.id, $1::timestamptz, jsonb_build_object($2::text, c.amount)
  from jsonb_to_recordset($3::jsonb) as c (tenant_id uuid, amount float8)
  join tenancy.tenants t on t.id = c.tenant_id and t.state not in ('erasing', 'erased')
 order by t.id
    on conflict (tenant_id, begun) do update set measures = u.measures || excluded.measures`);

export type KnowsWalParams = Record<string, never>;
export interface KnowsWalRow {
  readonly knows: boolean;
}
/**
 * Servers before 18 do not count it for each connection.
 */
export const knowsWal = defineQuery<KnowsWalParams, KnowsWalRow>('tenancy/metering.knows_wal', [], `select to_regprocedure('pg_catalog.pg_stat_get_backend_wal(integer)') is not null as "knows"`);

export interface ReadWalParams {
  readonly pids: readonly number[];
}
export interface ReadWalRow {
  readonly pid: number;
  readonly wal_bytes: number;
}
/**
 * Of connections that are still there.
 */
export const readWal = defineQuery<ReadWalParams, ReadWalRow>('tenancy/metering.read_wal', ['pids'], `select b.pid as "pid", w.wal_bytes::float8 as "wal_bytes"
  from unnest($1::int4[]) b (pid), pg_stat_get_backend_wal(b.pid) w
 where w.wal_bytes is not null`);

export interface ListUsageHoursParams {
  readonly tenant_id: string;
  readonly since: Date;
}
export interface ListUsageHoursRow {
  readonly begun: Date;
  readonly queries: number;
  readonly rows: number;
  readonly execution_ms: number;
  readonly held_ms: number;
  readonly pool_wait_ms: number;
  readonly wal_bytes: number | null;
  readonly measures: unknown;
}
export const listUsageHours = defineQuery<ListUsageHoursParams, ListUsageHoursRow>('tenancy/metering.list_usage_hours', ['tenant_id', 'since'], `select u.begun, u.queries, u.rows, u.execution_ms, u.held_ms, u.pool_wait_ms, u.wal_bytes as "wal_bytes", u.measures
  from tenancy.usage_hours u where u.tenant_id = $1 and u.begun >= $2 order by u.begun`);

export interface ListUsageTotalsParams {
  readonly since: Date;
}
export interface ListUsageTotalsRow {
  readonly id: string;
  readonly slug: string;
  readonly queries: number;
  readonly rows: number;
  readonly execution_ms: number;
  readonly held_ms: number;
  readonly pool_wait_ms: number;
  readonly wal_bytes: number | null;
  readonly measures: unknown;
  readonly by_hour: unknown;
}
/**
 * Who had the most first. Of what capabilities measure, the latest figure: adding up hours of it says nothing.
 */
export const listUsageTotals = defineQuery<ListUsageTotalsParams, ListUsageTotalsRow>('tenancy/metering.list_usage_totals', ['since'], `select t.id, t.slug, sum(u.queries)::float8 as "queries", sum(u.rows)::float8 as "rows", sum(u.execution_ms) as "execution_ms",
       sum(u.held_ms) as "held_ms", sum(u.pool_wait_ms) as "pool_wait_ms", sum(u.wal_bytes) as "wal_bytes",
       (array_agg(u.measures order by u.begun desc) filter (where u.measures <> '{}'))[1] as "measures",
       jsonb_object_agg(extract(epoch from u.begun)::int8, u.execution_ms) as "by_hour"
  from tenancy.usage_hours u join tenancy.tenants t on t.id = u.tenant_id
 where u.begun >= $1
 group by t.id, t.slug order by sum(u.execution_ms) desc, t.slug`);

export interface ListUsageMinuteParams {
  readonly minute: Date;
}
export interface ListUsageMinuteRow {
  readonly tier: string;
  readonly id: string;
  readonly slug: string;
  readonly queries: number;
  readonly rows: number;
  readonly execution_ms: number;
  readonly held_ms: number;
  readonly pool_wait_ms: number;
}
export const listUsageMinute = defineQuery<ListUsageMinuteParams, ListUsageMinuteRow>('tenancy/metering.list_usage_minute', ['minute'], `select u.tier, t.id, t.slug, u.queries, u.rows, u.execution_ms, u.held_ms, u.pool_wait_ms
  from tenancy.usage_minutes u join tenancy.tenants t on t.id = u.tenant_id
 where u.begun = $1
 order by u.tier, u.held_ms desc, t.slug`);

export interface ListSlowMinutesParams {
  readonly least_wait_ms: number;
}
export interface ListSlowMinutesRow {
  readonly begun: Date;
  readonly tier: string;
  readonly pool_wait_ms: number;
  readonly held_ms: number;
  readonly slowed: unknown;
  readonly holders: unknown;
}
/**
 * Minutes in which tenants waited longest for connections of a tier, with those who waited and those who held them.
 */
export const listSlowMinutes = defineQuery<ListSlowMinutesParams, ListSlowMinutesRow>('tenancy/metering.list_slow_minutes', ['least_wait_ms'], `with slow as (
  select u.begun, u.tier, sum(u.pool_wait_ms) as pool_wait_ms, sum(u.held_ms) as held_ms
    from tenancy.usage_minutes u group by 1, 2
  having sum(u.pool_wait_ms) >= $1 order by 3 desc, 1 desc limit 20
)
select s.begun, s.tier, s.pool_wait_ms as "pool_wait_ms", s.held_ms as "held_ms", w.slowed as "slowed", h.holders as "holders"
  from slow s
 cross join lateral (
    select jsonb_agg(jsonb_build_object('tenantId', u.tenant_id, 'slug', t.slug, 'poolWaitMs', u.pool_wait_ms) order by u.pool_wait_ms desc) as slowed
      from (select m.* from tenancy.usage_minutes m where m.begun = s.begun and m.tier = s.tier and m.pool_wait_ms > 0
             order by m.pool_wait_ms desc limit 3) u
      join tenancy.tenants t on t.id = u.tenant_id
  ) w
 cross join lateral (
    select jsonb_agg(jsonb_build_object('tenantId', u.tenant_id, 'slug', t.slug, 'heldMs', u.held_ms) order by u.held_ms desc) as holders
      from (select m.* from tenancy.usage_minutes m where m.begun = s.begun and m.tier = s.tier order by m.held_ms desc limit 3) u
      join tenancy.tenants t on t.id = u.tenant_id
  ) h
 order by 3 desc, 1 desc`);
