// Made by `npm run generate` from answers.sql; do not edit.
// sources: 5953598e7b95ede8278416969a16cfa8
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListEventsParams {
  readonly from: Date;
  readonly to: Date;
  readonly before_us: number | null;
  readonly before_id: number | null;
  readonly tenant_ids: readonly string[] | null;
  readonly user_id: string | null;
  readonly kind: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly success: boolean | null;
  readonly limit: number;
}
export interface ListEventsRow {
  readonly id: number;
  readonly created: Date;
  readonly created_us: number;
  readonly tenant_id: string;
  readonly kind: string;
  readonly action: string;
  readonly is_success: boolean;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly row_count: number | null;
  readonly keys: string[] | null;
  readonly user_id: string | null;
  readonly member_role: string | null;
  readonly database_user: string;
  readonly application_name: string;
  readonly client_address: string | null;
  readonly origin: unknown;
  readonly purpose: string | null;
  readonly duration_ms: number | null;
  readonly complexity_score: number | null;
  readonly classification: string | null;
  readonly compliance_flags: string[] | null;
  readonly details: unknown;
}
/**
 * Newest first. A parameter that is null asks for nothing.
 */
export const listEvents = defineQuery<ListEventsParams, ListEventsRow>('audit/answers.list_events', ['from', 'to', 'before_us', 'before_id', 'tenant_ids', 'user_id', 'kind', 'action', 'target', 'success', 'limit'], `select e.id, e.created, (extract(epoch from e.created) * 1000000)::int8 as "created_us", e.tenant_id, e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys, e.user_id, e.member_role,
  e.database_user, e.application_name, host(e.client_address) as client_address, e.origin, e.purpose, e.duration_ms, e.complexity_score,
  e.classification, e.compliance_flags, e.details
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= $1::timestamptz and e.created < $2::timestamptz
  and ($3::int8 is null or (e.created, e.id) < ('epoch'::timestamptz + $3::int8 * interval '1 microsecond', $4::int8))
  and ($5::uuid[] is null or e.tenant_id = any($5::uuid[]))
  and ($6::uuid is null or e.user_id = $6::uuid)
  and ($7::text is null or e.kind = $7)
  and ($8::text is null or starts_with(e.action, $8))
  and ($9::text is null or e.target_id = $9)
  and ($10::boolean is null or e.is_success = $10)
order by e.created desc, e.id desc
limit $11`);

export interface ListWhoSawParams {
  readonly from: Date;
  readonly to: Date;
  readonly subject: string;
  readonly table_name: string | null;
  readonly limit: number;
}
export interface ListWhoSawRow {
  readonly id: number;
  readonly created: Date;
  readonly created_us: number;
  readonly tenant_id: string;
  readonly kind: string;
  readonly action: string;
  readonly is_success: boolean;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly row_count: number | null;
  readonly keys: string[] | null;
  readonly user_id: string | null;
  readonly member_role: string | null;
  readonly database_user: string;
  readonly application_name: string;
  readonly client_address: string | null;
  readonly origin: unknown;
  readonly purpose: string | null;
  readonly duration_ms: number | null;
  readonly complexity_score: number | null;
  readonly classification: string | null;
  readonly compliance_flags: string[] | null;
  readonly details: unknown;
}
/**
 * Events about one key, newest first: what read it, and who changed it knew it as well.
 */
export const listWhoSaw = defineQuery<ListWhoSawParams, ListWhoSawRow>('audit/answers.list_who_saw', ['from', 'to', 'subject', 'table_name', 'limit'], `select e.id, e.created, (extract(epoch from e.created) * 1000000)::int8 as "created_us", e.tenant_id, e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys, e.user_id, e.member_role,
  e.database_user, e.application_name, host(e.client_address) as client_address, e.origin, e.purpose, e.duration_ms, e.complexity_score,
  e.classification, e.compliance_flags, e.details
from audit.events e
-- plinth:allow unpruned the time is a parameter, and who saw something is asked of all there is
where e.created >= $1::timestamptz and e.created < $2::timestamptz
  -- By the hash there is an index. It also stands for keys that an update has changed, which are no longer among the keys.
  and e.key_hashes @> array[audit.key_hash($3::text)]
  and ($4::text is null or e.target_id = $4)
order by e.created desc, e.id desc
limit $5`);

export interface FindUserParams {
  readonly key: string;
}
export interface FindUserRow {
  readonly id: string;
  readonly email: string;
  readonly tenant_ids: string[];
}
export const findUser = defineQuery<FindUserParams, FindUserRow>('audit/answers.find_user', ['key'], `select u.id, u.email, array(select m.tenant_id from tenancy.tenant_users m where m.user_id = u.id) as "tenant_ids"
from tenancy.users u
where u.id::text = $1 or u.email = lower($1)
order by u.deleted is not null, u.created desc
limit 1`);

export interface NameUsersParams {
  readonly ids: readonly string[];
}
export interface NameUsersRow {
  readonly id: string;
  readonly email: string;
}
export const nameUsers = defineQuery<NameUsersParams, NameUsersRow>('audit/answers.name_users', ['ids'], `select id, email from tenancy.users where id = any($1::uuid[])`);

export interface NameTenantsParams {
  readonly ids: readonly string[];
}
export interface NameTenantsRow {
  readonly id: string;
  readonly slug: string;
}
export const nameTenants = defineQuery<NameTenantsParams, NameTenantsRow>('audit/answers.name_tenants', ['ids'], `select id, slug from tenancy.tenants where id = any($1::uuid[])`);

export interface ListAboutParams {
  readonly table: string;
  readonly keys: readonly string[];
  readonly tenant_id: string | null;
}
export interface ListAboutRow {
  readonly id: number;
  readonly created: Date;
  readonly kind: string;
  readonly action: string;
  readonly columns: string[];
}
/**
 * Events about rows with these keys, also with one that an update has taken away.
 */
export const listAbout = defineQuery<ListAboutParams, ListAboutRow>('audit/answers.list_about', ['table', 'keys', 'tenant_id'], `select e.id, e.created, e.kind, e.action, array(select c from json_object_keys(e.changes) c order by 1) as "columns"
from audit.events e
-- plinth:allow unpruned a row may be as old as the trail
where e.target_id = $1 and e.key_hashes && array(select audit.key_hash(k) from unnest($2::text[]) k)
  and ($3::uuid is null or e.tenant_id = $3::uuid)
order by e.id`);
