-- A row per mailbox and day, for ever: cut into months, so that each can be looked at, archived and let go of by itself.
-- The rows are few enough to be carried over in one transaction. Its key takes in what it is cut by; nothing refers to the old one.
-- plinth:allow L29 the name is taken again in this transaction
alter table olap.mailbox_analytics rename to mailbox_analytics_whole;
-- plinth:allow L68 comments come with the columns
create table olap.mailbox_analytics (
  like olap.mailbox_analytics_whole including all excluding indexes,
  constraint mailbox_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
) partition by range (day);
comment on table olap.mailbox_analytics is 'Messages of a mailbox per day.';
select partition.manage('olap.mailbox_analytics', '{"by": "time", "key": "day", "every": "month"}');
select partition.ensure('olap.mailbox_analytics', m.first::text, (m.first + interval '1 month')::text)
  from (select distinct date_trunc('month', day)::date as first from olap.mailbox_analytics_whole) m;
insert into olap.mailbox_analytics (tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count,
  clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed)
select tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count,
  bounced_count, complained_count, unsubscribed_count, computed
  from olap.mailbox_analytics_whole;
-- plinth:allow L39, L53, L71, L75 every row stands in the new table
drop table olap.mailbox_analytics_whole;
alter table olap.mailbox_analytics add constraint mailbox_analytics_pk primary key (tenant_id, id, day);
alter table olap.mailbox_analytics add constraint mailbox_analytics_day_key unique (tenant_id, email_account_id, day);
create index mailbox_analytics_day_idx on olap.mailbox_analytics (tenant_id, day);
select tenancy.protect('olap.mailbox_analytics');
