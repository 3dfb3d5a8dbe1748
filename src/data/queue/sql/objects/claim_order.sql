create or replace function queue.effective_priority(band smallint, due timestamptz, at timestamptz default now()) returns integer
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select (array[18, 13, 9, 5, 0])[band + 1] + greatest(0, floor(extract(epoch from at - due) / 600))::integer
$$;
comment on function queue.effective_priority(smallint, timestamptz, timestamptz) is
  'What a job of that band competes with once it has waited since then: the base of its band, and one for each ten minutes.';

create or replace function queue.effective_band(band smallint, due timestamptz, at timestamptz default now()) returns smallint
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select least(band, (select min(b.number) - 1 from unnest(array[18, 13, 9, 5, 0]) with ordinality as b (base, number)
    where queue.effective_priority(band, due, at) >= b.base))::smallint
$$;
comment on function queue.effective_band(smallint, timestamptz, timestamptz) is
  'Band in which such a job competes: the most urgent one whose base its effective priority has reached.';

create or replace view queue.waiting_jobs with (security_invoker = true) as
select r.tenant_id, r.id, q.name as queue_name, t.name as job_type, r.band, r.due, r.attempt,
       queue.effective_priority(r.band, r.due) as effective_priority, queue.effective_band(r.band, r.due) as effective_band
  from queue.job_ready r join queue.job_queues q on q.id = r.queue_id join queue.job_types t on t.id = r.type_id;
comment on view queue.waiting_jobs is 'Jobs that can be run now, with what each has gained by waiting.';
comment on column queue.waiting_jobs.tenant_id is 'Whose job it is.';
comment on column queue.waiting_jobs.id is 'As in jobs.';
comment on column queue.waiting_jobs.queue_name is 'Queue where it waits.';
comment on column queue.waiting_jobs.job_type is 'What handler runs it.';
comment on column queue.waiting_jobs.band is 'Its own band; waiting never changes it.';
comment on column queue.waiting_jobs.due is 'From when it waits.';
comment on column queue.waiting_jobs.attempt is 'Runs that it has had.';
comment on column queue.waiting_jobs.effective_priority is 'Base of its band, and one for each ten minutes.';
comment on column queue.waiting_jobs.effective_band is 'Band in which it competes now.';
grant select on queue.waiting_jobs to plinth_app;
