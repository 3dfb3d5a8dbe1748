create or replace function queue.without_places(items queue.leased_job[], gone integer[])
returns queue.leased_job[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(case when t.place = any (gone) then null
                   else row(t.tenant_id, t.id, t.due, t.band, t.type_id, t.attempt, t.crash_count)::queue.leased_job end order by t.place)
    from unnest(items) with ordinality t(tenant_id, id, due, band, type_id, attempt, crash_count, place)
$$;
comment on function queue.without_places(queue.leased_job[], integer[]) is
  'The jobs of a lease with null in some places: jobs keep their place, and those that left the lease are in none.';

-- What did not simply complete: with something to keep, to try again or to bury. Called by finish alone, inside its transaction.
create or replace function queue.finish_others(
  worker uuid, lease uuid, in_queue smallint, leased queue.leased_job[], others jsonb, at_time timestamptz, known uuid[], version text)
returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  outcomes jsonb;
begin
  -- Jobs that left the lease, or have their result from a try before, have nothing coming.
  select jsonb_agg(o || to_jsonb(i)) into outcomes
    from jsonb_array_elements(others) o
      join unnest(leased) with ordinality i(tenant_id, id, due, band, type_id, attempt, crash_count, place)
        on i.place = (o ->> 'place')::integer and i.id is not null and i.id <> all (known);
  if outcomes is null then
    return '[]';
  end if;

  insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, error)
  select o.tenant_id, o.id, o.attempt + 1, o.status, o.duration_ms,
         at_time - make_interval(secs => (o.age_ms + o.duration_ms) / 1000.0), at_time - make_interval(secs => o.age_ms / 1000.0), worker, o.error
    from jsonb_to_recordset(outcomes) o(
      tenant_id uuid, id uuid, attempt smallint, status text, duration_ms integer, age_ms integer, error jsonb)
   where o.status <> 'snoozed';

  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band, attempt, crash_count, keep_due, reason)
  select at_time + make_interval(secs => o.delay_ms / 1000.0), o.id, o.tenant_id, in_queue, o.type_id, o.band,
         o.attempt + (o.status = 'failed')::integer, o.crash_count, case when o.keep_age then o.due end,
         case o.status when 'failed' then 'retry' else 'snooze' end
    from jsonb_to_recordset(outcomes) o(
      tenant_id uuid, id uuid, due timestamptz, band smallint, type_id smallint, attempt smallint, crash_count smallint,
      status text, delay_ms float8, keep_age boolean)
   where o.status in ('failed', 'snoozed');

  perform queue.bury(array_agg(o.tenant_id), array_agg(o.id), array_agg(o.reason), array_agg(version))
     from jsonb_to_recordset(outcomes) o(tenant_id uuid, id uuid, status text, reason text)
    where o.status = 'dead'
   having count(*) > 0;

  -- A snoozed job has no result, by which a rescuer would know that it is not here any more.
  if jsonb_path_exists(outcomes, '$[*] ? (@.status == "snoozed")') then
    update queue.job_leases l
       set items = queue.without_places(l.items, array(
         select (o ->> 'place')::integer from jsonb_array_elements(outcomes) o where o ->> 'status' = 'snoozed'))
     where l.id = lease;
  end if;
  return outcomes;
end
$$;
comment on function queue.finish_others(uuid, uuid, smallint, queue.leased_job[], jsonb, timestamptz, uuid[], text) is
  'Results of runs that did not simply complete: kept, tried again, snoozed, buried. Gives those of which something was recorded; the caller settles them.';

-- A worker names a job by its lease and its place in it: the lease has the rest. An element of a variable is found at once, whatever its place. Committed synchronously: a result that a worker was told
-- of is not lost.
create or replace function queue.finish(
  worker uuid, version text, leases uuid[], counts integer[], places integer[], durations_ms integer[], ages_ms integer[], closed uuid[],
  results jsonb, owes integer[], follows jsonb[], others jsonb, log_counts integer[], log_places integer[], log_lines integer[], log_ages_ms integer[], log_levels text[], log_messages text[],
  log_fields jsonb[], is_repeated boolean)
