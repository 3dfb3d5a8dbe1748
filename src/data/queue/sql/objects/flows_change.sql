-- What is done to a batch or flow as a whole. Whoever settles a step of it waits meanwhile, so it is never done for long.

create or replace function queue.retry_batch(tenant uuid, batch uuid) returns table (key text, old_id uuid, new_id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  keys text[];
  olds uuid[];
  news uuid[];
  outcomes text[];
  made integer;
  place record;
begin
  select b.kind into place from queue.job_batches b where b.tenant_id = tenant and b.id = batch for update;
  if not found then
    return;
  end if;
  perform queue.add_up_steps(tenant, batch);
  perform queue.add_up(tenant, batch);
  if place.kind = 'flow' then
    select array_agg(s.key order by s.key), array_agg(s.job_id order by s.key), array_agg(s.state order by s.key) into keys, olds, outcomes
      from queue.job_steps s where s.tenant_id = tenant and s.batch_id = batch and s.state in ('failed', 'cancelled');
  else
    with members as materialized (
      select j.id, j.origin_id, s.state
        from queue.jobs j join queue.job_states s on s.tenant_id = j.tenant_id and s.id = j.id
       where j.tenant_id = tenant and j.id >= partition.uuid_floor(uuid_extract_timestamp(batch) - interval '2 minutes') and j.follow ->> 'batch' = batch::text
    )
    select array_agg(null::text), array_agg(m.id order by m.id), array_agg(case m.state when 'cancelled' then 'cancelled' else 'failed' end order by m.id)
      into keys, olds, outcomes
      from members m
     where m.state in ('cancelled', 'discarded', 'dead') and not exists (select from members n where n.origin_id = m.id);
  end if;
  if olds is null then
    return;
  end if;
  news := array(select uuidv7() from unnest(olds));

  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, origin_id, trace)
  select j.tenant_id, g.new_id, j.queue_name, j.job_type, j.band, j.payload_version, j.max_attempts, j.payload, now(), j.follow - 'limits', j.id, j.trace
    from unnest(olds, news) g(old_id, new_id) join queue.jobs j on j.tenant_id = tenant and j.id = g.old_id;
  get diagnostics made = row_count;
  if made < cardinality(olds) then
    raise exception 'queue: of % jobs of % that did not complete, % are not kept any more', cardinality(olds), batch, cardinality(olds) - made
      using errcode = 'PQ004', hint = 'Begin it again as a new one.';
  end if;
  update queue.dead_letter_jobs d set redriven = now(), redriven_as = g.new_id
    from unnest(olds, news) g(old_id, new_id) where d.tenant_id = tenant and d.job_id = g.old_id and d.redriven is null;
  update queue.job_steps s set state = 'open', job_id = g.new_id
    from unnest(keys, news) g(key, new_id) where s.tenant_id = tenant and s.batch_id = batch and s.key = g.key;
  -- Those that wait still, and for which a parent counted as ended.
  update queue.job_blocked w set open_parents = w.open_parents + n.parents, lost_parents = greatest(0, w.lost_parents - n.parents)
    from (select c.job_id, count(*)::integer as parents
            from unnest(keys) k(key)
              join queue.job_dependencies d on d.tenant_id = tenant and d.batch_id = batch and d.parent_key = k.key
              join queue.job_steps c on c.tenant_id = tenant and c.batch_id = batch and c.key = d.key
           where c.key <> all (keys) group by c.job_id) n
   where w.tenant_id = tenant and w.id = n.job_id;
  -- Counted as ended, they are open again; at the latest now the batch is.
  insert into queue.job_counts (tenant_id, batch_id, target_id, completed, failed, cancelled)
  select tenant, batch, batch, 0, - count(*) filter (where o = 'failed'), - count(*) filter (where o = 'cancelled') from unnest(outcomes) o;
  perform queue.add_up(tenant, batch);
  update queue.job_batches b set state = 'open', ended = null, is_cancelled = false, tenths = 10::bigint * (b.completed + b.failed + b.cancelled) / b.total
   where b.tenant_id = tenant and b.id = batch;

  insert into queue.job_blocked (tenant_id, id, open_parents, queue_id, type_id, band, due, batch_id, on_parent_failed)
  select tenant, j.id, p.parents, q.id, t.id, j.band, j.due, batch, s.on_parent_failed
    from unnest(keys, news) g(key, new_id)
      join queue.jobs j on j.tenant_id = tenant and j.id = g.new_id
      join queue.job_queues q on q.name = j.queue_name join queue.job_types t on t.name = j.job_type
      join queue.job_steps s on s.tenant_id = tenant and s.batch_id = batch and s.key = g.key
      cross join lateral (
        select count(*)::integer as parents
          from queue.job_dependencies d join queue.job_steps o on o.tenant_id = d.tenant_id and o.batch_id = d.batch_id and o.key = d.parent_key
         where d.tenant_id = tenant and d.batch_id = batch and d.key = g.key and o.state = 'open') p
   where p.parents > 0;
  for place in
    select q.id, array_agg(row(tenant, j.id, j.due, j.band, t.id, 0, 0)::queue.leased_job) as items
      from unnest(news) g(new_id)
        join queue.jobs j on j.tenant_id = tenant and j.id = g.new_id
        join queue.job_queues q on q.name = j.queue_name join queue.job_types t on t.name = j.job_type
     where not exists (select from queue.job_blocked w where w.tenant_id = tenant and w.id = g.new_id)
     group by q.id
  loop
    perform queue.make_ready(place.id, place.items);
  end loop;
  return query select g.key, g.old_id, g.new_id from unnest(keys, olds, news) g(key, old_id, new_id);
