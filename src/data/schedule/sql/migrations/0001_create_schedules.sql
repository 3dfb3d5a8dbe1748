-- What is to happen when, and what became of each time it was to happen.

create schema schedule;
comment on schema schedule is 'Timetables that enqueue jobs of the queue, each occurrence once.';
grant usage on schema schedule to plinth_app;

create table schedule.scheduled_jobs (
  tenant_id uuid not null default '00000000-0000-0000-0000-000000000000'
    constraint scheduled_jobs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null default uuidv7() constraint scheduled_jobs_id_key unique,
  name text not null,
  cron text not null,
  zone text not null default 'UTC',
  job_type text,
  payload jsonb not null default '{}',
  sql text,
  tier text,
  overlap text not null default 'skip',
  catch_up text not null default 'one',
  catch_up_limit integer not null default 24,
  jitter_ms integer not null default 0,
  is_each boolean not null default false,
  runner text not null default 'auto',
  declared_by text,
  is_enabled boolean not null default true,
  is_gone boolean not null default false,
  next_run timestamptz,
  last_run timestamptz,
  cron_job_id bigint,
  cron_pattern text,
  is_cron_exact boolean not null default false,
  is_bare boolean not null default false,
  filled timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint scheduled_jobs_tenant_id_id_pk primary key (tenant_id, id),
  constraint scheduled_jobs_tenant_id_name_key unique (tenant_id, name),
  constraint scheduled_jobs_name_check check (name ~ '^[a-z][a-z0-9]*([-:_.][a-z0-9]+)*$' and length(name) <= 63),
  constraint scheduled_jobs_sql_check check (num_nonnulls(job_type, sql) = 1 and (sql is null) = (tier is null)),
  constraint scheduled_jobs_payload_check check (jsonb_typeof(payload) = 'object' and pg_column_size(payload) <= 262144),
  constraint scheduled_jobs_overlap_check check (overlap in ('skip', 'queue', 'allow')),
  constraint scheduled_jobs_catch_up_check check (catch_up in ('none', 'one', 'all')),
  constraint scheduled_jobs_catch_up_limit_check check (catch_up_limit between 1 and 1000),
  constraint scheduled_jobs_runner_check check (runner in ('auto', 'plinth', 'pg_cron')),
  constraint scheduled_jobs_cron_job_id_check check ((cron_job_id is null) = (cron_pattern is null) and (cron_job_id is null or sql is not null)),
  constraint scheduled_jobs_jitter_ms_check check (jitter_ms between 0 and 86400000),
  -- What runs as the owner, or for everybody, is the platform's.
  constraint scheduled_jobs_tenant_id_check
    check (tenant_id = '00000000-0000-0000-0000-000000000000' or (sql is null and not is_each))
);
comment on table schedule.scheduled_jobs is 'Timetables, and what they enqueue.';
comment on column schedule.scheduled_jobs.tenant_id is 'Whose it is; the nil tenant for the platform''s own.';
comment on column schedule.scheduled_jobs.id is 'uuid v7.';
comment on column schedule.scheduled_jobs.name is 'Name in code and commands.';
comment on column schedule.scheduled_jobs.cron is 'Five or six fields of cron, @daily and its kin, @every 90s, or @at 2030-01-31T10:00.';
comment on column schedule.scheduled_jobs.zone is 'Time zone of the IANA database whose wall the timetable speaks of.';
comment on column schedule.scheduled_jobs.job_type is 'Kind of job that is enqueued; null where SQL is run.';
comment on column schedule.scheduled_jobs.payload is 'Input of the jobs.';
comment on column schedule.scheduled_jobs.sql is 'What a job of type schedule.sql runs as the owner.';
comment on column schedule.scheduled_jobs.tier is 'In which tier that SQL runs.';
comment on column schedule.scheduled_jobs.overlap is 'When the job before has not ended: skip this run, queue it behind, or allow both.';
comment on column schedule.scheduled_jobs.catch_up is 'Of occurrences that were missed: none is run, one (the last), or all.';
comment on column schedule.scheduled_jobs.catch_up_limit is 'The last so many are caught up at most; as many may wait for a job before them.';
comment on column schedule.scheduled_jobs.jitter_ms is 'Jobs become ready at random within this time after they are enqueued.';
comment on column schedule.scheduled_jobs.is_each is 'A job for each active tenant, in its context.';
comment on column schedule.scheduled_jobs.runner is 'Who is to fire it: pg_cron, plinth, or auto: pg_cron where it can.';
comment on column schedule.scheduled_jobs.declared_by is 'Capability or product whose manifest declares it; null where it was made at run time.';
comment on column schedule.scheduled_jobs.is_enabled is 'Operators turn it off and on.';
comment on column schedule.scheduled_jobs.is_gone is 'The manifest does not declare it any more; it rests until it does again.';
comment on column schedule.scheduled_jobs.next_run is 'First occurrence that has not been dealt with; null where none will come.';
comment on column schedule.scheduled_jobs.last_run is 'Last occurrence that was.';
comment on column schedule.scheduled_jobs.cron_job_id is 'Job of pg_cron that fires it; null where Plinth does.';
comment on column schedule.scheduled_jobs.cron_pattern is 'When pg_cron starts that job: at each time of the timetable, and maybe at others, when it finds nothing due.';
comment on column schedule.scheduled_jobs.is_cron_exact is 'It starts at the times of the timetable and no others.';
comment on column schedule.scheduled_jobs.is_bare is 'That job runs the statement itself, which may not stand in a procedure.';
comment on column schedule.scheduled_jobs.filled is 'Until when its occurrences are known; null where they are to be computed anew.';
comment on column schedule.scheduled_jobs.created is 'When it was made.';
comment on column schedule.scheduled_jobs.updated is 'When what it says last changed.';
create index scheduled_jobs_next_run_idx on schedule.scheduled_jobs (next_run) where is_enabled and not is_gone;
comment on index schedule.scheduled_jobs_next_run_idx is 'What is due, of all tenants.';

