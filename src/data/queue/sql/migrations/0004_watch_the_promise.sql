-- What watches that no job waits for more than four hours: figures of job types, queues and workers, lanes that starve, decisions about
-- pools, alerts. Written by the engine; nothing here decides what is run, save the figures in queue_health that claims and enqueues read.

-- plinth:allow indexed-key job_metrics_queue_id_fk queues are a handful and hardly ever deleted
-- plinth:allow indexed-key job_metrics_type_id_fk job types are a handful and hardly ever deleted
-- plinth:allow indexed-key queue_metrics_queue_id_fk queues are a handful and hardly ever deleted
-- plinth:allow indexed-key job_starvations_queue_id_fk queues are a handful and hardly ever deleted
-- plinth:allow indexed-key queue_alert_histories_alert_id_fk alerts are a handful and hardly ever deleted
create table queue.job_metrics (
  begun timestamptz not null,
  type_id smallint not null,
  queue_id smallint not null,
  enqueued bigint not null default 0,
  completed bigint not null default 0,
  failed bigint not null default 0,
  retried bigint not null default 0,
  run_ms_sum double precision not null default 0,
  run_histogram bigint[] not null default '{}',
  wait_histogram bigint[] not null default '{}',
  constraint job_metrics_begun_type_id_queue_id_pk primary key (begun, type_id, queue_id),
  constraint job_metrics_counts_check check (enqueued >= 0 and completed >= 0 and failed >= 0 and retried >= 0)
) partition by range (begun);
comment on table queue.job_metrics is 'What ran of a job type in a minute. Each process counts in memory and adds to these rows every few seconds.';
comment on column queue.job_metrics.begun is 'Start of the minute.';
comment on column queue.job_metrics.type_id is 'Job type; of one that is gone the figures stay.';
comment on column queue.job_metrics.queue_id is 'Queue.';
comment on column queue.job_metrics.enqueued is 'Jobs that processes enqueued; those enqueued from SQL are not among them.';
comment on column queue.job_metrics.completed is 'Runs that ended well.';
comment on column queue.job_metrics.failed is 'Runs that failed, those that are tried again too.';
comment on column queue.job_metrics.retried is 'Of the failed ones, those that are tried again.';
comment on column queue.job_metrics.run_ms_sum is 'Run time of all of them.';
comment on column queue.job_metrics.run_histogram is 'Runs by run time: bucket n ends at 2 ^ ((n - 1) / 2) ms; empty ones at the end are left out.';
comment on column queue.job_metrics.wait_histogram is 'Runs by wait, from due to start, in the same buckets.';
select partition.manage('queue.job_metrics', '{"by": "time", "key": "begun", "every": "month", "keep": "400 days"}');

create table queue.queue_metrics (
  begun timestamptz not null,
  queue_id smallint not null,
  band smallint not null,
  completed bigint not null default 0,
  failed bigint not null default 0,
  retried bigint not null default 0,
  wait_histogram bigint[] not null default '{}',
  wait_p50_ms double precision,
  wait_p95_ms double precision,
  wait_p99_ms double precision,
  wait_max_ms double precision not null default 0,
  throughput double precision not null default 0,
  constraint queue_metrics_begun_queue_id_band_pk primary key (begun, queue_id, band),
  constraint queue_metrics_band_check check (band between 0 and 4)
) partition by range (begun);
comment on table queue.queue_metrics is 'What a band of a queue did in an hour, and how long its jobs had waited.';
comment on column queue.queue_metrics.begun is 'Start of the hour.';
comment on column queue.queue_metrics.queue_id is 'Queue.';
comment on column queue.queue_metrics.band is 'Band of the jobs.';
comment on column queue.queue_metrics.completed is 'Runs that ended well.';
comment on column queue.queue_metrics.failed is 'Runs that failed, those that are tried again too.';
comment on column queue.queue_metrics.retried is 'Of the failed ones, those that are tried again.';
comment on column queue.queue_metrics.wait_histogram is 'As in job_metrics.';
comment on column queue.queue_metrics.wait_p50_ms is 'Half of the runs had waited no longer, as far as its bucket tells.';
comment on column queue.queue_metrics.wait_p95_ms is 'The same for 95 of 100.';
comment on column queue.queue_metrics.wait_p99_ms is 'The same for 99 of 100.';
comment on column queue.queue_metrics.wait_max_ms is 'The longest.';
comment on column queue.queue_metrics.throughput is 'Runs that ended in a second, over the whole hour.';
select partition.manage('queue.queue_metrics', '{"by": "time", "key": "begun", "every": "month", "keep": "400 days"}');

