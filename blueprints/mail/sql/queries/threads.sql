-- name: list_threads
-- A page of threads, newest first, behind (last, id). The search looks into subjects and senders; row security allows no
-- text index here (see README), so it reads the tenant's messages of the threads it passes.
select t.id, t.subject, t.last, t.message_count,
  array(
    select coalesce(nullif(m.from_name, ''), m.from_address) from content.email_messages m
     where m.tenant_id = t.tenant_id and m.thread_id = t.id and m.from_address <> ''
     group by 1 order by min(coalesce(m.sent, m.created)), 1 limit 5
  ) as "participants!",
  exists (
    select from content.email_messages m join content.content_objects o on o.tenant_id = m.tenant_id and o.email_message_id = m.id
     where m.tenant_id = t.tenant_id and m.thread_id = t.id and o.role = 'attachment'
  ) as has_attachments,
  coalesce((
    select c.snippet from content.email_messages m join content.email_content c on c.tenant_id = m.tenant_id and c.id = m.content_id
     where m.tenant_id = t.tenant_id and m.thread_id = t.id order by coalesce(m.sent, m.created) desc, m.id desc limit 1
  ), '') as snippet
  from content.email_threads t
 where t.tenant_id = :tenant_id
   and (:last?::timestamptz is null or (t.last, t.id) < (:last?, :id?::uuid))
   and (:search?::text is null or exists (
     select from content.email_messages m
      where m.tenant_id = t.tenant_id and m.thread_id = t.id
        and strpos(lower(m.subject || ' ' || m.from_name || ' ' || m.from_address), :search?) > 0
   ))
 order by t.last desc, t.id desc
 limit :limit::int;

-- name: find_thread
select t.id, t.subject, t.last, t.message_count from content.email_threads t where t.tenant_id = :tenant_id and t.id = :id;

-- name: list_thread_messages
-- The messages of a thread, oldest first, each with the object of the body that is shown and of its raw form.
select m.id, m.message_id, m.from_address, m.from_name, m.to_addresses, m.cc_addresses, m.subject, coalesce(m.sent, m.queued, m.created) as "sent!",
  m.direction, m.status, b.id as "body_object_id?", b.content_type as "body_type?", b.charset as "body_charset?", y.raw_bytes as "body_bytes?", r.id as "raw_object_id?",
  w.raw_bytes as "raw_bytes?", w.layout as "layout?"
  from content.email_messages m
  left join content.email_content c on c.tenant_id = m.tenant_id and c.id = m.content_id
  left join content.objects b on b.tenant_id = c.tenant_id and b.id = c.object_id
  left join content.blobs y on y.tenant_id = b.tenant_id and y.id = b.blob_id
  left join content.content_objects p on p.tenant_id = m.tenant_id and p.email_message_id = m.id and p.role = 'raw'
  left join content.objects r on r.tenant_id = p.tenant_id and r.id = p.object_id
  left join content.blobs w on w.tenant_id = r.tenant_id and w.id = r.blob_id
 where m.tenant_id = :tenant_id and m.thread_id = :thread_id
 order by coalesce(m.sent, m.queued, m.created), m.id
 limit :limit::int;

-- name: list_attachments
select p.email_message_id, o.id as object_id, o.name, o.content_type, b.raw_bytes as "raw_bytes!"
  from content.content_objects p
  join content.objects o on o.tenant_id = p.tenant_id and o.id = p.object_id
  join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where p.tenant_id = :tenant_id and p.email_message_id = any (:message_ids::uuid[]) and p.role = 'attachment'
 order by p.email_message_id, p.id;

-- name: find_raw
select p.object_id from content.content_objects p
 where p.tenant_id = :tenant_id and p.email_message_id = :message_id and p.role = 'raw';