returns uuid[]
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  at_time constant timestamptz := clock_timestamp();
  lease uuid;
  in_queue smallint;
  leased queue.leased_job[];
  known uuid[] := '{}';
  refused uuid[] := '{}';
  done integer := 0;
  logged integer := 0;
  outcomes jsonb;
  tenants uuid[] := '{}';
  jobs uuid[] := '{}';
  statuses text[] := '{}';
  owed jsonb[] := '{}';
begin
  for k in 1 .. cardinality(leases) loop
    lease := leases[k];
    -- Renewing does not wait for this lock, taking the lease away does.
    select l.items, l.queue_id into leased, in_queue
      from queue.job_leases l
     where l.id = lease and l.worker_id = worker and (l.finished is null or is_repeated)
       for key share;
    if not found then
      refused := refused || lease;
    else
      if is_repeated then
        select coalesce(array_agg(r.job_id), '{}') into known
          from unnest(leased) i
            join queue.job_results r on r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1;
      end if;
      if counts[k] > 0 then
        insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, result)
        select (leased[g.place]).tenant_id, (leased[g.place]).id, (leased[g.place]).attempt + 1, 'completed', g.duration_ms,
               at_time - make_interval(secs => (g.age_ms + g.duration_ms) / 1000.0), at_time - make_interval(secs => g.age_ms / 1000.0), worker,
               case when g.result <> 'null' and pg_column_size(g.result) <= 65536 then g.result end
          from rows from (
                unnest(places[done + 1 : done + counts[k]]), unnest(durations_ms[done + 1 : done + counts[k]]),
                unnest(ages_ms[done + 1 : done + counts[k]]), jsonb_array_elements(results -> k::text))
              g(place, duration_ms, age_ms, result)
         where (leased[g.place]).id is not null and (leased[g.place]).id <> all (known);
        if owes <> '{}' then
          select tenants || array_agg((leased[g.place]).tenant_id), jobs || array_agg((leased[g.place]).id), owed || array_agg(follows[g.owes])
            into tenants, jobs, owed
            from unnest(places[done + 1 : done + counts[k]], owes[done + 1 : done + counts[k]]) g(place, owes)
           where g.owes > 0 and (leased[g.place]).id is not null and (leased[g.place]).id <> all (known);
        end if;
      end if;
      if others ? k::text then
        outcomes := queue.finish_others(worker, lease, in_queue, leased, others -> k::text, at_time, known, version);
        if jsonb_path_exists(outcomes, '$[*].follow') then
          statuses := array_cat(statuses, array_fill('completed'::text, array[cardinality(jobs) - cardinality(statuses)]));
          select tenants || array_agg(o.tenant_id), jobs || array_agg(o.id), statuses || array_agg(o.status), owed || array_agg(o.follow)
            into tenants, jobs, statuses, owed
            from jsonb_to_recordset(outcomes) o(tenant_id uuid, id uuid, status text, follow jsonb)
           where o.follow is not null;
        end if;
      end if;
      if log_counts[k] > 0 then
        insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message, fields)
        select (leased[g.place]).tenant_id, (leased[g.place]).id, (leased[g.place]).attempt + 1, g.line, at_time - make_interval(secs => g.age_ms / 1000.0), g.level, g.message, g.fields
          from unnest(
              log_places[logged + 1 : logged + log_counts[k]], log_lines[logged + 1 : logged + log_counts[k]],
              log_ages_ms[logged + 1 : logged + log_counts[k]], log_levels[logged + 1 : logged + log_counts[k]],
              log_messages[logged + 1 : logged + log_counts[k]], log_fields[logged + 1 : logged + log_counts[k]])
              g(place, line, age_ms, level, message, fields)
         where (leased[g.place]).id is not null and (leased[g.place]).id <> all (known)
            on conflict do nothing;
      end if;
    end if;
    done := done + counts[k];
    logged := logged + log_counts[k];
  end loop;
  -- Last, and for all leases together: each limit and batch is changed once, and nobody waits for it longer than for this commit.
  if jobs <> '{}' then
    perform queue.settle(tenants, jobs, array_cat(statuses, array_fill('completed'::text, array[cardinality(jobs) - cardinality(statuses)])), owed);
  end if;
  update queue.job_leases l set finished = at_time where l.id = any (closed) and l.worker_id = worker and l.finished is null;
  return refused;
