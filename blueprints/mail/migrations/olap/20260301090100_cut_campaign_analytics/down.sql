select partition.unmanage('olap.campaign_analytics');
alter table olap.campaign_analytics rename to campaign_analytics_cut;
create table olap.campaign_analytics (
  like olap.campaign_analytics_cut including all excluding indexes,
  constraint campaign_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
);
comment on table olap.campaign_analytics is 'Messages of a campaign per hour of sending; the hourly series predictions are made from.';
insert into olap.campaign_analytics (tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count,
  replied_count, bounced_count, complained_count, unsubscribed_count, computed)
select tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count,
  complained_count, unsubscribed_count, computed
  from olap.campaign_analytics_cut;
drop table olap.campaign_analytics_cut;
alter table olap.campaign_analytics add constraint campaign_analytics_pk primary key (tenant_id, id);
alter table olap.campaign_analytics add constraint campaign_analytics_hour_key unique (tenant_id, campaign_id, hour);
create index campaign_analytics_hour_idx on olap.campaign_analytics (tenant_id, hour);
select tenancy.protect('olap.campaign_analytics');
