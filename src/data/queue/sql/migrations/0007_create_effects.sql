-- What runs do in the outside world: intent before, answer after. An intent without an answer is an effect of which nobody knows.

create table queue.job_effects (
  tenant_id uuid not null constraint job_effects_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  job_id uuid not null,
  name text not null,
  worker_id uuid not null,
  attempt smallint not null,
  intended timestamptz not null default now(),
  answered timestamptz,
  answer jsonb,
  constraint job_effects_tenant_id_job_id_name_pk primary key (tenant_id, job_id, name),
  constraint job_effects_name_check check (name <> '' and length(name) <= 100),
  constraint job_effects_attempt_check check (attempt >= 1),
  constraint job_effects_answer_check check (answer is null or answered is not null)
) partition by range (job_id);
comment on table queue.job_effects is 'Effects of jobs outside of our databases. A row without answer: begun, and not known to have ended.';
comment on column queue.job_effects.tenant_id is 'Whose job it is.';
comment on column queue.job_effects.job_id is 'Job; its month decides the partition.';
comment on column queue.job_effects.name is 'Name of the effect within the job.';
comment on column queue.job_effects.worker_id is 'Process that began it last.';
comment on column queue.job_effects.attempt is 'Run that began it last, from 1.';
comment on column queue.job_effects.intended is 'When it was begun, before anything left.';
comment on column queue.job_effects.answered is 'When its outcome was known to be success.';
comment on column queue.job_effects.answer is 'What it gave; later runs get this instead of doing it again.';

select partition.manage('queue.job_effects',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select tenancy.protect('queue.job_effects', '{"insert": "none", "update": "none", "delete": "none"}');
