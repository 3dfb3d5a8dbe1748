-- name: list_work
-- What a worker has to know of queues and job types, and the slot that new jobs go to.
select s.slot,
       (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'pool', q.pool, 'weights', q.weights, 'isPaused', q.is_paused)), '[]')
          from queue.job_queues q) as "queues!",
       (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'isPaused', t.is_paused, 'meanRunMs', t.mean_run_ms)), '[]')
          from queue.job_types t) as "types!",
       (select coalesce(array_agg(p.tenant_id), '{}') from queue.paused_tenants p) as "paused_tenants!"
  from queue.ready_slots s;

-- name: give_back
select queue.give_back(:worker, :leases, :counts, :places) as "returned!";

-- name: give_back_unknown
with unknown as materialized (
  select l.id, cardinality(l.items) as jobs from queue.job_leases l
   where l.worker_id = :worker and l.finished is null and l.id <> all (:known::uuid[])
)
select coalesce((
  select queue.give_back(:worker, array_agg(u.id order by u.id), array_agg(u.jobs order by u.id), (
           select array_agg(g.place order by o.id, g.place) from unknown o cross join generate_series(1, o.jobs) g(place)))
    from unknown u having count(*) > 0), 0) as "returned!";

-- name: split_lease
select queue.split(:worker, :lease, :places, :new_leases);

-- name: renew_leases
-- Those that do not come back are not ours any more.
update queue.job_leases l
   set expires = clock_timestamp() + make_interval(secs => :lease_ms::float8 / 1000.0)
 where l.id = any (:leases::uuid[]) and l.worker_id = :worker and l.finished is null
returning l.id, l.cancelled;

-- name: say_alive
insert into queue.queue_workers as w
  (id, pool, host, pid, version, types, slots, busy, loop_lag_ms, rss_bytes, started, seen, is_draining)
values (:id, :pool, :host, :pid, :version, :types, :slots, :busy, :loop_lag_ms, :rss_bytes, clock_timestamp(), clock_timestamp(), :is_draining)
    on conflict (id) do update
   set pool = excluded.pool, types = excluded.types, slots = excluded.slots, busy = excluded.busy, loop_lag_ms = excluded.loop_lag_ms,
       rss_bytes = excluded.rss_bytes, seen = excluded.seen, is_draining = excluded.is_draining;

-- name: say_good_bye
delete from queue.queue_workers where id = :id;

-- name: list_cancelled
select array_agg(c.id) as ids
  from queue.job_leases l cross join unnest(l.cancelled) c(id)
 where l.worker_id = :worker and l.finished is null;

-- name: count_snoozes
-- Those that may be put back once more.
update queue.jobs j set snoozes = j.snoozes + 1
  from unnest(:tenant_ids::uuid[], :ids::uuid[]) g(tenant_id, id)
 where j.tenant_id = g.tenant_id and j.id = g.id and j.snoozes < :most::smallint
returning j.id;
