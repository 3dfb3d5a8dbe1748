-- What the engine stands on: the durable record of a job, the one place where it waits, the lease of a batch that is being run, and what
-- became of each run. Tables of other parts have migrations of their own.

create schema queue;
comment on schema queue is 'Background jobs: enqueued in the transaction that made them necessary, run at least once, never lost.';
grant usage on schema queue to plinth_app;

create table queue.job_queues (
  id smallint not null generated always as identity constraint job_queues_id_pk primary key,
  name text not null constraint job_queues_name_key unique,
  group_name text not null default 'other',
  pool text not null default 'default',
  weights integer[] not null default '{40,25,20,10,5}',
  slo_ms integer[] not null default '{60000,300000,1800000,7200000,10800000}',
  on_overload text not null default 'reject',
  is_paused boolean not null default false,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint job_queues_name_check check (name ~ '^[a-z][a-z0-9]*([-:_.][a-z0-9]+)*$' and length(name) <= 63),
  constraint job_queues_weights_check check (cardinality(weights) = 5 and 1 <= all (weights) and 1000 >= all (weights)),
  constraint job_queues_slo_ms_check check (cardinality(slo_ms) = 5 and 1000 <= all (slo_ms)),
  constraint job_queues_on_overload_check check (on_overload in ('reject', 'demote', 'accept'))
);
comment on table queue.job_queues is 'Queues of this platform, of all tenants.';
comment on column queue.job_queues.id is 'Stands in the ready table in place of the name.';
comment on column queue.job_queues.name is 'Name in code and commands, e.g. email-processing:high.';
comment on column queue.job_queues.group_name is 'Queues that share partitions of jobs.';
comment on column queue.job_queues.pool is 'Worker pool that serves it.';
comment on column queue.job_queues.weights is 'Shares of processing time of the five effective bands, Critical first.';
comment on column queue.job_queues.slo_ms is 'Target of the wait in each band, Critical first.';
comment on column queue.job_queues.on_overload is 'What becomes of bulk enqueues when the predicted wait is too long: reject, demote to Background, or accept.';
comment on column queue.job_queues.is_paused is 'Nothing is claimed while it is.';
comment on column queue.job_queues.created is 'When it was declared.';
comment on column queue.job_queues.updated is 'When its settings last changed.';
-- Queues of the groups that jobs are cut by, and one for what needs none of its own.
insert into queue.job_queues (name, group_name, pool) values
  ('default', 'other', 'default'),
  ('email-sending', 'email', 'email'),
  ('email-sending:low', 'email', 'email'),
  ('email-processing', 'email', 'email'),
  ('email-processing:high', 'email', 'email'),
  ('analytics', 'analytics', 'analytics'),
  ('content', 'content', 'content');
grant select on queue.job_queues to plinth_app;

