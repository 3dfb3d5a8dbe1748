// Made by `npm run generate` from dead.sql; do not edit.
// sources: 3fedfb43bc6df4a3ab8ef930730aa90a
import { defineQuery } from '../../../../../kernel/index.ts';

export interface RedriveParams {
  readonly ids: readonly string[] | null;
  readonly tenant_id: string | null;
  readonly signature: string | null;
  readonly job_type: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly most: number;
  readonly per_second: number;
  readonly already: number;
}
export interface RedriveRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly redriven_as: string;
}
export const redrive = defineQuery<RedriveParams, RedriveRow>('queue/dead.redrive', ['ids', 'tenant_id', 'signature', 'job_type', 'since', 'until', 'most', 'per_second', 'already'], `select r.tenant_id as "tenant_id", r.job_id as "job_id", r.redriven_as as "redriven_as"
from queue.redrive($1::uuid[], $2::uuid, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::integer,
  $8::float8, $9::integer) r`);

export interface ListLettersParams {
  readonly tenant_id: string | null;
  readonly signature: string | null;
  readonly job_type: string | null;
  readonly is_open: boolean;
  readonly before: Date | null;
  readonly before_id: string | null;
  readonly limit: number;
}
export interface ListLettersRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly queue_name: string;
  readonly job_type: string;
  readonly reason: string;
  readonly signature: string;
  readonly handler_version: string;
  readonly failed: Date;
  readonly redriven: Date | null;
  readonly redriven_as: string | null;
  readonly runs: number;
  readonly last_error: unknown;
}
/**
 * Newest first. A parameter that is null asks for nothing.
 */
export const listLetters = defineQuery<ListLettersParams, ListLettersRow>('queue/dead.list_letters', ['tenant_id', 'signature', 'job_type', 'is_open', 'before', 'before_id', 'limit'], `select d.tenant_id, d.job_id, d.queue_name, d.job_type, d.reason, d.signature, d.handler_version, d.failed, d.redriven, d.redriven_as,
  jsonb_array_length(d.errors) as "runs", d.errors -> -1 as last_error
from queue.dead_letter_jobs d
-- plinth:allow unpruned a letter may be as old as the trail
where ($1::uuid is null or d.tenant_id = $1::uuid) and ($2::text is null or d.signature = $2)
  and ($3::text is null or d.job_type = $3) and ($4::boolean is false or d.redriven is null)
  and ($5::timestamptz is null or (d.failed, d.job_id) < ($5::timestamptz, $6::uuid))
order by d.failed desc, d.job_id desc
limit $7`);

export interface CountLettersParams {
  readonly tenant_id: string | null;
  readonly signature: string | null;
  readonly job_type: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly ids: readonly string[] | null;
}
export interface CountLettersRow {
  readonly jobs: number;
}
export const countLetters = defineQuery<CountLettersParams, CountLettersRow>('queue/dead.count_letters', ['tenant_id', 'signature', 'job_type', 'since', 'until', 'ids'], `select count(*) as "jobs" from queue.dead_letter_jobs d
-- plinth:allow unpruned a letter may be as old as the trail
where d.redriven is null and ($1::uuid is null or d.tenant_id = $1::uuid) and ($2::text is null or d.signature = $2)
  and ($3::text is null or d.job_type = $3) and ($4::timestamptz is null or d.failed >= $4::timestamptz)
  and ($5::timestamptz is null or d.failed < $5::timestamptz) and ($6::uuid[] is null or d.job_id = any($6::uuid[]))`);

export interface JudgeTrialParams {
  readonly tenant_id: string | null;
  readonly signature: string | null;
  readonly job_type: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}
export interface JudgeTrialRow {
  readonly completed: number;
  readonly failed: number;
  readonly redriven: number;
}
/**
 * What became of those that were redriven in the last day.
 */
