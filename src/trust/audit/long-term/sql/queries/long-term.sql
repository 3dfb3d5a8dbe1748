-- name: read_feed
select reached from audit.feeds where tier = :tier and era = :era;

-- name: current_era
select max(id)::int2 as "era!" from audit.eras;

-- name: next_cut
-- Where the next portion ends: its transactions have all ended, and of the last one nothing is left behind. Null: there is none.
select max(p.xid) + 1 as "cut?"
from (
  select e.xid::text::int8 as xid from audit.events e
  -- plinth:allow unpruned by the index on transactions
  where e.xid >= (:from::int8)::text::xid8 and e.xid < pg_snapshot_xmin(pg_current_snapshot()) and e.era = :era
  order by e.xid
  limit :most
) p;

-- name: list_portion
select coalesce(jsonb_agg(jsonb_build_object(
    'created', e.created, 'id', e.id, 'tenant_id', e.tenant_id, 'kind', e.kind, 'actor_id', e.user_id, 'actor_role', e.member_role, 'action', e.action,
    'target_type', e.target_type, 'target_id', e.target_id, 'duration_ms', e.duration_ms, 'complexity_score', e.complexity_score,
    'affected_rows', e.row_count, 'compliance_flags', coalesce(e.compliance_flags, '{}'), 'classification', e.classification,
    'client_address', coalesce(e.origin ->> 'clientAddress', host(e.client_address)), 'user_agent', e.origin ->> 'userAgent',
    'session_id', e.origin ->> 'sessionId', 'is_success', e.is_success, 'details', e.details)), '[]')::text as "portion!"
from audit.events e
-- plinth:allow unpruned by the index on transactions
where e.era = :era and e.xid >= (:from::int8)::text::xid8 and e.xid < (:cut::int8)::text::xid8
  and (e.kind <> 'change' or e.compliance_flags <> '{}');

-- name: put_logs
insert into audit.admin_audit_logs (created, tier, id, tenant_id, actor_id, actor_role, action, target_type, target_id, duration_ms, complexity_score,
  affected_rows, compliance_flags, classification, client_address, user_agent, session_id)
select r.created, :tier, r.id, r.tenant_id, r.actor_id, r.actor_role, r.action, r.target_type, r.target_id, r.duration_ms, r.complexity_score,
  r.affected_rows, r.compliance_flags, r.classification, r.client_address, r.user_agent, r.session_id
from jsonb_to_recordset(:portion::jsonb) as r (created timestamptz, id int8, tenant_id uuid, kind text, actor_id uuid, actor_role text, action text,
  target_type text, target_id text, duration_ms real, complexity_score int2, affected_rows int8, compliance_flags text[], classification text,
  client_address text, user_agent text, session_id text)
where r.kind <> 'operation' or r.actor_id is not null;

-- name: put_system_events
insert into audit.admin_system_events (created, tier, id, tenant_id, event_type, severity, source, message, details, duration_ms, affected_rows,
  compliance_flags, session_id)
select r.created, :tier, r.id, r.tenant_id, r.action, coalesce(r.details ->> 'severity', case when r.is_success then 'info' else 'medium' end),
  split_part(r.action, '.', 1), concat_ws(' ', r.action, r.target_type, r.target_id, case when not r.is_success then '(refused or failed)' end),
  r.details, r.duration_ms, r.affected_rows, r.compliance_flags, r.session_id
from jsonb_to_recordset(:portion::jsonb) as r (created timestamptz, id int8, tenant_id uuid, kind text, actor_id uuid, action text, target_type text,
  target_id text, is_success boolean, details jsonb, duration_ms real, affected_rows int8, compliance_flags text[], session_id text)
where r.kind = 'operation' and r.actor_id is null;

-- name: move_feed
-- No row where somebody else has moved it meanwhile.
insert into audit.feeds as f (tier, era, reached) values (:tier, :era, :cut)
on conflict (tier, era) do update set reached = excluded.reached where f.reached = :from;
