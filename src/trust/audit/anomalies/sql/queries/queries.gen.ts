// Made by `npm run generate` from anomalies.sql; do not edit.
// sources: e7b8e6708253334c7169455be903b602
import { defineQuery } from '../../../../../kernel/index.ts';

export interface SummariseHourParams {
  readonly from: Date;
  readonly to: Date;
}
export interface SummariseHourRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly event_count: number;
  readonly row_count: number;
  readonly refused_count: number;
  readonly export_count: number;
  readonly tables: string[];
  readonly addresses: string[];
}
/**
 * What the trail of one database says of one hour, by tenant and user.
 */
export const summariseHour = defineQuery<SummariseHourParams, SummariseHourRow>('audit/anomalies.summarise_hour', ['from', 'to'], `select e.tenant_id, coalesce(e.user_id, '00000000-0000-0000-0000-000000000000') as user_id,
  count(*)::int as event_count, coalesce(sum(e.row_count), 0)::bigint as row_count,
  count(*) filter (where not e.is_success)::int as refused_count,
  count(*) filter (where e.action ~ '(^|[.-])export$')::int as export_count,
  coalesce(array_agg(distinct e.target_id) filter (where e.target_type = 'table'), '{}')::text[] as tables,
  coalesce(array_agg(distinct coalesce(nullif(e.origin ->> 'clientAddress', ''), host(e.client_address)))
    filter (where coalesce(nullif(e.origin ->> 'clientAddress', ''), host(e.client_address)) is not null), '{}')::text[] as addresses
from audit.events e
-- plinth:allow unpruned one hour, given as a parameter: other months are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz
group by 1, 2`);

export interface PutBaselinesParams {
  readonly hour: Date;
  readonly rows: string;
}
export type PutBaselinesRow = Record<string, never>;
export const putBaselines = defineQuery<PutBaselinesParams, PutBaselinesRow>('audit/anomalies.put_baselines', ['hour', 'rows'], `insert into audit.baselines (tenant_id, user_id, hour, event_count, row_count, refused_count, export_count, tables, addresses)
select r.tenant_id, r.user_id, $1::timestamptz, r.event_count, r.row_count, r.refused_count, r.export_count, r.tables, r.addresses
from jsonb_to_recordset($2::jsonb) as r (tenant_id uuid, user_id uuid, event_count int, row_count bigint, refused_count int,
  export_count int, tables text[], addresses text[])
on conflict (tenant_id, user_id, hour) do update set event_count = excluded.event_count, row_count = excluded.row_count,
  refused_count = excluded.refused_count, export_count = excluded.export_count, tables = excluded.tables, addresses = excluded.addresses`);

export interface ListHistoryParams {
  readonly hour: Date;
  readonly since: Date;
}
export interface ListHistoryRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly hour: Date;
  readonly event_count: number;
  readonly row_count: number;
  readonly refused_count: number;
  readonly export_count: number;
  readonly tables: string[];
  readonly addresses: string[];
}
/**
 * The hours before one, of those who were active in it; oldest first.
 */
export const listHistory = defineQuery<ListHistoryParams, ListHistoryRow>('audit/anomalies.list_history', ['hour', 'since'], `select b.tenant_id, b.user_id, b.hour, b.event_count, b.row_count, b.refused_count, b.export_count, b.tables, b.addresses
from audit.baselines b
join audit.baselines c on c.tenant_id = b.tenant_id and c.user_id = b.user_id and c.hour = $1::timestamptz
where b.hour < $1::timestamptz and b.hour >= $2::timestamptz
order by b.tenant_id, b.user_id, b.hour`);

export interface ForgetBaselinesParams {
  readonly before: Date;
}
export type ForgetBaselinesRow = Record<string, never>;
export const forgetBaselines = defineQuery<ForgetBaselinesParams, ForgetBaselinesRow>('audit/anomalies.forget_baselines', ['before'], `delete from audit.baselines where hour < $1::timestamptz`);

export interface ReadCursorParams {
  readonly name: string;
}
export interface ReadCursorRow {
  readonly reached: Date;
}
export const readCursor = defineQuery<ReadCursorParams, ReadCursorRow>('audit/anomalies.read_cursor', ['name'], `select reached from audit.cursors where name = $1`);

export type OldestEventParams = Record<string, never>;
export interface OldestEventRow {
  readonly created: Date;
}
export const oldestEvent = defineQuery<OldestEventParams, OldestEventRow>('audit/anomalies.oldest_event', [], `select created from audit.events
-- plinth:allow unpruned months are read from the oldest on, until there is a row
order by created limit 1`);

export interface MoveCursorParams {
  readonly name: string;
  readonly reached: Date;
}
export type MoveCursorRow = Record<string, never>;
export const moveCursor = defineQuery<MoveCursorParams, MoveCursorRow>('audit/anomalies.move_cursor', ['name', 'reached'], `insert into audit.cursors (name, reached) values ($1, $2)
on conflict (name) do update set reached = excluded.reached`);

