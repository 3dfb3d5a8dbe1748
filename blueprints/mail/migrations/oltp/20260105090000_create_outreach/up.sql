-- The outreach product's own rows. Third normal form; a deliberate exception says so in its comment.

create schema if not exists oltp;
comment on schema oltp is 'The mail product: who sends, to whom, in which campaigns, and what is paid for it.';
grant usage on schema oltp to plinth_app;

-- Not in public: the application has no business there.
create extension if not exists citext with schema oltp;

create view oltp.tenants with (security_invoker) as select id, slug, name, state, created from tenancy.tenants;
comment on view oltp.tenants is 'The customer organisations, as tenancy keeps them.';
comment on column oltp.tenants.id is 'uuid v7.';
comment on column oltp.tenants.slug is 'Name in URLs and commands.';
comment on column oltp.tenants.name is 'Name for people.';
comment on column oltp.tenants.state is 'Only active can be entered.';
comment on column oltp.tenants.created is 'When the row was made.';

create view oltp.users with (security_invoker) as select id, email, name, created from tenancy.users where deleted is null;
comment on view oltp.users is 'The people who can sign in, as tenancy keeps them.';
comment on column oltp.users.id is 'uuid v7.';
comment on column oltp.users.email is 'Address for signing in.';
comment on column oltp.users.name is 'Name for people.';
comment on column oltp.users.created is 'When the row was made.';

create view oltp.tenant_users with (security_invoker) as select tenant_id, user_id, role, created from tenancy.tenant_users where deleted is null;
comment on view oltp.tenant_users is 'Who belongs to which tenant and in which role, as tenancy keeps it.';
comment on column oltp.tenant_users.tenant_id is 'The tenant.';
comment on column oltp.tenant_users.user_id is 'The member.';
comment on column oltp.tenant_users.role is 'viewer, member, admin or owner.';
comment on column oltp.tenant_users.created is 'When the membership began.';

grant select on oltp.tenants, oltp.users, oltp.tenant_users to plinth_app;