export const judgeTrial = defineQuery<JudgeTrialParams, JudgeTrialRow>('queue/dead.judge_trial', ['tenant_id', 'signature', 'job_type', 'since', 'until'], `select count(*) filter (where s.state = 'completed') as "completed", count(*) filter (where s.state in ('dead', 'retrying', 'discarded')) as "failed",
  count(*) as "redriven"
from (
  select d.tenant_id, d.redriven_as from queue.dead_letter_jobs d
  -- plinth:allow unpruned a letter may be as old as the trail
  where d.redriven > now() - interval '1 day' and ($1::uuid is null or d.tenant_id = $1::uuid)
    and ($2::text is null or d.signature = $2) and ($3::text is null or d.job_type = $3)
    and ($4::timestamptz is null or d.failed >= $4::timestamptz) and ($5::timestamptz is null or d.failed < $5::timestamptz)
  order by d.redriven desc limit 100
) t join queue.job_states s on s.tenant_id = t.tenant_id and s.id = t.redriven_as`);

export type CountFailuresParams = Record<string, never>;
export interface CountFailuresRow {
  readonly signature: string;
  readonly jobs: number;
  readonly first_job_id: string;
  readonly last_job_id: string;
  readonly versions: string[];
  readonly error: unknown;
  readonly tenants: number;
  readonly top_share: number;
  readonly job_type: string;
  readonly queue_name: string;
  readonly minutes: number;
  readonly day_jobs: number;
  readonly known_minutes: number | null;
  readonly findings: string[];
  readonly known_versions: string[];
}
/**
 * Failed runs since the last count, by signature. What ends later than it says is left for the next time; what commits more than that late is missed.
 */
export const countFailures = defineQuery<CountFailuresParams, CountFailuresRow>('queue/dead.count_failures', [], `with mark as materialized (
-- plinth:allow unpruned a job of any month may have failed in the last minutes
  select m.counted as since, least(now() - interval '5 seconds', m.counted + interval '10 minutes') as until from queue.pattern_marks m
), failed as materialized (
  select r.error ->> 'signature' as signature, r.tenant_id, r.job_id, r.completed, coalesce(w.version, '') as version, r.error
  from mark m join queue.job_results r on r.completed >= m.since and r.completed < m.until and r.error is not null
  left join queue.queue_workers w on w.id = r.worker_id
  where r.error ? 'signature'
), per_tenant as (
  select f.signature, f.tenant_id, count(*) as jobs from failed f group by 1, 2
), shares as (
  select p.signature, count(*)::integer as tenants, max(p.jobs)::float8 / sum(p.jobs)::float8 as top_share from per_tenant p group by 1
), grouped as (
  select f.signature, count(*) as jobs, min(f.job_id::text)::uuid as first_job_id, max(f.job_id::text)::uuid as last_job_id,
    array_agg(distinct f.version) as versions, (array_agg(f.error order by f.completed desc))[1] as error,
    (array_agg(f.tenant_id order by f.completed desc))[1] as a_tenant_id, (array_agg(f.job_id order by f.completed desc))[1] as a_job_id
  from failed f group by 1
)
select g.signature as "signature", g.jobs as "jobs", g.first_job_id as "first_job_id", g.last_job_id as "last_job_id", g.versions as "versions",
  g.error as "error", s.tenants as "tenants", s.top_share as "top_share", j.job_type as "job_type", j.queue_name as "queue_name",
  (select extract(epoch from m.until - m.since) / 60 from mark m)::float8 as "minutes", coalesce(y.jobs, 0)::float8 as "day_jobs", (case when y.first_hour is not null then least(extract(epoch from now() - y.first_hour) / 60, 1440) end)::float8 as known_minutes, coalesce(y.findings, '{}') as "findings",
  (select coalesce(array_agg(distinct v), '{}') from queue.job_failure_patterns e, unnest(e.versions) v
    where e.job_type = j.job_type and e.hour > now() - interval '7 days') as "known_versions"
from grouped g
join shares s on s.signature = g.signature
join lateral (select o.job_type, o.queue_name from queue.jobs o where o.tenant_id = g.a_tenant_id and o.id = g.a_job_id limit 1) j on true
left join lateral (
  select sum(e.count) filter (where e.hour > now() - interval '1 day') as jobs, min(e.hour) as first_hour,
    (select h.findings from queue.job_failure_patterns h where h.signature = g.signature and h.hour = date_trunc('hour', now(), 'UTC')) as findings
  from queue.job_failure_patterns e where e.signature = g.signature and e.hour > now() - interval '30 days'
) y on true`);

