// Made by `npm run generate` from lead.sql; do not edit.
// sources: 40bb6ae021ca45dde50ddc333a0cf15b
import { defineQuery } from '../../../../../kernel/index.ts';

export interface LookAtLeadParams {
  readonly key: number;
  readonly name: string;
}
export interface LookAtLeadRow {
  readonly is_held: boolean;
  readonly is_overdue: boolean;
  readonly holder: string | null;
}
/**
 * An advisory lock with a bigint key is kept as its two halves.
 */
export const lookAtLead = defineQuery<LookAtLeadParams, LookAtLeadRow>('queue/upkeep.look_at_lead', ['key', 'name'], `select exists (
    select from pg_catalog.pg_locks k
     where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
       and k.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
       and k.classid::int8 = $1::int8 >> 32 and k.objid::int8 = $1::int8 & 4294967295
  ) as "is_held",
  coalesce(l.expires < pg_catalog.clock_timestamp(), false) as "is_overdue",
  l.holder
from (values (1)) v left join queue.queue_leaders l on l.name = $2`);

export interface EndOverdueParams {
  readonly name: string;
  readonly key: number;
}
export interface EndOverdueRow {
  readonly pg_terminate_backend: boolean | null;
}
/**
 * Whoever took the lock since then is left alone.
 */
export const endOverdue = defineQuery<EndOverdueParams, EndOverdueRow>('queue/upkeep.end_overdue', ['name', 'key'], `select pg_catalog.pg_terminate_backend(a.pid)
from pg_catalog.pg_locks k
  join pg_catalog.pg_stat_activity a on a.pid = k.pid
  join queue.queue_leaders l on l.name = $1 and l.expires < pg_catalog.clock_timestamp() and a.backend_start < l.expires
where k.locktype = 'advisory' and k.objsubid = 1 and k.granted and a.datname = pg_catalog.current_database()
  and k.database = a.datid and k.classid::int8 = $2::int8 >> 32 and k.objid::int8 = $2::int8 & 4294967295`);

export interface BeginTermParams {
  readonly name: string;
  readonly holder: string;
  readonly lasts_ms: number;
}
export interface BeginTermRow {
  readonly term: number;
}
export const beginTerm = defineQuery<BeginTermParams, BeginTermRow>('queue/upkeep.begin_term', ['name', 'holder', 'lasts_ms'], `select queue.begin_term($1, $2::uuid, $3::integer) as "term"`);

export interface HoldTermParams {
  readonly name: string;
  readonly term: number;
}
export interface HoldTermRow {
  readonly term: number;
}
/**
 * The renewal of the leader itself does not wait for it, the beginning of another term does.
 */
export const holdTerm = defineQuery<HoldTermParams, HoldTermRow>('queue/upkeep.hold_term', ['name', 'term'], `select l.term from queue.queue_leaders l where l.name = $1 and l.term = $2::bigint for key share`);

export interface RenewTermParams {
  readonly lasts_ms: number;
  readonly name: string;
  readonly term: number;
}
export type RenewTermRow = Record<string, never>;
export const renewTerm = defineQuery<RenewTermParams, RenewTermRow>('queue/upkeep.renew_term', ['lasts_ms', 'name', 'term'], `update queue.queue_leaders l
   set expires = pg_catalog.clock_timestamp() + $1::integer * interval '1 ms'
 where l.name = $2 and l.term = $3::bigint`);
