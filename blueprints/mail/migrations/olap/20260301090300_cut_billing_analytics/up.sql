-- A row per tenant, month and currency, for ever: cut into months, so that each can be looked at, archived and let go of by itself.
-- The rows are few enough to be carried over in one transaction. Its key takes in what it is cut by; nothing refers to the old one.
-- plinth:allow L29 the name is taken again in this transaction
alter table olap.billing_analytics rename to billing_analytics_whole;
-- plinth:allow L68 comments come with the columns
create table olap.billing_analytics (
  like olap.billing_analytics_whole including all excluding indexes,
  constraint billing_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade
) partition by range (month);
comment on table olap.billing_analytics is 'Invoiced and paid amounts per month and currency.';
select partition.manage('olap.billing_analytics', '{"by": "time", "key": "month", "every": "month"}');
select partition.ensure('olap.billing_analytics', m.first::text, (m.first + interval '1 month')::text)
  from (select distinct date_trunc('month', month)::date as first from olap.billing_analytics_whole) m;
insert into olap.billing_analytics (tenant_id, id, month, currency, invoiced_cents, paid_cents, computed)
select tenant_id, id, month, currency, invoiced_cents, paid_cents, computed
  from olap.billing_analytics_whole;
-- plinth:allow L39, L53, L71, L75 every row stands in the new table
drop table olap.billing_analytics_whole;
alter table olap.billing_analytics add constraint billing_analytics_pk primary key (tenant_id, id, month);
alter table olap.billing_analytics add constraint billing_analytics_month_key unique (tenant_id, month, currency);
select tenancy.protect('olap.billing_analytics');
