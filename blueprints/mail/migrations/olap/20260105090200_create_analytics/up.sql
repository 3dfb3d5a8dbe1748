-- Facts of messages, and what the dashboards read: counted from the facts, so that each row can be computed again at any time.
-- A message counts on the day (hour) it was sent, whenever it was opened: rates of a period never exceed 1.

create schema if not exists olap;
comment on schema olap is 'Figures of the product, computed from facts that the other tiers feed.';
grant usage on schema olap to plinth_app;

create table olap.fact_cursors (
  tenant_id uuid not null,
  id text not null,
  position text not null,
  updated timestamptz not null default now(),
  constraint fact_cursors_pk primary key (tenant_id, id),
  constraint fact_cursors_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint fact_cursors_position_check check (position <> '')
);
comment on table olap.fact_cursors is 'How far each feed of facts was read. Moves on in the transaction that writes the facts.';
comment on column olap.fact_cursors.tenant_id is 'Whose row it is.';
comment on column olap.fact_cursors.id is 'Name of the feed.';
comment on column olap.fact_cursors.position is 'What the feed understands; opaque here.';
comment on column olap.fact_cursors.updated is 'Last move: the age of the figures.';

create table olap.email_facts (
  tenant_id uuid not null,
  id uuid not null,
  direction text not null,
  email_account_id uuid,
  campaign_id uuid,
  campaign_step_id uuid,
  lead_id uuid,
  occurred timestamptz not null,
  sent timestamptz,
  delivered timestamptz,
  opened timestamptz,
  clicked timestamptz,
  replied timestamptz,
  bounced timestamptz,
  complained timestamptz,
  unsubscribed timestamptz,
  constraint email_facts_pk primary key (tenant_id, id),
  constraint email_facts_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_facts_direction_check check (direction in ('inbound', 'outbound'))
);
comment on table olap.email_facts is 'One row per message with the times it reached, as the feed brought it. A copy on purpose: it lives in another database than the message.';
comment on column olap.email_facts.tenant_id is 'Whose row it is.';
comment on column olap.email_facts.direction is 'Seen from the tenants mailbox.';
comment on column olap.email_facts.email_account_id is 'The mailbox; a row of oltp.email_accounts, in another database.';
comment on column olap.email_facts.campaign_id is 'The campaign; a row of oltp.campaigns, in another database.';
comment on column olap.email_facts.campaign_step_id is 'The step of the campaign; a row of oltp.campaign_steps, in another database.';
comment on column olap.email_facts.lead_id is 'To whom; a row of oltp.leads, in another database.';
comment on column olap.email_facts.sent is 'When it left.';
comment on column olap.email_facts.delivered is 'When the receiving server took it.';
comment on column olap.email_facts.opened is 'When it was first opened.';
comment on column olap.email_facts.clicked is 'When a link in it was first followed.';
comment on column olap.email_facts.replied is 'When it was answered.';
comment on column olap.email_facts.bounced is 'When it came back.';
comment on column olap.email_facts.complained is 'When it was reported as spam.';
comment on column olap.email_facts.unsubscribed is 'When its reader ended the contact.';
comment on column olap.email_facts.id is 'The id of the message.';
comment on column olap.email_facts.occurred is 'When it was sent, or queued, or became known: the time it is counted at.';
create index email_facts_email_account_id_idx on olap.email_facts (tenant_id, email_account_id, occurred) where email_account_id is not null;
create index email_facts_campaign_id_idx on olap.email_facts (tenant_id, campaign_id, occurred) where campaign_id is not null;
create index email_facts_lead_id_idx on olap.email_facts (tenant_id, lead_id) where lead_id is not null;

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
  constraint mailbox_analytics_pk primary key (tenant_id, id),
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
);
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
  constraint campaign_analytics_pk primary key (tenant_id, id),
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
);
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

