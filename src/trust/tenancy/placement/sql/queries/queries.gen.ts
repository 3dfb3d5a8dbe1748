// Made by `npm run generate` from placement.sql; do not edit.
// sources: 137a92ccaaf72850e26bd4eccb8f9e52
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListPlacementsParams = Record<string, never>;
export interface ListPlacementsRow {
  readonly id: string;
  readonly slug: string;
  readonly placement: string;
}
export const listPlacements = defineQuery<ListPlacementsParams, ListPlacementsRow>('tenancy/placement.list_placements', [], `select t.id, t.slug, t.placement as "placement" from tenancy.tenants t where t.placement is not null`);

export interface FindPlacementParams {
  readonly id: string;
}
export interface FindPlacementRow {
  readonly placement: string | null;
}
export const findPlacement = defineQuery<FindPlacementParams, FindPlacementRow>('tenancy/placement.find_placement', ['id'], `select t.placement from tenancy.tenants t where t.id = $1`);

export interface SetPlacementParams {
  readonly placement: string | null;
  readonly id: string;
}
export type SetPlacementRow = Record<string, never>;
/**
 * Where the tenant is from now on, as this database sees it; null: here.
 */
export const setPlacement = defineQuery<SetPlacementParams, SetPlacementRow>('tenancy/placement.set_placement', ['placement', 'id'], `update tenancy.tenants set placement = $1, is_moving = false, updated = now() where id = $2`);

export interface SetMovingParams {
  readonly is_moving: boolean;
  readonly id: string;
}
export type SetMovingRow = Record<string, never>;
export const setMoving = defineQuery<SetMovingParams, SetMovingRow>('tenancy/placement.set_moving', ['is_moving', 'id'], `update tenancy.tenants set is_moving = $1, updated = now() where id = $2`);

export interface AdmitTenantParams {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created: Date;
}
export type AdmitTenantRow = Record<string, never>;
/**
 * Makes room for a tenant whose rows are going to come: nobody enters before they are there.
 */
export const admitTenant = defineQuery<AdmitTenantParams, AdmitTenantRow>('tenancy/placement.admit_tenant', ['id', 'slug', 'name', 'created'], `insert into tenancy.tenants (id, slug, name, state, created) values ($1, $2, $3, 'provisioning', $4)
on conflict (id) do update set slug = excluded.slug, name = excluded.name, state = 'provisioning', placement = null, updated = now()`);

export interface ListOthersParams {
  readonly id: string;
}
export interface ListOthersRow {
  readonly slug: string;
}
/**
 * Who else is in this database.
 */
export const listOthers = defineQuery<ListOthersParams, ListOthersRow>('tenancy/placement.list_others', ['id'], `select t.slug from tenancy.tenants t where t.id not in ($1, '00000000-0000-0000-0000-000000000000') and t.placement is null limit 3`);

export interface ListMembershipsParams {
  readonly tenant_id: string;
}
export interface ListMembershipsRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created: string;
  readonly deleted: string | null;
  readonly role: string;
  readonly joined: string;
  readonly left: string | null;
}
/**
 * Everybody who is or was a member. Moments as text: to the microsecond.
 */
export const listMemberships = defineQuery<ListMembershipsParams, ListMembershipsRow>('tenancy/placement.list_memberships', ['tenant_id'], `select u.id, u.email, u.name, u.created::text as "created", u.deleted::text, m.role, m.created::text as "joined", m.deleted::text as "left"
from tenancy.tenant_users m join tenancy.users u on u.id = m.user_id where m.tenant_id = $1 order by u.id`);

export interface PutMembershipsParams {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
  readonly names: readonly string[];
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  readonly tenant_id: string;
  readonly roles: readonly string[];
  readonly joined: readonly string[];
  readonly left: readonly string[];
}
export type PutMembershipsRow = Record<string, never>;
/**
 * Arrays run in parallel.
 */
