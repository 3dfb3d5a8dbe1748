// Made by `npm run generate` from certify.sql, coverage.sql, keys.sql, members.sql, registry.sql; do not edit.
// sources: 0b0c6a3b09bffa7ce8b24b4a0768cbe3
import { defineQuery } from '../../../../kernel/index.ts';

export type ReadColumnsParams = Record<string, never>;
export interface ReadColumnsRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly name: string;
  readonly type: string;
  readonly is_required: boolean;
  readonly has_default: boolean;
  readonly is_generated: boolean;
  readonly literals: string[];
  readonly checks: string[];
}
/**
 * The columns of all tables with tenants' rows, for making rows up; `literals` are those of the checks on the column.
 */
export const readColumns = defineQuery<ReadColumnsParams, ReadColumnsRow>('tenancy.read_columns', [], `select n.nspname as schema_name, c.relname as table_name, a.attname as name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as "type",
  a.attnotnull as is_required, a.atthasdef or a.attidentity <> '' as "has_default", a.attgenerated <> '' as "is_generated",
  array(select m[1] from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''::text', 'g') m
    where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey)) as "literals",
  array(select k.conname::text from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey)) as "checks"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p') and not c.relispartition
  and exists (select from tenancy.protected_tables d where d.schema_name = n.nspname and d.table_name = c.relname)
order by n.nspname, c.relname, a.attnum`);

export interface DeleteUserParams {
  readonly id: string;
}
export type DeleteUserRow = Record<string, never>;
export const deleteUser = defineQuery<DeleteUserParams, DeleteUserRow>('tenancy.delete_user', ['id'], `delete from tenancy.users where id = $1`);

export interface ForgetOperationStepsParams {
  readonly tenant_id: string;
}
export type ForgetOperationStepsRow = Record<string, never>;
/**
 * What was done with a tenant that only `certify` made.
 */
export const forgetOperationSteps = defineQuery<ForgetOperationStepsParams, ForgetOperationStepsRow>('tenancy.forget_operation_steps', ['tenant_id'], `delete from tenancy.operation_steps where tenant_id = $1`);

export interface ForgetOperationsParams {
  readonly tenant_id: string;
}
export type ForgetOperationsRow = Record<string, never>;
export const forgetOperations = defineQuery<ForgetOperationsParams, ForgetOperationsRow>('tenancy.forget_operations', ['tenant_id'], `delete from tenancy.operations where tenant_id = $1`);

export type ReadRelationsParams = Record<string, never>;
export interface ReadRelationsRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly kind: string;
  readonly row_estimate: number | null;
  readonly is_enabled: boolean;
  readonly is_forced: boolean;
  readonly is_invoker: boolean;
  readonly is_tenant_key: boolean | null;
  readonly granted: string[];
  readonly declared: unknown;
  readonly policies: unknown;
  readonly keys: unknown;
  readonly foreign_keys: unknown;
}
/**
 * Tables and views that have a tenant's rows or that the application may reach. Partitions count only if granted by themselves.
 */
export const readRelations = defineQuery<ReadRelationsParams, ReadRelationsRow>('tenancy.read_relations', [], `with granted as (
  select c.oid, array(
    select lower(p) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
    where has_table_privilege('plinth_app', c.oid, p)
      or (p in ('SELECT', 'INSERT', 'UPDATE') and has_any_column_privilege('plinth_app', c.oid, p))
  ) as verbs
  from pg_class c
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.relnamespace not in (select n.oid from pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema')
)
select n.nspname as schema_name, c.relname as table_name, c.relkind::text as "kind",
  -- reltuples is -1 until the first vacuum or analyze: unknown is not zero.
  nullif(c.reltuples, -1)::float8 as "row_estimate",
  c.relrowsecurity as is_enabled, c.relforcerowsecurity as is_forced,
  coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false) as "is_invoker",
  (select a.attnotnull and a.atttypid = 'uuid'::regtype from pg_attribute a
    where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "is_tenant_key",
  g.verbs as "granted",
  to_jsonb(d) as "declared",
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', p.polname, 'verb', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
    from pg_policy p
    where p.polrelid = c.oid and p.polpermissive and (0 = any(p.polroles) or 'plinth_app'::regrole = any(p.polroles))), '[]') as "policies",
  coalesce((select jsonb_agg(jsonb_build_object('name', i.indexrelid::regclass::text, 'isPrimary', i.indisprimary, 'columns', array(
      select a.attname from unnest(i.indkey) with ordinality k(attnum, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      order by k.place)) order by i.indexrelid)
    from pg_index i where i.indrelid = c.oid and i.indisunique), '[]') as "keys",
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', f.conname, 'target', tn.nspname || '.' || t.relname,
      'isTenantTable', exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped),
      'pairs', array(select a.attname || '=' || b.attname from unnest(f.conkey, f.confkey) k(own, other)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other)) order by f.conname)
    from pg_constraint f join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '[]') as "foreign_keys"
from granted g
join pg_class c on c.oid = g.oid
join pg_namespace n on n.oid = c.relnamespace
left join tenancy.protected_tables d on d.schema_name = n.nspname and d.table_name = c.relname
where (not c.relispartition or g.verbs <> '{}')
  and (g.verbs <> '{}' or d.table_name is not null
    or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      -- Sealed: row security that nobody passes, such as of a partition that was detached.
      and not (c.relrowsecurity and c.relforcerowsecurity and not exists (select from pg_policy p where p.polrelid = c.oid)))
order by 1, 2`);

