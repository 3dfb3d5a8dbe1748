create or replace function queue.fits(filter queue.job_filter, tenant uuid, job_id uuid, in_queue smallint, of_type smallint) returns boolean
language sql immutable parallel safe
begin atomic
  select ((filter).ids is null or job_id = any ((filter).ids))
    and ((filter).tenant_id is null or tenant = (filter).tenant_id)
    and ((filter).queue_id is null or in_queue = (filter).queue_id)
    and ((filter).type_id is null or of_type = (filter).type_id)
    and ((filter).first_id is null or job_id >= (filter).first_id)
    and ((filter).end_id is null or job_id < (filter).end_id);
end;
comment on function queue.fits(queue.job_filter, uuid, uuid, smallint, smallint) is 'Whether an action is for a job.';

create or replace function queue.take_waiting(filter queue.job_filter, states text[], most integer)
returns table (state text, tenant_id uuid, id uuid, queue_id smallint, type_id smallint, band smallint, due timestamptz, attempt smallint, crash_count smallint)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  open_count integer := most;
  taken_count integer;
begin
  -- Who claims one of them at this moment is waited for: then it is running, and not among these.
  if 'waiting' = any (states) then
    return query
      with chosen as materialized (
        select r.slot, r.queue_id, r.band, r.tenant_id, r.due, r.id
        from queue.job_ready r where queue.fits(filter, r.tenant_id, r.id, r.queue_id, r.type_id) limit open_count for update
      )
      delete from queue.job_ready r using chosen c
      where (r.slot, r.queue_id, r.band, r.tenant_id, r.due, r.id) = (c.slot, c.queue_id, c.band, c.tenant_id, c.due, c.id)
      returning 'waiting', r.tenant_id, r.id, r.queue_id, r.type_id, r.band, r.due, r.attempt, r.crash_count;
    get diagnostics taken_count = row_count;
    open_count := open_count - taken_count;
  end if;
  if array['scheduled', 'retrying'] && states then
    return query
      with chosen as materialized (
        select d.due, d.id from queue.job_delayed d
        where queue.fits(filter, d.tenant_id, d.id, d.queue_id, d.type_id) and case d.reason when 'retry' then 'retrying' else 'scheduled' end = any (states)
        limit open_count for update
      )
      delete from queue.job_delayed d using chosen c where (d.due, d.id) = (c.due, c.id)
      returning case d.reason when 'retry' then 'retrying' else 'scheduled' end, d.tenant_id, d.id, d.queue_id, d.type_id, d.band,
        coalesce(d.keep_due, d.due), d.attempt, d.crash_count;
    get diagnostics taken_count = row_count;
    open_count := open_count - taken_count;
  end if;
  if 'parked' = any (states) then
    return query
      with chosen as materialized (
        select p.tenant_id, p.key, p.due, p.id
        from queue.job_parked p where queue.fits(filter, p.tenant_id, p.id, p.queue_id, p.type_id) limit open_count for update
      )
      delete from queue.job_parked p using chosen c where (p.tenant_id, p.key, p.due, p.id) = (c.tenant_id, c.key, c.due, c.id)
      returning 'parked', p.tenant_id, p.id, p.queue_id, p.type_id, p.band, p.due, p.attempt, p.crash_count;
    get diagnostics taken_count = row_count;
    open_count := open_count - taken_count;
  end if;
  if 'blocked' = any (states) then
    return query
      with chosen as materialized (
        select b.tenant_id, b.id from queue.job_blocked b where queue.fits(filter, b.tenant_id, b.id, b.queue_id, b.type_id) limit open_count for update
      )
      delete from queue.job_blocked b using chosen c where (b.tenant_id, b.id) = (c.tenant_id, c.id)
      returning 'blocked', b.tenant_id, b.id, b.queue_id, b.type_id, b.band, b.due, 0::smallint, 0::smallint;
  end if;
end
$$;
comment on function queue.take_waiting(queue.job_filter, text[], integer) is
  'Takes jobs out of the places where they wait, at most so many: waiting, scheduled, retrying, parked, blocked. Who calls it has to put them elsewhere in the same transaction.';
revoke execute on function queue.take_waiting(queue.job_filter, text[], integer) from public;
