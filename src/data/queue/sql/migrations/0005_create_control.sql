-- What was given up, who did what to jobs and queues by hand, failures of one kind by the hour, and tenants of which nothing begins.

create table queue.dead_letter_jobs (
  tenant_id uuid not null constraint dead_letter_jobs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  job_id uuid not null,
  queue_name text not null,
  job_type text not null,
  reason text not null,
  signature text not null,
  band smallint not null,
  payload_version smallint not null,
  max_attempts smallint not null,
  payload jsonb not null,
  errors jsonb not null,
  handler_version text not null,
  failed timestamptz not null default now(),
  redriven timestamptz,
  redriven_as uuid,
  constraint dead_letter_jobs_tenant_id_job_id_pk primary key (tenant_id, job_id),
  constraint dead_letter_jobs_reason_check check (reason in ('exhausted', 'permanent', 'crash_loop', 'bad_payload', 'no_handler', 'snoozed_out')),
  constraint dead_letter_jobs_redriven_as_check check ((redriven is null) = (redriven_as is null))
) partition by range (job_id);
comment on table queue.dead_letter_jobs is 'Jobs that ended without success and wait for somebody to look at them.';
comment on column queue.dead_letter_jobs.tenant_id is 'Whose job it is.';
comment on column queue.dead_letter_jobs.job_id is 'Job; its month decides the partition.';
comment on column queue.dead_letter_jobs.queue_name is 'Queue.';
comment on column queue.dead_letter_jobs.job_type is 'Job type.';
comment on column queue.dead_letter_jobs.reason is 'exhausted, permanent, crash_loop, bad_payload, no_handler or snoozed_out.';
comment on column queue.dead_letter_jobs.signature is 'Hash of what the last error has in common with others of its kind.';
comment on column queue.dead_letter_jobs.band is 'Band.';
comment on column queue.dead_letter_jobs.payload_version is 'Version of the payload.';
comment on column queue.dead_letter_jobs.max_attempts is 'Runs that may fail.';
comment on column queue.dead_letter_jobs.payload is 'Input of the handler.';
comment on column queue.dead_letter_jobs.errors is 'Errors of all runs, oldest first.';
comment on column queue.dead_letter_jobs.handler_version is 'Version of the handlers of the worker that gave it up.';
comment on column queue.dead_letter_jobs.failed is 'When it was given up.';
comment on column queue.dead_letter_jobs.redriven is 'When it was enqueued again; that happens once.';
comment on column queue.dead_letter_jobs.redriven_as is 'The job that took its place.';
create index dead_letter_jobs_signature_failed_idx on queue.dead_letter_jobs (signature, failed);

create table queue.job_audits (
  tenant_id uuid not null constraint job_audits_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null default uuidv7(),
  action text not null,
  target_type text not null,
  target text not null,
  job_count integer not null default 0,
  job_ids uuid[] not null default '{}',
  details jsonb not null default '{}',
  acted_by text not null,
  constraint job_audits_tenant_id_id_pk primary key (tenant_id, id),
  constraint job_audits_action_check check (action ~ '^[a-z][a-z-]*$'),
  constraint job_audits_target_type_check check (target_type in ('job', 'jobs', 'queue', 'type', 'tenant', 'dead', 'alert')),
  constraint job_audits_job_count_check check (job_count >= 0),
  constraint job_audits_acted_by_check check (acted_by <> '')
) partition by range (id);
comment on table queue.job_audits is
  'What people did to jobs and queues: enqueued by hand, cancelled, retried, redrove, paused, moved. Rows are only added; the audit trail has them too.';
