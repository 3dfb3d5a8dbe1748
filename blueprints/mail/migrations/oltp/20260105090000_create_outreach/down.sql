drop table oltp.invoices, oltp.subscriptions, oltp.plans, oltp.campaign_leads, oltp.campaign_steps, oltp.campaigns, oltp.leads,
  oltp.contacts, oltp.email_accounts, oltp.domains, oltp.companies, oltp.user_preferences;
drop view oltp.tenant_users, oltp.users, oltp.tenants;
drop extension citext;
drop schema oltp;