end
$$;
comment on function queue.retry_batch(uuid, uuid) is
  'Enqueues the jobs of a batch or flow again that have ended and did not complete, as new jobs in their place; those that completed stay as they are. '
  'It is open again, and what it asked for at its end is enqueued when it ends again.';
revoke execute on function queue.retry_batch(uuid, uuid) from public;

create or replace function queue.cancel_batch(tenant uuid, batch uuid, most integer) returns table (cancelled integer, requested integer)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  ids uuid[];
  taken uuid[];
begin
  -- What is released from now on is cancelled by who releases it.
  update queue.job_batches b set is_cancelled = true where b.tenant_id = tenant and b.id = batch and b.state = 'open';
  ids := array(
    select s.job_id from queue.job_steps s where s.tenant_id = tenant and s.batch_id = batch and s.state = 'open'
    union all
    select j.id from queue.jobs j
     where j.tenant_id = tenant and j.id >= partition.uuid_floor(uuid_extract_timestamp(batch) - interval '2 minutes')
       and j.follow ->> 'batch' = batch::text and not j.follow ? 'step' and j.status = 'open'
       and not exists (select from queue.job_results r where r.tenant_id = j.tenant_id and r.job_id = j.id and r.status <> 'failed')
     limit most);
  -- In the order in which they move on: who is released or claimed at this moment is found where it went.
  with blocked as (
    delete from queue.job_blocked w using unnest(ids) g(id) where w.tenant_id = tenant and w.id = g.id returning w.id
  )
  select array_agg(x.id) into taken from blocked x;
  with delayed as (
    delete from queue.job_delayed w using unnest(ids) g(id) where w.tenant_id = tenant and w.id = g.id returning w.id
  ), parked as (
    delete from queue.job_parked w using unnest(ids) g(id) where w.tenant_id = tenant and w.id = g.id returning w.id
  )
  select taken || array(select x.id from delayed x union all select x.id from parked x) into taken;
  with ready as (
    delete from queue.job_ready w using unnest(ids) g(id) where w.tenant_id = tenant and w.id = g.id returning w.id
  )
  select taken || array(select x.id from ready x) into taken;
  cancelled := coalesce(cardinality(taken), 0);
  if cancelled > 0 then
    perform queue.end_jobs(array_fill(tenant, array[cancelled]), taken, 'cancelled');
  end if;
  select count(*) into requested from queue.cancel_running(row(ids, tenant, null, null, null, null)::queue.job_filter);
  return next;
end
$$;
comment on function queue.cancel_batch(uuid, uuid, integer) is
  'Cancels what waits of a batch or flow, of a batch at most so many at a time, and asks the workers of what runs to abort it. Gives how many of each.';
revoke execute on function queue.cancel_batch(uuid, uuid, integer) from public;