create table queue.job_types (
  id smallint not null generated always as identity constraint job_types_id_pk primary key,
  name text not null constraint job_types_name_key unique,
  queue_id smallint not null constraint job_types_queue_id_fk references queue.job_queues (id),
  band smallint not null default 2,
  max_attempts smallint not null default 20,
  payload_version smallint not null default 1,
  is_paused boolean not null default false,
  pausing_findings text[] not null default '{}',
  mean_run_ms real not null default 10,
  unhandled_ms bigint not null default 0,
  unique_fields text[],
  unique_scope text,
  unique_ms bigint,
  on_conflict text,
  subject_fields jsonb,
  details text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint job_types_name_check check (name ~ '^[a-zA-Z][a-zA-Z0-9]*([-:_.][a-zA-Z0-9]+)*$' and length(name) <= 63),
  constraint job_types_band_check check (band between 0 and 4),
  constraint job_types_max_attempts_check check (max_attempts between 1 and 1000),
  constraint job_types_pausing_findings_check check (pausing_findings <@ '{new,surge,dominant,one_tenant,version}'),
  constraint job_types_mean_run_ms_check check (mean_run_ms >= 0),
  constraint job_types_unhandled_ms_check check (unhandled_ms >= 0),
  constraint job_types_unique_scope_check check (unique_scope in ('waiting', 'completed', 'time')),
  constraint job_types_unique_ms_check check (unique_ms > 0 and (unique_ms is not null) = (unique_scope is not distinct from 'time')),
  constraint job_types_on_conflict_check check (on_conflict in ('skip', 'replace', 'reschedule', 'reject')),
  constraint job_types_unique_fields_check check (num_nulls(unique_fields, unique_scope, on_conflict) in (0, 3)),
  constraint job_types_subject_fields_check check (jsonb_typeof(subject_fields) = 'object' and subject_fields <> '{}')
);
comment on table queue.job_types is 'Kinds of jobs that some process has defined: the defaults of enqueue from SQL.';
comment on column queue.job_types.id is 'Stands in the ready table in place of the name.';
comment on column queue.job_types.name is 'Name in code and commands.';
comment on column queue.job_types.queue_id is 'Queue where jobs of it wait unless enqueue says another.';
comment on column queue.job_types.band is 'Band unless enqueue says another: 0 Critical, 1 High, 2 Normal, 3 Low, 4 Background.';
comment on column queue.job_types.max_attempts is 'Runs that may fail, unless enqueue says another number.';
comment on column queue.job_types.payload_version is 'Version of the payload that new jobs have.';
comment on column queue.job_types.is_paused is 'Nothing of it is claimed while it is.';
comment on column queue.job_types.pausing_findings is 'What, found out about its failures, pauses it.';
comment on column queue.job_types.mean_run_ms is 'Moving mean of run times, for shares and predictions.';
comment on column queue.job_types.unhandled_ms is 'For how long there were workers and none of them had a handler of it; 0 as soon as one has. After 24 h its jobs are dead letters.';
comment on column queue.job_types.unique_fields is 'Fields of the payload that are the key, with dots into objects; empty: all of it. Null: jobs of it are not unique.';
comment on column queue.job_types.unique_scope is 'How long a job keeps its key: while it is waiting for its first run, until it has completed, or for some time.';
comment on column queue.job_types.unique_ms is 'That time.';
comment on column queue.job_types.on_conflict is 'What becomes of a job whose key is taken: skip, replace (the payload of the one that waits), reschedule (that, and its due time), reject.';
comment on column queue.job_types.subject_fields is
  'Fields of the payload that name a person, with dots into objects, and the kind of identifier they hold, e.g. {"to": "email"}. Null: none does.';
comment on column queue.job_types.details is 'Table with one row a job of it, which is shown with the job and goes with it; null: none.';
comment on column queue.job_types.created is 'When it was first defined.';
comment on column queue.job_types.updated is 'When it last changed.';
create index job_types_queue_id_idx on queue.job_types (queue_id);
grant select on queue.job_types to plinth_app;