comment on column queue.job_audits.tenant_id is 'Whose jobs they were; the nil tenant for what concerns all or the platform''s own.';
comment on column queue.job_audits.id is 'uuid v7: when.';
comment on column queue.job_audits.action is 'cancel, retry, promote, reschedule, delete, move, pause, resume, drain, weights, alert, enqueue, redrive.';
comment on column queue.job_audits.target_type is 'What was named: a job, jobs by a filter, a queue, a job type, a tenant, dead letters, an alert.';
comment on column queue.job_audits.target is 'Its name or id; of a filter what it said.';
comment on column queue.job_audits.job_count is 'Jobs of the tenant that it changed.';
comment on column queue.job_audits.job_ids is 'The first hundred of them.';
comment on column queue.job_audits.details is 'What it was done with.';
comment on column queue.job_audits.acted_by is 'Who: an account of the console, or of the command line.';
select partition.manage('queue.dead_letter_jobs',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "180 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_audits', '{"by": "uuid7", "key": "id", "every": "month", "keep": "400 days", "guard": "overflow"}');
select tenancy.protect('queue.dead_letter_jobs', '{"insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('queue.job_audits', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');

create function queue.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '%.% takes rows and changes none', tg_table_schema, tg_table_name using errcode = '42501', hint = 'Record what has happened since as a row of its own.';
end
$$;
comment on function queue.refuse_change() is 'Trigger of tables whose rows are only added.';
revoke execute on function queue.refuse_change() from public;
create trigger job_audits_refuse_change before update on queue.job_audits for each row execute function queue.refuse_change();

create type queue.job_filter as (ids uuid[], tenant_id uuid, queue_id smallint, type_id smallint, first_id uuid, end_id uuid);
comment on type queue.job_filter is 'Which jobs an action is for; what is null asks for nothing. Times are those of enqueue, as bounds of ids: from first_id, before end_id.';

create table queue.job_failure_patterns (
  signature text not null,
  hour timestamptz not null,
  job_type text not null,
  queue_name text not null,
  kind text not null,
  count bigint not null,
  tenants integer not null,
  top_share real not null,
  versions text[] not null,
  first_job_id uuid not null,
  last_job_id uuid not null,
  findings text[] not null default '{}',
  constraint job_failure_patterns_signature_hour_pk primary key (signature, hour),
  constraint job_failure_patterns_count_check check (count > 0),
  constraint job_failure_patterns_tenants_check check (tenants > 0),
  constraint job_failure_patterns_top_share_check check (top_share > 0 and top_share <= 1),
  constraint job_failure_patterns_findings_check check (findings <@ array['new', 'surge', 'dominant', 'one_tenant', 'version'])
) partition by range (hour);
comment on table queue.job_failure_patterns is 'Failed runs of one signature in one hour, over all tenants; counted each minute.';
comment on column queue.job_failure_patterns.signature is 'What failures of the kind have in common.';
comment on column queue.job_failure_patterns.hour is 'Begin of the hour.';
comment on column queue.job_failure_patterns.job_type is 'Job type.';
comment on column queue.job_failure_patterns.queue_name is 'Queue of the last of them.';
comment on column queue.job_failure_patterns.kind is 'Class and message without ids, numbers, addresses, paths and quoted words.';
comment on column queue.job_failure_patterns.count is 'Runs that failed so.';
comment on column queue.job_failure_patterns.tenants is 'Tenants it happened to in the minute of the hour that had most.';
comment on column queue.job_failure_patterns.top_share is 'Part of the runs that one tenant had, in the minute where it was largest.';
comment on column queue.job_failure_patterns.versions is 'Versions of handlers it happened with.';
comment on column queue.job_failure_patterns.first_job_id is 'A job of the first minute.';
comment on column queue.job_failure_patterns.last_job_id is 'A job of the last minute.';
comment on column queue.job_failure_patterns.findings is
  'What was told about it: new, surge (over three times the mean of the day), dominant (over half of the failures of its queue), one_tenant (over 80 %), version (begins with one).';
select partition.manage('queue.job_failure_patterns', '{"by": "time", "key": "hour", "every": "month", "keep": "400 days"}');

create table queue.pattern_marks (
  id boolean not null default true constraint pattern_marks_id_pk primary key,
  counted timestamptz not null default now(),
  constraint pattern_marks_id_check check (id)
);
comment on table queue.pattern_marks is 'One row: until when failures are counted.';
comment on column queue.pattern_marks.id is 'There is one row.';
comment on column queue.pattern_marks.counted is 'Failures that ended before are counted.';
insert into queue.pattern_marks default values;

create table queue.paused_tenants (
  tenant_id uuid not null
    constraint paused_tenants_tenant_id_pk primary key
    constraint paused_tenants_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  paused timestamptz not null default now(),
  paused_by text not null,
  constraint paused_tenants_paused_by_check check (paused_by <> '')
);
comment on table queue.paused_tenants is 'Tenants of which no job begins; what is due of theirs is parked under the key paused.';
comment on column queue.paused_tenants.tenant_id is 'Whose jobs.';
comment on column queue.paused_tenants.paused is 'Since when.';
comment on column queue.paused_tenants.paused_by is 'Who did it: an account of the console, or of the command line.';
select tenancy.protect('queue.paused_tenants', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');
