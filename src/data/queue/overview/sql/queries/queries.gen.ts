// Made by `npm run generate` from overview.sql; do not edit.
// sources: beabd79228bbceedcec2768ac01934ef
import { defineQuery } from '../../../../../kernel/index.ts';

export interface CountPlacesParams {
  readonly most: number;
}
export interface CountPlacesRow {
  readonly queue: string;
  readonly place: string;
  readonly jobs: number;
}
/**
 * Jobs by where they are, save the ready ones, which are watched anyhow. Of each place at most so many: a page of figures costs the same however much waits.
 */
export const countPlaces = defineQuery<CountPlacesParams, CountPlacesRow>('queue/overview.count_places', ['most'], `select q.name as "queue", c.place as "place", sum(c.jobs)::int8 as "jobs"
from (
  select d.queue_id, case d.reason when 'retry' then 'retrying' else 'scheduled' end as place, count(*) as jobs
  from (select o.queue_id, o.reason from queue.job_delayed o limit $1::int4) d group by 1, 2
  union all
  select p.queue_id, 'parked', count(*) from (select o.queue_id from queue.job_parked o limit $1::int4) p group by 1
  union all
  select b.queue_id, 'blocked', count(*) from (select o.queue_id from queue.job_blocked o limit $1::int4) b group by 1
  union all
  select l.queue_id, 'running', count(*) from queue.job_leases l cross join unnest(l.items) i
  -- plinth:allow unpruned a job of any month may be running
  where l.finished is null and i.id is not null
    and not exists (select from queue.job_results r where r.tenant_id = i.tenant_id and r.job_id = i.id and r.attempt = i.attempt + 1)
  group by 1
  union all
  -- plinth:allow unpruned a letter may be as old as the trail
  select n.id, 'dead', count(*) from (select o.queue_name from queue.dead_letter_jobs o where o.redriven is null limit $1::int4) d
  join queue.job_queues n on n.name = d.queue_name group by 1
) c join queue.job_queues q on q.id = c.queue_id
group by q.name, c.place`);

export interface ReadMinutesParams {
  readonly since: Date;
}
export interface ReadMinutesRow {
  readonly queue: string;
  readonly begun: Date;
  readonly enqueued: number;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
}
/**
 * What came and ended, minute by minute. A minute in which nothing did has no row.
 */
export const readMinutes = defineQuery<ReadMinutesParams, ReadMinutesRow>('queue/overview.read_minutes', ['since'], `select q.name as queue, m.begun, sum(m.enqueued)::int8 as "enqueued", sum(m.completed)::int8 as "completed", sum(m.failed)::int8 as "failed",
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
  sum(m.retried)::int8 as "retried"
from queue.job_metrics m join queue.job_queues q on q.id = m.queue_id
where m.begun > $1::timestamptz
group by q.name, m.begun`);

export interface ReadHistogramsParams {
  readonly since: Date;
}
export interface ReadHistogramsRow {
  readonly queue: string;
  readonly bucket: number;
  readonly waits: number;
  readonly runs: number;
}
/**
 * Of each queue the sums of its buckets.
 */
export const readHistograms = defineQuery<ReadHistogramsParams, ReadHistogramsRow>('queue/overview.read_histograms', ['since'], `select q.name as queue, b.bucket::int4 as "bucket", coalesce(sum(b.waits), 0)::int8 as "waits", coalesce(sum(b.runs), 0)::int8 as "runs"
from queue.job_metrics m
-- plinth:allow unpruned a minute may be of any month at its border; the newest are read
cross join lateral rows from (unnest(m.wait_histogram), unnest(m.run_histogram)) with ordinality b (waits, runs, bucket)
join queue.job_queues q on q.id = m.queue_id
where m.begun > $1::timestamptz
group by q.name, b.bucket`);

export type ReadClockParams = Record<string, never>;
export interface ReadClockRow {
  readonly now: Date;
}
export const readClock = defineQuery<ReadClockParams, ReadClockRow>('queue/overview.read_clock', [], `select clock_timestamp() as "now"`);

