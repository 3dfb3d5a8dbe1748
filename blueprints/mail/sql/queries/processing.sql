-- name: find_received
-- A message to be looked at, and where its bytes are.
select m.id, m.direction, m.from_address, coalesce(m.sent, m.created) as "dated!", o.object_id as "object_id!", b.raw_bytes as "raw_bytes!"
  from content.email_messages m
    join content.content_objects o on o.tenant_id = m.tenant_id and o.email_message_id = m.id and o.role = 'raw'
    join content.objects s on s.tenant_id = o.tenant_id and s.id = o.object_id
    join content.blobs b on b.tenant_id = s.tenant_id and b.id = s.blob_id
 where m.tenant_id = :tenant_id and m.id = :id;

-- name: find_answered
-- The campaign's message that another one is about: by the Message-IDs it names, or by id. Of several the newest.
select m.id, m.campaign_id, m.lead_id
  from content.email_messages m
 where m.tenant_id = :tenant_id and m.direction = 'outbound' and m.campaign_id is not null and m.sent is not null
   and (m.id = :id? or (m.message_id = any (:message_ids::text[])
     and m.thread_id in (select r.thread_id from content.email_references r where r.tenant_id = :tenant_id and r.id = any (:keys::uuid[]))))
 order by m.sent desc limit 1;

-- name: mark_answered
-- What became of a message, kept at its first time; whoever answered has got and read it. Again it changes nothing.
update content.email_messages m
   set delivered = case when :mark = 'bounced' then m.delivered else coalesce(m.delivered, m.sent) end,
       opened = case when :mark = 'replied' then coalesce(m.opened, m.delivered, m.sent) else m.opened end,
       replied = case when :mark = 'replied' then greatest(:at::timestamptz, m.delivered, m.sent) else m.replied end,
       bounced = case when :mark = 'bounced' then greatest(:at::timestamptz, m.sent) else m.bounced end,
       complained = case when :mark = 'complained' then greatest(:at::timestamptz, m.sent) else m.complained end,
       unsubscribed = case when :mark = 'unsubscribed' then greatest(:at::timestamptz, m.sent) else m.unsubscribed end,
       status = case when :mark = 'replied' and m.status in ('bounced', 'complained', 'unsubscribed') then m.status else :mark::text end,
       engagement_score = case when :mark = 'replied' then 100 else m.engagement_score end
 where m.tenant_id = :tenant_id and m.id = :id
   and case :mark::text when 'replied' then m.replied when 'bounced' then m.bounced when 'complained' then m.complained else m.unsubscribed end is null;

-- name: put_kind
update content.email_messages m set kind = :kind where m.tenant_id = :tenant_id and m.id = :id and m.kind is distinct from :kind;

-- name: find_lead_by_address
select d.id from oltp.leads d where d.tenant_id = :tenant_id and d.address operator(oltp.=) :address::text::oltp.citext;

-- name: mark_lead
-- A customer who answers stays one; who does not want mail is written to by nobody.
update oltp.leads d
   set status = case when :mark <> 'replied' or d.status in ('new', 'contacted') then
         case :mark::text when 'complained' then 'unsubscribed' else :mark end else d.status end,
       consent = case when :mark in ('unsubscribed', 'complained') then 'opted_out' else d.consent end, updated = now()
 where d.tenant_id = :tenant_id and d.id = :id
   and case :mark::text when 'replied' then d.status in ('new', 'contacted') when 'bounced' then d.status <> 'bounced' else d.consent <> 'opted_out' end;

-- name: end_enrolments
-- An answer ends the campaign it belongs to, everything else all of them.
update oltp.campaign_leads l
   set state = case :mark::text when 'complained' then 'unsubscribed' else :mark end, next_run = null, finished = coalesce(l.finished, now())
 where l.tenant_id = :tenant_id and l.lead_id = :lead_id and l.state in ('enrolled', 'active', 'paused', 'finished')
   and (:mark <> 'replied' or l.campaign_id = :campaign_id?);

-- name: put_analytics_details
-- A job that goes on later counts what it did so far with it.
insert into queue.job_analytics_details as d (tenant_id, job_id, dataset, range_start, range_end, rows_read, rows_written)
values (:tenant_id, :job_id, :dataset, :range_start?, :range_end?, :rows_read, :rows_written)
on conflict (tenant_id, job_id) do update
   set range_start = least(d.range_start, excluded.range_start), range_end = greatest(d.range_end, excluded.range_end),
       rows_read = d.rows_read + excluded.rows_read, rows_written = d.rows_written + excluded.rows_written;
