// Made by `npm run generate` from long-term.sql; do not edit.
// sources: 2a95bf4ef85338f7215b3dcfad37f6a4
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ReadFeedParams {
  readonly tier: string;
  readonly era: number;
}
export interface ReadFeedRow {
  readonly reached: number;
}
export const readFeed = defineQuery<ReadFeedParams, ReadFeedRow>('audit/long-term.read_feed', ['tier', 'era'], `select reached from audit.feeds where tier = $1 and era = $2`);

export type CurrentEraParams = Record<string, never>;
export interface CurrentEraRow {
  readonly era: number;
}
export const currentEra = defineQuery<CurrentEraParams, CurrentEraRow>('audit/long-term.current_era', [], `select max(id)::int2 as "era" from audit.eras`);

export interface NextCutParams {
  readonly from: number;
  readonly era: number;
  readonly most: number;
}
export interface NextCutRow {
  readonly cut: number | null;
}
/**
 * Where the next portion ends: its transactions have all ended, and of the last one nothing is left behind. Null: there is none.
 */
export const nextCut = defineQuery<NextCutParams, NextCutRow>('audit/long-term.next_cut', ['from', 'era', 'most'], `select max(p.xid) + 1 as "cut"
from (
  select e.xid::text::int8 as xid from audit.events e
  -- plinth:allow unpruned by the index on transactions
  where e.xid >= ($1::int8)::text::xid8 and e.xid < pg_snapshot_xmin(pg_current_snapshot()) and e.era = $2
  order by e.xid
  limit $3
) p`);

export interface ListPortionParams {
  readonly era: number;
  readonly from: number;
  readonly cut: number;
}
export interface ListPortionRow {
  readonly portion: string;
}
export const listPortion = defineQuery<ListPortionParams, ListPortionRow>('audit/long-term.list_portion', ['era', 'from', 'cut'], `select coalesce(jsonb_agg(jsonb_build_object(
    'created', e.created, 'id', e.id, 'tenant_id', e.tenant_id, 'kind', e.kind, 'actor_id', e.user_id, 'actor_role', e.member_role, 'action', e.action,
    'target_type', e.target_type, 'target_id', e.target_id, 'duration_ms', e.duration_ms, 'complexity_score', e.complexity_score,
    'affected_rows', e.row_count, 'compliance_flags', coalesce(e.compliance_flags, '{}'), 'classification', e.classification,
    'client_address', coalesce(e.origin ->> 'clientAddress', host(e.client_address)), 'user_agent', e.origin ->> 'userAgent',
    'session_id', e.origin ->> 'sessionId', 'is_success', e.is_success, 'details', e.details)), '[]')::text as "portion"
from audit.events e
-- plinth:allow unpruned by the index on transactions
where e.era = $1 and e.xid >= ($2::int8)::text::xid8 and e.xid < ($3::int8)::text::xid8
  and (e.kind <> 'change' or e.compliance_flags <> '{}')`);

export interface PutLogsParams {
  readonly tier: string;
  readonly portion: string;
}
export type PutLogsRow = Record<string, never>;
export const putLogs = defineQuery<PutLogsParams, PutLogsRow>('audit/long-term.put_logs', ['tier', 'portion'], `insert into audit.admin_audit_logs (created, tier, id, tenant_id, actor_id, actor_role, action, target_type, target_id, duration_ms, complexity_score,
  affected_rows, compliance_flags, classification, client_address, user_agent, session_id)
select r.created, $1, r.id, r.tenant_id, r.actor_id, r.actor_role, r.action, r.target_type, r.target_id, r.duration_ms, r.complexity_score,
  r.affected_rows, r.compliance_flags, r.classification, r.client_address, r.user_agent, r.session_id
from jsonb_to_recordset($2::jsonb) as r (created timestamptz, id int8, tenant_id uuid, kind text, actor_id uuid, actor_role text, action text,
  target_type text, target_id text, duration_ms real, complexity_score int2, affected_rows int8, compliance_flags text[], classification text,
  client_address text, user_agent text, session_id text)
where r.kind <> 'operation' or r.actor_id is not null`);

export interface PutSystemEventsParams {
  readonly tier: string;
  readonly portion: string;
}
export type PutSystemEventsRow = Record<string, never>;
export const putSystemEvents = defineQuery<PutSystemEventsParams, PutSystemEventsRow>('audit/long-term.put_system_events', ['tier', 'portion'], `insert into audit.admin_system_events (created, tier, id, tenant_id, event_type, severity, source, message, details, duration_ms, affected_rows,
  compliance_flags, session_id)
select r.created, $1, r.id, r.tenant_id, r.action, coalesce(r.details ->> 'severity', case when r.is_success then 'info' else 'medium' end),
  split_part(r.action, '.', 1), concat_ws(' ', r.action, r.target_type, r.target_id, case when not r.is_success then '(refused or failed)' end),
  r.details, r.duration_ms, r.affected_rows, r.compliance_flags, r.session_id
from jsonb_to_recordset($2::jsonb) as r (created timestamptz, id int8, tenant_id uuid, kind text, actor_id uuid, action text, target_type text,
  target_id text, is_success boolean, details jsonb, duration_ms real, affected_rows int8, compliance_flags text[], session_id text)
where r.kind = 'operation' and r.actor_id is null`);

export interface MoveFeedParams {
  readonly tier: string;
  readonly era: number;
  readonly cut: number;
  readonly from: number;
}
export type MoveFeedRow = Record<string, never>;
/**
 * No row where somebody else has moved it meanwhile.
 */
export const moveFeed = defineQuery<MoveFeedParams, MoveFeedRow>('audit/long-term.move_feed', ['tier', 'era', 'cut', 'from'], `insert into audit.feeds as f (tier, era, reached) values ($1, $2, $3)
on conflict (tier, era) do update set reached = excluded.reached where f.reached = $4`);