export type MoveMarkParams = Record<string, never>;
export type MoveMarkRow = Record<string, never>;
export const moveMark = defineQuery<MoveMarkParams, MoveMarkRow>('queue/dead.move_mark', [], `update queue.pattern_marks m set counted = greatest(m.counted, least(now() - interval '5 seconds', m.counted + interval '10 minutes'))`);

export interface PutPatternsParams {
  readonly patterns: string;
}
export type PutPatternsRow = Record<string, never>;
export const putPatterns = defineQuery<PutPatternsParams, PutPatternsRow>('queue/dead.put_patterns', ['patterns'], `insert into queue.job_failure_patterns as p (signature, hour, job_type, queue_name, kind, count, tenants, top_share, versions, first_job_id, last_job_id, findings)
select g.signature, date_trunc('hour', now(), 'UTC'), g.job_type, g.queue_name, g.kind, g.count, g.tenants, g.top_share, g.versions, g.first_job_id, g.last_job_id,
  g.findings
from jsonb_to_recordset($1::jsonb) g (signature text, job_type text, queue_name text, kind text, count bigint, tenants integer, top_share real, versions text[],
  first_job_id uuid, last_job_id uuid, findings text[])
on conflict (signature, hour) do update
set count = p.count + excluded.count, tenants = greatest(p.tenants, excluded.tenants), top_share = greatest(p.top_share, excluded.top_share),
  versions = array(select distinct v from unnest(p.versions || excluded.versions) v), last_job_id = excluded.last_job_id, queue_name = excluded.queue_name,
  findings = array(select distinct f from unnest(p.findings || excluded.findings) f)`);

export interface PauseTypesParams {
  readonly found: string;
}
export interface PauseTypesRow {
  readonly job_type: string;
}
/**
 * Those that are to stop at what was found; each pause is on the trail.
 */
export const pauseTypes = defineQuery<PauseTypesParams, PauseTypesRow>('queue/dead.pause_types', ['found'], `with paused as (
  update queue.job_types t set is_paused = true, updated = now()
  from jsonb_to_recordset($1::jsonb) f (job_type text, signature text, findings text[])
  where t.name = f.job_type and not t.is_paused and t.pausing_findings && f.findings
  returning t.name, f.signature, f.findings
), noted as (
  insert into queue.job_audits (tenant_id, action, target_type, target, details, acted_by)
  select '00000000-0000-0000-0000-000000000000', 'pause', 'type', p.name,
    jsonb_build_object('signature', p.signature, 'findings', to_jsonb(p.findings)), 'queue.patterns'
  from paused p
)
select p.name as "job_type" from paused p`);