export type ReadDefinerFunctionsParams = Record<string, never>;
export interface ReadDefinerFunctionsRow {
  readonly signature: string;
}
/**
 * Functions that run with their owner's rights, which row security does not hold, and that the application may call.
 */
export const readDefinerFunctions = defineQuery<ReadDefinerFunctionsParams, ReadDefinerFunctionsRow>('tenancy.read_definer_functions', [], `select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as "signature"
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prosecdef and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tenancy')
  and has_function_privilege('plinth_app', p.oid, 'execute') and has_schema_privilege('plinth_app', n.oid, 'usage')
order by 1`);

export type LockSealKeysParams = Record<string, never>;
export type LockSealKeysRow = Record<string, never>;
/**
 * Serialises those that make keys; readers go on.
 */
export const lockSealKeys = defineQuery<LockSealKeysParams, LockSealKeysRow>('tenancy.lock_seal_keys', [], `lock table tenancy.seal_keys in share row exclusive mode`);

export type NewestSealKeyParams = Record<string, never>;
export interface NewestSealKeyRow {
  readonly id: number;
  readonly inner_block: Buffer;
  readonly outer_block: Buffer;
  readonly age_s: number;
  readonly epoch_s: number;
}
/**
 * The key that signs, its age, and the server's clock, by which a seal expires.
 */
export const newestSealKey = defineQuery<NewestSealKeyParams, NewestSealKeyRow>('tenancy.newest_seal_key', [], `select k.id, k.inner_block, k.outer_block, extract(epoch from now() - k.created)::float8 as "age_s", extract(epoch from clock_timestamp())::float8 as "epoch_s"
from tenancy.seal_keys k
order by k.created desc, k.id
limit 1`);

export interface InsertSealKeyParams {
  readonly id: number;
  readonly inner_block: Buffer;
  readonly outer_block: Buffer;
}
export type InsertSealKeyRow = Record<string, never>;
export const insertSealKey = defineQuery<InsertSealKeyParams, InsertSealKeyRow>('tenancy.insert_seal_key', ['id', 'inner_block', 'outer_block'], `insert into tenancy.seal_keys (id, inner_block, outer_block, created) values ($1, $2, $3, clock_timestamp())`);

export type DeleteSpentSealKeysParams = Record<string, never>;
export type DeleteSpentSealKeysRow = Record<string, never>;
/**
 * All but the two newest.
 */
export const deleteSpentSealKeys = defineQuery<DeleteSpentSealKeysParams, DeleteSpentSealKeysRow>('tenancy.delete_spent_seal_keys', [], `delete from tenancy.seal_keys where id not in (select k.id from tenancy.seal_keys k order by k.created desc, k.id limit 2)`);

export interface PutUserParams {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}
export interface PutUserRow {
  readonly id: string;
}
/**
 * The live user with this address, made when there is none.
 */
export const putUser = defineQuery<PutUserParams, PutUserRow>('tenancy.put_user', ['id', 'email', 'name'], `with made as (
  insert into tenancy.users (id, email, name) values ($1, $2, $3)
  on conflict (email) where deleted is null do nothing
  returning id
)
select id as "id" from made
union all
select id from tenancy.users where email = $2 and deleted is null
limit 1`);

export interface PutMemberParams {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly role: string;
}
export type PutMemberRow = Record<string, never>;
export const putMember = defineQuery<PutMemberParams, PutMemberRow>('tenancy.put_member', ['tenant_id', 'user_id', 'role'], `insert into tenancy.tenant_users (tenant_id, user_id, role) values ($1, $2, $3)
on conflict (tenant_id, user_id) do update set role = excluded.role, deleted = null`);

export interface ListMembersParams {
  readonly tenant_id: string;
}
export interface ListMembersRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly created: Date;
}
export const listMembers = defineQuery<ListMembersParams, ListMembersRow>('tenancy.list_members', ['tenant_id'], `select u.id, u.email, u.name, m.role, m.created
from tenancy.tenant_users m join tenancy.users u on u.id = m.user_id
where m.tenant_id = $1 and m.deleted is null
order by u.email`);

export type CurrentRoleParams = Record<string, never>;
export interface CurrentRoleRow {
  readonly role: string | null;
}
export const currentRole = defineQuery<CurrentRoleParams, CurrentRoleRow>('tenancy.current_role', [], `select tenancy.current_member_role() as role`);

