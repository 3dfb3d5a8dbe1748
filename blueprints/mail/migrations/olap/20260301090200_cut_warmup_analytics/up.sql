-- A row per mailbox and day, for ever: cut into months, so that each can be looked at, archived and let go of by itself.
-- The rows are few enough to be carried over in one transaction. Its key takes in what it is cut by; nothing refers to the old one.
-- plinth:allow L29 the name is taken again in this transaction
alter table olap.warmup_analytics rename to warmup_analytics_whole;
-- plinth:allow L68 comments come with the columns
create table olap.warmup_analytics (
  like olap.warmup_analytics_whole including all excluding indexes,
  constraint warmup_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
) partition by range (day);
comment on table olap.warmup_analytics is 'Where the warm-up messages of a mailbox arrived, per day.';
select partition.manage('olap.warmup_analytics', '{"by": "time", "key": "day", "every": "month"}');
select partition.ensure('olap.warmup_analytics', m.first::text, (m.first + interval '1 month')::text)
  from (select distinct date_trunc('month', day)::date as first from olap.warmup_analytics_whole) m;
insert into olap.warmup_analytics (tenant_id, id, email_account_id, day, sent_count, inbox_count, spam_count, computed)
select tenant_id, id, email_account_id, day, sent_count, inbox_count, spam_count, computed
  from olap.warmup_analytics_whole;
-- plinth:allow L39, L53, L71, L75 every row stands in the new table
drop table olap.warmup_analytics_whole;
alter table olap.warmup_analytics add constraint warmup_analytics_pk primary key (tenant_id, id, day);
alter table olap.warmup_analytics add constraint warmup_analytics_day_key unique (tenant_id, email_account_id, day);
select tenancy.protect('olap.warmup_analytics');