export interface ListPatternsParams {
  readonly since: Date;
  readonly job_type: string | null;
  readonly limit: number;
}
export interface ListPatternsRow {
  readonly signature: string;
  readonly job_type: string;
  readonly queue: string;
  readonly kind: string;
  readonly count: number;
  readonly tenants: number;
  readonly top_share: number;
  readonly first_hour: Date;
  readonly last_hour: Date;
  readonly first_job_id: string;
  readonly last_job_id: string;
  readonly findings: string[];
  readonly versions: string[];
  readonly dead: number;
}
export const listPatterns = defineQuery<ListPatternsParams, ListPatternsRow>('queue/dead.list_patterns', ['since', 'job_type', 'limit'], `select p.signature, min(p.job_type) as "job_type", (array_agg(p.queue_name order by p.hour desc))[1] as "queue", (array_agg(p.kind order by p.hour desc))[1] as "kind",
-- plinth:allow unpruned a job of any month may have failed of late
  sum(p.count)::int8 as "count", max(p.tenants) as "tenants", max(p.top_share) as "top_share", min(p.hour) as "first_hour", max(p.hour) as "last_hour",
  (array_agg(p.first_job_id order by p.hour))[1] as "first_job_id", (array_agg(p.last_job_id order by p.hour desc))[1] as "last_job_id",
  array(select distinct f from queue.job_failure_patterns e, unnest(e.findings) f where e.signature = p.signature and e.hour >= $1 order by f) as "findings",
  array(select distinct v from queue.job_failure_patterns e, unnest(e.versions) v where e.signature = p.signature and e.hour >= $1 and v <> '' order by v) as "versions",
  (select count(*) from queue.dead_letter_jobs d where d.signature = p.signature and d.redriven is null) as "dead"
from queue.job_failure_patterns p
where p.hour >= $1 and ($2::text is null or p.job_type = $2)
group by p.signature
order by sum(p.count) desc, p.signature
limit $3`);

export interface NoteHandlersParams {
  readonly elapsed_ms: number;
}
export type NoteHandlersRow = Record<string, never>;
/**
 * Time counts while there are workers: an outage of all of them is nobody's missing handler.
 */
export const noteHandlers = defineQuery<NoteHandlersParams, NoteHandlersRow>('queue/dead.note_handlers', ['elapsed_ms'], `update queue.job_types t
set unhandled_ms = case when h.has_handler then 0 else least(t.unhandled_ms + $1::int8, 4000000000) end
from (
  select t.id, exists (select from queue.queue_workers w where t.name = any(w.types) and w.seen > now() - interval '1 minute') as has_handler
  from queue.job_types t
) h
where h.id = t.id and (h.has_handler and t.unhandled_ms > 0
  or not h.has_handler and exists (select from queue.queue_workers w where w.seen > now() - interval '1 minute' and not w.is_draining))`);

export interface BuryUnhandledParams {
  readonly longest_ms: number;
  readonly most: number;
}
export interface BuryUnhandledRow {
  readonly buried: number;
}
/**
 * Waiting jobs of types that nobody had a handler of for so long.
 */
export const buryUnhandled = defineQuery<BuryUnhandledParams, BuryUnhandledRow>('queue/dead.bury_unhandled', ['longest_ms', 'most'], `with types as materialized (
  select t.id from queue.job_types t where t.unhandled_ms >= $1::int8 and not t.is_paused
), taken as materialized (
  select w.* from types t cross join lateral queue.take_waiting(row(null, null, null, t.id, null, partition.uuid_floor(now() - $1::int8 * interval '1 ms'))::queue.job_filter, '{waiting}', $2) w
), ended as materialized (
  select queue.end_jobs(array_agg(t.tenant_id), array_agg(t.id), 'dead') as count,
    queue.bury(array_agg(t.tenant_id), array_agg(t.id), array_agg('no_handler'::text), array_agg(''::text)) as buried
  from taken t having count(*) > 0
)
select coalesce(max(e.buried), 0)::integer as "buried" from ended e`);

export interface AuditRedriveParams {
  readonly target: string;
  readonly details: string;
  readonly by: string;
  readonly tenant_ids: readonly string[];
  readonly ids: readonly string[];
}
export type AuditRedriveRow = Record<string, never>;
export const auditRedrive = defineQuery<AuditRedriveParams, AuditRedriveRow>('queue/dead.audit_redrive', ['target', 'details', 'by', 'tenant_ids', 'ids'], `insert into queue.job_audits (tenant_id, action, target_type, target, job_count, job_ids, details, acted_by)
select g.tenant_id, 'redrive', 'dead', $1, count(*), (array_agg(g.id order by g.id))[1:100], $2::jsonb, $3
from unnest($4::uuid[], $5::uuid[]) g (tenant_id, id)
group by g.tenant_id`);
