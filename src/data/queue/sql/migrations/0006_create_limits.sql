-- How many jobs of a key may run at the same time, or be begun within some time. Jobs above that wait in job_parked, in their order.

create table queue.job_limits (
  tenant_id uuid not null constraint job_limits_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  name text not null,
  key text not null,
  kind text not null,
  most integer not null,
  used integer not null default 0,
  parked integer not null default 0,
  per text,
  zone text,
  per_ms bigint,
  window_started timestamptz,
  window_ends timestamptz,
  has_holds boolean not null default false,
  constraint job_limits_tenant_id_name_key_pk primary key (tenant_id, name, key),
  constraint job_limits_name_check check (name ~ '^[a-z][a-z0-9-]*$' and length(name) <= 63),
  constraint job_limits_key_check check (length(key) <= 200),
  constraint job_limits_kind_check check (kind in ('concurrency', 'window', 'bucket')),
  constraint job_limits_most_check check (most >= 0),
  constraint job_limits_used_check check (used >= 0),
  constraint job_limits_parked_check check (parked >= 0),
  constraint job_limits_window_check check (num_nulls(window_started, window_ends) = case kind when 'concurrency' then 2 else 0 end),
  constraint job_limits_per_check check ((kind = 'window') = (per is not null) and (kind = 'window') = (zone is not null) and per in ('minute', 'hour', 'day')),
  constraint job_limits_per_ms_check check ((kind = 'bucket') = (per_ms is not null) and per_ms > 0)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
comment on table queue.job_limits is 'Limits of keys as the job asked last said them, and how much of each is used. A row that is not used is as good as none.';
comment on column queue.job_limits.tenant_id is 'Whose limit it is; the nil tenant for one that all tenants share.';
comment on column queue.job_limits.name is 'Name of the limit in the definition.';
comment on column queue.job_limits.key is 'What is limited, e.g. an account.';
comment on column queue.job_limits.kind is '`concurrency`: at the same time; `window`: begun per minute, hour or day of a zone; `bucket`: begun in any per_ms, and as many more as were saved up.';
comment on column queue.job_limits.most is 'Units there are: runs at the same time, begun in a window, or that a bucket holds and gets again in per_ms.';
comment on column queue.job_limits.used is 'Units that are taken: by runs and by jobs that were let out of job_parked.';
comment on column queue.job_limits.parked is 'Jobs that wait for it.';
comment on column queue.job_limits.per is 'Of a window: minute, hour or day.';
comment on column queue.job_limits.zone is 'Of a window: where it begins.';
comment on column queue.job_limits.per_ms is 'Of a bucket: how long it takes to fill.';
comment on column queue.job_limits.window_started is 'Of a window: when it began. Of a bucket: when it is full again.';
comment on column queue.job_limits.window_ends is 'Of a window: when the next one begins. Of a bucket: when the next unit is there.';
comment on column queue.job_limits.has_holds is 'Whether a job that is not claimed may hold a unit of it (job_limit_holds).';
create index job_limits_window_ends_idx on queue.job_limits (window_ends) where parked > 0;
comment on index queue.job_limits_window_ends_idx is 'Windows and buckets that somebody waits for.';

create table queue.job_limit_holds (
  tenant_id uuid not null,
  job_id uuid not null,
  name text not null,
  key text not null,
  limit_tenant_id uuid not null,
  expires timestamptz,
  constraint job_limit_holds_pk primary key (tenant_id, job_id, name, key)
) with (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
comment on table queue.job_limit_holds is 'Units that belong to a job before it is claimed: it was let out of job_parked with them, or keeps its place while it is tried again.';
comment on column queue.job_limit_holds.tenant_id is 'Whose job it is.';
comment on column queue.job_limit_holds.job_id is 'Job.';
comment on column queue.job_limit_holds.name is 'Name of the limit.';
comment on column queue.job_limit_holds.key is 'Key of the limit.';
comment on column queue.job_limit_holds.limit_tenant_id is 'Whose limit it is.';
comment on column queue.job_limit_holds.expires is 'A unit of a window is good until its end; null: until it is used.';

create type queue.wanted_limit as (
  place integer, number integer, tenant_id uuid, job_id uuid, limit_tenant_id uuid, name text, key text, kind text, most integer, per text, zone text,
  per_ms bigint);
comment on type queue.wanted_limit is 'A limit that a job of a lease asks for: which of its limits, and which job of the lease.';

select tenancy.protect('queue.job_limits', '{"insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('queue.job_limit_holds', '{"insert": "none", "update": "none", "delete": "none"}');
