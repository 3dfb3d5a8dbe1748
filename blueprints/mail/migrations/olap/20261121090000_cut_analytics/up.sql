-- The two series that grow for ever become months, so that old ones can leave in a moment. A row a day and mailbox, an hour and campaign:
-- few enough to be put aside and back in one transaction, while dashboards wait.

-- plinth:allow L77 the runner sees the rows of all tenants, or fails
create temporary table kept_mailbox_analytics on commit drop as select tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed from olap.mailbox_analytics;
-- plinth:allow L39, L53, L75 few rows, kept and put back in this transaction
drop table olap.mailbox_analytics;
create table olap.mailbox_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  email_account_id uuid not null,
  day date not null,
  inbound_count integer not null default 0,
  sent_count integer not null default 0,
  delivered_count integer not null default 0,
  opened_count integer not null default 0,
  clicked_count integer not null default 0,
  replied_count integer not null default 0,
  bounced_count integer not null default 0,
  complained_count integer not null default 0,
  unsubscribed_count integer not null default 0,
  delivery_rate numeric(5, 4) generated always as (round(delivered_count::numeric / nullif(sent_count, 0), 4)) stored,
  open_rate numeric(5, 4) generated always as (round(opened_count::numeric / nullif(delivered_count, 0), 4)) stored,
  click_rate numeric(5, 4) generated always as (round(clicked_count::numeric / nullif(opened_count, 0), 4)) stored,
  reply_rate numeric(5, 4) generated always as (round(replied_count::numeric / nullif(delivered_count, 0), 4)) stored,
  bounce_rate numeric(5, 4) generated always as (round(bounced_count::numeric / nullif(sent_count, 0), 4)) stored,
  computed timestamptz not null default now(),
  constraint mailbox_analytics_pk primary key (tenant_id, id, day),
  constraint mailbox_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint mailbox_analytics_day_key unique (tenant_id, email_account_id, day),
  constraint mailbox_analytics_inbound_count_check check (inbound_count >= 0),
  constraint mailbox_analytics_delivered_count_check check (delivered_count between 0 and sent_count),
  constraint mailbox_analytics_opened_count_check check (opened_count between 0 and delivered_count),
  constraint mailbox_analytics_clicked_count_check check (clicked_count between 0 and opened_count),
  constraint mailbox_analytics_replied_count_check check (replied_count between 0 and delivered_count),
  constraint mailbox_analytics_bounced_count_check check (bounced_count between 0 and sent_count),
  constraint mailbox_analytics_complained_count_check check (complained_count between 0 and delivered_count),
  constraint mailbox_analytics_unsubscribed_count_check check (unsubscribed_count between 0 and delivered_count)
) partition by range (day);
comment on table olap.mailbox_analytics is 'Messages of a mailbox per day.';
comment on column olap.mailbox_analytics.tenant_id is 'Whose row it is.';
comment on column olap.mailbox_analytics.id is 'uuid v7.';
comment on column olap.mailbox_analytics.email_account_id is 'The mailbox; a row of oltp.email_accounts, in another database.';
comment on column olap.mailbox_analytics.day is 'In UTC.';
comment on column olap.mailbox_analytics.inbound_count is 'Messages received.';
comment on column olap.mailbox_analytics.sent_count is 'Messages sent.';
comment on column olap.mailbox_analytics.delivered_count is 'Of those, taken by the receiving server.';
comment on column olap.mailbox_analytics.opened_count is 'Of those delivered, opened.';
comment on column olap.mailbox_analytics.clicked_count is 'Of those opened, with a click.';
comment on column olap.mailbox_analytics.replied_count is 'Of those delivered, answered.';
comment on column olap.mailbox_analytics.bounced_count is 'Of those sent, returned.';
comment on column olap.mailbox_analytics.complained_count is 'Of those delivered, reported as spam.';
comment on column olap.mailbox_analytics.unsubscribed_count is 'Of those delivered, that ended the contact.';
comment on column olap.mailbox_analytics.delivery_rate is 'delivered / sent; null where nothing was sent. Kept by the database.';
comment on column olap.mailbox_analytics.open_rate is 'opened / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.mailbox_analytics.click_rate is 'clicked / opened; null where nothing was opened. Kept by the database.';
comment on column olap.mailbox_analytics.reply_rate is 'replied / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.mailbox_analytics.bounce_rate is 'bounced / sent; null where nothing was sent. Kept by the database.';
comment on column olap.mailbox_analytics.computed is 'When the row was computed last.';
create index mailbox_analytics_day_idx on olap.mailbox_analytics (tenant_id, day);
select tenancy.protect('olap.mailbox_analytics');
-- What is older than the first month lies before it, undivided.
select partition.manage('olap.mailbox_analytics', '{"by": "time", "key": "day", "every": "month", "guard": "overflow"}');
insert into olap.mailbox_analytics (tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed) select tenant_id, id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed from pg_temp.kept_mailbox_analytics;

