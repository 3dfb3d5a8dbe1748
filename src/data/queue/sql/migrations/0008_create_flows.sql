-- Jobs that belong together: batches with something to do at their end, and flows of steps that wait for each other. And how far a run has got.

create table queue.job_batches (
  tenant_id uuid not null constraint job_batches_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null,
  kind text not null,
  name text,
  total integer not null,
  completed integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  state text not null default 'open',
  is_cancelled boolean not null default false,
  tenths smallint not null default 0,
  on_completed jsonb,
  on_failed jsonb,
  on_progress jsonb,
  ended timestamptz,
  constraint job_batches_tenant_id_id_pk primary key (tenant_id, id),
  constraint job_batches_kind_check check (kind in ('batch', 'flow')),
  constraint job_batches_name_check check (name <> '' and length(name) <= 200),
  constraint job_batches_total_check check (total >= 0),
  constraint job_batches_counts_check check (completed >= 0 and failed >= 0 and cancelled >= 0),
  constraint job_batches_state_check check (state in ('open', 'completed', 'failed', 'cancelled')),
  constraint job_batches_tenths_check check (tenths between 0 and 10),
  constraint job_batches_ended_check check ((state = 'open') = (ended is null))
) partition by range (id);
comment on table queue.job_batches is
  'Jobs that are looked at as one: how many there are and how they ended, and what is enqueued then. What ended a moment ago is yet in job_counts.';
comment on column queue.job_batches.tenant_id is 'Whose jobs they are; the nil tenant for the platform''s own.';
comment on column queue.job_batches.id is 'uuid v7 of the moment in which it was made; its month decides the partition.';
comment on column queue.job_batches.kind is 'batch, or flow: with steps that wait for others.';
comment on column queue.job_batches.name is 'For people.';
comment on column queue.job_batches.total is 'Jobs of it.';
comment on column queue.job_batches.completed is 'Jobs of it that completed.';
comment on column queue.job_batches.failed is 'Jobs of it that were discarded or are dead letters.';
comment on column queue.job_batches.cancelled is 'Jobs of it that were cancelled, with or without a run.';
comment on column queue.job_batches.state is 'open, or how it ended: completed where all did, cancelled where somebody cancelled it, else failed.';
comment on column queue.job_batches.is_cancelled is 'Somebody cancelled it: what waits is not run, and at its end nothing is enqueued.';
comment on column queue.job_batches.tenths is 'For how many tenths of it on_progress was enqueued.';
comment on column queue.job_batches.on_completed is 'Job that is enqueued when all have completed.';
comment on column queue.job_batches.on_failed is 'Job that is enqueued when all have ended and not all completed.';
comment on column queue.job_batches.on_progress is 'Job that is enqueued when another tenth of them has ended.';
comment on column queue.job_batches.ended is 'When the last of them had ended.';

create table queue.job_steps (
  tenant_id uuid not null constraint job_steps_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  batch_id uuid not null,
  key text not null,
  job_id uuid not null,
  on_parent_failed text not null default 'cancel',
  state text not null default 'open',
  constraint job_steps_tenant_id_batch_id_key_pk primary key (tenant_id, batch_id, key),
  constraint job_steps_key_check check (key <> '' and length(key) <= 200),
  constraint job_steps_on_parent_failed_check check (on_parent_failed in ('fail', 'continue', 'cancel')),
  constraint job_steps_state_check check (state in ('open', 'completed', 'failed', 'cancelled'))
) partition by range (batch_id);
comment on table queue.job_steps is 'Steps of flows, each with the job that is it now: a step that is tried again gets another one.';
comment on column queue.job_steps.tenant_id is 'Whose flow it is.';
comment on column queue.job_steps.batch_id is 'Flow; its month decides the partition.';
comment on column queue.job_steps.key is 'Its name within the flow.';
comment on column queue.job_steps.job_id is 'Its job.';
comment on column queue.job_steps.on_parent_failed is
  'What becomes of it when not all it waits for have completed: `fail` discards it, `cancel` cancels it, `continue` runs it.';
comment on column queue.job_steps.state is 'open, or how it ended: completed, failed (discarded or a dead letter), cancelled.';

