-- name: put_starvations
-- A lane has one open row, whose level only rises. Gives those that have become a breach now.
with given as (
  select g.queue_id, g.band, g.tenant_id, g.due, g.level, g.cause, s.id, s.level as level_before,
         array_position('{stalled,warning,critical,breach}', g.level) > coalesce(array_position('{stalled,warning,critical,breach}', s.level), 0) as has_risen
    from jsonb_to_recordset(:starving::jsonb) as g (queue_id int2, band int2, tenant_id uuid, due timestamptz, level text, cause text)
    join tenancy.tenants t on t.id = g.tenant_id and t.state not in ('erasing', 'erased')
    join queue.job_queues q on q.id = g.queue_id
    left join queue.job_starvations s on s.queue_id = g.queue_id and s.band = g.band and s.tenant_id = g.tenant_id and s.resolved is null
), known as (
  update queue.job_starvations s
     set oldest_due = g.due, cause = g.cause, level = case when g.has_risen then g.level else s.level end
    from given g
   where s.tenant_id = g.tenant_id and s.id = g.id and (g.has_risen or s.oldest_due <> g.due or s.cause <> g.cause)
), found as (
  insert into queue.job_starvations (tenant_id, queue_id, band, oldest_due, level, cause)
  select g.tenant_id, g.queue_id, g.band, g.due, g.level, g.cause from given g where g.id is null
), over as (
  update queue.job_starvations s set resolved = now()
   where s.resolved is null and not exists (
     select from given g where s.queue_id = g.queue_id and s.band = g.band and s.tenant_id = g.tenant_id)
), breaches as (
  select g.queue_id, g.band, g.tenant_id from given g where g.level = 'breach' and g.level_before is distinct from 'breach'
), counted as (
  update queue.queue_health h set breaches = h.breaches + b.number
    from (select queue_id, count(*) as number from breaches group by 1) b where h.queue_id = b.queue_id
)
select b.queue_id as "queue_id!", b.band as "band!", b.tenant_id as "tenant_id!" from breaches b;

-- name: list_starvations
select s.tenant_id, q.name as queue, s.band, s.oldest_due, s.level, s.cause, s.detected, s.resolved as "resolved?"
  from queue.job_starvations s join queue.job_queues q on q.id = s.queue_id
 where s.resolved is null
 order by s.oldest_due limit :most::int4;