create table olap.sequence_step_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  campaign_id uuid not null,
  campaign_step_id uuid not null,
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
  constraint sequence_step_analytics_pk primary key (tenant_id, id),
  constraint sequence_step_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint sequence_step_analytics_campaign_step_id_key unique (tenant_id, campaign_id, campaign_step_id),
  constraint sequence_step_analytics_delivered_count_check check (delivered_count between 0 and sent_count),
  constraint sequence_step_analytics_opened_count_check check (opened_count between 0 and delivered_count),
  constraint sequence_step_analytics_clicked_count_check check (clicked_count between 0 and opened_count),
  constraint sequence_step_analytics_replied_count_check check (replied_count between 0 and delivered_count),
  constraint sequence_step_analytics_bounced_count_check check (bounced_count between 0 and sent_count),
  constraint sequence_step_analytics_complained_count_check check (complained_count between 0 and delivered_count),
  constraint sequence_step_analytics_unsubscribed_count_check check (unsubscribed_count between 0 and delivered_count)
);
comment on table olap.sequence_step_analytics is 'Messages of one step of a campaign, over all time.';
comment on column olap.sequence_step_analytics.tenant_id is 'Whose row it is.';
comment on column olap.sequence_step_analytics.id is 'uuid v7.';
comment on column olap.sequence_step_analytics.campaign_id is 'The campaign; a row of oltp.campaigns, in another database.';
comment on column olap.sequence_step_analytics.campaign_step_id is 'The step of the campaign; a row of oltp.campaign_steps, in another database.';
comment on column olap.sequence_step_analytics.sent_count is 'Messages sent.';
comment on column olap.sequence_step_analytics.delivered_count is 'Of those, taken by the receiving server.';
comment on column olap.sequence_step_analytics.opened_count is 'Of those delivered, opened.';
comment on column olap.sequence_step_analytics.clicked_count is 'Of those opened, with a click.';
comment on column olap.sequence_step_analytics.replied_count is 'Of those delivered, answered.';
comment on column olap.sequence_step_analytics.bounced_count is 'Of those sent, returned.';
comment on column olap.sequence_step_analytics.complained_count is 'Of those delivered, reported as spam.';
comment on column olap.sequence_step_analytics.unsubscribed_count is 'Of those delivered, that ended the contact.';
comment on column olap.sequence_step_analytics.delivery_rate is 'delivered / sent; null where nothing was sent. Kept by the database.';
comment on column olap.sequence_step_analytics.open_rate is 'opened / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.sequence_step_analytics.click_rate is 'clicked / opened; null where nothing was opened. Kept by the database.';
comment on column olap.sequence_step_analytics.reply_rate is 'replied / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.sequence_step_analytics.bounce_rate is 'bounced / sent; null where nothing was sent. Kept by the database.';
comment on column olap.sequence_step_analytics.computed is 'When the row was computed last.';

create table olap.lead_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  lead_id uuid not null,
  contacted timestamptz not null,
  answered timestamptz,
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
  constraint lead_analytics_pk primary key (tenant_id, id),
  constraint lead_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint lead_analytics_lead_id_key unique (tenant_id, lead_id),
  constraint lead_analytics_delivered_count_check check (delivered_count between 0 and sent_count),
  constraint lead_analytics_opened_count_check check (opened_count between 0 and delivered_count),
  constraint lead_analytics_clicked_count_check check (clicked_count between 0 and opened_count),
  constraint lead_analytics_replied_count_check check (replied_count between 0 and delivered_count),
  constraint lead_analytics_bounced_count_check check (bounced_count between 0 and sent_count),
  constraint lead_analytics_complained_count_check check (complained_count between 0 and delivered_count),
  constraint lead_analytics_unsubscribed_count_check check (unsubscribed_count between 0 and delivered_count)
);
comment on table olap.lead_analytics is 'Messages to a lead, over all time.';
comment on column olap.lead_analytics.tenant_id is 'Whose row it is.';
comment on column olap.lead_analytics.id is 'uuid v7.';
comment on column olap.lead_analytics.lead_id is 'To whom; a row of oltp.leads, in another database.';
comment on column olap.lead_analytics.contacted is 'The last message sent to the lead.';
comment on column olap.lead_analytics.answered is 'The last answer.';
comment on column olap.lead_analytics.sent_count is 'Messages sent.';
comment on column olap.lead_analytics.delivered_count is 'Of those, taken by the receiving server.';
comment on column olap.lead_analytics.opened_count is 'Of those delivered, opened.';
comment on column olap.lead_analytics.clicked_count is 'Of those opened, with a click.';
comment on column olap.lead_analytics.replied_count is 'Of those delivered, answered.';
comment on column olap.lead_analytics.bounced_count is 'Of those sent, returned.';
comment on column olap.lead_analytics.complained_count is 'Of those delivered, reported as spam.';
comment on column olap.lead_analytics.unsubscribed_count is 'Of those delivered, that ended the contact.';
comment on column olap.lead_analytics.delivery_rate is 'delivered / sent; null where nothing was sent. Kept by the database.';
comment on column olap.lead_analytics.open_rate is 'opened / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.lead_analytics.click_rate is 'clicked / opened; null where nothing was opened. Kept by the database.';
comment on column olap.lead_analytics.reply_rate is 'replied / delivered; null where nothing was delivered. Kept by the database.';
comment on column olap.lead_analytics.bounce_rate is 'bounced / sent; null where nothing was sent. Kept by the database.';
comment on column olap.lead_analytics.computed is 'When the row was computed last.';
create index lead_analytics_contacted_idx on olap.lead_analytics (tenant_id, contacted desc);