create table queue.jobs (
  tenant_id uuid not null constraint jobs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null,
  queue_name text not null,
  job_type text not null,
  band smallint not null,
  status text not null default 'open',
  payload_version smallint not null default 1,
  max_attempts smallint not null,
  payload jsonb not null,
  due timestamptz not null,
  follow jsonb,
  origin_id uuid,
  trace text,
  snoozes smallint not null default 0,
  queued timestamptz not null default now(),
  started timestamptz,
  completed timestamptz,
  constraint jobs_tenant_id_id_queue_name_pk primary key (tenant_id, id, queue_name),
  constraint jobs_status_check check (status in ('open', 'completed', 'cancelled', 'discarded', 'dead')),
  constraint jobs_band_check check (band between 0 and 4),
  constraint jobs_max_attempts_check check (max_attempts between 1 and 1000),
  constraint jobs_snoozes_check check (snoozes >= 0),
  constraint jobs_payload_check check (pg_column_size(payload) <= 262144),
  constraint jobs_completed_check check ((status = 'open') = (completed is null)),
  -- Who ends a job reads this beside that of others' jobs: what cannot be read would keep all of them from ending.
  constraint jobs_follow_check check (follow is null or jsonb_typeof(follow) = 'object'
    and (not follow ? 'unique' or (follow ->> 'unique') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
    and (not follow ? 'limits' or jsonb_typeof(follow -> 'limits') = 'array'
      and not follow @? '$.limits[*].type() ? (@ != "object")' and not follow @? '$.limits[*] ? (!(@.name.type() == "string" && @.key.type() == "string"
      && @.most.type() == "number" && @.most.floor() == @.most && @.most >= 0 && @.most <= 1000000
      && (!exists(@.per) || @.per.type() == "string") && (!exists(@.zone) || @.zone.type() == "string")
      && (!exists(@.perMs) || @.perMs.type() == "number" && @.perMs.floor() == @.perMs && @.perMs >= 1 && @.perMs <= 1000000000000000)
      && (!exists(@.isShared) || @.isShared.type() == "boolean") && (!exists(@.isStrict) || @.isStrict.type() == "boolean")))'))
) partition by range (id);
comment on table queue.jobs is 'The durable record of every job. Where it waits or runs is told by the other tables; queue.job_states is always exact.';
comment on column queue.jobs.tenant_id is 'Whose job it is; the nil tenant for the platform''s own.';
comment on column queue.jobs.id is 'uuid v7 of the moment of enqueue: it alone gives the month where the row and all that belongs to it are.';
comment on column queue.jobs.queue_name is 'Queue; decides the group of partitions.';
comment on column queue.jobs.job_type is 'What handler runs it.';
comment on column queue.jobs.band is '0 Critical, 1 High, 2 Normal, 3 Low, 4 Background. Waiting raises the effective band, never this one.';
comment on column queue.jobs.status is 'open, or how it ended: completed, cancelled, discarded, dead. Follows job_results by some seconds.';
comment on column queue.jobs.payload_version is 'Version of the payload; handlers upgrade older ones.';
comment on column queue.jobs.max_attempts is 'Runs that may fail before it becomes a dead letter.';
comment on column queue.jobs.payload is 'Input of the handler, at most 256 kB.';
comment on column queue.jobs.due is 'When it was to be ready for the first time; its wait counts from here.';
comment on column queue.jobs.follow is 'What its end has to settle beside its result: units of limits, its unique key. Null for most.';
comment on column queue.jobs.origin_id is 'Job in whose place it was enqueued, by redrive or retry. Null for most.';
comment on column queue.jobs.trace is 'W3C traceparent of the enqueuer.';
comment on column queue.jobs.snoozes is 'How often its handler has put it back; after a thousand times it is a dead letter.';
comment on column queue.jobs.queued is 'When the row was written.';
comment on column queue.jobs.started is 'Start of the last run, once it ended.';
comment on column queue.jobs.completed is 'When it ended, whatever the outcome.';

-- plinth:allow L70 read by the engine alone, lane by lane
create table queue.job_ready (
  slot smallint not null,
  queue_id smallint not null,
  band smallint not null,
  type_id smallint not null,
  attempt smallint not null default 0,
  crash_count smallint not null default 0,
  due timestamptz not null,
  tenant_id uuid not null,
  id uuid not null,
  constraint job_ready_pk primary key (slot, queue_id, band, tenant_id, due, id),
  constraint job_ready_band_check check (band between 0 and 4)
) partition by list (slot);
comment on table queue.job_ready is
  'Jobs that can be run now, and nothing else: rows are inserted and deleted, never updated. Three slots, of which one takes new rows, so that '
  'a held snapshot cannot make it grow. Its primary key is its only index; each (queue, band, tenant) is a lane, first in, first out.';
comment on column queue.job_ready.slot is 'Which of the three.';
comment on column queue.job_ready.queue_id is 'Queue.';
comment on column queue.job_ready.band is 'Band of the job.';
comment on column queue.job_ready.type_id is 'Job type: a worker takes only those it has handlers for.';
comment on column queue.job_ready.attempt is 'Runs it has used.';
comment on column queue.job_ready.crash_count is 'Workers lost while they ran it.';
comment on column queue.job_ready.due is 'Since when it waits.';
comment on column queue.job_ready.tenant_id is 'Whose job it is.';
comment on column queue.job_ready.id is 'Job.';
-- A table that is emptied as fast as it is filled: its dead rows are what a claim has to step over.
create table queue.job_ready_0 partition of queue.job_ready for values in (0)
  with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000);
