-- What the end of a job means for its batch or flow, as jobs.follow says: {"batch": id} for a job of a batch, {"batch": id, "step": key} for a
-- step of a flow. Ends are counted in rows that are only added; nobody waits for another's.

create or replace function queue.uuid_or_null(said text) returns uuid
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select case when said ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then said::uuid end $$;
comment on function queue.uuid_or_null(text) is 'A uuid that a tenant may have written; null where it is none.';

create or replace function queue.settle_flows(tenant_ids uuid[], job_ids uuid[], statuses text[], follows jsonb[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  tenants uuid[];
  batches uuid[];
  keys text[];
  outcomes text[];
begin
  -- Who changes what a flow is made of waits for those that settle its steps, and they for him.
  if exists (select from unnest(follows) f where f ? 'step') then
    perform from queue.job_batches b
      where (b.tenant_id, b.id) in (
        select g.tenant_id, queue.uuid_or_null(g.follow ->> 'batch') from unnest(tenant_ids, follows) g(tenant_id, follow) where g.follow ? 'step')
      order by b.tenant_id, b.id for key share;
  end if;
  with given as materialized (
    select g.tenant_id, g.job_id, queue.uuid_or_null(g.follow ->> 'batch') as batch_id, g.follow ->> 'step' as key,
           case coalesce(case when g.status = 'withdrawn' then (select j.status from queue.jobs j where j.tenant_id = g.tenant_id and j.id = g.job_id) end, g.status)
             when 'completed' then 'completed' when 'discarded' then 'failed' when 'dead' then 'failed' else 'cancelled' end as outcome
      from unnest(tenant_ids, job_ids, statuses, follows) g(tenant_id, job_id, status, follow)
  ), steps as (
    -- A job that is not its step any more, or of which it was said before, counts for nothing.
    update queue.job_steps s set state = g.outcome from given g
     where s.tenant_id = g.tenant_id and s.batch_id = g.batch_id and s.key = g.key and s.job_id = g.job_id and s.state = 'open'
    returning s.tenant_id, s.batch_id, s.key, s.state
  ), ended as (
    select s.tenant_id, s.batch_id, s.key, s.state from steps s
    union all select g.tenant_id, g.batch_id, null, g.outcome from given g where g.key is null and g.batch_id is not null
  )
  select array_agg(e.tenant_id), array_agg(e.batch_id), array_agg(e.key), array_agg(e.state) into tenants, batches, keys, outcomes from ended e;
  if tenants is not null then
    perform queue.count_ends(tenants, batches, keys, outcomes, 100);
  end if;
end
$$;
comment on function queue.settle_flows(uuid[], uuid[], text[], jsonb[]) is
  'Counts jobs that ended for their batches, and lets steps go on that waited for them.';
revoke execute on function queue.settle_flows(uuid[], uuid[], text[], jsonb[]) from public;

create or replace function queue.count_ends(of_tenants uuid[], of_batches uuid[], of_keys text[], of_outcomes text[], most integer) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  tenants uuid[] := of_tenants;
  batches uuid[] := of_batches;
  keys text[] := of_keys;
  outcomes text[] := of_outcomes;
  target_tenants uuid[];
  targets uuid[];
  rest integer := most;
  ready record;
begin
  -- A step that ends because one before it failed has others behind it: level by level, and what is too much is left to the leader.
  while cardinality(tenants) > 0 loop
    with ended as materialized (
      select * from unnest(tenants, batches, keys, outcomes) e(tenant_id, batch_id, key, outcome)
    ), hits as (
      select e.tenant_id, e.batch_id, e.batch_id as target_id, e.outcome from ended e
      union all
      select e.tenant_id, e.batch_id, c.job_id, e.outcome
        from ended e
          join queue.job_dependencies d on d.tenant_id = e.tenant_id and d.batch_id = e.batch_id and d.parent_key = e.key
          join queue.job_steps c on c.tenant_id = d.tenant_id and c.batch_id = d.batch_id and c.key = d.key and c.state = 'open'
    ), counted as (
      insert into queue.job_counts (tenant_id, batch_id, target_id, completed, failed, cancelled)
      select h.tenant_id, h.batch_id, h.target_id, count(*) filter (where h.outcome = 'completed'), count(*) filter (where h.outcome = 'failed'),
             count(*) filter (where h.outcome = 'cancelled')
        from hits h group by h.tenant_id, h.batch_id, h.target_id
      returning tenant_id, target_id
    )
    select array_agg(c.tenant_id), array_agg(c.target_id) into target_tenants, targets from counted c;
    exit when rest <= 0;
    select array_agg(f.tenant_id), array_agg(f.batch_id), array_agg(f.key), array_agg(f.outcome) into tenants, batches, keys, outcomes
      from queue.release_steps(target_tenants, targets, 1000) f;
    rest := rest - coalesce(cardinality(tenants), 0);
  end loop;
  for ready in
    select b.tenant_id, b.id from (select distinct g.tenant_id, g.batch_id from unnest(of_tenants, of_batches) g(tenant_id, batch_id)) g
      join queue.job_batches b on b.tenant_id = g.tenant_id and b.id = g.batch_id
      cross join lateral (
        select sum(c.completed + c.failed + c.cancelled) as ended
          from (select * from queue.job_counts c where c.tenant_id = b.tenant_id and c.batch_id = b.id and c.target_id = b.id limit 1000) c) s
     where b.state = 'open' and b.total <= b.completed + b.failed + b.cancelled + s.ended
       for no key update of b skip locked
  loop
    perform queue.add_up(ready.tenant_id, ready.id);
  end loop;
end
$$;
comment on function queue.count_ends(uuid[], uuid[], text[], text[], integer) is
  'Counts ends of jobs; steps are named by their keys, others by null. What nobody else may be counting for at this moment is released or ended at '
  'once, the rest by the leader. At most so many steps end for steps that failed before them.';
revoke execute on function queue.count_ends(uuid[], uuid[], text[], text[], integer) from public;

create or replace function queue.release_steps(tenants uuid[], targets uuid[], most_rows integer)
returns table (tenant_id uuid, batch_id uuid, key text, outcome text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  freed queue.job_blocked[];
  place record;
begin
  -- Who has the row has it in this transaction alone, so a step leaves job_blocked once. Another's counts may not be seen from here: then the
  -- one that comes last, or the leader, sees both.
  with due as materialized (
    select b.tenant_id, b.id
      from unnest(tenants, targets) g(tenant_id, id) join queue.job_blocked b on b.tenant_id = g.tenant_id and b.id = g.id
     where b.open_parents <= (
       select sum(c.completed + c.failed + c.cancelled)
         from (select * from queue.job_counts c where c.tenant_id = b.tenant_id and c.batch_id = b.batch_id and c.target_id = b.id limit most_rows) c)
       for update of b skip locked
  ), gone as (
    delete from queue.job_blocked b using due d where b.tenant_id = d.tenant_id and b.id = d.id returning b.*
  ), spent as (
    delete from queue.job_counts c using gone g where c.tenant_id = g.tenant_id and c.batch_id = g.batch_id and c.target_id = g.id
    returning c.tenant_id, c.target_id, c.failed + c.cancelled as lost
  ), lost as (
    select s.tenant_id, s.target_id, sum(s.lost)::integer as lost from spent s group by s.tenant_id, s.target_id
  )
  select array_agg(row(g.tenant_id, g.id, g.open_parents, g.queue_id, g.type_id, g.band, g.due, g.batch_id,
           case when b.is_cancelled then 'cancel' else g.on_parent_failed end,
           case when b.is_cancelled then 1 else greatest(0, g.lost_parents + coalesce(l.lost, 0)) end)::queue.job_blocked) into freed
    from gone g left join lost l on l.tenant_id = g.tenant_id and l.target_id = g.id
      left join queue.job_batches b on b.tenant_id = g.tenant_id and b.id = g.batch_id;
  if freed is null then
    return;
  end if;

  for place in
    select f.queue_id, array_agg(row(f.tenant_id, f.id, greatest(f.due, now()), f.band, f.type_id, 0, 0)::queue.leased_job) as items
      from unnest(freed) f where (f.lost_parents = 0 or f.on_parent_failed = 'continue') and f.due <= clock_timestamp() group by f.queue_id
  loop
    perform queue.make_ready(place.queue_id, place.items);
  end loop;
  insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
  select f.due, f.id, f.tenant_id, f.queue_id, f.type_id, f.band from unnest(freed) f
   where (f.lost_parents = 0 or f.on_parent_failed = 'continue') and f.due > clock_timestamp();

  return query
    with over as materialized (
      select f.tenant_id, f.id, f.batch_id, f.on_parent_failed from unnest(freed) f where f.lost_parents > 0 and f.on_parent_failed <> 'continue'
    ), ended as (
      update queue.jobs j set status = case o.on_parent_failed when 'fail' then 'discarded' else 'cancelled' end, completed = clock_timestamp()
        from over o where j.tenant_id = o.tenant_id and j.id = o.id and j.status = 'open'
      returning j.tenant_id, j.id, j.follow ->> 'step' as key, o.batch_id, o.on_parent_failed
    )
    update queue.job_steps s set state = case e.on_parent_failed when 'fail' then 'failed' else 'cancelled' end
      from ended e where s.tenant_id = e.tenant_id and s.batch_id = e.batch_id and s.key = e.key and s.job_id = e.id and s.state = 'open'
    returning s.tenant_id, s.batch_id, s.key, s.state;
end
$$;
comment on function queue.release_steps(uuid[], uuid[], integer) is
  'Takes steps out of job_blocked all of whose parents have ended, as far as it can be seen: they are ready, or delayed, or they end because of '
  'parents that did not complete; those are given back, since others wait for them. Of each at most so many rows of counts are read; null: all.';
revoke execute on function queue.release_steps(uuid[], uuid[], integer) from public;

create or replace function queue.add_up(tenant uuid, batch uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  b queue.job_batches;
  tenth integer;
begin
  with spent as (
    delete from queue.job_counts c where c.tenant_id = tenant and c.batch_id = batch and c.target_id = batch
    returning c.completed, c.failed, c.cancelled
  ), sums as (
    select coalesce(sum(s.completed), 0)::integer as completed, coalesce(sum(s.failed), 0)::integer as failed,
           coalesce(sum(s.cancelled), 0)::integer as cancelled from spent s
  )
  update queue.job_batches x set completed = greatest(0, x.completed + s.completed), failed = greatest(0, x.failed + s.failed),
         cancelled = greatest(0, x.cancelled + s.cancelled)
    from sums s where x.tenant_id = tenant and x.id = batch
  returning x.* into b;
  if b.state is distinct from 'open' then
    return;
  end if;
  if b.total <= b.completed + b.failed + b.cancelled then
    b.state := case when b.is_cancelled then 'cancelled' when b.failed + b.cancelled > 0 then 'failed' else 'completed' end;
    update queue.job_batches x set state = b.state, ended = clock_timestamp(), tenths = 10 where x.tenant_id = tenant and x.id = batch;
    perform queue.call_back(tenant, batch, case b.state when 'completed' then b.on_completed when 'failed' then b.on_failed end);
  elsif b.on_progress is not null and not b.is_cancelled then
    tenth := 10::bigint * (b.completed + b.failed + b.cancelled) / b.total;
    if tenth > b.tenths then
      update queue.job_batches x set tenths = tenth where x.tenant_id = tenant and x.id = batch;
      perform queue.call_back(tenant, batch, b.on_progress);
    end if;
  end if;
end
$$;
comment on function queue.add_up(uuid, uuid) is
  'Adds what was counted to a batch, whose row its caller has locked, and ends it where all have ended: once, since a row that has ended stays so.';
revoke execute on function queue.add_up(uuid, uuid) from public;

create or replace function queue.call_back(tenant uuid, batch uuid, callback jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  place record;
begin
  select q.id, q.name as queue_name, t.name as job_type into place
    from queue.job_queues q, queue.job_types t where q.name = callback ->> 'queue' and t.name = callback ->> 'type';
  if not found then
    return;
  end if;
  perform queue.put_job(tenant, uuidv7(), place.queue_name, place.job_type, (callback ->> 'band')::smallint, (callback ->> 'payloadVersion')::smallint,
    (callback ->> 'maxAttempts')::smallint, callback -> 'payload', null, jsonb_build_object('callback', batch), callback ->> 'trace');
  perform pg_notify('plinth_queue', place.id::text);
exception
  -- A tenant can write what it likes into a row of its own. The ends of others' jobs are recorded with this one.
  when data_exception or integrity_constraint_violation then
    raise warning 'queue: what batch % wanted to be enqueued at its end cannot be: %', batch, sqlerrm;
end
$$;
comment on function queue.call_back(uuid, uuid, jsonb) is 'Enqueues the job that a batch asked for; nothing where there is none.';
revoke execute on function queue.call_back(uuid, uuid, jsonb) from public;

create or replace function queue.add_up_steps(tenant uuid, batch uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  targets uuid[];
  ended record;
begin
  select array_agg(distinct c.target_id) into targets
    from queue.job_counts c where c.tenant_id = tenant and c.batch_id = batch and c.target_id <> batch;
  if targets is null then
    return;
  end if;
  select array_agg(f.tenant_id) as tenants, array_agg(f.batch_id) as batches, array_agg(f.key) as keys, array_agg(f.outcome) as outcomes into ended
    from queue.release_steps(array_fill(tenant, array[cardinality(targets)]), targets, null) f;
  perform queue.count_ends(ended.tenants, ended.batches, ended.keys, ended.outcomes, 1000);
  -- Of those that wait on, what is known is one number again. Of those that are gone nothing is left.
  with sums as materialized (
    select c.target_id, sum(c.completed + c.failed + c.cancelled)::integer as ended, sum(c.failed + c.cancelled)::integer as lost, array_agg(c.id) as ids
      from queue.job_counts c where c.tenant_id = tenant and c.batch_id = batch and c.target_id <> batch group by c.target_id
  ), idle as materialized (
    -- One that is about to leave is left alone.
    select w.id from sums s join queue.job_blocked w on w.tenant_id = tenant and w.id = s.target_id where w.open_parents > s.ended for update of w skip locked
  ), known as (
    update queue.job_blocked w set open_parents = w.open_parents - s.ended, lost_parents = greatest(0, w.lost_parents + s.lost)
      from idle i join sums s on s.target_id = i.id where w.tenant_id = tenant and w.id = i.id
    returning w.id
  )
  delete from queue.job_counts c using sums s
   where c.tenant_id = tenant and c.batch_id = batch and c.target_id = s.target_id and c.id = any (s.ids)
     and (s.target_id in (select k.id from known k)
          or not exists (select from queue.job_blocked w where w.tenant_id = tenant and w.id = s.target_id));
end
$$;
comment on function queue.add_up_steps(uuid, uuid) is
  'Adds what was counted to steps of a flow that wait, whose row in job_batches its caller has locked, and releases those that wait for nobody any more.';
revoke execute on function queue.add_up_steps(uuid, uuid) from public;

create or replace function queue.add_up_all(most integer) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  batch record;
  done integer := 0;
begin
  for batch in
    select b.tenant_id, b.id from queue.job_batches b
     where (b.tenant_id, b.id) in (select c.tenant_id, c.batch_id from queue.job_counts c group by c.tenant_id, c.batch_id limit most)
       for no key update skip locked
  loop
    done := done + 1;
    perform queue.add_up_steps(batch.tenant_id, batch.id);
    perform queue.add_up(batch.tenant_id, batch.id);
  end loop;
  -- Of batches that are not there any more.
  delete from queue.job_counts c where not exists (select from queue.job_batches b where b.tenant_id = c.tenant_id and b.id = c.batch_id);
  return done;
end
$$;
comment on function queue.add_up_all(integer) is
  'Adds up what was counted, of at most so many batches; releases and ends what has become due by it. Gives how many batches there were.';
revoke execute on function queue.add_up_all(integer) from public;