create table queue.job_dependencies (
  tenant_id uuid not null constraint job_dependencies_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  batch_id uuid not null,
  parent_key text not null,
  key text not null,
  constraint job_dependencies_pk primary key (tenant_id, batch_id, parent_key, key)
) partition by range (batch_id);
comment on table queue.job_dependencies is 'Which steps of a flow wait for which others.';
comment on column queue.job_dependencies.tenant_id is 'Whose flow it is.';
comment on column queue.job_dependencies.batch_id is 'Flow; its month decides the partition.';
comment on column queue.job_dependencies.parent_key is 'Step that is waited for.';
comment on column queue.job_dependencies.key is 'Step that waits.';
create index job_dependencies_tenant_id_batch_id_key_idx on queue.job_dependencies (tenant_id, batch_id, key);

create table queue.job_counts (
  tenant_id uuid not null constraint job_counts_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  batch_id uuid not null,
  target_id uuid not null,
  id uuid not null default uuidv7(),
  completed integer not null,
  failed integer not null,
  cancelled integer not null,
  constraint job_counts_pk primary key (tenant_id, batch_id, target_id, id)
) with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
comment on table queue.job_counts is
  'Jobs that ended and are not in the counts of their batch, or of the step that waits for them, yet: one row for each statement that records '
  'ends. So nobody waits for the row of a batch. They are added up where they may be the last ones, and each second.';
comment on column queue.job_counts.tenant_id is 'Whose jobs they are.';
comment on column queue.job_counts.batch_id is 'Batch or flow.';
comment on column queue.job_counts.target_id is 'What is counted for: the batch, or the job of a step that waits.';
comment on column queue.job_counts.id is 'Key of the row.';
comment on column queue.job_counts.completed is 'How many completed.';
comment on column queue.job_counts.failed is 'How many were discarded or are dead letters.';
comment on column queue.job_counts.cancelled is 'How many were cancelled.';

create table queue.job_progress (
  tenant_id uuid not null,
  job_id uuid not null,
  done bigint not null,
  total bigint not null,
  note text,
  said timestamptz not null default now(),
  constraint job_progress_tenant_id_job_id_pk primary key (tenant_id, job_id),
  constraint job_progress_done_check check (done between 0 and total),
  constraint job_progress_note_check check (length(note) <= 1000)
) partition by range (job_id);
comment on table queue.job_progress is 'How far a run has got, as its handler says; written once a second at most.';
comment on column queue.job_progress.tenant_id is 'Whose job it is.';
comment on column queue.job_progress.job_id is 'Job; its month decides the partition.';
comment on column queue.job_progress.done is 'What is done, in units of the handler.';
comment on column queue.job_progress.total is 'What is to be done.';
comment on column queue.job_progress.note is 'For people.';
comment on column queue.job_progress.said is 'When it was written.';

create function queue.batches_open_in(first_id uuid, end_id uuid) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select format('%s batches or flows of it have not ended, the oldest is %s', count(*), min(b.id::text))
    from queue.job_batches b
   where b.id >= first_id and b.id < end_id and b.state = 'open'
  having count(*) > 0
$$;
comment on function queue.batches_open_in(uuid, uuid) is
  'What keeps partitions of that range of ids of batches, in words; null where all of them have ended. A flow may be open though all jobs of its month have ended.';
revoke execute on function queue.batches_open_in(uuid, uuid) from public;

select partition.manage('queue.job_batches', '{"by": "uuid7", "key": "id", "every": "month", "keep": "90 days", "release": {"unless": "state = ''open''"}}');
select partition.manage('queue.job_steps', '{"by": "uuid7", "key": "batch_id", "every": "month", "keep": "90 days", "release": {"unless": "state = ''open''"}}');
select partition.manage('queue.job_dependencies',
  '{"by": "uuid7", "key": "batch_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.batches_open_in"}}');
select partition.manage('queue.job_progress',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');

select tenancy.protect('queue.job_batches', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_steps', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_dependencies', '{"update": "none", "delete": "none"}');
select tenancy.protect('queue.job_counts', '{"insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('queue.job_progress', '{"insert": "none", "update": "none", "delete": "none"}');