export const putMemberships = defineQuery<PutMembershipsParams, PutMembershipsRow>('tenancy/placement.put_memberships', ['ids', 'emails', 'names', 'created', 'deleted', 'tenant_id', 'roles', 'joined', 'left'], `with people as (
  insert into tenancy.users (id, email, name, created, deleted)
  select p.id, p.email, p.name, p.created::timestamptz, p.deleted::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) p(id, email, name, created, deleted)
  on conflict (id) do update set email = excluded.email, name = excluded.name, deleted = excluded.deleted
)
insert into tenancy.tenant_users (tenant_id, user_id, role, created, deleted)
select $6, m.id, m.role, m.joined::timestamptz, m."left"::timestamptz
from unnest($1::uuid[], $7::text[], $8::text[], $9::text[]) m(id, role, joined, "left")
on conflict (tenant_id, user_id) do update set role = excluded.role, deleted = excluded.deleted`);

export interface DeleteMembershipsParams {
  readonly tenant_id: string;
}
export type DeleteMembershipsRow = Record<string, never>;
export const deleteMemberships = defineQuery<DeleteMembershipsParams, DeleteMembershipsRow>('tenancy/placement.delete_memberships', ['tenant_id'], `delete from tenancy.tenant_users where tenant_id = $1`);

export type DeleteEverybodyParams = Record<string, never>;
export type DeleteEverybodyRow = Record<string, never>;
/**
 * Of a database that nobody is in any more.
 */
export const deleteEverybody = defineQuery<DeleteEverybodyParams, DeleteEverybodyRow>('tenancy/placement.delete_everybody', [], `delete from tenancy.users u where not exists (select from tenancy.tenant_users m where m.user_id = u.id)`);

export type ListMovedTablesParams = Record<string, never>;
export interface ListMovedTablesRow {
  readonly name: string;
}
/**
 * What a tenant reaches as itself goes with it. What only the platform reaches, such as its trail and keys, stays with the platform.
 */
export const listMovedTables = defineQuery<ListMovedTablesParams, ListMovedTablesRow>('tenancy/placement.list_moved_tables', [], `select p.schema_name || '.' || p.table_name as "name" from tenancy.protected_tables p
where p.schema_name <> 'tenancy' and 'none' <> any (array[p.select_role, p.insert_role, p.update_role, p.delete_role])
order by 1`);

export interface ListStubbornTriggersParams {
  readonly tables: readonly string[];
}
export interface ListStubbornTriggersRow {
  readonly table: string;
  readonly trigger: string;
}
/**
 * Those that fire whoever writes: copying would be work of their own to them.
 */
export const listStubbornTriggers = defineQuery<ListStubbornTriggersParams, ListStubbornTriggersRow>('tenancy/placement.list_stubborn_triggers', ['tables'], `select t.tgrelid::regclass::text as "table", t.tgname::text as "trigger"
from pg_catalog.pg_trigger t
where t.tgrelid = any (select to_regclass(n) from unnest($1::text[]) n) and t.tgenabled = 'A' and not t.tgisinternal
  and t.tgname not like 'plinth_move_%'
order by 1, 2`);

export type MayCopyParams = Record<string, never>;
export interface MayCopyRow {
  readonly login: string;
  readonly may: boolean;
}
export const mayCopy = defineQuery<MayCopyParams, MayCopyRow>('tenancy/placement.may_copy', [], `select current_user::text as "login",
  current_setting('is_superuser') = 'on' or has_parameter_privilege('session_replication_role', 'set') as "may"`);

export type DescribeDatabaseParams = Record<string, never>;
export interface DescribeDatabaseRow {
  readonly encoding: string;
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  readonly locale: string | null;
}
/**
 * What a database beside this one is made like, so that text is sorted alike.
 */
export const describeDatabase = defineQuery<DescribeDatabaseParams, DescribeDatabaseRow>('tenancy/placement.describe_database', [], `select pg_encoding_to_char(d.encoding)::text as "encoding", d.datlocprovider::text as "provider", d.datcollate::text as "collate", d.datctype::text as "ctype",
  d.datlocale as "locale"
from pg_catalog.pg_database d where d.datname = current_database()`);

export interface HasDatabaseParams {
  readonly name: string;
}
export interface HasDatabaseRow {
  readonly exists: boolean;
}
export const hasDatabase = defineQuery<HasDatabaseParams, HasDatabaseRow>('tenancy/placement.has_database', ['name'], `select exists (select from pg_catalog.pg_database d where d.datname = $1) as "exists"`);