export interface ListWaitingLanesParams {
  readonly lanes: number;
  readonly most: number;
}
export interface ListWaitingLanesRow {
  readonly queue: string;
  readonly band: number;
  readonly tenant: string;
  readonly due: Date;
  readonly jobs: number;
  readonly cause: string | null;
  readonly band_cause: string | null;
}
/**
 * The lanes whose oldest job waits longest, with how many wait behind it, at most so many counted.
 */
export const listWaitingLanes = defineQuery<ListWaitingLanesParams, ListWaitingLanesRow>('queue/overview.list_waiting_lanes', ['lanes', 'most'], `with heads as materialized (
  select h.queue_id, h.band, h.tenant_id, h.due from queue.lane_heads() h order by h.due limit $1::int4
)
select q.name as queue, h.band as "band", t.slug as tenant, h.due as "due", n.jobs as "jobs", w.cause as "cause", e.causes[h.band + 1] as "band_cause"
from heads h
join queue.job_queues q on q.id = h.queue_id
join tenancy.tenants t on t.id = h.tenant_id
left join queue.queue_health e on e.queue_id = h.queue_id and e.sampled > now() - interval '15 s'
left join queue.job_starvations w on w.queue_id = h.queue_id and w.band = h.band and w.tenant_id = h.tenant_id and w.resolved is null
cross join lateral (
  select sum(c.jobs)::int8 as jobs from generate_series(0, 2) s (slot)
  cross join lateral (
    select count(*) as jobs from (
      select from queue.job_ready r
      where r.slot = s.slot and r.queue_id = h.queue_id and r.band = h.band and r.tenant_id = h.tenant_id limit $2::int4) o) c) n
order by h.due, t.slug`);

export interface ListHeldLanesParams {
  readonly most: number;
  readonly lanes: number;
}
export interface ListHeldLanesRow {
  readonly queue: string;
  readonly band: number;
  readonly tenant: string;
  readonly held_by: string;
  readonly limit_name: string | null;
  readonly jobs: number;
  readonly due: Date;
}
/**
 * What something holds, by tenant and by what it is: a limit by its name alone, for its key may say who somebody's customers are.
 */
export const listHeldLanes = defineQuery<ListHeldLanesParams, ListHeldLanesRow>('queue/overview.list_held_lanes', ['most', 'lanes'], `select q.name as queue, p.band as "band", t.slug as tenant, split_part(p.key, ':', 1) as "held_by",
  case when p.key like 'limit:%' then split_part(p.key, ':', 3) end as "limit_name", count(*) as "jobs", min(p.due) as "due"
from (select o.queue_id, o.band, o.tenant_id, o.key, o.due from queue.job_parked o limit $1::int4) p
join queue.job_queues q on q.id = p.queue_id
join tenancy.tenants t on t.id = p.tenant_id
group by q.name, p.band, t.slug, 4, 5
order by min(p.due), t.slug
limit $2::int4`);

export interface ListPausedParams {
  readonly most: number;
}
export interface ListPausedRow {
  readonly tenant: string;
  readonly paused: Date;
  readonly paused_by: string;
  readonly jobs: number;
}
/**
 * Tenants of which nothing begins, by whose word, with how many of their jobs are due; the platform's own among them.
 */
export const listPaused = defineQuery<ListPausedParams, ListPausedRow>('queue/overview.list_paused', ['most'], `select t.slug as tenant, p.paused, p.paused_by,
  (select count(*) from (select from queue.job_parked j where j.tenant_id = p.tenant_id and j.key = 'paused' limit $1::int4) o) as "jobs"
from queue.paused_tenants p join tenancy.tenants t on t.id = p.tenant_id
order by p.paused`);

export interface ListTenantTimesParams {
  readonly minutes: number;
  readonly most: number;
}
export interface ListTenantTimesRow {
  readonly tenant: string;
  readonly run_ms: number;
  readonly tenants: number;
  readonly sum: number;
}
/**
 * Processing time of the last minutes: the tenants that had most of it, with how many there were and what all of them had.
 */
