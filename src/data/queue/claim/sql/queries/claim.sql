-- name: claim
-- Takes jobs of one queue in turns, for a lease. Written for slot 0 of job_ready: for another, its partition and number are replaced, as through
-- the partitioned table each probe costs three times as much.
-- A place is an effective band with its quota; a part of its ring is a range of tenants, passed over in steps of one tenant each.
-- Where one lane alone competes in the band, finding a tenant and taking its turn is one probe of the index.
with recursive
places as materialized (
  select p.place, p.effective, p.quota, p.turn_size, l.lanes,
    cardinality(l.lanes) = 1 and :tenant_weights::jsonb = '{}' and (p.effective = 0 or (:oldest::timestamptz[])[p.effective + 1]
      > now() - make_interval(mins => 10 * ((:bases::integer[])[p.effective] - (:bases::integer[])[p.effective + 1]))) as is_plain
  from unnest(:effective_bands::integer[], :quotas::integer[], :turn_sizes::integer[]) with ordinality p (effective, quota, turn_size, place)
    -- Its own lane, and those below whose oldest job has waited its way up into it.
    cross join lateral (
      select array_agg(b) as lanes from generate_series(p.effective, 4) b
      where b = p.effective or (:oldest::timestamptz[])[b + 1]
        <= now() - make_interval(mins => 10 * ((:bases::integer[])[p.effective + 1] - (:bases::integer[])[b + 1]))
    ) l
),
picked as materialized (
  select t.* from (
  select p.effective, t.*, count(t.tid) over (rows unbounded preceding) as nth
  from places p
    cross join lateral (
      (select t.*
      from unnest(:part_places::integer[], :part_from::uuid[], :part_floors::text[]::timestamptz[], :part_floor_ids::uuid[],
          :part_until::uuid[]) s (place, first_tenant, floor, floor_id, until)
        cross join lateral (
          with recursive turns as (
            select r.* from (
              select r.*, row_number() over w as nth, first_value(r.tenant_id) over w as whose
              from (
                select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = :queue_id and r.band = p.effective
                  and (r.tenant_id, r.due, r.id) > (s.first_tenant, s.floor, s.floor_id) and r.tenant_id < s.until
                  and r.type_id <> all (:without_types::smallint[])
                order by r.tenant_id, r.due, r.id limit p.turn_size for update skip locked
              ) r window w as (rows unbounded preceding)
            ) r where r.tenant_id = r.whose
            union all
            select r.* from turns t cross join lateral (
              select r.*, row_number() over w as nth, first_value(r.tenant_id) over w as whose
              from (
                select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = :queue_id and r.band = p.effective
                  and r.tenant_id > t.tenant_id and r.tenant_id < s.until and r.type_id <> all (:without_types::smallint[])
                order by r.tenant_id, r.due, r.id limit p.turn_size for update skip locked
              ) r window w as (rows unbounded preceding)
            ) r where t.nth = 1 and r.tenant_id = r.whose
          )
          select t.tid, t.tenant_id, t.id, t.due, t.band, t.type_id, t.attempt, t.crash_count from turns t
        ) t
      where p.is_plain and s.place = p.place
      limit p.quota)
      union all
      (select t.tid, t.tenant_id, t.id, t.due, t.band, t.type_id, t.attempt, t.crash_count from (
      select t.*, count(t.tid) over (rows unbounded preceding) as nth
      from unnest(:part_places::integer[], :part_from::uuid[], :part_until::uuid[]) s (place, first_tenant, until)
        cross join lateral (
          with recursive ring as (
            select 1 as step, (
              select n.tenant_id from unnest(p.lanes) l (band) cross join lateral (
                select r.tenant_id from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = :queue_id and r.band = l.band and r.tenant_id >= s.first_tenant and r.tenant_id < s.until
                order by r.tenant_id, r.due, r.id limit 1
              ) n order by 1 limit 1
            ) as tenant_id
            union all
            select g.step + 1, (
              select n.tenant_id from unnest(p.lanes) l (band) cross join lateral (
                select r.tenant_id from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = :queue_id and r.band = l.band and r.tenant_id > g.tenant_id and r.tenant_id < s.until
                order by r.tenant_id, r.due, r.id limit 1
              ) n order by 1 limit 1
            ) from ring g where g.tenant_id is not null and g.step < p.quota + 100
          )
          -- A tenant without a job in these windows gives a row without a job: the ring has passed it all the same. There is an end to it.
          select x.tid, g.tenant_id, x.id, x.due, x.band, x.type_id, x.attempt, x.crash_count
          from ring g
            cross join lateral (select p.turn_size * coalesce((:tenant_weights::jsonb ->> g.tenant_id::text)::integer, 1) as most) m
            left join lateral (
              select r.* from unnest(p.lanes) l (band) cross join lateral (
                select r.ctid as tid, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = :queue_id and r.band = l.band and r.tenant_id = g.tenant_id and r.type_id <> all (:without_types::smallint[])
                  and r.due > case p.effective when 0 then '-infinity'
                    else now() - make_interval(mins => 10 * ((:bases::integer[])[p.effective] - (:bases::integer[])[l.band + 1])) end
                  and r.due <= case l.band when p.effective then 'infinity'
                    else now() - make_interval(mins => 10 * ((:bases::integer[])[p.effective + 1] - (:bases::integer[])[l.band + 1])) end
                order by r.due, r.id limit m.most for update skip locked
              ) r
              order by (:bases::integer[])[r.band + 1] + floor(extract(epoch from now() - r.due) / 600) desc, r.due, r.id limit m.most
            ) x on true
          where g.tenant_id is not null
        ) t
      where not p.is_plain and s.place = p.place
      ) t where t.nth <= p.quota)
    ) t
  ) t where t.nth <= :wanted
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p where p.tid is not null))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select :lease_id::uuid, :worker_id, :queue_id, now() + make_interval(secs => :lease_ms::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p where p.tid is not null having count(*) > 0
)
select p.effective as "effective!", p.tenant_id as "tenant_id!", p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace
from picked p
  -- A row at a time and by the whole key, whatever the statistics of a new month say.
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = :queue_name limit 1
  ) j on true;