create table queue.worker_performances (
  begun timestamptz not null,
  worker_id uuid not null,
  pool text not null,
  completed bigint not null default 0,
  failed bigint not null default 0,
  error_rate double precision not null generated always as
    (case when completed + failed > 0 then failed::double precision / (completed + failed) else 0 end) stored,
  busy_ratio double precision not null default 0,
  cpu_ratio double precision not null default 0,
  loop_lag_ms double precision not null default 0,
  connection_waits integer not null default 0,
  lease_losses integer not null default 0,
  uptime_s integer not null default 0,
  rss_bytes bigint not null default 0,
  constraint worker_performances_begun_worker_id_pk primary key (begun, worker_id),
  constraint worker_performances_counts_check check (completed >= 0 and failed >= 0 and lease_losses >= 0)
) partition by range (begun);
comment on table queue.worker_performances is 'What a worker did in a minute, and how it was.';
comment on column queue.worker_performances.begun is 'Start of the minute.';
comment on column queue.worker_performances.worker_id is 'Start of a process, as in queue_workers.';
comment on column queue.worker_performances.pool is 'Pools it served.';
comment on column queue.worker_performances.completed is 'Runs that ended well.';
comment on column queue.worker_performances.failed is 'Runs that failed.';
comment on column queue.worker_performances.error_rate is 'Share of the runs that failed.';
comment on column queue.worker_performances.busy_ratio is 'Share of the time of its slots in which they ran a job, over the last seconds.';
comment on column queue.worker_performances.cpu_ratio is 'Share of all processors of its host that were at work, over the last seconds.';
comment on column queue.worker_performances.loop_lag_ms is 'Longest time its event loop was blocked.';
comment on column queue.worker_performances.connection_waits is 'Calls that waited for a connection of its pools when it last looked.';
comment on column queue.worker_performances.lease_losses is 'Batches that were taken away from it.';
comment on column queue.worker_performances.uptime_s is 'How long it was up.';
comment on column queue.worker_performances.rss_bytes is 'Memory of the process.';
select partition.manage('queue.worker_performances', '{"by": "time", "key": "begun", "every": "month", "keep": "60 days"}');

