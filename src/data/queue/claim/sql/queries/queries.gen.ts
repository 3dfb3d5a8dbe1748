// Made by `npm run generate` from claim.sql; do not edit.
// sources: 11735d534d99d65cf8ec65320fb2f103
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ClaimParams {
  readonly tenant_weights: string;
  readonly oldest: readonly Date[];
  readonly bases: readonly number[];
  readonly effective_bands: readonly number[];
  readonly quotas: readonly number[];
  readonly turn_sizes: readonly number[];
  readonly part_places: readonly number[];
  readonly part_from: readonly string[];
  readonly part_floors: readonly string[];
  readonly part_floor_ids: readonly string[];
  readonly part_until: readonly string[];
  readonly queue_id: number;
  readonly without_types: readonly number[];
  readonly wanted: number;
  readonly lease_id: string;
  readonly worker_id: string;
  readonly lease_ms: number;
  readonly queue_name: string;
}
export interface ClaimRow {
  readonly effective: number;
  readonly tenant_id: string;
  readonly id: string | null;
  readonly due: string | null;
  readonly band: number | null;
  readonly type_id: number | null;
  readonly attempt: number | null;
  readonly crash_count: number | null;
  readonly max_attempts: number | null;
  readonly payload_version: number | null;
  readonly payload: unknown;
  readonly follow: unknown;
  readonly trace: string | null;
}
/**
 * Takes jobs of one queue in turns, for a lease. Written for slot 0 of job_ready: for another, its partition and number are replaced, as through
 * the partitioned table each probe costs three times as much.
 * A place is an effective band with its quota; a part of its ring is a range of tenants, passed over in steps of one tenant each.
 * Where one lane alone competes in the band, finding a tenant and taking its turn is one probe of the index.
 */