create table queue.job_ready_1 partition of queue.job_ready for values in (1)
  with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000);
create table queue.job_ready_2 partition of queue.job_ready for values in (2)
  with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000);
-- Reached through their table only, save by the engine.
alter table queue.job_ready_0 enable row level security, force row level security;
alter table queue.job_ready_1 enable row level security, force row level security;
alter table queue.job_ready_2 enable row level security, force row level security;

create table queue.ready_slots (
  id boolean not null default true constraint ready_slots_id_pk primary key,
  slot smallint not null default 0,
  rotated timestamptz not null default now(),
  held_by text,
  constraint ready_slots_id_check check (id),
  constraint ready_slots_slot_check check (slot between 0 and 2)
);
comment on table queue.ready_slots is 'One row: the slot of job_ready that takes new rows.';
comment on column queue.ready_slots.id is 'There is one row.';
comment on column queue.ready_slots.slot is 'Slot for new rows.';
comment on column queue.ready_slots.rotated is 'When it last changed.';
comment on column queue.ready_slots.held_by is 'What kept vacuum from removing dead rows when it last changed, in words.';
insert into queue.ready_slots default values;
grant select on queue.ready_slots to plinth_app;

-- plinth:allow L70 read by the engine alone, in the order of time
create table queue.job_delayed (
  due timestamptz not null,
  id uuid not null,
  tenant_id uuid not null,
  queue_id smallint not null,
  type_id smallint not null,
  band smallint not null,
  attempt smallint not null default 0,
  crash_count smallint not null default 0,
  keep_due timestamptz,
  reason text not null default 'scheduled',
  constraint job_delayed_due_id_pk primary key (due, id),
  constraint job_delayed_band_check check (band between 0 and 4),
  constraint job_delayed_reason_check check (reason in ('scheduled', 'retry', 'snooze'))
) with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
comment on table queue.job_delayed is 'Jobs that are not due yet: scheduled, to be tried again, snoozed.';
comment on column queue.job_delayed.due is 'When it becomes ready.';
comment on column queue.job_delayed.id is 'Job.';
comment on column queue.job_delayed.tenant_id is 'Whose job it is.';
comment on column queue.job_delayed.queue_id is 'Queue.';
comment on column queue.job_delayed.type_id is 'Job type.';
comment on column queue.job_delayed.band is 'Band.';
comment on column queue.job_delayed.attempt is 'Runs it has used.';
comment on column queue.job_delayed.crash_count is 'Workers lost while they ran it.';
comment on column queue.job_delayed.keep_due is 'Its wait goes on counting from here when it becomes ready; null: from due.';
comment on column queue.job_delayed.reason is 'scheduled, retry or snooze.';

