-- name: read_pools
-- Live workers, how the busiest of them is, and what was decided last.
select p.pool as "pool!", sum(p.slots)::int4 as "slots!", count(*)::int4 as "workers!", coalesce(max(l.cpu_ratio), 0)::float8 as "cpu_ratio!",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
       coalesce(sum(l.connection_waits), 0)::int4 as "connection_waits!", coalesce(max(l.busy_ratio), 0)::float8 as "busy_ratio!",
       (select d.desired from queue.queue_scaling_decisions d where d.pool = p.pool order by d.id desc limit 1) as "desired?"
  from queue.pool_workers p
  left join lateral (select f.cpu_ratio, f.connection_waits, f.busy_ratio from queue.worker_performances f
                      where f.worker_id = p.worker_id and f.begun > now() - interval '2 minutes' order by f.begun desc limit 1) l on true
 group by p.pool;

-- name: add_decision
insert into queue.queue_scaling_decisions (pool, slots, desired, reason, inputs)
values (:pool, :slots::int4, :desired::int4, :reason, :inputs::jsonb);

-- name: forget_old_figures
-- A few rows at a time; what is cut by month goes with its month. Breaches stay for ever.
with decisions as (
  delete from queue.queue_scaling_decisions where id in (select id from queue.queue_scaling_decisions where decided < now() - interval '400 days' limit 1000)
), histories as (
  delete from queue.queue_alert_histories where id in (select id from queue.queue_alert_histories where resolved < now() - interval '400 days' limit 1000)
)
delete from queue.job_starvations s using (
  select o.tenant_id, o.id from queue.job_starvations o where o.resolved < now() - interval '400 days' and o.level <> 'breach' limit 1000) o
 where s.tenant_id = o.tenant_id and s.id = o.id;