end
$$;
comment on function queue.finish(uuid, text, uuid[], integer[], integer[], integer[], integer[], uuid[], jsonb, integer[], jsonb[], jsonb, integer[], integer[], integer[],
  integer[], text[], text[], jsonb[], boolean) is
  'Records how runs ended, counts[k] of them for leases[k], of which owes says, by position in follows, what their end settles (0: nothing), and gives back the leases that are the worker''s no more: of those nothing is recorded.';

create or replace function queue.give_back(worker uuid, leases uuid[], counts integer[], places integer[])
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  lease queue.job_leases;
  kept queue.leased_job[];
  gone integer[];
  moved queue.leased_job[];
  done integer := 0;
  returned integer := 0;
begin
  for k in 1 .. cardinality(leases) loop
    gone := places[done + 1 : done + counts[k]];
    done := done + counts[k];
    select * into lease from queue.job_leases l where l.id = leases[k] and l.worker_id = worker and l.finished is null for update;
    continue when not found;
    -- Who was cancelled meanwhile is not run again.
    if lease.cancelled is not null then
      lease := queue.end_marked(lease, 'Its worker stopped.');
    end if;
    select coalesce(array_agg(row(i.tenant_id, i.id, i.due, i.band, i.type_id, i.attempt, i.crash_count)::queue.leased_job), '{}') into moved
      from unnest(lease.items) with ordinality i(tenant_id, id, due, band, type_id, attempt, crash_count, place)
     where i.place = any (gone) and i.id is not null
       -- Of one that has ended its worker has not heard: it stays, for whoever folds the lease.
       and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1);
    if moved <> '{}' then
      perform queue.make_ready(lease.queue_id, moved);
      returned := returned + cardinality(moved);
      if lease.has_units then
        perform queue.settle(array_agg(j.tenant_id), array_agg(j.id), array_agg('lost'::text), array_agg(j.follow))
           from unnest(moved) i join queue.jobs j on j.tenant_id = i.tenant_id and j.id = i.id
          where j.follow is not null
         having count(*) > 0;
      end if;
    end if;
    kept := queue.without_places(lease.items, array(
      select i.place::integer from unnest(lease.items) with ordinality i(tenant_id, id, due, band, type_id, attempt, crash_count, place)
       where i.id in (select m.id from unnest(moved) m)));
    if exists (select from unnest(kept) i where i.id is not null) then
      update queue.job_leases l set items = kept where l.id = lease.id;
    else
      delete from queue.job_leases l where l.id = lease.id;
    end if;
  end loop;
  return returned;
end
$$;
comment on function queue.give_back(uuid, uuid[], integer[], integer[]) is
  'Makes jobs that a worker claimed and did not run ready again, places[…] of each lease, with no attempt used; those that were cancelled end.';

create or replace function queue.split(worker uuid, lease uuid, places integer[], new_leases uuid[])
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  held queue.job_leases;
begin
  select * into held from queue.job_leases l where l.id = lease and l.worker_id = worker and l.finished is null for update;
  if not found then
    return;
  end if;
  insert into queue.job_leases (id, worker_id, queue_id, leased, expires, has_units, cancelled, cancel_requested, items)
  select g.new_lease, worker, held.queue_id, held.leased, held.expires, held.has_units, m.marked, case when m.marked is not null then held.cancel_requested end,
         array[held.items[g.place]]
    from unnest(places, new_leases) g(place, new_lease)
      cross join lateral (
        select case when (held.items[g.place]).id = any (held.cancelled) then array[(held.items[g.place]).id] end) m(marked)
   where (held.items[g.place]).id is not null;
  update queue.job_leases l set items = queue.without_places(held.items, places) where l.id = lease;
end
$$;
comment on function queue.split(uuid, uuid, integer[], uuid[]) is
  'Gives jobs of a lease leases of their own: a long one keeps its neighbours from being folded no more, and crashes alone.';
