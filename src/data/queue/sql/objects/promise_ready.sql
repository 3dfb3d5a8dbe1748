-- What waits, told by the ready table's key without reading all of it. Without sequential scans: the statistics of a table that is filled and
-- emptied within seconds may say anything.

create or replace function queue.slot_lanes(of_slot smallint)
  returns table (queue_id smallint, band smallint, tenant_id uuid, due timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
begin atomic
  with recursive lanes as (
    (select r.queue_id, r.band, r.tenant_id, r.due from queue.job_ready r where r.slot = of_slot
      order by r.queue_id, r.band, r.tenant_id, r.due limit 1)
    union all
    select n.queue_id, n.band, n.tenant_id, n.due
      from lanes l
     cross join lateral (
        select r.queue_id, r.band, r.tenant_id, r.due from queue.job_ready r
         where r.slot = of_slot and (r.queue_id, r.band, r.tenant_id) > (l.queue_id, l.band, l.tenant_id)
         order by r.queue_id, r.band, r.tenant_id, r.due limit 1) n
  )
  select l.queue_id, l.band, l.tenant_id, l.due from lanes l;
end;
comment on function queue.slot_lanes(smallint) is 'The lanes of a slot of the ready table, each with its oldest job: as many steps in the index as there are lanes.';

create or replace function queue.lane_heads()
  returns table (queue_id smallint, band smallint, tenant_id uuid, due timestamptz)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select l.queue_id, l.band, l.tenant_id, min(l.due)
    from generate_series(0, 2) s (slot) cross join lateral queue.slot_lanes(s.slot::smallint) l
   group by l.queue_id, l.band, l.tenant_id;
end;
comment on function queue.lane_heads() is 'The oldest ready job of each lane (queue, band, tenant).';

create or replace function queue.count_ready(most integer)
  returns table (queue_id smallint, band smallint, type_id smallint, jobs bigint, overdue bigint, is_capped boolean)
language sql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
begin atomic
  select c.queue_id, c.band, c.type_id, sum(c.jobs)::bigint, sum(c.overdue)::bigint, bool_or(c.is_capped)
    from queue.job_queues q
   cross join generate_series(0, 4) b (band)
   cross join generate_series(0, 2) s (slot)
   cross join lateral (
      select q.id as queue_id, b.band::smallint as band, r.type_id, count(*) as jobs, count(*) filter (where r.due < now() - interval '3 hours') as overdue,
             sum(count(*)) over () >= most as is_capped
        from (select j.type_id, j.due from queue.job_ready j
               where j.slot = s.slot and j.queue_id = q.id and j.band = b.band limit most) r
       group by r.type_id) c
   group by c.queue_id, c.band, c.type_id;
end;
comment on function queue.count_ready(integer) is
  'Ready jobs by queue, band and type, and those of them that are due for three hours; of each slot at most so many, which is said by is_capped.';
