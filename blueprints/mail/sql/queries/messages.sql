-- name: lock_mailboxes
-- Held to the end of the transaction: batches of one tenant are threaded one after the other.
select pg_advisory_xact_lock(hashtextextended('mail ' || :tenant_id::uuid::text, 0)) as "locked?";

-- name: find_known
-- Which of these raw messages are stored.
select m.raw_sha256 as "raw_sha256!" from content.email_messages m
 where m.tenant_id = :tenant_id and m.raw_sha256 = any (:sha256s::bytea[]);

-- name: find_references
select r.id, r.thread_id from content.email_references r where r.tenant_id = :tenant_id and r.id = any (:ids::uuid[]);

-- name: find_threads
select t.id, t.subject, t.subject_key, t.last, t.message_count from content.email_threads t
 where t.tenant_id = :tenant_id and (t.id = any (:ids::uuid[]) or t.subject_key = any (:subject_keys::text[]));

-- name: put_threads
insert into content.email_threads as t (tenant_id, id, subject, subject_key, last, message_count)
select :tenant_id, r.id, r.subject, r.subject_key, r.last, r.message_count
  from json_to_recordset(:rows::json) as r (id uuid, subject text, subject_key text, last timestamptz, message_count int)
on conflict (tenant_id, id) do update set last = excluded.last, message_count = excluded.message_count;

-- name: move_messages
update content.email_messages m set thread_id = p.into_id
  from unnest(:from_ids::uuid[], :into_ids::uuid[]) as p (from_id, into_id)
 where m.tenant_id = :tenant_id and m.thread_id = p.from_id;

-- name: move_references
update content.email_references r set thread_id = p.into_id
  from unnest(:from_ids::uuid[], :into_ids::uuid[]) as p (from_id, into_id)
 where r.tenant_id = :tenant_id and r.thread_id = p.from_id;

-- name: drop_threads
delete from content.email_threads t where t.tenant_id = :tenant_id and t.id = any (:ids::uuid[]);

-- name: put_references
insert into content.email_references as r (tenant_id, id, thread_id)
select :tenant_id, p.id, p.thread_id from unnest(:ids::uuid[], :thread_ids::uuid[]) as p (id, thread_id)
on conflict (tenant_id, id) do update set thread_id = excluded.thread_id;

-- name: put_messages
insert into content.email_messages (tenant_id, id, thread_id, direction, message_id, in_reply_to, from_address, from_name, to_addresses, cc_addresses,
  subject, content_type, status, raw_sha256, content_id, email_account_id, sent, delivered, campaign_id, campaign_step_id, lead_id, queued)
select :tenant_id, r.id, r.thread_id, r.direction, r.message_id, r.in_reply_to, r.from_address, r.from_name, r.to_addresses, r.cc_addresses,
  r.subject, r.content_type, r.status, r.raw_sha256, r.content_id, r.email_account_id, r.sent, r.delivered,
  r.campaign_id, r.campaign_step_id, r.lead_id, case when r.queued is not null then least(r.sent, r.queued) end
  from json_to_recordset(:rows::json) as r (id uuid, thread_id uuid, direction text, message_id text, in_reply_to text, from_address text, from_name text,
    to_addresses text[], cc_addresses text[], subject text, content_type text, status text, raw_sha256 bytea, content_id uuid, email_account_id uuid,
    sent timestamptz, delivered timestamptz, campaign_id uuid, campaign_step_id uuid, lead_id uuid, queued timestamptz);

-- name: put_bodies
insert into content.email_content (tenant_id, id, email_message_id, object_id, path, snippet)
select :tenant_id, r.id, r.email_message_id, r.object_id, r.path, r.snippet
  from json_to_recordset(:rows::json) as r (id uuid, email_message_id uuid, object_id uuid, path text, snippet text);

-- name: put_objects
insert into content.content_objects (tenant_id, id, email_message_id, object_id, role, path, disposition, cid)
select :tenant_id, r.id, r.email_message_id, r.object_id, r.role, r.path, r.disposition, r.cid
  from json_to_recordset(:rows::json) as r (id uuid, email_message_id uuid, object_id uuid, role text, path text, disposition text, cid text);

-- name: find_raw_object
-- The raw form stored for a message that is not there yet: what a run that was killed had already uploaded.
select o.id from content.objects o
 where o.tenant_id = :tenant_id and o.owner_table = 'content.email_messages' and o.owner_id = :message_id and o.kind = 'raw'
 limit 1;