export const listTenantTimes = defineQuery<ListTenantTimesParams, ListTenantTimesRow>('queue/overview.list_tenant_times', ['minutes', 'most'], `select t.slug as tenant, m.run_ms as "run_ms", count(*) over () as "tenants", sum(m.run_ms) over () as "sum"
from (
  select o.tenant_id, sum(o.run_ms)::float8 as run_ms from queue.tenant_times o
  where o.begun > now() - $1::int4 * interval '1 minute' group by o.tenant_id
) m join tenancy.tenants t on t.id = m.tenant_id
order by m.run_ms desc, t.slug
limit $2::int4`);

export interface ListDeadGroupsParams {
  readonly most: number;
}
export interface ListDeadGroupsRow {
  readonly signature: string;
  readonly jobs: number;
  readonly tenants: number;
  readonly first_failed: Date;
  readonly last_failed: Date;
  readonly reasons: string[];
  readonly last_job_id: string;
  readonly last_tenant: string;
  readonly job_type: string;
  readonly queue_name: string;
  readonly last_error: unknown;
  readonly findings: string[];
  readonly hours: Date[];
  readonly counts: number[];
  readonly redriven: number;
  readonly completed: number;
  readonly failed: number;
}
/**
 * Dead letters that nobody has redriven, by what they died of, the largest group first; and what became of those that were tried again in the last day.
 */
export const listDeadGroups = defineQuery<ListDeadGroupsParams, ListDeadGroupsRow>('queue/overview.list_dead_groups', ['most'], `with groups as materialized (
  select d.signature, count(*) as jobs, count(distinct d.tenant_id)::int4 as tenants, min(d.failed) as first_failed, max(d.failed) as last_failed,
    array_agg(distinct d.reason) as reasons
  from queue.dead_letter_jobs d
  -- plinth:allow unpruned a letter may be as old as the trail
  where d.redriven is null
  group by d.signature
  order by count(*) desc, d.signature
  limit $1::int4
)
select g.signature as "signature", g.jobs as "jobs", g.tenants as "tenants", g.first_failed as "first_failed", g.last_failed as "last_failed",
  g.reasons as "reasons", l.job_id as last_job_id, l.slug as last_tenant, l.job_type, l.queue_name, l.last_error,
  coalesce(f.findings, '{}') as "findings", coalesce(f.hours, '{}') as "hours", coalesce(f.counts, '{}') as "counts",
  r.redriven as "redriven", r.completed as "completed", r.failed as "failed"
from groups g
cross join lateral (
  select d.job_id, t.slug, d.job_type, d.queue_name, d.errors -> -1 as last_error
  from queue.dead_letter_jobs d join tenancy.tenants t on t.id = d.tenant_id
  where d.signature = g.signature and d.redriven is null
  order by d.failed desc limit 1
) l
left join lateral (
  select array(select distinct v from queue.job_failure_patterns e, unnest(e.findings) v
      where e.signature = g.signature and e.hour > now() - interval '1 day' order by v) as findings,
    array_agg(p.hour order by p.hour) as hours, array_agg(p.count order by p.hour) as counts
  from queue.job_failure_patterns p
  where p.signature = g.signature and p.hour > now() - interval '1 day'
) f on true
cross join lateral (
  select count(*) as redriven, count(*) filter (where s.state = 'completed') as completed,
    count(*) filter (where s.state in ('dead', 'retrying', 'discarded')) as failed
  from (
    select d.tenant_id, d.redriven_as from queue.dead_letter_jobs d
    where d.signature = g.signature and d.redriven > now() - interval '1 day' order by d.redriven desc limit 100
  ) o join queue.job_states s on s.tenant_id = o.tenant_id and s.id = o.redriven_as
) r
order by g.jobs desc, g.signature`);

export interface ListEffectsParams {
  readonly tenant_id: string;
  readonly job_id: string;
}
export interface ListEffectsRow {
  readonly name: string;
  readonly attempt: number;
  readonly intended: Date;
  readonly answered: Date | null;
  readonly answer: unknown;
}
export const listEffects = defineQuery<ListEffectsParams, ListEffectsRow>('queue/overview.list_effects', ['tenant_id', 'job_id'], `select e.name, e.attempt, e.intended, e.answered, e.answer
from queue.job_effects e where e.tenant_id = $1 and e.job_id = $2 order by e.intended, e.name`);
