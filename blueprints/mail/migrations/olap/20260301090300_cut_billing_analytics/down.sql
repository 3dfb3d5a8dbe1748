select partition.unmanage('olap.billing_analytics');
alter table olap.billing_analytics rename to billing_analytics_cut;
create table olap.billing_analytics (
  like olap.billing_analytics_cut including all excluding indexes,
  constraint billing_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
);
comment on table olap.billing_analytics is 'Invoiced and paid amounts per month and currency.';
insert into olap.billing_analytics (tenant_id, id, month, currency, invoiced_cents, paid_cents, computed)
select tenant_id, id, month, currency, invoiced_cents, paid_cents, computed
  from olap.billing_analytics_cut;
drop table olap.billing_analytics_cut;
alter table olap.billing_analytics add constraint billing_analytics_pk primary key (tenant_id, id);
alter table olap.billing_analytics add constraint billing_analytics_month_key unique (tenant_id, month, currency);
select tenancy.protect('olap.billing_analytics');
