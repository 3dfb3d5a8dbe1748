create or replace view queue.pool_workers with (security_invoker = true) as
select w.id as worker_id, p.pool, w.slots, w.busy
  from queue.queue_workers w
 cross join lateral (
    select unnest(string_to_array(w.pool, ',')) where w.pool <> '*'
    union
    select q.pool from queue.job_queues q where w.pool = '*') p (pool)
 where w.seen > now() - interval '15 seconds' and not w.is_draining;
comment on view queue.pool_workers is 'Live workers, once for each pool that they serve, with the slots they have of it.';
comment on column queue.pool_workers.worker_id is 'As in queue_workers.';
comment on column queue.pool_workers.pool is 'Worker pool.';
comment on column queue.pool_workers.slots is 'Jobs of the pool that it runs at the same time.';
comment on column queue.pool_workers.busy is 'Jobs that it was running, of all pools.';
