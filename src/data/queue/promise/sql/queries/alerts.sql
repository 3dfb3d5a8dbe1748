-- name: list_alerts
select a.id, a.queue_id as "queue_id?", a.name, a.metric, a.comparison, a.threshold, a.for_s, a.severity from queue.queue_alerts a where a.is_enabled;

-- name: list_open_alerts
select h.alert_id, h.queue_id as "queue_id?" from queue.queue_alert_histories h where h.resolved is null;

-- name: fire_alerts
-- Two leaders never fire one twice: it is open once.
insert into queue.queue_alert_histories (alert_id, queue_id, value, threshold, cause)
select a.id, f.queue_id, f.value, a.threshold, f.cause
  from jsonb_to_recordset(:fired::jsonb) as f (alert_id uuid, queue_id int2, value float8, cause text)
  join queue.queue_alerts a on a.id = f.alert_id
 where f.queue_id is null or exists (select from queue.job_queues q where q.id = f.queue_id)
    on conflict (alert_id, queue_id) where resolved is null do nothing
returning id, alert_id, queue_id as "queue_id?";

-- name: resolve_alerts
update queue.queue_alert_histories h set resolved = now()
  from jsonb_to_recordset(:resolved::jsonb) as r (alert_id uuid, queue_id int2)
 where h.alert_id = r.alert_id and h.queue_id is not distinct from r.queue_id and h.resolved is null;

-- name: note_alerts_told
update queue.queue_alert_histories h set notified = now() where h.id = any (:ids::uuid[]);

-- name: list_alert_history
select a.name, a.metric, a.severity, q.name as "queue?", h.fired, h.resolved as "resolved?", h.value, h.threshold, h.cause as "cause?"
  from queue.queue_alert_histories h join queue.queue_alerts a on a.id = h.alert_id
  left join queue.job_queues q on q.id = h.queue_id
 order by h.resolved is null desc, h.fired desc limit :most::int4;

-- name: list_alert_rules
-- With how often each fired in the last 30 days; those of one queue behind those of all.
select a.id, a.name, q.name as "queue?", a.metric, a.comparison, a.threshold, a.for_s, a.severity, a.is_enabled,
  (select count(*) from queue.queue_alert_histories h where h.alert_id = a.id and h.fired > now() - interval '30 days') as "fired!",
  (select max(h.fired) from queue.queue_alert_histories h where h.alert_id = a.id) as "last_fired?",
  exists (select from queue.queue_alert_histories h where h.alert_id = a.id and h.resolved is null) as "is_firing!"
from queue.queue_alerts a left join queue.job_queues q on q.id = a.queue_id
order by a.name, q.name nulls first;

-- name: lock_alert
select a.metric, a.threshold, a.for_s, a.severity, a.is_enabled
from queue.queue_alerts a left join queue.job_queues q on q.id = a.queue_id
where a.name = :name and q.name is not distinct from :queue?::text for update of a;

-- name: set_alert
update queue.queue_alerts a set threshold = :threshold, for_s = :for_s, severity = :severity, is_enabled = :is_enabled
where a.name = :name and a.queue_id is not distinct from (select q.id from queue.job_queues q where q.name = :queue?::text);

-- name: audit_alert
insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
values ('00000000-0000-0000-0000-000000000000', 'alert', 'alert', :name, :details::jsonb, :by);
