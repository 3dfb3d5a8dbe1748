/**
 * The outreach database as it was under the older names: singular logs and statistics, times that end in _at, sessions and inbox
 * references in tables of their own, a trigger and a function that know the columns, row security by a setting.
 */
export const legacySchema = `
create schema oltp;
grant usage on schema oltp to plinth_app;
create function oltp.touch() returns trigger language plpgsql as $$
begin
  -- Every table has updated_at.
  new.updated_at := now();
  return new;
end;
$$;

create table oltp.tenants (
  id uuid constraint tenants_pk primary key, name text not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table oltp.tenant_config (
  id bigint generated always as identity constraint tenant_config_pk primary key,
  tenant_id uuid not null constraint tenant_config_tenant_id_fk references oltp.tenants (id) on delete cascade,
  key text not null, value jsonb not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  constraint tenant_config_tenant_id_key_key unique (tenant_id, key),
  constraint tenant_config_updated_at_check check (updated_at >= created_at));
create index tenant_config_updated_at_idx on oltp.tenant_config (tenant_id, updated_at desc);
create trigger tenant_config_touch before update on oltp.tenant_config for each row execute function oltp.touch();
alter table oltp.tenant_config enable row level security, force row level security;
create policy tenant_config_tenant on oltp.tenant_config using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create table oltp.leads (
  id bigserial constraint leads_pk primary key, tenant_id uuid not null constraint leads_tenant_id_fk references oltp.tenants (id),
  address text not null, contacted_at timestamptz, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  constraint leads_tenant_id_address_key unique (tenant_id, address));
create index leads_contacted_at_idx on oltp.leads (tenant_id, contacted_at) where contacted_at is not null;
create trigger leads_touch before update on oltp.leads for each row execute function oltp.touch();
create table oltp.admin_sessions (
  id uuid constraint admin_sessions_pk primary key default uuidv7(), admin_id uuid not null, token_hash bytea not null,
  created_at timestamptz not null, expires_at timestamptz not null);
create function oltp.recent_leads(since timestamptz) returns bigint language sql stable as $$
  select count(*) from oltp.leads l join oltp.tenant_config c on c.tenant_id = l.tenant_id where l.created_at >= since
$$;
create view oltp.lead_counts as select tenant_id, count(*) as leads, max(created_at) as created_at from oltp.leads group by tenant_id;
grant select, insert, update, delete on all tables in schema oltp to plinth_app;
grant usage on all sequences in schema oltp to plinth_app;

insert into oltp.tenants (id, name, created_at) select ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'Tenant ' || n, '2024-01-01' from generate_series(1, 3) n;
insert into oltp.tenant_config (tenant_id, key, value) select t.id, k, to_jsonb(k) from oltp.tenants t, unnest(array['locale', 'zone']) k;
insert into oltp.leads (tenant_id, address) select t.id, 'lead' || n || '@mail.example' from oltp.tenants t, generate_series(1, 40) n;

create schema content;
create table content.email_messages (
  tenant_id uuid not null, id uuid not null, message_id text, direction text not null, from_address text not null default '',
  subject text not null default '', status text not null, created_at timestamptz not null default now(), queued_at timestamptz, sent_at timestamptz,
  delivered_at timestamptz, opened_at timestamptz, clicked_at timestamptz, replied_at timestamptz, bounced_at timestamptz,
  complained_at timestamptz, unsubscribed_at timestamptz,
  constraint email_messages_pk primary key (tenant_id, id),
  constraint email_messages_opened_at_check check (opened_at >= delivered_at));
create index email_messages_sent_at_idx on content.email_messages (tenant_id, sent_at desc);
create table content.content_inbox_message_refs (
  tenant_id uuid not null, id uuid not null, rfc_message_id text, sender text, subject text, received_at timestamptz, created_at timestamptz not null,
  constraint content_inbox_message_refs_pk primary key (tenant_id, id));
create table content.content_access_log (
  id bigint generated always as identity constraint content_access_log_pk primary key, object text not null, accessed_at timestamptz not null default now());
create index content_access_log_accessed_at_idx on content.content_access_log (accessed_at);
create table content.content_access_audit (id bigint constraint content_access_audit_pk primary key, audited_at timestamptz);
create table content.content_retention_stats (id bigint constraint content_retention_stats_pk primary key, measured_at timestamptz);
create table content.content_search_index (id bigint constraint content_search_index_pk primary key, indexed_at timestamptz);

insert into content.email_messages (tenant_id, id, message_id, direction, from_address, subject, status, created_at, sent_at)
  select '00000000-0000-0000-0000-000000000001', ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, 'm' || n || '@mail.example', 'inbound',
         'a@mail.example', 'Subject ' || n, 'received', '2024-02-01', '2024-02-01'
    from generate_series(1, 50) n;
-- 1–10 are there by key, 11–15 by content under another key, 16–40 are missing, 50 is there with another subject.
insert into content.content_inbox_message_refs
  select '00000000-0000-0000-0000-000000000001',
         ('00000000-0000-0000-' || case when n <= 10 or n = 50 then '0001-' else '0002-' end || lpad(n::text, 12, '0'))::uuid,
         case when n between 16 and 40 then 'r' else 'm' end || n || '@mail.example', 'a@mail.example',
         case n when 50 then 'Other' else 'Subject ' || n end, '2024-02-01', '2024-02-02'
    from generate_series(1, 50) n where n <= 40 or n = 50;

create schema queue;
create table queue.jobs (
  id bigint generated always as identity constraint jobs_pk primary key, queue text not null, created_at timestamptz not null default now(),
  started_at timestamptz, completed_at timestamptz, next_run_at timestamptz, constraint jobs_completed_at_check check (completed_at >= started_at));
create index jobs_next_run_at_created_at_idx on queue.jobs (next_run_at, created_at);
create table queue.worker_performance (id bigint constraint worker_performance_pk primary key, measured_at timestamptz);
create table queue.email_sending_jobs (job_id bigint constraint email_sending_jobs_pk primary key constraint email_sending_jobs_job_id_fk references queue.jobs (id), sent_at timestamptz);
create table queue.analytics_jobs (job_id bigint constraint analytics_jobs_pk primary key, computed_at timestamptz);
create table queue.content_jobs (job_id bigint constraint content_jobs_pk primary key, stored_at timestamptz);
create table queue.job_audit (id bigint not null, audited_at timestamptz not null, constraint job_audit_pk primary key (id, audited_at)) partition by range (audited_at);
create table queue.job_audit_2024 partition of queue.job_audit for values from ('2024-01-01') to ('2025-01-01');
create index job_audit_audited_at_idx on queue.job_audit (audited_at);
create table queue.queue_alert_history (id bigint constraint queue_alert_history_pk primary key, raised_at timestamptz);
insert into queue.jobs (queue) select 'email-sending' from generate_series(1, 20);
insert into queue.email_sending_jobs select id, now() from queue.jobs;
insert into queue.job_audit select n, '2024-06-01' from generate_series(1, 7) n;

create schema olap;
create table olap.admin_audit_log (id bigint constraint admin_audit_log_pk primary key, occurred_at timestamptz not null);
insert into olap.admin_audit_log select n, now() from generate_series(1, 5) n;
`;