export const claim = defineQuery<ClaimParams, ClaimRow>('queue/claim.claim', ['tenant_weights', 'oldest', 'bases', 'effective_bands', 'quotas', 'turn_sizes', 'part_places', 'part_from', 'part_floors', 'part_floor_ids', 'part_until', 'queue_id', 'without_types', 'wanted', 'lease_id', 'worker_id', 'lease_ms', 'queue_name'], `with recursive
places as materialized (
  select p.place, p.effective, p.quota, p.turn_size, l.lanes,
    cardinality(l.lanes) = 1 and $1::jsonb = '{}' and (p.effective = 0 or ($2::timestamptz[])[p.effective + 1]
      > now() - make_interval(mins => 10 * (($3::integer[])[p.effective] - ($3::integer[])[p.effective + 1]))) as is_plain
  from unnest($4::integer[], $5::integer[], $6::integer[]) with ordinality p (effective, quota, turn_size, place)
    -- Its own lane, and those below whose oldest job has waited its way up into it.
    cross join lateral (
      select array_agg(b) as lanes from generate_series(p.effective, 4) b
      where b = p.effective or ($2::timestamptz[])[b + 1]
        <= now() - make_interval(mins => 10 * (($3::integer[])[p.effective + 1] - ($3::integer[])[b + 1]))
    ) l
),
picked as materialized (
  select t.* from (
  select p.effective, t.*, count(t.tid) over (rows unbounded preceding) as nth
  from places p
    cross join lateral (
      (select t.*
      from unnest($7::integer[], $8::uuid[], $9::text[]::timestamptz[], $10::uuid[],
          $11::uuid[]) s (place, first_tenant, floor, floor_id, until)
        cross join lateral (
          with recursive turns as (
            select r.* from (
              select r.*, row_number() over w as nth, first_value(r.tenant_id) over w as whose
              from (
                select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = $12 and r.band = p.effective
                  and (r.tenant_id, r.due, r.id) > (s.first_tenant, s.floor, s.floor_id) and r.tenant_id < s.until
                  and r.type_id <> all ($13::smallint[])
                order by r.tenant_id, r.due, r.id limit p.turn_size for update skip locked
              ) r window w as (rows unbounded preceding)
            ) r where r.tenant_id = r.whose
            union all
            select r.* from turns t cross join lateral (
              select r.*, row_number() over w as nth, first_value(r.tenant_id) over w as whose
              from (
                select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = $12 and r.band = p.effective
                  and r.tenant_id > t.tenant_id and r.tenant_id < s.until and r.type_id <> all ($13::smallint[])
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
      from unnest($7::integer[], $8::uuid[], $11::uuid[]) s (place, first_tenant, until)
        cross join lateral (
          with recursive ring as (
            select 1 as step, (
              select n.tenant_id from unnest(p.lanes) l (band) cross join lateral (
                select r.tenant_id from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = $12 and r.band = l.band and r.tenant_id >= s.first_tenant and r.tenant_id < s.until
                order by r.tenant_id, r.due, r.id limit 1
              ) n order by 1 limit 1
            ) as tenant_id
            union all
            select g.step + 1, (
              select n.tenant_id from unnest(p.lanes) l (band) cross join lateral (
                select r.tenant_id from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = $12 and r.band = l.band and r.tenant_id > g.tenant_id and r.tenant_id < s.until
                order by r.tenant_id, r.due, r.id limit 1
              ) n order by 1 limit 1
            ) from ring g where g.tenant_id is not null and g.step < p.quota + 100
          )
          -- A tenant without a job in these windows gives a row without a job: the ring has passed it all the same. There is an end to it.
          select x.tid, g.tenant_id, x.id, x.due, x.band, x.type_id, x.attempt, x.crash_count
          from ring g
            cross join lateral (select p.turn_size * coalesce(($1::jsonb ->> g.tenant_id::text)::integer, 1) as most) m
            left join lateral (
              select r.* from unnest(p.lanes) l (band) cross join lateral (
                select r.ctid as tid, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
                where r.slot = 0 and r.queue_id = $12 and r.band = l.band and r.tenant_id = g.tenant_id and r.type_id <> all ($13::smallint[])
                  and r.due > case p.effective when 0 then '-infinity'
                    else now() - make_interval(mins => 10 * (($3::integer[])[p.effective] - ($3::integer[])[l.band + 1])) end
                  and r.due <= case l.band when p.effective then 'infinity'
                    else now() - make_interval(mins => 10 * (($3::integer[])[p.effective + 1] - ($3::integer[])[l.band + 1])) end
                order by r.due, r.id limit m.most for update skip locked
              ) r
              order by ($3::integer[])[r.band + 1] + floor(extract(epoch from now() - r.due) / 600) desc, r.due, r.id limit m.most
            ) x on true
          where g.tenant_id is not null
        ) t
      where not p.is_plain and s.place = p.place
      ) t where t.nth <= p.quota)
    ) t
  ) t where t.nth <= $14
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p where p.tid is not null))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select $15::uuid, $16, $12, now() + make_interval(secs => $17::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p where p.tid is not null having count(*) > 0
)
select p.effective as "effective", p.tenant_id as "tenant_id", p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace
from picked p
  -- A row at a time and by the whole key, whatever the statistics of a new month say.
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = $18 limit 1
  ) j on true`);

export interface ClaimAllParams {
  readonly queue_id: number;
  readonly without_types: readonly number[];
  readonly wanted: number;
  readonly lease_id: string;
  readonly worker_id: string;
  readonly lease_ms: number;
  readonly queue_name: string;
}
export interface ClaimAllRow {
  readonly tenant_id: string | null;
  readonly id: string | null;
  readonly due: string | null;
  readonly band: number | null;
  readonly type_id: number | null;
  readonly attempt: number | null;
  readonly crash_count: number | null;
  readonly max_attempts: number | null;
  readonly payload_version: number | null;
  readonly payload: unknown;
  readonly follow: unknown;
  readonly trace: string | null;
  readonly depth: number;
}
/**
 * Takes all there is, band by band, where that is no more than wanted; else nothing.
 */