export interface InsertSecurityEventParams {
  readonly tenant_id: string;
  readonly event_type: string;
  readonly severity: string;
  readonly user_id: string | null;
  readonly action: string;
  readonly success: boolean;
  readonly reason: string | null;
}
export type InsertSecurityEventRow = Record<string, never>;
export const insertSecurityEvent = defineQuery<InsertSecurityEventParams, InsertSecurityEventRow>('tenancy.insert_security_event', ['tenant_id', 'event_type', 'severity', 'user_id', 'action', 'success', 'reason'], `insert into tenancy.security_events (tenant_id, event_type, severity, user_id, action_attempted, success, failure_reason)
values ($1, $2, $3, $4, $5, $6, $7)`);

export interface ListSecurityEventsParams {
  readonly tenant_id: string;
}
export interface ListSecurityEventsRow {
  readonly event_type: string;
  readonly severity: string;
  readonly action_attempted: string;
  readonly success: boolean;
  readonly failure_reason: string | null;
  readonly user_id: string | null;
  readonly created: Date;
}
export const listSecurityEvents = defineQuery<ListSecurityEventsParams, ListSecurityEventsRow>('tenancy.list_security_events', ['tenant_id'], `select event_type, severity, action_attempted, success, failure_reason, user_id, created
from tenancy.security_events
-- plinth:allow unpruned months are read from the newest on, until there are enough rows
where tenant_id = $1
order by id desc
limit 100`);

export interface InsertTenantParams {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}
export interface InsertTenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
  readonly placement: string | null;
}
/**
 * A new tenant in state provisioning; no row when the slug is taken.
 */
export const insertTenant = defineQuery<InsertTenantParams, InsertTenantRow>('tenancy.insert_tenant', ['id', 'slug', 'name'], `insert into tenancy.tenants (id, slug, name) values ($1, $2, $3) on conflict (slug) do nothing
returning id, slug, name, state, created, placement`);

export interface FindTenantParams {
  readonly key: string;
}
export interface FindTenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
  readonly placement: string | null;
}
/**
 * By id or slug; the reserved tenant is not found.
 */
export const findTenant = defineQuery<FindTenantParams, FindTenantRow>('tenancy.find_tenant', ['key'], `select t.id, t.slug, t.name, t.state, t.created, t.placement
from tenancy.tenants t
where (t.id::text = $1 or t.slug = $1) and t.id <> '00000000-0000-0000-0000-000000000000'`);

export type ListTenantsParams = Record<string, never>;
export interface ListTenantsRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
  readonly placement: string | null;
  readonly member_count: number;
}
export const listTenants = defineQuery<ListTenantsParams, ListTenantsRow>('tenancy.list_tenants', [], `select t.id, t.slug, t.name, t.state, t.created, t.placement,
  (select count(*) from tenancy.tenant_users u where u.tenant_id = t.id and u.deleted is null) as "member_count"
from tenancy.tenants t
where t.id <> '00000000-0000-0000-0000-000000000000'
order by t.slug`);

export interface ActivateTenantParams {
  readonly id: string;
}
export type ActivateTenantRow = Record<string, never>;
/**
 * Not one that is half imported.
 */
export const activateTenant = defineQuery<ActivateTenantParams, ActivateTenantRow>('tenancy.activate_tenant', ['id'], `update tenancy.tenants t set state = 'active', updated = now()
where t.id = $1 and t.state = 'provisioning'
  and not exists (select from tenancy.operations o where o.tenant_id = t.id and o.completed is null and o.kind = 'import')`);

export interface PutReplicaParams {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
}
export type PutReplicaRow = Record<string, never>;
export const putReplica = defineQuery<PutReplicaParams, PutReplicaRow>('tenancy.put_replica', ['id', 'slug', 'name', 'state', 'created'], `insert into tenancy.tenants (id, slug, name, state, created) values ($1, $2, $3, $4, $5)
on conflict (id) do update set slug = excluded.slug, name = excluded.name, state = excluded.state, updated = now()
where (tenants.slug, tenants.name, tenants.state) is distinct from (excluded.slug, excluded.name, excluded.state)`);

export interface DeleteTenantParams {
  readonly id: string;
}
export type DeleteTenantRow = Record<string, never>;
/**
 * With all its rows in this tier, by cascade.
 */
export const deleteTenant = defineQuery<DeleteTenantParams, DeleteTenantRow>('tenancy.delete_tenant', ['id'], `delete from tenancy.tenants where id = $1`);

export type FindSyntheticTenantsParams = Record<string, never>;
export interface FindSyntheticTenantsRow {
  readonly id: string;
  readonly slug: string;
}
/**
 * Those that a killed `certify` left behind.
 */
export const findSyntheticTenants = defineQuery<FindSyntheticTenantsParams, FindSyntheticTenantsRow>('tenancy.find_synthetic_tenants', [], `select t.id, t.slug from tenancy.tenants t where t.slug like 'certify-%' and t.created < now() - interval '1 hour'`);