create table schedule.schedule_runs (
  tenant_id uuid not null constraint schedule_runs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  scheduled_job_id uuid not null
    constraint schedule_runs_scheduled_job_id_fk references schedule.scheduled_jobs (id) on delete cascade,
  planned timestamptz not null,
  fired timestamptz not null default clock_timestamp(),
  job_id uuid,
  state text not null,
  is_manual boolean not null default false,
  is_cron boolean not null default false,
  ended timestamptz,
  error text,
  constraint schedule_runs_tenant_id_scheduled_job_id_planned_pk primary key (tenant_id, scheduled_job_id, planned),
  constraint schedule_runs_state_check
    check (state in ('waiting', 'enqueued', 'running', 'completed', 'failed', 'cancelled', 'skipped', 'missed')),
  constraint schedule_runs_job_id_check check (job_id is not null or is_cron or state not in ('enqueued', 'completed', 'cancelled')),
  constraint schedule_runs_is_cron_check check (is_cron or state <> 'running')
) partition by range (planned);
comment on table schedule.schedule_runs is 'Occurrences that were dealt with. Its key is what makes each of them happen once.';
comment on column schedule.schedule_runs.tenant_id is 'Whose job it is: of a schedule for each tenant there is one row for each.';
comment on column schedule.schedule_runs.scheduled_job_id is 'Schedule.';
comment on column schedule.schedule_runs.planned is 'Occurrence; of a run by hand, when it was asked for.';
comment on column schedule.schedule_runs.fired is 'When it was dealt with.';
comment on column schedule.schedule_runs.job_id is 'Job that was enqueued for it.';
comment on column schedule.schedule_runs.state is
  'waiting (for the job before), enqueued or, where pg_cron runs it, running; then how that ended: completed, failed, cancelled; or skipped or missed.';
comment on column schedule.schedule_runs.is_manual is 'Somebody asked for it; the timetable did not.';
comment on column schedule.schedule_runs.is_cron is 'pg_cron ran it, and no job of the queue.';
comment on column schedule.schedule_runs.ended is 'When the end of the job was seen.';
comment on column schedule.schedule_runs.error is 'Why there is no job, or no success.';
create index schedule_runs_scheduled_job_id_planned_idx on schedule.schedule_runs (scheduled_job_id, planned);
comment on index schedule.schedule_runs_scheduled_job_id_planned_idx is 'History of a schedule over all tenants.';
create index schedule_runs_open_idx on schedule.schedule_runs (scheduled_job_id, tenant_id, planned) where state in ('waiting', 'enqueued', 'running');
comment on index schedule.schedule_runs_open_idx is 'Runs that are under way.';
create index schedule_runs_job_id_idx on schedule.schedule_runs (job_id);
comment on index schedule.schedule_runs_job_id_idx is 'The occurrence that a job is for.';

create table schedule.occurrences (
  scheduled_job_id uuid not null
    constraint occurrences_scheduled_job_id_fk references schedule.scheduled_jobs (id) on delete cascade,
  planned timestamptz not null,
  constraint occurrences_scheduled_job_id_planned_pk primary key (scheduled_job_id, planned)
);
comment on table schedule.occurrences is 'Times that are to come, of schedules that pg_cron fires: the database cannot compute them.';
comment on column schedule.occurrences.scheduled_job_id is 'Schedule; one of the platform.';
comment on column schedule.occurrences.planned is 'When it is to run. Gone when it is dealt with.';

create table schedule.zone_rules (
  id boolean not null default true constraint zone_rules_id_pk primary key,
  version text not null,
  changed timestamptz not null default now(),
  constraint zone_rules_id_check check (id)
);
comment on table schedule.zone_rules is 'One row: the rules of time zones that next_run was computed by.';
comment on column schedule.zone_rules.id is 'There is one row.';
comment on column schedule.zone_rules.version is 'Version of the IANA database, e.g. 2026a.';
comment on column schedule.zone_rules.changed is 'When they were taken over.';

select partition.manage('schedule.schedule_runs', '{"by": "time", "key": "planned", "every": "month", "keep": "90 days", "guard": "overflow"}');

-- Tenants read what is theirs; all else is done by the platform, as the owner.
select tenancy.protect('schedule.scheduled_jobs', '{"insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('schedule.schedule_runs', '{"insert": "none", "update": "none", "delete": "none"}');
