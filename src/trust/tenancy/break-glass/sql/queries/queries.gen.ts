// Made by `npm run generate` from break-glass.sql; do not edit.
// sources: c0a72564cc857ac678f3b07087a2ab71
import { defineQuery } from '../../../../../kernel/index.ts';

export interface InsertGrantParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly staff_member_id: string;
  readonly reason: string;
  readonly role: string;
  readonly minutes: number;
}
export type InsertGrantRow = Record<string, never>;
export const insertGrant = defineQuery<InsertGrantParams, InsertGrantRow>('tenancy/break-glass.insert_grant', ['tenant_id', 'id', 'staff_member_id', 'reason', 'role', 'minutes'], `insert into tenancy.break_glass (tenant_id, id, staff_member_id, reason, role, expires)
values ($1, $2, $3, $4, $5, now() + make_interval(mins => $6::integer))`);

export interface FindGrantParams {
  readonly id: string;
}
export interface FindGrantRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slug: string;
  readonly reason: string;
  readonly role: string;
  readonly begun: Date;
  readonly expires: Date;
  readonly ended: Date | null;
  readonly ended_by: string | null;
  readonly staff_id: string;
  readonly account: string;
  readonly name: string;
  readonly is_running: boolean;
  readonly remaining_ms: number;
}
export const findGrant = defineQuery<FindGrantParams, FindGrantRow>('tenancy/break-glass.find_grant', ['id'], `select g.id, g.tenant_id, t.slug, g.reason, g.role, g.begun, g.expires, g.ended, g.ended_by, s.id as "staff_id", s.account, s.name,
  g.ended is null and g.expires > clock_timestamp() as "is_running",
  greatest(0, extract(epoch from g.expires - clock_timestamp()) * 1000)::float8 as "remaining_ms"
from tenancy.break_glass g
join tenancy.staff_members s on s.id = g.staff_member_id
join tenancy.tenants t on t.id = g.tenant_id
where g.id = $1`);

export interface FindRunningGrantParams {
  readonly tenant_id: string;
  readonly account: string;
}
export interface FindRunningGrantRow {
  readonly id: string;
}
/**
 * Of the staff member with this account, for this tenant; the one that lasts longest.
 */
export const findRunningGrant = defineQuery<FindRunningGrantParams, FindRunningGrantRow>('tenancy/break-glass.find_running_grant', ['tenant_id', 'account'], `select g.id
from tenancy.break_glass g join tenancy.staff_members s on s.id = g.staff_member_id
where g.tenant_id = $1 and s.account = $2 and s.deleted is null and g.ended is null and g.expires > clock_timestamp()
order by g.expires desc limit 1`);

export interface ListGrantsParams {
  readonly tenant_id: string | null;
}
export interface ListGrantsRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slug: string;
  readonly reason: string;
  readonly role: string;
  readonly begun: Date;
  readonly expires: Date;
  readonly ended: Date | null;
  readonly ended_by: string | null;
  readonly staff_id: string;
  readonly account: string;
  readonly name: string;
  readonly is_running: boolean;
}
export const listGrants = defineQuery<ListGrantsParams, ListGrantsRow>('tenancy/break-glass.list_grants', ['tenant_id'], `select g.id, g.tenant_id, t.slug, g.reason, g.role, g.begun, g.expires, g.ended, g.ended_by, s.id as "staff_id", s.account, s.name,
  g.ended is null and g.expires > clock_timestamp() as "is_running"
from tenancy.break_glass g
join tenancy.staff_members s on s.id = g.staff_member_id
join tenancy.tenants t on t.id = g.tenant_id
where $1::uuid is null or g.tenant_id = $1
order by g.begun desc limit 100`);

export interface EndGrantParams {
  readonly ended_by: string;
  readonly id: string;
}
export type EndGrantRow = Record<string, never>;
export const endGrant = defineQuery<EndGrantParams, EndGrantRow>('tenancy/break-glass.end_grant', ['ended_by', 'id'], `update tenancy.break_glass set ended = now(), ended_by = $1 where id = $2 and ended is null and expires > clock_timestamp()`);

export interface EndGrantsOfParams {
  readonly ended_by: string;
  readonly staff_member_id: string;
}
export type EndGrantsOfRow = Record<string, never>;
export const endGrantsOf = defineQuery<EndGrantsOfParams, EndGrantsOfRow>('tenancy/break-glass.end_grants_of', ['ended_by', 'staff_member_id'], `update tenancy.break_glass set ended = now(), ended_by = $1
where staff_member_id = $2 and ended is null and expires > clock_timestamp()`);

export interface FindStaffParams {
  readonly key: string;
}
export interface FindStaffRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly created: Date;
}
export const findStaff = defineQuery<FindStaffParams, FindStaffRow>('tenancy/break-glass.find_staff', ['key'], `select s.id, s.account, s.name, s.created from tenancy.staff_members s where (s.id::text = $1 or s.account = $1) and s.deleted is null`);

export interface PutStaffParams {
  readonly id: string;
  readonly account: string;
  readonly name: string;
}
export interface PutStaffRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly created: Date;
}
export const putStaff = defineQuery<PutStaffParams, PutStaffRow>('tenancy/break-glass.put_staff', ['id', 'account', 'name'], `with made as (
  insert into tenancy.staff_members (id, account, name) values ($1, $2, $3)
  on conflict (account) where deleted is null do nothing
  returning id, account, name, created
)
select id as "id", account as "account", name as "name", created as "created" from made
union all
select s.id, s.account, s.name, s.created from tenancy.staff_members s where s.account = $2 and s.deleted is null
limit 1`);

export interface DeleteStaffParams {
  readonly id: string;
}
export type DeleteStaffRow = Record<string, never>;
export const deleteStaff = defineQuery<DeleteStaffParams, DeleteStaffRow>('tenancy/break-glass.delete_staff', ['id'], `update tenancy.staff_members set deleted = now() where id = $1 and deleted is null`);

export type ListStaffParams = Record<string, never>;
export interface ListStaffRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly created: Date;
}
export const listStaff = defineQuery<ListStaffParams, ListStaffRow>('tenancy/break-glass.list_staff', [], `select s.id, s.account, s.name, s.created from tenancy.staff_members s where s.deleted is null order by s.account`);
