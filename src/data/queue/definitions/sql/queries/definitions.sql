-- name: add_types
-- A conflict would use up a number; there are 32,767.
insert into queue.job_types (name, queue_id, band, max_attempts, payload_version, pausing_findings, unique_fields, unique_scope, unique_ms,
    on_conflict, subject_fields, details)
select t.name, q.id, t.band, t.max_attempts, t.payload_version, t.pausing_findings, t.unique_fields, t.unique_scope, t.unique_ms, t.on_conflict,
  t.subject_fields, t.details
from jsonb_to_recordset(:types::jsonb) as t (name text, queue text, band smallint, max_attempts smallint, payload_version smallint,
    pausing_findings text[], unique_fields text[], unique_scope text, unique_ms bigint, on_conflict text, subject_fields jsonb, details text)
  join queue.job_queues q on q.name = t.queue
where not exists (select from queue.job_types k where k.name = t.name)
order by t.name
on conflict do nothing;

-- name: change_types
-- While old and new processes run side by side, the newer payload stands.
update queue.job_types k
set queue_id = q.id, band = t.band, max_attempts = t.max_attempts, payload_version = greatest(k.payload_version, t.payload_version),
  pausing_findings = t.pausing_findings, unique_fields = t.unique_fields, unique_scope = t.unique_scope, unique_ms = t.unique_ms, on_conflict = t.on_conflict, subject_fields = t.subject_fields, details = t.details,
  updated = now()
from jsonb_to_recordset(:types::jsonb) as t (name text, queue text, band smallint, max_attempts smallint, payload_version smallint,
    pausing_findings text[], unique_fields text[], unique_scope text, unique_ms bigint, on_conflict text, subject_fields jsonb, details text)
  join queue.job_queues q on q.name = t.queue
where k.name = t.name
  and (k.queue_id, k.band, k.max_attempts, k.payload_version, k.pausing_findings, k.unique_fields, k.unique_scope, k.unique_ms, k.on_conflict, k.subject_fields, k.details)
    is distinct from (q.id, t.band, t.max_attempts, greatest(k.payload_version, t.payload_version), t.pausing_findings, t.unique_fields, t.unique_scope, t.unique_ms, t.on_conflict,
      t.subject_fields, t.details);

-- name: list_queues
select q.id, q.name, q.group_name, q.pool, q.on_overload from queue.job_queues q order by q.name;

-- name: list_types
select t.id, t.name, t.queue_id, t.band, t.max_attempts, t.payload_version, t.unique_scope, t.on_conflict from queue.job_types t;

-- name: declare_queue
select queue.declare_queue(:name, :options::jsonb) as "id!";
