-- Of jobs of a kind that says so, one may wait or run at a time for each key. The keys lie apart: a unique index of the cut table
-- could hold for a month only.

create table queue.job_unique_keys (
  tenant_id uuid not null constraint job_unique_keys_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  key_hash uuid not null,
  job_id uuid not null,
  scope text not null,
  taken timestamptz not null default now(),
  expires timestamptz,
  constraint job_unique_keys_tenant_id_key_hash_pk primary key (tenant_id, key_hash),
  constraint job_unique_keys_scope_check check (scope in ('waiting', 'completed', 'time')),
  constraint job_unique_keys_expires_check check ((expires is not null) = (scope = 'time'))
) with (fillfactor = 80, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.02);
comment on table queue.job_unique_keys is 'Keys of unique jobs, each with the job that holds it.';
comment on column queue.job_unique_keys.tenant_id is 'Whose job it is: the same key is free for others.';
comment on column queue.job_unique_keys.key_hash is 'Half of the SHA-256 of job type and key.';
comment on column queue.job_unique_keys.job_id is 'Job that holds it.';
comment on column queue.job_unique_keys.scope is 'waiting: until its first run begins; completed: until it has ended; time: until it expires.';
comment on column queue.job_unique_keys.taken is 'Since when.';
comment on column queue.job_unique_keys.expires is 'When it is free again by itself.';
create index job_unique_keys_expires_idx on queue.job_unique_keys (expires) where expires is not null;
-- Taken by insert; what is to be done about one that is taken is done by a function.
select tenancy.protect('queue.job_unique_keys', '{"update": "none", "delete": "none"}');