create table queue.queue_health (
  queue_id smallint not null constraint queue_health_queue_id_pk primary key
    constraint queue_health_queue_id_fk references queue.job_queues (id) on delete cascade,
  sampled timestamptz not null default now(),
  critical_jobs bigint not null default 0,
  high_jobs bigint not null default 0,
  normal_jobs bigint not null default 0,
  low_jobs bigint not null default 0,
  background_jobs bigint not null default 0,
  parked_jobs bigint not null default 0,
  oldest timestamptz[] not null default '{null,null,null,null,null}',
  work_ms double precision not null default 0,
  overdue_work_ms double precision not null default 0,
  slots integer not null default 0,
  workers integer not null default 0,
  starving_lanes integer not null default 0,
  overdue_share real not null default 0,
  predicted_wait_ms double precision,
  level text not null default 'normal',
  level_changed timestamptz not null default now(),
  weights integer[] not null,
  promise_state text not null default 'held',
  cause text,
  promise_states text[] not null default '{held,held,held,held,held}',
  causes text[] not null default '{null,null,null,null,null}',
  breaches bigint not null default 0,
  fairness real,
  error_rate real not null default 0,
  finished_per_s real not null default 0,
  dead_tuples bigint not null default 0,
  horizon_age_ms bigint not null default 0,
  constraint queue_health_level_check check (level in ('normal', 'busy', 'high', 'overload')),
  constraint queue_health_promise_state_check check (promise_state in ('held', 'at_risk', 'broken')),
  constraint queue_health_cause_check check (cause in
    ('capacity', 'throttle', 'paused', 'no_worker', 'no_handler', 'key_limit', 'tenant_suspended', 'partition_missing', 'database')),
  constraint queue_health_arrays_check check (cardinality(oldest) = 5 and cardinality(weights) = 5 and cardinality(promise_states) = 5)
) with (fillfactor = 50);
comment on table queue.queue_health is 'How a queue is, of about a second ago; one row each, written by the one who watches.';
comment on column queue.queue_health.queue_id is 'Queue.';
comment on column queue.queue_health.sampled is 'When it was looked at.';
comment on column queue.queue_health.critical_jobs is 'Ready jobs of band Critical; above some thousands an estimate.';
comment on column queue.queue_health.high_jobs is 'The same of band High.';
comment on column queue.queue_health.normal_jobs is 'The same of band Normal.';
comment on column queue.queue_health.low_jobs is 'The same of band Low.';
comment on column queue.queue_health.background_jobs is 'The same of band Background.';
comment on column queue.queue_health.parked_jobs is 'Jobs that are due and held by a limit of a key, a paused or unknown type, or because their tenant is suspended.';
comment on column queue.queue_health.oldest is 'Due time of the oldest ready job of each band, null where there is none.';
comment on column queue.queue_health.work_ms is 'Mean run times of the ready jobs together.';
comment on column queue.queue_health.overdue_work_ms is 'The same of those that are due for more than three hours.';
comment on column queue.queue_health.slots is 'Jobs that live workers can run of it at the same time.';
comment on column queue.queue_health.workers is 'Live workers that serve its pool.';
comment on column queue.queue_health.starving_lanes is 'Lanes whose oldest job waits for more than two hours.';
comment on column queue.queue_health.overdue_share is 'Share of each claim that goes to the oldest jobs first: 0, 0.25 or 1.';
comment on column queue.queue_health.predicted_wait_ms is 'How long a job would wait that is enqueued now; null where nobody serves the queue.';
comment on column queue.queue_health.level is 'By minutes of work: normal, busy, high or overload.';
comment on column queue.queue_health.level_changed is 'When the level last changed.';
comment on column queue.queue_health.weights is 'Shares of the effective bands that are in force: what is set, changed by level and by bands that wait too long.';
comment on column queue.queue_health.promise_state is 'Whether no job waits for more than four hours: held, at_risk or broken; the worst of its bands.';
comment on column queue.queue_health.cause is 'Why it is not held.';
comment on column queue.queue_health.promise_states is 'The same of each band.';
comment on column queue.queue_health.causes is 'Why of each band.';
comment on column queue.queue_health.breaches is 'Lanes that ever waited for more than four hours.';
comment on column queue.queue_health.fairness is 'Jain''s index over the processing time of tenants that waited through the last minute, least of the bands; null where fewer than three did.';
comment on column queue.queue_health.error_rate is 'Share of the runs of the last five minutes that failed.';
comment on column queue.queue_health.finished_per_s is 'Runs that ended in a second, over the last minute.';
comment on column queue.queue_health.dead_tuples is 'Dead rows of the ready table, of all queues.';
comment on column queue.queue_health.horizon_age_ms is 'Age of the oldest snapshot that keeps dead rows from being removed.';

-- Sealed (row security that nobody passes): it sets tenants side by side. Unlogged: a crash of the server takes some minutes of it.
create unlogged table queue.tenant_times (
  begun timestamptz not null,
  queue_id smallint not null,
  band smallint not null,
  tenant_id uuid not null constraint tenant_times_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  run_ms double precision not null,
  constraint tenant_times_pk primary key (tenant_id, begun, queue_id, band)
) with (fillfactor = 70);
comment on table queue.tenant_times is 'Processing time that a tenant had of a band in a minute, for ten minutes: what fair shares are measured by.';
comment on column queue.tenant_times.begun is 'Start of the minute.';
comment on column queue.tenant_times.queue_id is 'Queue.';
comment on column queue.tenant_times.band is 'Band of the jobs.';
comment on column queue.tenant_times.tenant_id is 'The tenant.';
comment on column queue.tenant_times.run_ms is 'Run time of its jobs.';
create index tenant_times_begun_idx on queue.tenant_times (begun);
alter table queue.tenant_times enable row level security, force row level security;

