select partition.unmanage('olap.warmup_analytics');
alter table olap.warmup_analytics rename to warmup_analytics_cut;
create table olap.warmup_analytics (
  like olap.warmup_analytics_cut including all excluding indexes,
  constraint warmup_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
);
comment on table olap.warmup_analytics is 'Where the warm-up messages of a mailbox arrived, per day.';
insert into olap.warmup_analytics (tenant_id, id, email_account_id, day, sent_count, inbox_count, spam_count, computed)
select tenant_id, id, email_account_id, day, sent_count, inbox_count, spam_count, computed
  from olap.warmup_analytics_cut;
drop table olap.warmup_analytics_cut;
alter table olap.warmup_analytics add constraint warmup_analytics_pk primary key (tenant_id, id);
alter table olap.warmup_analytics add constraint warmup_analytics_day_key unique (tenant_id, email_account_id, day);
select tenancy.protect('olap.warmup_analytics');