-- name: claim_all
-- Takes all there is, band by band, where that is no more than wanted; else nothing.
with head as materialized (
  select r.ctid as tid from queue.job_ready_0 r
  where r.slot = 0 and r.queue_id = :queue_id and r.type_id <> all (:without_types::smallint[])
  order by r.band, r.tenant_id, r.due, r.id limit :wanted::integer + 1
),
picked as materialized (
  select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
  where (select count(*) from head) <= :wanted and r.ctid = any (array(select h.tid from head h))
  order by r.band, r.tenant_id, r.due, r.id for update skip locked
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select :lease_id::uuid, :worker_id, :queue_id, now() + make_interval(secs => :lease_ms::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p having count(*) > 0
)
select p.tenant_id, p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace, h.depth::integer as "depth!"
from (select count(*) from head) h (depth)
  left join picked p on true
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = :queue_name limit 1
  ) j on true;

-- name: claim_overdue
-- Takes from the lanes that wait for more than two hours, as those who watch the queue saw them: the longest first, whatever their band.
with picked as materialized (
  select r.*
  from (select s.band, s.tenant_id from queue.job_starvations s
        where s.queue_id = :queue_id and s.resolved is null order by s.oldest_due limit 100) s
    cross join lateral (
      select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
      where r.slot = 0 and r.queue_id = :queue_id and r.band = s.band and r.tenant_id = s.tenant_id
        and r.due < now() - interval '2 hours' and r.type_id <> all (:without_types::smallint[])
      order by r.due, r.id limit 25 for update skip locked
    ) r
  limit :wanted::integer
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select :lease_id::uuid, :worker_id, :queue_id, now() + make_interval(secs => :lease_ms::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p having count(*) > 0
)
select p.tenant_id, p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace
from picked p
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = :queue_name limit 1
  ) j on true;

-- name: find_oldest
-- Since when, per band, jobs have been due for longest: as those who watch the queue saw it of late, else by a look at the head of each lane.
with recursive watched as materialized (
  select h.oldest, h.sampled from queue.queue_health h where h.queue_id = :queue_id and h.sampled > now() - interval '1 minute'
),
heads as (
  select b.band::smallint as band, h.tenant_id, h.due
  from generate_series(0, 4) b (band) left join lateral (
    select r.tenant_id, r.due from queue.job_ready_0 r
    where r.slot = 0 and r.queue_id = :queue_id and r.band = b.band and not exists (select from watched)
    order by r.tenant_id, r.due, r.id limit 1
  ) h on true
  union all
  select t.band, h.tenant_id, h.due
  from heads t cross join lateral (
    select r.tenant_id, r.due from queue.job_ready_0 r
    where r.slot = 0 and r.queue_id = :queue_id and r.band = t.band and r.tenant_id > t.tenant_id
    order by r.tenant_id, r.due, r.id limit 1
  ) h
)
select t.band, coalesce((select coalesce(w.oldest[t.band + 1], w.sampled) from watched w), min(t.due), now()) as "due!"
from heads t group by t.band order by t.band;
