// Made by `npm run generate` from reports.sql; do not edit.
// sources: 18088d45f83c479518f7ded66c4431f8
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ReportOperationsParams {
  readonly from: Date;
  readonly to: Date;
  readonly beginnings: readonly string[];
  readonly limit: number;
}
export interface ReportOperationsRow {
  readonly created: Date;
  readonly user_id: string | null;
  readonly database_user: string;
  readonly tenant_id: string;
  readonly action: string;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly is_success: boolean;
  readonly purpose: string | null;
  readonly details: unknown;
  readonly total: number;
}
/**
 * Operations whose action begins with one of these, newest first.
 */
export const reportOperations = defineQuery<ReportOperationsParams, ReportOperationsRow>('audit/reports.report_operations', ['from', 'to', 'beginnings', 'limit'], `select e.created, e.user_id, e.database_user, e.tenant_id, e.action, e.target_type, e.target_id, e.is_success, e.purpose, e.details,
  count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz and e.kind = 'operation'
  and exists (select from unnest($3::text[]) as b where starts_with(e.action, b))
order by e.created desc, e.id desc
limit $4`);

export interface ReportDataParams {
  readonly from: Date;
  readonly to: Date;
  readonly kinds: readonly string[];
  readonly flag: string;
  readonly limit: number;
}
export interface ReportDataRow {
  readonly kind: string;
  readonly user_id: string | null;
  readonly database_user: string;
  readonly tenant_id: string;
  readonly target_id: string | null;
  readonly action: string;
  readonly purpose: string | null;
  readonly events: number;
  readonly rows: number;
  readonly first: Date;
  readonly last: Date;
  readonly total: number;
}
/**
 * Who read or changed data that is classified for a regulation, how often, and why.
 */
export const reportData = defineQuery<ReportDataParams, ReportDataRow>('audit/reports.report_data', ['from', 'to', 'kinds', 'flag', 'limit'], `select e.kind, e.user_id, e.database_user, e.tenant_id, e.target_id, e.action, e.purpose, count(*)::int as events,
  coalesce(sum(e.row_count), 0)::bigint as rows, min(e.created) as "first", max(e.created) as "last", count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz and e.kind = any($3::text[])
  and e.compliance_flags @> array[$4::text]
group by e.kind, e.user_id, e.database_user, e.tenant_id, e.target_id, e.action, e.purpose
order by rows desc, events desc, e.target_id
limit $5`);

export interface ReportMembershipsParams {
  readonly from: Date;
  readonly to: Date;
  readonly tables: readonly string[];
  readonly limit: number;
}
export interface ReportMembershipsRow {
  readonly created: Date;
  readonly user_id: string | null;
  readonly database_user: string;
  readonly tenant_id: string;
  readonly action: string;
  readonly keys: string[] | null;
  readonly row_count: number | null;
  readonly total: number;
}
/**
 * Changes of who may work for whom.
 */
export const reportMemberships = defineQuery<ReportMembershipsParams, ReportMembershipsRow>('audit/reports.report_memberships', ['from', 'to', 'tables', 'limit'], `select e.created, e.user_id, e.database_user, e.tenant_id, e.action, e.keys, e.row_count, count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz and e.kind = 'change' and e.target_id = any($3::text[])
order by e.created desc, e.id desc
limit $4`);

export interface ReportRefusalsParams {
  readonly from: Date;
  readonly to: Date;
  readonly limit: number;
}
export interface ReportRefusalsRow {
  readonly action: string;
  readonly user_id: string | null;
  readonly tenant_id: string;
  readonly attempted: string | null;
  readonly events: number;
  readonly first: Date;
  readonly last: Date;
  readonly total: number;
}
/**
 * What was refused, to whom, how often.
 */
export const reportRefusals = defineQuery<ReportRefusalsParams, ReportRefusalsRow>('audit/reports.report_refusals', ['from', 'to', 'limit'], `select e.action, e.user_id, e.tenant_id, e.details ->> 'attempted' as attempted, count(*)::int as events, min(e.created) as "first",
  max(e.created) as "last", count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz and e.kind = 'operation' and not e.is_success
group by e.action, e.user_id, e.tenant_id, attempted
order by events desc, e.action
limit $3`);
