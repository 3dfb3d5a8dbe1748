-- A row per campaign and hour of sending, for ever: cut into months, so that each can be looked at, archived and let go of by itself.
-- The rows are few enough to be carried over in one transaction. Its key takes in what it is cut by; nothing refers to the old one.
-- plinth:allow L29 the name is taken again in this transaction
alter table olap.campaign_analytics rename to campaign_analytics_whole;
-- plinth:allow L68 comments come with the columns
create table olap.campaign_analytics (
  like olap.campaign_analytics_whole including all excluding indexes,
  constraint campaign_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
) partition by range (hour);
comment on table olap.campaign_analytics is 'Messages of a campaign per hour of sending; the hourly series predictions are made from.';
select partition.manage('olap.campaign_analytics', '{"by": "time", "key": "hour", "every": "month"}');
select partition.ensure('olap.campaign_analytics', m.first::text, (m.first + interval '1 month')::text)
  from (select distinct date_trunc('month', hour at time zone 'UTC') as first from olap.campaign_analytics_whole) m;
insert into olap.campaign_analytics (tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count,
  replied_count, bounced_count, complained_count, unsubscribed_count, computed)
select tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count,
  complained_count, unsubscribed_count, computed
  from olap.campaign_analytics_whole;
-- plinth:allow L39, L53, L71, L75 every row stands in the new table
drop table olap.campaign_analytics_whole;
alter table olap.campaign_analytics add constraint campaign_analytics_pk primary key (tenant_id, id, hour);
alter table olap.campaign_analytics add constraint campaign_analytics_hour_key unique (tenant_id, campaign_id, hour);
create index campaign_analytics_hour_idx on olap.campaign_analytics (tenant_id, hour);
select tenancy.protect('olap.campaign_analytics');