export interface FindSameParams {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly subject: string;
}
export interface FindSameRow {
  readonly id: string;
  readonly observed: number;
  readonly raised: Date;
  readonly is_told: boolean;
  readonly expected_limit: number | null;
}
export const findSame = defineQuery<FindSameParams, FindSameRow>('audit/anomalies.find_same', ['tenant_id', 'user_id', 'kind', 'subject'], `select id, observed, raised, is_told, expected_limit
from audit.anomalies
where tenant_id = $1 and user_id = $2 and kind = $3 and subject = $4
for update`);

export interface InsertAnomalyParams {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly observed: number;
  readonly usual: number;
  readonly evidence: string;
  readonly severity: string;
  readonly hour: Date;
}
export type InsertAnomalyRow = Record<string, never>;
export const insertAnomaly = defineQuery<InsertAnomalyParams, InsertAnomalyRow>('audit/anomalies.insert_anomaly', ['tenant_id', 'user_id', 'kind', 'subject', 'observed', 'usual', 'evidence', 'severity', 'hour'], `insert into audit.anomalies (tenant_id, user_id, kind, subject, observed, usual, evidence, severity, occurrences, first_hour, last_hour, raised, is_told)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $9, false)`);

export interface RepeatAnomalyParams {
  readonly observed: number;
  readonly usual: number;
  readonly evidence: string;
  readonly severity: string;
  readonly hour: Date;
  readonly is_raised: boolean;
  readonly id: string;
}
export type RepeatAnomalyRow = Record<string, never>;
/**
 * What was marked as expected stays so, unless it is raised again.
 */
export const repeatAnomaly = defineQuery<RepeatAnomalyParams, RepeatAnomalyRow>('audit/anomalies.repeat_anomaly', ['observed', 'usual', 'evidence', 'severity', 'hour', 'is_raised', 'id'], `update audit.anomalies
set observed = $1, usual = $2, evidence = $3, severity = $4, occurrences = occurrences + 1, last_hour = $5,
  raised = case when $6::boolean then $5 else raised end,
  is_told = is_told and not $6::boolean,
  expected = case when not $6::boolean then expected end,
  expected_by = case when not $6::boolean then expected_by end,
  expected_because = case when not $6::boolean then expected_because end,
  expected_limit = case when not $6::boolean then expected_limit end
where id = $7`);

export type ListUntoldParams = Record<string, never>;
export interface ListUntoldRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly evidence: string;
  readonly severity: string;
}
export const listUntold = defineQuery<ListUntoldParams, ListUntoldRow>('audit/anomalies.list_untold', [], `select id, tenant_id, user_id, kind, subject, evidence, severity from audit.anomalies where not is_told order by raised, id`);

export interface MarkToldParams {
  readonly id: string;
}
export type MarkToldRow = Record<string, never>;
export const markTold = defineQuery<MarkToldParams, MarkToldRow>('audit/anomalies.mark_told', ['id'], `update audit.anomalies set is_told = true where id = $1`);

export interface ListAnomaliesParams {
  readonly with_expected: boolean;
  readonly limit: number;
}
export interface ListAnomaliesRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly tenant: string | null;
  readonly user_email: string | null;
  readonly kind: string;
  readonly subject: string;
  readonly observed: number;
  readonly usual: number;
  readonly evidence: string;
  readonly severity: string;
  readonly occurrences: number;
  readonly first_hour: Date;
  readonly last_hour: Date;
  readonly expected: Date | null;
  readonly expected_by: string | null;
  readonly expected_because: string | null;
}
export const listAnomalies = defineQuery<ListAnomaliesParams, ListAnomaliesRow>('audit/anomalies.list_anomalies', ['with_expected', 'limit'], `select a.id, a.tenant_id, a.user_id, t.slug as "tenant", u.email as "user_email", a.kind, a.subject, a.observed, a.usual, a.evidence,
  a.severity, a.occurrences, a.first_hour, a.last_hour, a.expected, a.expected_by, a.expected_because
from audit.anomalies a
left join tenancy.tenants t on t.id = a.tenant_id
left join tenancy.users u on u.id = a.user_id
where $1::boolean or a.expected is null
order by a.last_hour desc, a.id
limit $2`);

export interface ExpectAnomalyParams {
  readonly by: string;
  readonly because: string;
  readonly id: string;
}
export interface ExpectAnomalyRow {
  readonly tenant_id: string;
  readonly kind: string;
}
export const expectAnomaly = defineQuery<ExpectAnomalyParams, ExpectAnomalyRow>('audit/anomalies.expect_anomaly', ['by', 'because', 'id'], `update audit.anomalies
set expected = now(), expected_by = $1, expected_because = $2, expected_limit = observed
where id = $3
returning tenant_id, kind`);

export interface UnexpectAnomalyParams {
  readonly id: string;
}
export interface UnexpectAnomalyRow {
  readonly tenant_id: string;
  readonly kind: string;
}
export const unexpectAnomaly = defineQuery<UnexpectAnomalyParams, UnexpectAnomalyRow>('audit/anomalies.unexpect_anomaly', ['id'], `update audit.anomalies
set expected = null, expected_by = null, expected_because = null, expected_limit = null
where id = $1 and expected is not null
returning tenant_id, kind`);