create table queue.job_starvations (
  tenant_id uuid not null constraint job_starvations_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null default uuidv7(),
  queue_id smallint not null constraint job_starvations_queue_id_fk references queue.job_queues (id) on delete cascade,
  band smallint not null,
  oldest_due timestamptz not null,
  level text not null,
  cause text not null,
  detected timestamptz not null default now(),
  resolved timestamptz,
  constraint job_starvations_tenant_id_id_pk primary key (tenant_id, id),
  constraint job_starvations_band_check check (band between 0 and 4),
  constraint job_starvations_level_check check (level in ('stalled', 'warning', 'critical', 'breach')),
  constraint job_starvations_resolved_check check (resolved >= detected)
);
comment on table queue.job_starvations is 'Lanes (queue, band, tenant) whose oldest job waited too long, or from which nothing was taken while others of their queue were.';
comment on column queue.job_starvations.tenant_id is 'Whose jobs they are.';
comment on column queue.job_starvations.id is 'uuid v7.';
comment on column queue.job_starvations.queue_id is 'Queue.';
comment on column queue.job_starvations.band is 'Band.';
comment on column queue.job_starvations.oldest_due is 'Since when its oldest job waited when it was last looked at.';
comment on column queue.job_starvations.level is 'The worst it reached: stalled (nothing taken for 15 minutes), warning (2 h), critical (3 h), breach (4 h).';
comment on column queue.job_starvations.cause is 'Why, as in queue_health.';
comment on column queue.job_starvations.detected is 'When it was found.';
comment on column queue.job_starvations.resolved is 'When it was over; null while it is not.';
create index job_starvations_queue_id_idx on queue.job_starvations (queue_id);
create unique index job_starvations_queue_id_band_tenant_id_key on queue.job_starvations (queue_id, band, tenant_id) where resolved is null;
select tenancy.protect('queue.job_starvations', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');

create table queue.queue_scaling_decisions (
  id uuid not null default uuidv7() constraint queue_scaling_decisions_id_pk primary key,
  pool text not null,
  decided timestamptz not null default now(),
  slots integer not null,
  desired integer not null,
  reason text not null,
  inputs jsonb not null,
  constraint queue_scaling_decisions_desired_check check (desired >= 0),
  constraint queue_scaling_decisions_reason_check check (reason in ('demand', 'spare', 'min', 'max', 'cpu', 'connections'))
);
comment on table queue.queue_scaling_decisions is 'How many slots a pool should have over all processes, each time that it changed, with what it was decided by.';
comment on column queue.queue_scaling_decisions.id is 'uuid v7.';
comment on column queue.queue_scaling_decisions.pool is 'Worker pool.';
comment on column queue.queue_scaling_decisions.decided is 'When.';
comment on column queue.queue_scaling_decisions.slots is 'Slots it had.';
comment on column queue.queue_scaling_decisions.desired is 'Slots it should have.';
comment on column queue.queue_scaling_decisions.reason is 'What decided: demand, spare slots, or what bounds it: min, max, cpu, connections.';
comment on column queue.queue_scaling_decisions.inputs is 'Arrivals, run times, backlog, processor: the figures the rule was given.';
create index queue_scaling_decisions_pool_id_idx on queue.queue_scaling_decisions (pool, id);

create table queue.queue_alerts (
  id uuid not null default uuidv7() constraint queue_alerts_id_pk primary key,
  queue_id smallint constraint queue_alerts_queue_id_fk references queue.job_queues (id) on delete cascade,
  name text not null,
  metric text not null,
  comparison text not null,
  threshold double precision not null,
  for_s integer not null default 0,
  severity text not null,
  is_enabled boolean not null default true,
  constraint queue_alerts_queue_id_name_key unique nulls not distinct (queue_id, name),
  constraint queue_alerts_name_check check (name ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(name) <= 63),
  constraint queue_alerts_metric_check check (metric in ('wait_to_target', 'oldest_wait_s', 'predicted_wait_s', 'level', 'live_workers', 'dead_letters',
    'error_rate', 'lease_losses', 'loop_lag_ms', 'horizon_age_s', 'notify_usage', 'covered_days', 'fairness')),
  constraint queue_alerts_comparison_check check (comparison in ('>', '<')),
  constraint queue_alerts_for_s_check check (for_s between 0 and 86400),
  constraint queue_alerts_severity_check check (severity in ('info', 'warning', 'critical'))
);
comment on table queue.queue_alerts is 'What an operator is told of.';
comment on column queue.queue_alerts.id is 'uuid v7.';
comment on column queue.queue_alerts.queue_id is 'Queue; null: each by itself, or the platform where the metric is the platform''s.';
comment on column queue.queue_alerts.name is 'For people.';
comment on column queue.queue_alerts.metric is 'What is looked at; docs of the queue say what each is.';
comment on column queue.queue_alerts.comparison is 'Fires while the metric is above (>) or below (<) the threshold.';
comment on column queue.queue_alerts.threshold is 'In the unit of the metric.';
comment on column queue.queue_alerts.for_s is 'How long it has to be so.';
comment on column queue.queue_alerts.severity is 'info, warning or critical.';
comment on column queue.queue_alerts.is_enabled is 'Whether it is looked at.';

create table queue.queue_alert_histories (
  id uuid not null default uuidv7() constraint queue_alert_histories_id_pk primary key,
  alert_id uuid not null constraint queue_alert_histories_alert_id_fk references queue.queue_alerts (id) on delete cascade,
  queue_id smallint constraint queue_alert_histories_queue_id_fk references queue.job_queues (id) on delete cascade,
  fired timestamptz not null default now(),
  resolved timestamptz,
  value double precision not null,
  threshold double precision not null,
  cause text,
  notified timestamptz,
  constraint queue_alert_histories_resolved_check check (resolved >= fired)
);
comment on table queue.queue_alert_histories is 'Alerts that fired.';
comment on column queue.queue_alert_histories.id is 'uuid v7.';
comment on column queue.queue_alert_histories.alert_id is 'Which.';
comment on column queue.queue_alert_histories.queue_id is 'Of which queue; null: of the platform.';
comment on column queue.queue_alert_histories.fired is 'When it began.';
comment on column queue.queue_alert_histories.resolved is 'When it ended; null while it has not.';
comment on column queue.queue_alert_histories.value is 'Of the metric when it fired.';
comment on column queue.queue_alert_histories.threshold is 'That it passed.';
comment on column queue.queue_alert_histories.cause is 'Why, where it is known.';
comment on column queue.queue_alert_histories.notified is 'When it was told to those who listen.';
create unique index queue_alert_histories_open_key on queue.queue_alert_histories (alert_id, queue_id) nulls not distinct where resolved is null;
create index queue_alert_histories_alert_id_idx on queue.queue_alert_histories (alert_id);
create index queue_alert_histories_queue_id_idx on queue.queue_alert_histories (queue_id);

insert into queue.queue_alerts (name, metric, comparison, threshold, for_s, severity) values
  ('wait-over-target', 'wait_to_target', '>', 1, 120, 'warning'),
  ('starving-2h', 'oldest_wait_s', '>', 7200, 0, 'warning'),
  ('starving-3h', 'oldest_wait_s', '>', 10800, 0, 'critical'),
  ('promise-broken', 'oldest_wait_s', '>', 14400, 0, 'critical'),
  ('predicted-wait', 'predicted_wait_s', '>', 10800, 0, 'critical'),
  ('level-high', 'level', '>', 1, 0, 'warning'),
  ('level-overload', 'level', '>', 2, 0, 'critical'),
  ('no-worker', 'live_workers', '<', 1, 60, 'critical'),
  ('dead-letters', 'dead_letters', '>', 10, 0, 'warning'),
  ('error-rate', 'error_rate', '>', 0.05, 60, 'warning'),
  ('lease-losses', 'lease_losses', '>', 0, 0, 'warning'),
  ('loop-blocked', 'loop_lag_ms', '>', 5000, 0, 'warning'),
  ('old-snapshot', 'horizon_age_s', '>', 60, 0, 'warning'),
  ('notify-queue', 'notify_usage', '>', 0.1, 0, 'warning'),
  ('months-ahead', 'covered_days', '<', 7, 0, 'critical'),
  ('unfair', 'fairness', '<', 0.8, 120, 'warning');