create table queue.job_parked (
  tenant_id uuid not null constraint job_parked_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  key text not null,
  due timestamptz not null,
  id uuid not null,
  queue_id smallint not null,
  type_id smallint not null,
  band smallint not null,
  attempt smallint not null default 0,
  crash_count smallint not null default 0,
  parked timestamptz not null default now(),
  constraint job_parked_pk primary key (tenant_id, key, due, id)
);
comment on table queue.job_parked is 'Jobs that are due but held: by a limit of a key, by a type without handler or paused, by a tenant that is suspended.';
comment on column queue.job_parked.tenant_id is 'Whose job it is.';
comment on column queue.job_parked.key is 'What holds it: limit:<name>:<key>, type:<job type>, tenant (it is suspended), paused (its tenant is).';
comment on column queue.job_parked.due is 'Since when it waits.';
comment on column queue.job_parked.id is 'Job.';
comment on column queue.job_parked.queue_id is 'Queue.';
comment on column queue.job_parked.type_id is 'Job type.';
comment on column queue.job_parked.band is 'Band.';
comment on column queue.job_parked.attempt is 'Runs it has used.';
comment on column queue.job_parked.crash_count is 'Workers lost while they ran it.';
comment on column queue.job_parked.parked is 'When it was put here.';
create index job_parked_key_due_idx on queue.job_parked (key, due, id);
comment on index queue.job_parked_key_due_idx is 'Who is next, also where tenants share a limit.';

create table queue.job_blocked (
  tenant_id uuid not null constraint job_blocked_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null,
  open_parents integer not null,
  queue_id smallint not null,
  type_id smallint not null,
  band smallint not null,
  due timestamptz not null,
  batch_id uuid not null,
  on_parent_failed text not null default 'cancel',
  lost_parents integer not null default 0,
  constraint job_blocked_tenant_id_id_pk primary key (tenant_id, id),
  constraint job_blocked_open_parents_check check (open_parents > 0),
  constraint job_blocked_lost_parents_check check (lost_parents >= 0),
  constraint job_blocked_on_parent_failed_check check (on_parent_failed in ('fail', 'continue', 'cancel'))
);
comment on table queue.job_blocked is 'Jobs that wait for other jobs to end.';
comment on column queue.job_blocked.tenant_id is 'Whose job it is.';
comment on column queue.job_blocked.id is 'Job.';
comment on column queue.job_blocked.batch_id is 'Flow it is a step of.';
comment on column queue.job_blocked.open_parents is 'Jobs it still waits for.';
comment on column queue.job_blocked.lost_parents is 'Steps it waited for that ended in another way than completed.';
comment on column queue.job_blocked.on_parent_failed is 'What job_steps says of it.';
comment on column queue.job_blocked.queue_id is 'Queue.';
comment on column queue.job_blocked.type_id is 'Job type.';
comment on column queue.job_blocked.band is 'Band.';
comment on column queue.job_blocked.due is 'When it would be due by itself.';

create type queue.leased_job as (
  tenant_id uuid, id uuid, due timestamptz, band smallint, type_id smallint, attempt smallint, crash_count smallint);
comment on type queue.leased_job is 'A row of job_ready without its slot and queue.';

