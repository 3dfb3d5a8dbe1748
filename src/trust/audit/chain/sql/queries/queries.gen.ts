// Made by `npm run generate` from chain.sql; do not edit.
// sources: 71d534d87e6b6893aafae59406ea51ab
import { defineQuery } from '../../../../../kernel/index.ts';

export interface SealParams {
  readonly most: number;
}
export interface SealRow {
  readonly stream: string;
  readonly number: number;
  readonly event_count: number;
}
export const seal = defineQuery<SealParams, SealRow>('audit/chain.seal', ['most'], `select b.stream::text as "stream", b.number as "number", b.event_count as "event_count" from audit.seal($1) b`);

export type ListHeadsParams = Record<string, never>;
export interface ListHeadsRow {
  readonly stream: string;
  readonly number: number;
  readonly hash: string;
}
/**
 * One per month, by steps over the index.
 */
export const listHeads = defineQuery<ListHeadsParams, ListHeadsRow>('audit/chain.list_heads', [], `with recursive months as (
  (select b.stream from audit.blocks b order by b.stream limit 1)
  union all
  select (select b.stream from audit.blocks b where b.stream > m.stream order by b.stream limit 1) from months m where m.stream is not null
)
select h.stream::text as "stream", h.number as "number", encode(h.hash, 'hex') as "hash"
from months m cross join lateral (select b.* from audit.blocks b where b.stream = m.stream order by b.number desc limit 1) h
order by 1`);

export interface ListUnlikeAnchorsParams {
  readonly streams: readonly string[];
  readonly numbers: readonly number[];
  readonly hashes: readonly string[];
}
export interface ListUnlikeAnchorsRow {
  readonly place: number;
  readonly stream: string;
  readonly number: number;
  readonly is_there: boolean;
  readonly last_number: number | null;
}
/**
 * What was anchored and is not so in the database, the first of each month.
 */
export const listUnlikeAnchors = defineQuery<ListUnlikeAnchorsParams, ListUnlikeAnchorsRow>('audit/chain.list_unlike_anchors', ['streams', 'numbers', 'hashes'], `select distinct on (a.stream) a.place as "place", a.stream::text as "stream", a.number as "number", b.hash is not null as "is_there",
  (select max(m.number) from audit.blocks m where m.stream = a.stream) as last_number
from unnest($1::date[], $2::integer[], $3::text[]) with ordinality a (stream, number, hash, place)
  left join audit.blocks b on b.stream = a.stream and b.number = a.number
where b.hash is null or encode(b.hash, 'hex') <> a.hash
order by a.stream, a.number`);

export type CheckChainParams = Record<string, never>;
export interface CheckChainRow {
  readonly stream: string;
  readonly number: number;
  readonly finding: string;
}
export const checkChain = defineQuery<CheckChainParams, CheckChainRow>('audit/chain.check_chain', [], `select c.stream::text as "stream", c.number as "number", c.finding as "finding" from audit.check_chain() c`);

export type CheckEventsParams = Record<string, never>;
export interface CheckEventsRow {
  readonly stream: string;
  readonly number: number | null;
  readonly event_id: number | null;
  readonly finding: string;
  readonly event: string | null;
}
export const checkEvents = defineQuery<CheckEventsParams, CheckEventsRow>('audit/chain.check_events', [], `select c.stream::text as "stream", c.number, c.event_id, c.finding as "finding",
  (select format('%s %s%s of %s', e.kind, e.action, ' ' || e.target_id, to_char(e.created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    -- plinth:allow unpruned it may have been moved to any month
    from audit.events e where e.id = c.event_id limit 1) as event
from audit.check_events() c`);

export type CountTrailParams = Record<string, never>;
export interface CountTrailRow {
  readonly sealed_last: Date | null;
  readonly sealed: number;
  readonly blocks: number;
  readonly unsealed: number;
}
export const countTrail = defineQuery<CountTrailParams, CountTrailRow>('audit/chain.count_trail', [], `select (select b.sealed from audit.blocks b order by b.stream desc, b.number desc limit 1) as sealed_last, (select coalesce(sum(b.event_count), 0)::int8 from audit.blocks b) as "sealed", (select count(*)::int8 from audit.blocks b) as "blocks",
  (select count(*)::int8
   from (select r.id as era, coalesce(max(b.to_xid), '0') as to_xid from audit.eras r left join audit.blocks b on b.era = r.id group by r.id) s
     -- plinth:allow unpruned by the index on transactions
     join audit.events e on e.era = s.era and e.xid >= s.to_xid) as "unsealed"`);

export interface HasUnsealedParams {
  readonly from: Date;
  readonly to: Date;
}
export interface HasUnsealedRow {
  readonly has: boolean;
}
export const hasUnsealed = defineQuery<HasUnsealedParams, HasUnsealedRow>('audit/chain.has_unsealed', ['from', 'to'], `select exists (
  select from (select r.id as era, coalesce(max(b.to_xid), '0') as to_xid from audit.eras r left join audit.blocks b on b.era = r.id group by r.id) s
    join audit.events e on e.era = s.era and e.xid >= s.to_xid
  -- plinth:allow unpruned the bounds are those of one partition
  where e.created >= $1::timestamptz and e.created < $2::timestamptz
) as "has"`);

export type GuardPartitionsParams = Record<string, never>;
export interface GuardPartitionsRow {
  readonly create: string;
  readonly enable: string;
}
/**
 * TRUNCATE fires the triggers of the table it names: each partition needs one of its own. Those to come are made months ahead.
 */
export const guardPartitions = defineQuery<GuardPartitionsParams, GuardPartitionsRow>('audit/chain.guard_partitions', [], `select format('create trigger refuse_truncate before truncate on %s for each statement execute function audit.refuse()', p.relid) as "create",
  format('alter table %s enable always trigger refuse_truncate', p.relid) as "enable"
from pg_catalog.pg_partition_tree('audit.events') p
where p.isleaf and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = p.relid and t.tgname = 'refuse_truncate')`);

export type CleanKeyIndexParams = Record<string, never>;
export interface CleanKeyIndexRow {
  readonly pages: number;
}
/**
 * The keys of new events wait in a list; whoever makes it too long has to sort it in. Better we do.
 */
export const cleanKeyIndex = defineQuery<CleanKeyIndexParams, CleanKeyIndexRow>('audit/chain.clean_key_index', [], `select coalesce(sum(gin_clean_pending_list(i.indexrelid)), 0)::int8 as "pages"
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_am a on a.oid = c.relam
where a.amname = 'gin' and i.indrelid in (select p.relid from pg_catalog.pg_partition_tree('audit.events') p where p.isleaf)`);
