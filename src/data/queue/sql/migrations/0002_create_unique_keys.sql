-- Of jobs of a kind that says so, one may wait or run at a time for each key. The keys lie apart: a unique index of the cut table
-- could hold for a month only.

alter table queue.job_types
  add column unique_fields text[],
  add column unique_scope text,
  add column unique_ms bigint,
  add column on_conflict text,
  add constraint job_types_unique_scope_check check (unique_scope in ('waiting', 'completed', 'time')),
  add constraint job_types_unique_ms_check check (unique_ms > 0 and (unique_ms is not null) = (unique_scope is not distinct from 'time')),
  add constraint job_types_on_conflict_check check (on_conflict in ('skip', 'replace', 'reschedule', 'reject')),
  add constraint job_types_unique_fields_check check (num_nulls(unique_fields, unique_scope, on_conflict) in (0, 3));
comment on column queue.job_types.unique_fields is 'Fields of the payload that are the key, with dots into objects; empty: all of it. Null: jobs of it are not unique.';
comment on column queue.job_types.unique_scope is 'How long a job keeps its key: while it is waiting for its first run, until it has completed, or for some time.';
comment on column queue.job_types.unique_ms is 'That time.';
comment on column queue.job_types.on_conflict is 'What becomes of a job whose key is taken: skip, replace (the payload of the one that waits), reschedule (that, and its due time), reject.';

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

-- Queues of the groups that jobs are cut by, and one for what needs none of its own.
insert into queue.job_queues (name, group_name, pool) values
  ('default', 'other', 'default'),
  ('email-sending', 'email', 'email'),
  ('email-sending:low', 'email', 'email'),
  ('email-processing', 'email', 'email'),
  ('email-processing:high', 'email', 'email'),
  ('analytics', 'analytics', 'analytics'),
  ('content', 'content', 'content');