-- plinth:allow L77 the runner sees the rows of all tenants, or fails
create temporary table kept_campaign_analytics on commit drop as select tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed from olap.campaign_analytics;
-- plinth:allow L39, L53, L75 few rows, kept and put back in this transaction
drop table olap.campaign_analytics;
create table olap.campaign_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  campaign_id uuid not null,
  hour timestamptz not null,
  sent_count integer not null default 0,
  delivered_count integer not null default 0,
  opened_count integer not null default 0,
  clicked_count integer not null default 0,
  replied_count integer not null default 0,
  bounced_count integer not null default 0,
  complained_count integer not null default 0,
  unsubscribed_count integer not null default 0,
  delivery_rate numeric(5, 4) generated always as (round(delivered_count::numeric / nullif(sent_count, 0), 4)) stored,
  open_rate numeric(5, 4) generated always as (round(opened_count::numeric / nullif(delivered_count, 0), 4)) stored,
  click_rate numeric(5, 4) generated always as (round(clicked_count::numeric / nullif(opened_count, 0), 4)) stored,
  reply_rate numeric(5, 4) generated always as (round(replied_count::numeric / nullif(delivered_count, 0), 4)) stored,
  bounce_rate numeric(5, 4) generated always as (round(bounced_count::numeric / nullif(sent_count, 0), 4)) stored,
  computed timestamptz not null default now(),
  constraint campaign_analytics_pk primary key (tenant_id, id, hour),
  constraint campaign_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint campaign_analytics_hour_key unique (tenant_id, campaign_id, hour),
  constraint campaign_analytics_hour_check check (hour = date_trunc('hour', hour, 'UTC')),
  constraint campaign_analytics_delivered_count_check check (delivered_count between 0 and sent_count),
  constraint campaign_analytics_opened_count_check check (opened_count between 0 and delivered_count),
  constraint campaign_analytics_clicked_count_check check (clicked_count between 0 and opened_count),
  constraint campaign_analytics_replied_count_check check (replied_count between 0 and delivered_count),
  constraint campaign_analytics_bounced_count_check check (bounced_count between 0 and sent_count),
  constraint campaign_analytics_complained_count_check check (complained_count between 0 and delivered_count),
  constraint campaign_analytics_unsubscribed_count_check check (unsubscribed_count between 0 and delivered_count)
) partition by range (hour);
comment on table olap.campaign_analytics is 'Messages of a campaign per hour of sending; the hourly series predictions are made from.';
comment on column olap.campaign_analytics.tenant_id is 'Whose row it is.';
comment on column olap.campaign_analytics.id is 'uuid v7.';
comment on column olap.campaign_analytics.campaign_id is 'The campaign; a row of oltp.campaigns, in another database.';
comment on column olap.campaign_analytics.hour is 'Start of the hour.';
comment on column olap.campaign_analytics.sent_count is 'Messages sent.';
comment on column olap.campaign_analytics.delivered_count is 'Of those, taken by the receiving server.';
comment on column olap.campaign_analytics.opened_count is 'Of those delivered, opened.';
comment on column olap.campaign_analytics.clicked_count is 'Of those opened, with a click.';
comment on column olap.campaign_analytics.replied_count is 'Of those delivered, answered.';
comment on column olap.campaign_analytics.bounced_count is 'Of those sent, returned.';
comment on column olap.campaign_analytics.complained_count is 'Of those delivered, reported as spam.';
comment on column olap.campaign_analytics.unsubscribed_count is 'Of those delivered, that ended the contact.';
comment on column olap.campaign_analytics.delivery_rate is 'delivered / sent; null where nothing was sent. Kept by the database.';
comment on column olap.campaign_analytics.open_rate is 'opened / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.campaign_analytics.click_rate is 'clicked / opened; null where nothing was opened. Kept by the database.';
comment on column olap.campaign_analytics.reply_rate is 'replied / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.campaign_analytics.bounce_rate is 'bounced / sent; null where nothing was sent. Kept by the database.';
comment on column olap.campaign_analytics.computed is 'When the row was computed last.';
create index campaign_analytics_hour_idx on olap.campaign_analytics (tenant_id, hour);
select tenancy.protect('olap.campaign_analytics');
-- What is older than the first month lies before it, undivided.
select partition.manage('olap.campaign_analytics', '{"by": "time", "key": "hour", "every": "month", "guard": "overflow"}');
insert into olap.campaign_analytics (tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed) select tenant_id, id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count, computed from pg_temp.kept_campaign_analytics;