create table olap.warmup_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  email_account_id uuid not null,
  day date not null,
  sent_count integer not null default 0,
  inbox_count integer not null default 0,
  spam_count integer not null default 0,
  computed timestamptz not null default now(),
  constraint warmup_analytics_pk primary key (tenant_id, id),
  constraint warmup_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint warmup_analytics_day_key unique (tenant_id, email_account_id, day),
  constraint warmup_analytics_placed_check check (inbox_count >= 0 and spam_count >= 0 and inbox_count + spam_count <= sent_count)
);
comment on table olap.warmup_analytics is 'Where the warm-up messages of a mailbox arrived, per day.';
comment on column olap.warmup_analytics.tenant_id is 'Whose row it is.';
comment on column olap.warmup_analytics.id is 'uuid v7.';
comment on column olap.warmup_analytics.email_account_id is 'The mailbox; a row of oltp.email_accounts, in another database.';
comment on column olap.warmup_analytics.day is 'In UTC.';
comment on column olap.warmup_analytics.sent_count is 'Warm-up messages sent.';
comment on column olap.warmup_analytics.inbox_count is 'Of those, found in the inbox.';
comment on column olap.warmup_analytics.spam_count is 'Of those, found in the spam folder.';
comment on column olap.warmup_analytics.computed is 'When the row was computed last.';

create table olap.billing_analytics (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  month date not null,
  currency text not null,
  invoiced_cents bigint not null default 0,
  paid_cents bigint not null default 0,
  computed timestamptz not null default now(),
  constraint billing_analytics_pk primary key (tenant_id, id),
  constraint billing_analytics_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint billing_analytics_month_key unique (tenant_id, month, currency),
  constraint billing_analytics_month_check check (extract(day from month) = 1),
  constraint billing_analytics_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint billing_analytics_paid_cents_check check (paid_cents between 0 and invoiced_cents)
);
comment on table olap.billing_analytics is 'Invoiced and paid amounts per month and currency.';
comment on column olap.billing_analytics.tenant_id is 'Whose row it is.';
comment on column olap.billing_analytics.id is 'uuid v7.';
comment on column olap.billing_analytics.month is 'Its first day.';
comment on column olap.billing_analytics.currency is 'ISO 4217.';
comment on column olap.billing_analytics.invoiced_cents is 'In the smallest unit of the currency.';
comment on column olap.billing_analytics.paid_cents is 'Of the invoiced amount.';
comment on column olap.billing_analytics.computed is 'When the row was computed last.';

select tenancy.protect('olap.fact_cursors');
select tenancy.protect('olap.email_facts');
select tenancy.protect('olap.mailbox_analytics');
select tenancy.protect('olap.campaign_analytics');
select tenancy.protect('olap.sequence_step_analytics');
select tenancy.protect('olap.lead_analytics');
select tenancy.protect('olap.warmup_analytics');
select tenancy.protect('olap.billing_analytics');
