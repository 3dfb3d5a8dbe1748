select partition.unmanage('olap.mailbox_analytics');
alter table olap.mailbox_analytics rename to mailbox_analytics_cut;
create table olap.mailbox_analytics (
  like olap.mailbox_analytics_cut including all excluding indexes,
  constraint mailbox_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
);
comment on table olap.mailbox_analytics is 'Messages of a mailbox per day.';
insert into olap.mailbox_analytics (tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count,
  clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed)
select tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count,
  bounced_count, complained_count, unsubscribed_count, computed
  from olap.mailbox_analytics_cut;
drop table olap.mailbox_analytics_cut;
alter table olap.mailbox_analytics add constraint mailbox_analytics_pk primary key (tenant_id, id);
alter table olap.mailbox_analytics add constraint mailbox_analytics_day_key unique (tenant_id, email_account_id, day);
create index mailbox_analytics_day_idx on olap.mailbox_analytics (tenant_id, day);
select tenancy.protect('olap.mailbox_analytics');