create table queue.job_leases (
  id uuid not null constraint job_leases_id_pk primary key,
  worker_id uuid not null,
  queue_id smallint not null,
  leased timestamptz not null default now(),
  expires timestamptz not null,
  finished timestamptz,
  has_units boolean not null default false,
  cancelled uuid[],
  cancel_requested timestamptz,
  items queue.leased_job[] storage external not null
) with (fillfactor = 70, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
comment on table queue.job_leases is
  'One row per claimed batch, with what has to go back when its worker is lost. A row that is finished has a result for each job and waits '
  'for the folder, which writes them into jobs.';
comment on column queue.job_leases.id is 'uuid v7.';
comment on column queue.job_leases.worker_id is 'Process that runs the batch: a uuid of its start.';
comment on column queue.job_leases.queue_id is 'Queue of the batch.';
comment on column queue.job_leases.leased is 'When it was claimed.';
comment on column queue.job_leases.expires is 'When it may be taken away, by the clock of the database; renewed while the process lives.';
comment on column queue.job_leases.finished is 'When the last job of it got its result.';
comment on column queue.job_leases.cancelled is
  'Jobs of it that somebody has cancelled: their worker aborts them when it renews, or when plinth_queue_cancel tells its id. Null: none.';
comment on column queue.job_leases.has_units is 'Whether its jobs have taken what they need of their limits: the statement behind its claim does.';
comment on column queue.job_leases.cancel_requested is 'When the last of them was; half a minute later they are taken out of the lease.';
comment on column queue.job_leases.items is 'The jobs; the position is the name of a job within its lease. Storage external: nothing in it can be compressed.';

create table queue.job_results (
  tenant_id uuid not null,
  job_id uuid not null,
  attempt smallint not null,
  status text not null,
  duration_ms integer not null,
  started timestamptz not null,
  completed timestamptz not null,
  worker_id uuid not null,
  result jsonb,
  error jsonb,
  constraint job_results_tenant_id_job_id_attempt_pk primary key (tenant_id, job_id, attempt),
  constraint job_results_status_check check (status in ('completed', 'failed', 'cancelled', 'discarded', 'dead')),
  constraint job_results_duration_ms_check check (duration_ms >= 0),
  constraint job_results_result_check check (pg_column_size(result) <= 65536)
) partition by range (job_id);
comment on table queue.job_results is 'How each run of a job ended; rows are only added.';
comment on column queue.job_results.tenant_id is 'Whose job it is.';
comment on column queue.job_results.job_id is 'Job; its month decides the partition.';
comment on column queue.job_results.attempt is 'Which run, from 1; runs that a crash ended are not counted.';
comment on column queue.job_results.status is 'completed, failed (it is tried again), cancelled, discarded or dead.';
comment on column queue.job_results.duration_ms is 'Run time of the handler.';
comment on column queue.job_results.started is 'When the handler was called.';
comment on column queue.job_results.completed is 'When it ended.';
comment on column queue.job_results.worker_id is 'Process that ran it.';
comment on column queue.job_results.result is 'What the handler returned, at most 64 kB; null for nothing.';
comment on column queue.job_results.error is 'Class, message, stack and class of failure of a run that failed.';
-- What fails is rare: plain results pay nothing for it.
create index job_results_failed_idx on queue.job_results (completed) where error is not null;

create table queue.job_logs (
  tenant_id uuid not null,
  job_id uuid not null,
  attempt smallint not null,
  line smallint not null,
  logged timestamptz not null,
  level text not null,
  message text not null,
  fields jsonb,
  constraint job_logs_pk primary key (tenant_id, job_id, attempt, line),
  constraint job_logs_level_check check (level in ('debug', 'info', 'warn', 'error'))
) partition by range (job_id);
comment on table queue.job_logs is 'What handlers and the engine had to say about a job; rows are only added.';
comment on column queue.job_logs.tenant_id is 'Whose job it is.';
comment on column queue.job_logs.job_id is 'Job; its month decides the partition.';
comment on column queue.job_logs.attempt is 'In which run.';
comment on column queue.job_logs.line is 'Counts the lines of a run, from 1; negative for those of the engine.';
comment on column queue.job_logs.logged is 'When.';
comment on column queue.job_logs.level is 'debug, info, warn or error.';
comment on column queue.job_logs.message is 'For people.';
comment on column queue.job_logs.fields is 'For programs.';

create table queue.queue_workers (
  id uuid not null constraint queue_workers_id_pk primary key,
  pool text not null,
  host text not null,
  pid integer not null,
  version text not null,
  types text[] not null,
  slots integer not null,
  busy integer not null default 0,
  loop_lag_ms real not null default 0,
  rss_bytes bigint not null default 0,
  started timestamptz not null default now(),
  seen timestamptz not null default now(),
  is_draining boolean not null default false
) with (fillfactor = 70);
comment on table queue.queue_workers is 'Processes that run jobs, as each says of itself every few seconds; gone with a graceful stop, removed an hour after its last word.';
comment on column queue.queue_workers.id is 'uuid of the start of the process; never its host or pid, which others inherit.';
comment on column queue.queue_workers.pool is 'Pools it serves, by comma.';
comment on column queue.queue_workers.host is 'For people.';
comment on column queue.queue_workers.pid is 'For people.';
comment on column queue.queue_workers.version is 'Version of the handlers, as the product says.';
comment on column queue.queue_workers.types is 'Job types it has handlers for.';
comment on column queue.queue_workers.slots is 'Jobs it runs at the same time.';
comment on column queue.queue_workers.busy is 'Jobs it was running.';
comment on column queue.queue_workers.loop_lag_ms is 'Longest time its event loop was blocked since its word before.';
comment on column queue.queue_workers.rss_bytes is 'Memory of the process.';
comment on column queue.queue_workers.started is 'Start of the process.';
comment on column queue.queue_workers.seen is 'Its last word.';
comment on column queue.queue_workers.is_draining is 'It claims nothing any more.';

create table queue.queue_leaders (
  name text not null constraint queue_leaders_name_pk primary key,
  term bigint not null,
  holder uuid not null,
  taken timestamptz not null default now(),
  expires timestamptz not null
);
comment on table queue.queue_leaders is 'Terms of those who look after the queue; what a leader of an older term writes changes nothing.';
comment on column queue.queue_leaders.name is 'What is led.';
comment on column queue.queue_leaders.term is 'Counts the leaders.';
comment on column queue.queue_leaders.holder is 'Process that leads.';
comment on column queue.queue_leaders.taken is 'Since when.';
comment on column queue.queue_leaders.expires is 'Until when it has to have said that it is at work; renewed while it is.';

-- What belongs to jobs of a month stays as long as one of them has not ended, whatever its own age.
create function queue.open_in(first_id uuid, end_id uuid) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  -- What is open is in one of the places where jobs wait or run; the record would have to be read whole.
  select format('%s jobs of it have not ended, the oldest is %s', count(*), min(o.id::text))
    from (
      select p.id from queue.job_ready p where p.id >= first_id and p.id < end_id
      union all select p.id from queue.job_delayed p where p.id >= first_id and p.id < end_id
      union all select p.id from queue.job_parked p where p.id >= first_id and p.id < end_id
      union all select p.id from queue.job_blocked p where p.id >= first_id and p.id < end_id
      union all select i.id from queue.job_leases l cross join unnest(l.items) i where i.id >= first_id and i.id < end_id
    ) o
  having count(*) > 0
$$;
comment on function queue.open_in(uuid, uuid) is
  'What keeps partitions of that range of job ids, in words; null where all jobs of it have ended. For "heldBy" of tables that are cut by the job.';
revoke execute on function queue.open_in(uuid, uuid) from public;

-- Everything of a job lies in the partition of its month, told by the job's id alone.
select partition.manage('queue.jobs', '{"by": "uuid7", "key": "id", "every": "month", "keep": "90 days",
  "below": {"by": "list", "key": "queue_name", "groups": {
    "email": ["email-sending", "email-sending:low", "email-processing", "email-processing:high"],
    "analytics": ["analytics"], "content": ["content"], "other": "default"}},
  "release": {"unless": "status = ''open''"}}');

-- The folder updates each row once, in its page.
-- plinth:allow L67 it only says how full the pages of a table are to be
do $$
declare
  leaf regclass;
begin
  for leaf in select t.relid from pg_partition_tree('queue.jobs') t where t.isleaf loop
    execute format('alter table %s set (fillfactor = 85)', leaf);
  end loop;
end
$$;

select partition.manage('queue.job_results',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_logs',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "30 days", "release": {"heldBy": "queue.open_in"}}');

-- The application enqueues in its own context and reads what is its tenant's; all else is done by the engine.
select tenancy.protect('queue.jobs', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_ready', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_delayed', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_parked', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_blocked', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_results', '{"insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('queue.job_logs', '{"insert": "none", "update": "none", "delete": "none"}');
