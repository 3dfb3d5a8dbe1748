-- The product's queues, and what it keeps about its jobs beside their record: one row a job, written by its run, in the month of the job.

select queue.declare_queue('email-sending', '{"group": "email", "pool": "email"}');
select queue.declare_queue('email-sending:low', '{"group": "email", "pool": "email"}');
select queue.declare_queue('email-processing', '{"group": "email", "pool": "email", "onOverload": "demote"}');
select queue.declare_queue('email-processing:high', '{"group": "email", "pool": "email"}');
select queue.declare_queue('analytics', '{"group": "analytics", "pool": "analytics"}');
select queue.declare_queue('content', '{"group": "content", "pool": "content"}');
select queue.declare_queue('warmup', '{"pool": "email"}');
select queue.declare_queue('maintenance');

create table queue.job_email_sending_details (
  tenant_id uuid not null,
  job_id uuid not null,
  campaign_id uuid,
  campaign_lead_id uuid,
  email_account_id uuid not null,
  message_id text not null,
  recipient_domain text not null,
  intended timestamptz not null default now(),
  accepted timestamptz,
  smtp_code integer,
  smtp_response text,
  constraint job_email_sending_details_pk primary key (tenant_id, job_id),
  constraint job_email_sending_details_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint job_email_sending_details_message_id_check check (message_id ~ '^<[^<>\s]+@[^<>\s]+>$'),
  constraint job_email_sending_details_recipient_domain_check check (recipient_domain = lower(recipient_domain) and recipient_domain <> ''),
  constraint job_email_sending_details_smtp_code_check check (smtp_code between 200 and 599),
  constraint job_email_sending_details_accepted_check check (accepted is null or (accepted >= intended and smtp_code between 200 and 299))
) partition by range (job_id);
comment on table queue.job_email_sending_details is 'What became of a message at the server that takes our mail.';
comment on column queue.job_email_sending_details.tenant_id is 'Whose row it is.';
comment on column queue.job_email_sending_details.job_id is 'The job that sends it.';
comment on column queue.job_email_sending_details.campaign_id is 'The campaign; null for a message of none. In another database, so without a foreign key.';
comment on column queue.job_email_sending_details.campaign_lead_id is 'The enrolment it is sent for.';
comment on column queue.job_email_sending_details.email_account_id is 'The mailbox it is sent from.';
comment on column queue.job_email_sending_details.message_id is 'Message-ID, made of the job''s id: the same in each run.';
comment on column queue.job_email_sending_details.recipient_domain is 'In lower case; what is paced.';
comment on column queue.job_email_sending_details.intended is 'Before the first byte left.';
comment on column queue.job_email_sending_details.accepted is 'When the server took the responsibility for it.';
comment on column queue.job_email_sending_details.smtp_code is 'The server''s last answer.';
comment on column queue.job_email_sending_details.smtp_response is 'Its words.';

create table queue.job_analytics_details (
  tenant_id uuid not null,
  job_id uuid not null,
  dataset text not null,
  range_start timestamptz,
  range_end timestamptz,
  rows_read bigint not null default 0,
  rows_written bigint not null default 0,
  constraint job_analytics_details_pk primary key (tenant_id, job_id),
  constraint job_analytics_details_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint job_analytics_details_dataset_check check (dataset <> ''),
  constraint job_analytics_details_range_check check (range_end >= range_start),
  constraint job_analytics_details_rows_check check (rows_read >= 0 and rows_written >= 0)
) partition by range (job_id);
comment on table queue.job_analytics_details is 'What a job that computes figures read and wrote.';
comment on column queue.job_analytics_details.tenant_id is 'Whose row it is.';
comment on column queue.job_analytics_details.job_id is 'The job.';
comment on column queue.job_analytics_details.dataset is 'Which figures.';
comment on column queue.job_analytics_details.range_start is 'Of what time; null where it is all.';
comment on column queue.job_analytics_details.range_end is 'Up to when.';
comment on column queue.job_analytics_details.rows_read is 'Facts that were read.';
comment on column queue.job_analytics_details.rows_written is 'Figures that were written.';

create table queue.job_content_details (
  tenant_id uuid not null,
  job_id uuid not null,
  content_id uuid not null,
  operation text not null,
  bytes_before bigint not null,
  bytes_after bigint,
  constraint job_content_details_pk primary key (tenant_id, job_id),
  constraint job_content_details_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint job_content_details_operation_check check (operation ~ '^[a-z][a-z-]*$'),
  constraint job_content_details_bytes_check check (bytes_before >= 0 and bytes_after >= 0)
) partition by range (job_id);
comment on table queue.job_content_details is 'What a job did with an object of the content store.';
comment on column queue.job_content_details.tenant_id is 'Whose row it is.';
comment on column queue.job_content_details.job_id is 'The job.';
comment on column queue.job_content_details.content_id is 'The object; in another database, so without a foreign key.';
comment on column queue.job_content_details.operation is 'What was done, e.g. classify.';
comment on column queue.job_content_details.bytes_before is 'Length of what was read.';
comment on column queue.job_content_details.bytes_after is 'Length of what was written; null where nothing was.';

select partition.manage('queue.job_email_sending_details', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_analytics_details', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_content_details', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select tenancy.protect('queue.job_email_sending_details', '{"delete": "none"}');
select tenancy.protect('queue.job_analytics_details', '{"delete": "none"}');
select tenancy.protect('queue.job_content_details', '{"delete": "none"}');