export const claimAll = defineQuery<ClaimAllParams, ClaimAllRow>('queue/claim.claim_all', ['queue_id', 'without_types', 'wanted', 'lease_id', 'worker_id', 'lease_ms', 'queue_name'], `with head as materialized (
  select r.ctid as tid from queue.job_ready_0 r
  where r.slot = 0 and r.queue_id = $1 and r.type_id <> all ($2::smallint[])
  order by r.band, r.tenant_id, r.due, r.id limit $3::integer + 1
),
picked as materialized (
  select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
  where (select count(*) from head) <= $3 and r.ctid = any (array(select h.tid from head h))
  order by r.band, r.tenant_id, r.due, r.id for update skip locked
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select $4::uuid, $5, $1, now() + make_interval(secs => $6::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p having count(*) > 0
)
select p.tenant_id, p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace, h.depth::integer as "depth"
from (select count(*) from head) h (depth)
  left join picked p on true
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = $7 limit 1
  ) j on true`);

export interface ClaimOverdueParams {
  readonly queue_id: number;
  readonly without_types: readonly number[];
  readonly wanted: number;
  readonly lease_id: string;
  readonly worker_id: string;
  readonly lease_ms: number;
  readonly queue_name: string;
}
export interface ClaimOverdueRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly due: string | null;
  readonly band: number;
  readonly type_id: number;
  readonly attempt: number;
  readonly crash_count: number;
  readonly max_attempts: number | null;
  readonly payload_version: number | null;
  readonly payload: unknown;
  readonly follow: unknown;
  readonly trace: string | null;
}
/**
 * Takes from the lanes that wait for more than two hours, as those who watch the queue saw them: the longest first, whatever their band.
 */
export const claimOverdue = defineQuery<ClaimOverdueParams, ClaimOverdueRow>('queue/claim.claim_overdue', ['queue_id', 'without_types', 'wanted', 'lease_id', 'worker_id', 'lease_ms', 'queue_name'], `with picked as materialized (
  select r.*
  from (select s.band, s.tenant_id from queue.job_starvations s
        where s.queue_id = $1 and s.resolved is null order by s.oldest_due limit 100) s
    cross join lateral (
      select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
      where r.slot = 0 and r.queue_id = $1 and r.band = s.band and r.tenant_id = s.tenant_id
        and r.due < now() - interval '2 hours' and r.type_id <> all ($2::smallint[])
      order by r.due, r.id limit 25 for update skip locked
    ) r
  limit $3::integer
),
gone as (
  delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p))
),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select $4::uuid, $5, $1, now() + make_interval(secs => $6::integer / 1000.0),
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p having count(*) > 0
)
select p.tenant_id, p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count,
  j.max_attempts, j.payload_version, j.payload, j.follow, j.trace
from picked p
  left join lateral (
    select j.max_attempts, j.payload_version, j.payload, j.follow, j.trace from queue.jobs j
    where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = $7 limit 1
  ) j on true`);

export interface FindOldestParams {
  readonly queue_id: number;
}
export interface FindOldestRow {
  readonly band: number | null;
  readonly due: Date;
}
/**
 * Since when, per band, jobs have been due for longest: as those who watch the queue saw it of late, else by a look at the head of each lane.
 */
export const findOldest = defineQuery<FindOldestParams, FindOldestRow>('queue/claim.find_oldest', ['queue_id'], `with recursive watched as materialized (
  select h.oldest, h.sampled from queue.queue_health h where h.queue_id = $1 and h.sampled > now() - interval '1 minute'
),
heads as (
  select b.band::smallint as band, h.tenant_id, h.due
  from generate_series(0, 4) b (band) left join lateral (
    select r.tenant_id, r.due from queue.job_ready_0 r
    where r.slot = 0 and r.queue_id = $1 and r.band = b.band and not exists (select from watched)
    order by r.tenant_id, r.due, r.id limit 1
  ) h on true
  union all
  select t.band, h.tenant_id, h.due
  from heads t cross join lateral (
    select r.tenant_id, r.due from queue.job_ready_0 r
    where r.slot = 0 and r.queue_id = $1 and r.band = t.band and r.tenant_id > t.tenant_id
    order by r.tenant_id, r.due, r.id limit 1
  ) h
)
select t.band, coalesce((select coalesce(w.oldest[t.band + 1], w.sampled) from watched w), min(t.due), now()) as "due"
from heads t group by t.band order by t.band`);