create table oltp.user_preferences (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  theme text not null default 'system',
  is_digest_wanted boolean not null default true,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint user_preferences_pk primary key (tenant_id, id),
  constraint user_preferences_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint user_preferences_user_id_fk foreign key (tenant_id, user_id) references tenancy.tenant_users (tenant_id, user_id) on delete cascade,
  constraint user_preferences_user_id_key unique (tenant_id, user_id),
  constraint user_preferences_locale_check check (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  constraint user_preferences_time_zone_check check (time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$'),
  constraint user_preferences_theme_check check (theme in ('system', 'light', 'dark'))
);
comment on table oltp.user_preferences is 'How a member wants the product to look; one row per member of a tenant.';
comment on column oltp.user_preferences.tenant_id is 'Whose row it is.';
comment on column oltp.user_preferences.id is 'uuid v7.';
comment on column oltp.user_preferences.user_id is 'The member.';
comment on column oltp.user_preferences.theme is 'Colours of the console.';
comment on column oltp.user_preferences.created is 'When the row was made.';
comment on column oltp.user_preferences.updated is 'When the row was changed last.';
comment on column oltp.user_preferences.locale is 'BCP 47 language, optionally with a region.';
comment on column oltp.user_preferences.time_zone is 'IANA name; days and send windows are shown in it.';
comment on column oltp.user_preferences.is_digest_wanted is 'Whether the daily summary is sent.';

create table oltp.companies (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  name text not null,
  website text,
  industry text,
  employee_count integer,
  country text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint companies_pk primary key (tenant_id, id),
  constraint companies_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint companies_name_key unique (tenant_id, name),
  constraint companies_name_check check (length(trim(name)) between 1 and 200),
  constraint companies_website_check check (website ~ '^https?://'),
  constraint companies_employee_count_check check (employee_count > 0),
  constraint companies_country_check check (country ~ '^[A-Z]{2}$')
);
comment on table oltp.companies is 'Organisations that leads work for.';
comment on column oltp.companies.tenant_id is 'Whose row it is.';
comment on column oltp.companies.id is 'uuid v7.';
comment on column oltp.companies.name is 'Unique within the tenant.';
comment on column oltp.companies.website is 'Address beginning with http.';
comment on column oltp.companies.industry is 'In the tenants own words.';
comment on column oltp.companies.employee_count is 'As the tenant knows it.';
comment on column oltp.companies.created is 'When the row was made.';
comment on column oltp.companies.updated is 'When the row was changed last.';
comment on column oltp.companies.country is 'ISO 3166-1 alpha-2.';

create table oltp.domains (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  name oltp.citext not null,
  state text not null default 'pending',
  verification_token text not null,
  spf text not null default 'unknown',
  dkim text not null default 'unknown',
  dmarc text not null default 'unknown',
  created timestamptz not null default now(),
  verified timestamptz,
  constraint domains_pk primary key (tenant_id, id),
  constraint domains_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint domains_name_key unique (tenant_id, name),
  constraint domains_name_check check (name::text ~* '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$'),
  constraint domains_state_check check (state in ('pending', 'verified', 'failed')),
  constraint domains_spf_check check (spf in ('unknown', 'pass', 'fail')),
  constraint domains_dkim_check check (dkim in ('unknown', 'pass', 'fail')),
  constraint domains_dmarc_check check (dmarc in ('unknown', 'none', 'quarantine', 'reject', 'fail')),
  constraint domains_verified_check check ((state = 'verified') = (verified is not null))
);
comment on table oltp.domains is 'Domains a tenant sends from, and what their DNS says about it.';
comment on column oltp.domains.tenant_id is 'Whose row it is.';
comment on column oltp.domains.id is 'uuid v7.';
comment on column oltp.domains.name is 'Compared without case.';
comment on column oltp.domains.state is 'Whether the domain is the tenants.';
comment on column oltp.domains.spf is 'Whether the SPF record allows our servers.';
comment on column oltp.domains.dkim is 'Whether our DKIM key is published.';
comment on column oltp.domains.created is 'When the row was made.';
comment on column oltp.domains.verified is 'When the token was found.';
comment on column oltp.domains.verification_token is 'What the tenant has to publish as a TXT record.';
comment on column oltp.domains.dmarc is 'The published policy; fail when the record cannot be read.';

create table oltp.email_accounts (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  domain_id uuid,
  address oltp.citext not null,
  display_name text not null default '',
  provider text not null default 'imported',
  daily_limit integer not null default 50,
  warmup_state text not null default 'off',
  warmup_started timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint email_accounts_pk primary key (tenant_id, id),
  constraint email_accounts_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_accounts_domain_id_fk foreign key (tenant_id, domain_id) references oltp.domains (tenant_id, id) on delete set null (domain_id),
  constraint email_accounts_address_key unique (tenant_id, address),
  constraint email_accounts_address_check check (address::text ~ '^[^@\s]+@[^@\s]+$'),
  constraint email_accounts_provider_check check (provider in ('smtp', 'google', 'microsoft', 'imported')),
  constraint email_accounts_daily_limit_check check (daily_limit between 0 and 10000),
  constraint email_accounts_warmup_state_check check (warmup_state in ('off', 'warming', 'warm', 'paused')),
  constraint email_accounts_warmup_started_check check (warmup_state = 'off' or warmup_started is not null)
);
comment on table oltp.email_accounts is 'Mailboxes that send and receive; an import files its messages under one.';
comment on column oltp.email_accounts.tenant_id is 'Whose row it is.';
comment on column oltp.email_accounts.id is 'uuid v7.';
comment on column oltp.email_accounts.domain_id is 'The tenants domain it belongs to; null for one that is not the tenants.';
comment on column oltp.email_accounts.address is 'Compared without case.';
comment on column oltp.email_accounts.display_name is 'Name shown to those who get its mail.';
comment on column oltp.email_accounts.warmup_state is 'How far its reputation has been built.';
comment on column oltp.email_accounts.warmup_started is 'When warm-up began.';
comment on column oltp.email_accounts.created is 'When the row was made.';
comment on column oltp.email_accounts.updated is 'When the row was changed last.';
comment on column oltp.email_accounts.provider is 'imported: known from a mailbox file only, nothing is sent through it.';
comment on column oltp.email_accounts.daily_limit is 'Most messages sent per day of the account''s tenant.';
create index email_accounts_domain_id_idx on oltp.email_accounts (tenant_id, domain_id);

create table oltp.contacts (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  address oltp.citext not null,
  name text not null default '',
  created timestamptz not null default now(),
  constraint contacts_pk primary key (tenant_id, id),
  constraint contacts_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint contacts_address_key unique (tenant_id, address),
  constraint contacts_address_check check (address::text ~ '^[^@\s]+@[^@\s]+$' and length(address::text) <= 320)
);
comment on table oltp.contacts is 'Everybody a mailbox corresponded with. A lead is somebody the tenant chose to write to: a row of its own, made by a person, with consent.';
comment on column oltp.contacts.tenant_id is 'Whose row it is.';
comment on column oltp.contacts.id is 'uuid v7.';
comment on column oltp.contacts.address is 'Compared without case.';
comment on column oltp.contacts.created is 'When the row was made.';
comment on column oltp.contacts.name is 'The first display name that was seen with the address.';

create table oltp.leads (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  company_id uuid,
  address oltp.citext not null,
  first_name text not null default '',
  last_name text not null default '',
  title text not null default '',
  status text not null default 'new',
  consent text not null default 'unknown',
  custom jsonb not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  search tsvector generated always as (
    setweight(to_tsvector('simple', first_name || ' ' || last_name), 'A')
    || setweight(to_tsvector('simple', replace(address::text, '@', ' ')), 'B')
    || setweight(to_tsvector('simple', title), 'C')
  ) stored,
  constraint leads_pk primary key (tenant_id, id),
  constraint leads_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint leads_company_id_fk foreign key (tenant_id, company_id) references oltp.companies (tenant_id, id) on delete set null (company_id),
  constraint leads_address_key unique (tenant_id, address),
  constraint leads_address_check check (address::text ~ '^[^@\s]+@[^@\s]+$' and length(address::text) <= 320),
  constraint leads_status_check check (status in ('new', 'contacted', 'replied', 'qualified', 'customer', 'lost', 'unsubscribed', 'bounced')),
  constraint leads_consent_check check (consent in ('unknown', 'legitimate_interest', 'opted_in', 'opted_out')),
  constraint leads_custom_check check (jsonb_typeof(custom) = 'object')
);
comment on table oltp.leads is 'People the tenant chose to write to.';
comment on column oltp.leads.tenant_id is 'Whose row it is.';
comment on column oltp.leads.id is 'uuid v7.';
comment on column oltp.leads.company_id is 'Where the lead works.';
comment on column oltp.leads.address is 'Compared without case.';
comment on column oltp.leads.first_name is 'As known; empty when not.';
comment on column oltp.leads.last_name is 'As known; empty when not.';
comment on column oltp.leads.title is 'Position in the company.';
comment on column oltp.leads.status is 'How far the tenant got with the lead.';
comment on column oltp.leads.created is 'When the row was made.';
comment on column oltp.leads.updated is 'When the row was changed last.';
comment on column oltp.leads.consent is 'On what ground they may be written to; opted_out is never written to.';
comment on column oltp.leads.custom is 'The tenant''s own fields, flat: name to value.';
comment on column oltp.leads.search is 'Weight A names, B address, C title. Kept by the database; a denormalisation for search.';
create index leads_company_id_idx on oltp.leads (tenant_id, company_id);
create index leads_custom_idx on oltp.leads using gin (custom jsonb_path_ops);
create index leads_search_idx on oltp.leads using gin (search);

create table oltp.campaigns (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  email_account_id uuid,
  name text not null,
  description text not null default '',
  status text not null default 'draft',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  scheduled timestamptz,
  started timestamptz,
  completed timestamptz,
  search tsvector generated always as (
    setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', description), 'C')
  ) stored,
  constraint campaigns_pk primary key (tenant_id, id),
  constraint campaigns_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint campaigns_email_account_id_fk foreign key (tenant_id, email_account_id) references oltp.email_accounts (tenant_id, id) on delete set null (email_account_id),
  constraint campaigns_name_key unique (tenant_id, name),
  constraint campaigns_name_check check (length(trim(name)) between 1 and 200),
  constraint campaigns_status_check check (status in ('draft', 'scheduled', 'running', 'paused', 'completed', 'archived')),
  constraint campaigns_scheduled_check check (status <> 'scheduled' or scheduled is not null),
  constraint campaigns_started_check check (status not in ('running', 'paused', 'completed') or started is not null),
  constraint campaigns_completed_check check (completed >= started)
);
comment on table oltp.campaigns is 'A sequence of messages to a set of leads.';
comment on column oltp.campaigns.tenant_id is 'Whose row it is.';
comment on column oltp.campaigns.id is 'uuid v7.';
comment on column oltp.campaigns.name is 'Unique within the tenant.';
comment on column oltp.campaigns.description is 'For the tenants own people.';
comment on column oltp.campaigns.status is 'Where it stands.';
comment on column oltp.campaigns.created is 'When the row was made.';
comment on column oltp.campaigns.updated is 'When the row was changed last.';
comment on column oltp.campaigns.scheduled is 'When it is to begin.';
comment on column oltp.campaigns.started is 'When it began.';
comment on column oltp.campaigns.completed is 'When its last message was sent.';
comment on column oltp.campaigns.email_account_id is 'The mailbox it is sent from; a running campaign without one sends nothing.';
comment on column oltp.campaigns.search is 'Weight A name, C description. Kept by the database; a denormalisation for search.';
create index campaigns_email_account_id_idx on oltp.campaigns (tenant_id, email_account_id);
create index campaigns_search_idx on oltp.campaigns using gin (search);

create table oltp.campaign_steps (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  campaign_id uuid not null,
  position integer not null,
  delay_hours integer not null default 0,
  subject text not null,
  body_template text not null,
  constraint campaign_steps_pk primary key (tenant_id, id),
  constraint campaign_steps_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint campaign_steps_campaign_id_fk foreign key (tenant_id, campaign_id) references oltp.campaigns (tenant_id, id) on delete cascade,
  constraint campaign_steps_position_key unique (tenant_id, campaign_id, position),
  constraint campaign_steps_position_check check (position >= 1),
  constraint campaign_steps_delay_hours_check check (delay_hours >= 0),
  constraint campaign_steps_subject_check check (length(subject) between 1 and 998)
);
comment on table oltp.campaign_steps is 'The messages of a campaign in their order.';
comment on column oltp.campaign_steps.tenant_id is 'Whose row it is.';
comment on column oltp.campaign_steps.id is 'uuid v7.';
comment on column oltp.campaign_steps.campaign_id is 'The campaign.';
comment on column oltp.campaign_steps.position is 'From 1; unique within the campaign.';
comment on column oltp.campaign_steps.delay_hours is 'Hours after the step before; for the first after enrolment.';
comment on column oltp.campaign_steps.subject is 'May hold {{first_name}} and other fields of the lead; at most one header line of RFC 5322.';
comment on column oltp.campaign_steps.body_template is 'Plain text with the same placeholders.';

create table oltp.campaign_leads (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  campaign_id uuid not null,
  lead_id uuid not null,
  next_step_id uuid,
  state text not null default 'enrolled',
  enrolled timestamptz not null default now(),
  next_run timestamptz,
  finished timestamptz,
  constraint campaign_leads_pk primary key (tenant_id, id),
  constraint campaign_leads_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint campaign_leads_campaign_id_fk foreign key (tenant_id, campaign_id) references oltp.campaigns (tenant_id, id) on delete cascade,
  constraint campaign_leads_lead_id_fk foreign key (tenant_id, lead_id) references oltp.leads (tenant_id, id) on delete cascade,
  constraint campaign_leads_next_step_id_fk foreign key (tenant_id, next_step_id) references oltp.campaign_steps (tenant_id, id) on delete set null (next_step_id),
  constraint campaign_leads_lead_id_key unique (tenant_id, campaign_id, lead_id),
  constraint campaign_leads_state_check check (state in ('enrolled', 'active', 'paused', 'replied', 'bounced', 'unsubscribed', 'finished')),
  constraint campaign_leads_next_run_check check (next_run is null or state in ('enrolled', 'active')),
  constraint campaign_leads_finished_check check (finished is null or state in ('replied', 'bounced', 'unsubscribed', 'finished'))
);
comment on table oltp.campaign_leads is 'Which lead stands where in which campaign.';
comment on column oltp.campaign_leads.tenant_id is 'Whose row it is.';
comment on column oltp.campaign_leads.id is 'uuid v7.';
comment on column oltp.campaign_leads.campaign_id is 'The campaign.';
comment on column oltp.campaign_leads.lead_id is 'The lead.';
comment on column oltp.campaign_leads.state is 'Why the next message is or is not sent.';
comment on column oltp.campaign_leads.enrolled is 'When the lead was added.';
comment on column oltp.campaign_leads.finished is 'When nothing more will be sent.';
comment on column oltp.campaign_leads.next_step_id is 'The step that is sent next; null when none is left.';
comment on column oltp.campaign_leads.next_run is 'When it is due.';
create index campaign_leads_lead_id_idx on oltp.campaign_leads (tenant_id, lead_id);
create index campaign_leads_next_step_id_idx on oltp.campaign_leads (tenant_id, next_step_id);
create index campaign_leads_next_run_idx on oltp.campaign_leads (tenant_id, next_run) where next_run is not null;

create table oltp.plans (
  id uuid not null default uuidv7(),
  code text not null,
  name text not null,
  price_cents integer not null,
  currency text not null default 'EUR',
  account_limit integer not null,
  monthly_messages integer not null,
  constraint plans_pk primary key (id),
  constraint plans_code_key unique (code),
  constraint plans_code_check check (code ~ '^[a-z][a-z0-9-]*$'),
  constraint plans_price_cents_check check (price_cents >= 0),
  constraint plans_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint plans_account_limit_check check (account_limit > 0),
  constraint plans_monthly_messages_check check (monthly_messages > 0)
);
comment on table oltp.plans is 'What can be subscribed to. The same for all tenants, so it has no tenant; only the owner writes it.';
comment on column oltp.plans.id is 'uuid v7.';
comment on column oltp.plans.code is 'Stable name in configuration and invoices.';
comment on column oltp.plans.name is 'Name for people.';
comment on column oltp.plans.currency is 'ISO 4217.';
comment on column oltp.plans.account_limit is 'Most mailboxes.';
comment on column oltp.plans.monthly_messages is 'Most messages sent per month.';
comment on column oltp.plans.price_cents is 'Per month, in the smallest unit of the currency.';
grant select on oltp.plans to plinth_app;
insert into oltp.plans (code, name, price_cents, account_limit, monthly_messages) values
  ('starter', 'Starter', 2900, 3, 5000),
  ('team', 'Team', 9900, 15, 50000),
  ('scale', 'Scale', 49900, 100, 1000000);

create table oltp.subscriptions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  plan_id uuid not null,
  status text not null default 'trial',
  started timestamptz not null default now(),
  renewed timestamptz,
  cancelled timestamptz,
  constraint subscriptions_pk primary key (tenant_id, id),
  constraint subscriptions_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint subscriptions_plan_id_fk foreign key (plan_id) references oltp.plans (id),
  constraint subscriptions_status_check check (status in ('trial', 'active', 'past_due', 'cancelled')),
  constraint subscriptions_cancelled_check check ((status = 'cancelled') = (cancelled is not null)),
  constraint subscriptions_renewed_check check (renewed >= started)
);
comment on table oltp.subscriptions is 'What a tenant pays for, and since when; at most one is not cancelled.';
comment on column oltp.subscriptions.tenant_id is 'Whose row it is.';
comment on column oltp.subscriptions.id is 'uuid v7.';
comment on column oltp.subscriptions.plan_id is 'What was subscribed to.';
comment on column oltp.subscriptions.status is 'Where it stands.';
comment on column oltp.subscriptions.started is 'When it began.';
comment on column oltp.subscriptions.renewed is 'Begin of the running period.';
comment on column oltp.subscriptions.cancelled is 'When it ended.';
create unique index subscriptions_live_key on oltp.subscriptions (tenant_id) where status <> 'cancelled';
create index subscriptions_plan_id_idx on oltp.subscriptions (plan_id);

create table oltp.invoices (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subscription_id uuid not null,
  number text not null,
  amount_cents integer not null,
  currency text not null default 'EUR',
  status text not null default 'open',
  issued timestamptz not null default now(),
  due timestamptz not null,
  paid timestamptz,
  constraint invoices_pk primary key (tenant_id, id),
  constraint invoices_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint invoices_subscription_id_fk foreign key (tenant_id, subscription_id) references oltp.subscriptions (tenant_id, id) on delete cascade,
  constraint invoices_number_key unique (tenant_id, number),
  constraint invoices_amount_cents_check check (amount_cents >= 0),
  constraint invoices_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint invoices_status_check check (status in ('open', 'paid', 'void')),
  constraint invoices_due_check check (due >= issued),
  constraint invoices_paid_check check ((status = 'paid') = (paid is not null))
);
comment on table oltp.invoices is 'What was billed. Amount and currency are those of the day of issue, whatever the plan costs later.';
comment on column oltp.invoices.tenant_id is 'Whose row it is.';
comment on column oltp.invoices.id is 'uuid v7.';
comment on column oltp.invoices.subscription_id is 'What it is for.';
comment on column oltp.invoices.number is 'Unique within the tenant.';
comment on column oltp.invoices.currency is 'ISO 4217.';
comment on column oltp.invoices.status is 'Where it stands.';
comment on column oltp.invoices.issued is 'When it was made.';
comment on column oltp.invoices.due is 'When it has to be paid.';
comment on column oltp.invoices.paid is 'When it was paid.';
comment on column oltp.invoices.amount_cents is 'In the smallest unit of the currency.';
create index invoices_subscription_id_idx on oltp.invoices (tenant_id, subscription_id);

select tenancy.protect('oltp.user_preferences');
select tenancy.protect('oltp.companies');
select tenancy.protect('oltp.domains');
select tenancy.protect('oltp.email_accounts');
select tenancy.protect('oltp.contacts');
select tenancy.protect('oltp.leads');
select tenancy.protect('oltp.campaigns');
select tenancy.protect('oltp.campaign_steps');
select tenancy.protect('oltp.campaign_leads');
select tenancy.protect('oltp.subscriptions');
select tenancy.protect('oltp.invoices');
