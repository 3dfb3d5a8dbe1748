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

select partition.manage('queue.job_results',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_logs',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "30 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.dead_letter_jobs',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "180 days", "release": {"heldBy": "queue.open_in"}}');
select partition.manage('queue.job_effects',
  '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}');
