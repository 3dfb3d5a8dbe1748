-- name: read_changed_messages
-- Messages written since a position, by transactions that can no longer be overtaken by an older one.
select m.id, m.direction, m.email_account_id, m.campaign_id, m.campaign_step_id, m.lead_id, coalesce(m.sent, m.queued, m.created) as "occurred!",
  m.sent, m.delivered, m.opened, m.clicked, m.replied, m.bounced, m.complained, m.unsubscribed, m.changed_xid::text as "changed_xid!"
  from content.email_messages m
 where m.tenant_id = :tenant_id and (m.changed_xid, m.id) > (:xid::text::xid8, :id::uuid)
   and m.changed_xid < pg_snapshot_xmin(pg_current_snapshot())
 order by m.changed_xid, m.id
 limit :limit::int;

-- name: has_changed_messages
-- Whether messages were written since a position, be there older transactions or not.
select m.id from content.email_messages m
 where m.tenant_id = :tenant_id and (m.changed_xid, m.id) > (:xid::text::xid8, :id::uuid) limit 1;

-- name: find_position
select c.position, c.updated from olap.fact_cursors c where c.tenant_id = :tenant_id and c.id = :feed for update;

-- name: put_position
insert into olap.fact_cursors (tenant_id, id, position) values (:tenant_id, :feed, :position)
on conflict (tenant_id, id) do update set position = excluded.position, updated = now();

-- name: find_facts
-- What a group of facts was counted under before it changes.
select f.email_account_id, f.campaign_id, f.campaign_step_id, f.lead_id, f.occurred
  from olap.email_facts f where f.tenant_id = :tenant_id and f.id = any (:ids::uuid[]);

-- name: put_facts
insert into olap.email_facts (tenant_id, id, direction, email_account_id, campaign_id, campaign_step_id, lead_id, occurred,
  sent, delivered, opened, clicked, replied, bounced, complained, unsubscribed)
select :tenant_id, r.id, r.direction, r.email_account_id, r.campaign_id, r.campaign_step_id, r.lead_id, r.occurred,
  r.sent, r.delivered, r.opened, r.clicked, r.replied, r.bounced, r.complained, r.unsubscribed
  from json_to_recordset(:rows::json) as r (id uuid, direction text, email_account_id uuid, campaign_id uuid, campaign_step_id uuid, lead_id uuid,
    occurred timestamptz, sent timestamptz, delivered timestamptz, opened timestamptz, clicked timestamptz, replied timestamptz, bounced timestamptz,
    complained timestamptz, unsubscribed timestamptz)
on conflict (tenant_id, id) do update set direction = excluded.direction, email_account_id = excluded.email_account_id,
  campaign_id = excluded.campaign_id, campaign_step_id = excluded.campaign_step_id, lead_id = excluded.lead_id, occurred = excluded.occurred,
  sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened, clicked = excluded.clicked, replied = excluded.replied,
  bounced = excluded.bounced, complained = excluded.complained, unsubscribed = excluded.unsubscribed;

-- name: count_mailboxes
-- Counts these days of these mailboxes anew. A day that lost its last message becomes 0.
insert into olap.mailbox_analytics (tenant_id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select :tenant_id, k.account_id, k.day, count(*) filter (where f.direction = 'inbound'),
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest(:account_ids::uuid[], :days::date[]) as k (account_id, day)
  left join olap.email_facts f on f.tenant_id = :tenant_id and f.email_account_id = k.account_id
    and f.occurred >= k.day::timestamp at time zone 'UTC' and f.occurred < (k.day + 1)::timestamp at time zone 'UTC'
 group by k.account_id, k.day
on conflict (tenant_id, email_account_id, day) do update set computed = now(), inbound_count = excluded.inbound_count,
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count;

-- name: count_campaigns
-- Counts these hours of these campaigns anew.
insert into olap.campaign_analytics (tenant_id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select :tenant_id, k.campaign_id, k.hour,
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest(:campaign_ids::uuid[], :hours::timestamptz[]) as k (campaign_id, hour)
  left join olap.email_facts f on f.tenant_id = :tenant_id and f.campaign_id = k.campaign_id
    and f.occurred >= k.hour and f.occurred < k.hour + interval '1 hour'
 group by k.campaign_id, k.hour
on conflict (tenant_id, campaign_id, hour) do update set computed = now(),
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count;

-- name: count_steps
-- Counts these steps anew.
insert into olap.sequence_step_analytics (tenant_id, campaign_id, campaign_step_id, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select :tenant_id, k.campaign_id, k.step_id,
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest(:campaign_ids::uuid[], :step_ids::uuid[]) as k (campaign_id, step_id)
  left join olap.email_facts f on f.tenant_id = :tenant_id and f.campaign_id = k.campaign_id and f.campaign_step_id = k.step_id
 group by k.campaign_id, k.step_id
on conflict (tenant_id, campaign_id, campaign_step_id) do update set computed = now(),
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count;

-- name: count_leads
-- Counts these leads anew.
insert into olap.lead_analytics (tenant_id, lead_id, contacted, answered, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select :tenant_id, k.lead_id, max(f.occurred), max(f.replied),
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest(:lead_ids::uuid[]) as k (lead_id)
  join olap.email_facts f on f.tenant_id = :tenant_id and f.lead_id = k.lead_id
 group by k.lead_id
on conflict (tenant_id, lead_id) do update set computed = now(), contacted = excluded.contacted, answered = excluded.answered,
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count;
