create or replace function queue.rescue(after uuid, most integer)
returns table (last uuid, leases integer, returned integer, buried integer)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- A job that was running each time that many workers were lost is what they were lost by.
  most_crashes constant integer := 3;
  lease queue.job_leases;
  lost queue.leased_job[];
  gone integer[];
  place integer;
  looping queue.leased_job[];
  is_alone boolean;
begin
  leases := 0; returned := 0; buried := 0;
  for lease in
    select l.* from queue.job_leases l
     where l.id > after and l.finished is null and l.expires < clock_timestamp()
     order by l.id limit most
       for update skip locked
  loop
    last := lease.id;
    leases := leases + 1;
    -- Who was suspected before is run in a lease of its own: in one with others it had not begun.
    is_alone := (select count(*) = 1 from unnest(lease.items) i where i.id is not null);
    if lease.cancelled is not null then
      lease := queue.end_marked(lease, 'The worker that ran it was lost after it was cancelled.');
    end if;
    -- Without a result, and still wanted: not erased meanwhile.
    select array_agg(row(i.tenant_id, i.id, i.due, i.band, i.type_id, i.attempt, i.crashes)::queue.leased_job)
             filter (where i.crashes < most_crashes and is_open),
           array_agg(i.place::integer) filter (where i.crashes < most_crashes or not is_open),
           array_agg(row(i.tenant_id, i.id, i.due, i.band, i.type_id, i.attempt, i.crashes)::queue.leased_job)
             filter (where i.crashes >= most_crashes and is_open)
      into lost, gone, looping
      from (select u.*, u.crash_count + (u.crash_count = 0 or is_alone)::integer as crashes
              from unnest(lease.items) with ordinality u(tenant_id, id, due, band, type_id, attempt, crash_count, place)) i
        cross join lateral (select exists (
          select from queue.jobs j where j.tenant_id = i.tenant_id and j.id = i.id and j.status = 'open') as is_open) o
     where i.id is not null
       and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1);

    insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message, fields)
    select i.tenant_id, i.id, i.attempt + 1, -i.crash_count, clock_timestamp(), 'warn',
           format('The worker that ran it was lost, %s of %s times.', i.crash_count, most_crashes),
           jsonb_build_object('workerId', lease.worker_id, 'leased', lease.leased, 'expired', lease.expires)
      from unnest(lost || looping) i
        on conflict do nothing;

    insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, error)
    select i.tenant_id, i.id, i.attempt + 1, 'dead', extract(epoch from lease.expires - lease.leased) * 1000, lease.leased, lease.expires,
           lease.worker_id, jsonb_build_object('name', 'CrashLoop', 'message', format('%s workers were lost while they ran it.', i.crash_count))
      from unnest(looping) i;
    if looping is not null then
      buried := buried + queue.bury(
        array(select i.tenant_id from unnest(looping) i), array(select i.id from unnest(looping) i),
        array_fill('crash_loop'::text, array[cardinality(looping)]), array_fill(''::text, array[cardinality(looping)]));
    end if;

    -- Nothing of a place that is null is taken from a worker that comes back to repeat what it said.
    foreach place in array coalesce(gone, '{}') loop
      lease.items[place] := null;
    end loop;
    update queue.job_leases l set finished = clock_timestamp(), items = lease.items, cancelled = null, cancel_requested = null where l.id = lease.id;
    if lost is not null then
      perform queue.make_ready(lease.queue_id, lost);
      returned := returned + cardinality(lost);
    end if;
    -- Lost before it took its units, it gives back what it holds from a run before, if it does not run again.
    if not lease.has_units then
      perform queue.release_holds(array_agg(i.tenant_id), array_agg(i.id)) from unnest(looping) i having count(*) > 0;
    end if;
    perform queue.settle(array_agg(j.tenant_id), array_agg(j.id),
              array_agg(case when i.crash_count < most_crashes then 'lost' else 'dead' end),
              array_agg(case when lease.has_units then j.follow else j.follow - 'limits' end))
       from unnest(lost || looping) i join queue.jobs j on j.tenant_id = i.tenant_id and j.id = i.id
      where j.follow is not null
     having count(*) > 0;
  end loop;
  return next;
end
$$;
comment on function queue.rescue(uuid, integer) is
  'Takes leases away that ran out, at most so many behind that one: jobs without a result are ready again with the crash counted and no attempt '
  'used, or after three crashes dead letters; cancelled ones have ended. Tells where to go on, null at the end, and how many leases and jobs it was.';
revoke execute on function queue.rescue(uuid, integer) from public;
