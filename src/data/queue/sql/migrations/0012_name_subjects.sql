-- Whom a job is about, as its definition says: so that an erasure finds it.

alter table queue.job_types
  add column subject_fields jsonb,
  add constraint job_types_subject_fields_check check (jsonb_typeof(subject_fields) = 'object' and subject_fields <> '{}');
comment on column queue.job_types.subject_fields is
  'Fields of the payload that name a person, with dots into objects, and the kind of identifier they hold, e.g. {"to": "email"}. Null: none does.';
