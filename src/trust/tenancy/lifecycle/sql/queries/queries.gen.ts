// Made by `npm run generate` from operations.sql, tables.sql, tenants.sql; do not edit.
// sources: 9ea163e911bb7044308f7d6fb23410e9
import { defineQuery } from '../../../../../kernel/index.ts';

export interface FindUnfinishedParams {
  readonly tenant_id: string;
}
export interface FindUnfinishedRow {
  readonly id: string;
  readonly kind: string;
  readonly slug: string;
  readonly options: unknown;
  readonly started: Date;
}
export const findUnfinished = defineQuery<FindUnfinishedParams, FindUnfinishedRow>('tenancy/lifecycle.find_unfinished', ['tenant_id'], `select o.id, o.kind, o.slug, o.options as "options", o.started
from tenancy.operations o where o.tenant_id = $1 and o.completed is null`);

export interface FindLatestParams {
  readonly kind: string;
  readonly key: string;
}
export interface FindLatestRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly slug: string;
  readonly completed: Date | null;
  readonly options: unknown;
  readonly result: unknown;
}
/**
 * The latest operation of a kind on a tenant that was called so when it began; its id outlives the slug.
 */
export const findLatest = defineQuery<FindLatestParams, FindLatestRow>('tenancy/lifecycle.find_latest', ['kind', 'key'], `select o.tenant_id, o.id, o.slug, o.completed, o.options as "options", o.result as "result"
from tenancy.operations o where o.kind = $1 and (o.slug = $2 or o.tenant_id::text = $2)
order by o.started desc limit 1`);

export interface InsertOperationParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly slug: string;
  readonly options: string;
}
export type InsertOperationRow = Record<string, never>;
export const insertOperation = defineQuery<InsertOperationParams, InsertOperationRow>('tenancy/lifecycle.insert_operation', ['tenant_id', 'id', 'kind', 'slug', 'options'], `insert into tenancy.operations (tenant_id, id, kind, slug, options) values ($1, $2, $3, $4, $5)`);

export interface CompleteOperationParams {
  readonly result: string | null;
  readonly tenant_id: string;
  readonly id: string;
}
export type CompleteOperationRow = Record<string, never>;
export const completeOperation = defineQuery<CompleteOperationParams, CompleteOperationRow>('tenancy/lifecycle.complete_operation', ['result', 'tenant_id', 'id'], `update tenancy.operations set completed = now(), failure = null, result = $1
where tenant_id = $2 and id = $3 and completed is null`);

export interface GiveUpOperationParams {
  readonly failure: string;
  readonly tenant_id: string;
  readonly id: string;
}
export type GiveUpOperationRow = Record<string, never>;
export const giveUpOperation = defineQuery<GiveUpOperationParams, GiveUpOperationRow>('tenancy/lifecycle.give_up_operation', ['failure', 'tenant_id', 'id'], `update tenancy.operations set completed = now(), failure = $1 where tenant_id = $2 and id = $3 and completed is null`);

export interface NoteFailureParams {
  readonly failure: string;
  readonly tenant_id: string;
  readonly id: string;
}
export type NoteFailureRow = Record<string, never>;
export const noteFailure = defineQuery<NoteFailureParams, NoteFailureRow>('tenancy/lifecycle.note_failure', ['failure', 'tenant_id', 'id'], `update tenancy.operations set failure = $1 where tenant_id = $2 and id = $3 and completed is null`);

export interface ListStepsParams {
  readonly tenant_id: string;
  readonly operation_id: string;
}
export interface ListStepsRow {
  readonly name: string;
  readonly detail: unknown;
}
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('tenancy/lifecycle.list_steps', ['tenant_id', 'operation_id'], `select s.name, s.detail as "detail" from tenancy.operation_steps s where s.tenant_id = $1 and s.operation_id = $2`);

export interface InsertStepParams {
  readonly tenant_id: string;
  readonly operation_id: string;
  readonly name: string;
  readonly detail: string;
}
export type InsertStepRow = Record<string, never>;
export const insertStep = defineQuery<InsertStepParams, InsertStepRow>('tenancy/lifecycle.insert_step', ['tenant_id', 'operation_id', 'name', 'detail'], `insert into tenancy.operation_steps (tenant_id, operation_id, name, detail) values ($1, $2, $3, $4)
on conflict (tenant_id, operation_id, name) do nothing`);

export interface ListOperationsParams {
  readonly tenant_id: string;
}
export interface ListOperationsRow {
  readonly id: string;
  readonly kind: string;
  readonly slug: string;
  readonly started: Date;
  readonly completed: Date | null;
  readonly failure: string | null;
  readonly step_count: number;
  readonly last_step: string | null;
}
/**
 * The latest 50 of a tenant.
 */
export const listOperations = defineQuery<ListOperationsParams, ListOperationsRow>('tenancy/lifecycle.list_operations', ['tenant_id'], `select o.id, o.kind, o.slug, o.started, o.completed, o.failure,
  (select count(*) from tenancy.operation_steps s where s.tenant_id = o.tenant_id and s.operation_id = o.id) as "step_count",
  (select s.name from tenancy.operation_steps s where s.tenant_id = o.tenant_id and s.operation_id = o.id
    order by s.completed desc limit 1) as "last_step"
from tenancy.operations o where o.tenant_id = $1
order by o.started desc limit 50`);

export type PlainSettingsParams = Record<string, never>;
export interface PlainSettingsRow {
  readonly settings: string | null;
}
/**
 * What is written has to be read alike anywhere and at any time.
 */
export const plainSettings = defineQuery<PlainSettingsParams, PlainSettingsRow>('tenancy/lifecycle.plain_settings', [], `select concat(set_config('row_security', 'off', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('search_path', 'pg_catalog, pg_temp', true)) as settings`);

export interface ListProtectedTablesParams {
  readonly left_alone: readonly string[];
}
export interface ListProtectedTablesRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly columns: unknown;
  readonly key_columns: string[];
  readonly references: string[];
  readonly deferrable: string[];
  readonly user_columns: string[];
  readonly is_record: boolean;
  readonly cut_by: string | null;
  readonly cut_how: string | null;
}
/**
 * Tables with tenants' rows in this database, with what it takes to copy, order and empty them.
 */
export const listProtectedTables = defineQuery<ListProtectedTablesParams, ListProtectedTablesRow>('tenancy/lifecycle.list_protected_tables', ['left_alone'], `select n.nspname as schema_name, c.relname as table_name,
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'isRequired', a.attnotnull and not a.atthasdef and a.attidentity = '',
      'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)) order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '[]') as "columns",
  coalesce((select array_agg(a.attname::text order by k.place)
    from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attnum = k.attnum
    where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid), '{}') as "key_columns",
  coalesce((select array_agg(tn.nspname || '.' || t.relname) filter (where not f.condeferrable) from pg_constraint f
    join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '{}') as "references",
  coalesce((select array_agg(tn.nspname || '.' || t.relname) filter (where f.condeferrable) from pg_constraint f
    join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '{}') as "deferrable",
  -- Columns that name a person of the registry.
  coalesce((select array_agg(distinct a.attname::text) from pg_constraint f
    cross join lateral unnest(f.conkey, f.confkey) k(own, other)
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
    join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0
      and (f.confrelid = to_regclass('tenancy.tenant_users') and b.attname = 'user_id' or f.confrelid = to_regclass('tenancy.users') and b.attname = 'id')), '{}') as "user_columns",
  -- Nobody writes there through a tenant's context.
  d.insert_role = 'none' and d.update_role = 'none' and d.delete_role = 'none' as "is_record",
  -- The column by whose time or number the table is cut, where partition looks after it.
  case when s.strategy = 'list' then s.sub_key when s.strategy <> 'hash' then s.key_column end as "cut_by",
  case when s.strategy = 'list' then s.sub_strategy when s.strategy <> 'hash' then s.strategy end as "cut_how"
from tenancy.protected_tables d
join pg_namespace n on n.nspname = d.schema_name
join pg_class c on c.relnamespace = n.oid and c.relname = d.table_name and c.relkind in ('r', 'p')
left join partition.sets s on to_regclass(s.table_name) = c.oid
where not d.schema_name = any ($1::text[])
order by 1, 2`);

export interface ListTenantColumnsParams {
  readonly left_alone: readonly string[];
}
export interface ListTenantColumnsRow {
  readonly schema_name: string;
  readonly table_name: string;
}
/**
 * Every table that could hold a row of a tenant, protected or not; partitions with their table. Records about tenants, which are
 * sealed (row security that nobody passes) and not protected, are not among them.
 */
export const listTenantColumns = defineQuery<ListTenantColumnsParams, ListTenantColumnsRow>('tenancy/lifecycle.list_tenant_columns', ['left_alone'], `select n.nspname as schema_name, c.relname as table_name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and not n.nspname = any ($1::text[])
  and (not (c.relrowsecurity and c.relforcerowsecurity) or exists (select from pg_policy p where p.polrelid = c.oid)
    or exists (select from tenancy.protected_tables d where d.schema_name = n.nspname and d.table_name = c.relname))
order by 1, 2`);

export interface EnsureRangeParams {
  readonly table_name: string;
  readonly lower: string;
  readonly upper: string;
}
export interface EnsureRangeRow {
  readonly made: number | null;
}
export const ensureRange = defineQuery<EnsureRangeParams, EnsureRangeRow>('tenancy/lifecycle.ensure_range', ['table_name', 'lower', 'upper'], `select partition.ensure(to_regclass($1), $2, $3) as made`);

export interface ListPartsParams {
  readonly table_name: string;
}
export interface ListPartsRow {
  readonly part: string;
  readonly lower: string;
  readonly upper: string;
}
/**
 * Partitions of a table, as those who may forbid that rows go know them; none where partition does not look after it.
 */
export const listParts = defineQuery<ListPartsParams, ListPartsRow>('tenancy/lifecycle.list_parts', ['table_name'], `select p.table_name as "part", coalesce(p.lower_bound, '-infinity') as "lower", coalesce(p.upper_bound, 'infinity') as "upper"
from partition.parts p join partition.sets s on s.id = p.set_id
where to_regclass(s.table_name) = to_regclass($1) and p.state = 'attached'`);

export interface IsUnmeasuredParams {
  readonly table_name: string;
}
export interface IsUnmeasuredRow {
  readonly is_unmeasured: boolean;
}
/**
 * Whether no vacuum or analyze has ever counted its rows.
 */
export const isUnmeasured = defineQuery<IsUnmeasuredParams, IsUnmeasuredRow>('tenancy/lifecycle.is_unmeasured', ['table_name'], `select c.reltuples < 0 as "is_unmeasured" from pg_catalog.pg_class c where c.oid = to_regclass($1)`);

export interface MoveStateParams {
  readonly state: string;
  readonly id: string;
  readonly from: readonly string[];
}
export interface MoveStateRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
  readonly placement: string | null;
}
/**
 * No row: the tenant is in none of these states.
 */
export const moveState = defineQuery<MoveStateParams, MoveStateRow>('tenancy/lifecycle.move_state', ['state', 'id', 'from'], `update tenancy.tenants set state = $1, updated = now() where id = $2 and state = any ($3::text[])
returning id, slug, name, state, created, placement`);

export interface InsertImportedParams {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created: Date;
}
export type InsertImportedRow = Record<string, never>;
/**
 * Invisible, until it is complete. An earlier try may have made it.
 */
export const insertImported = defineQuery<InsertImportedParams, InsertImportedRow>('tenancy/lifecycle.insert_imported', ['id', 'slug', 'name', 'created'], `insert into tenancy.tenants (id, slug, name, created) values ($1, $2, $3, $4) on conflict (id) do nothing`);

export interface BuryTenantParams {
  readonly id: string;
  readonly slug: string;
}
export interface BuryTenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly created: Date;
  readonly placement: string | null;
}
/**
 * What is left of an erased tenant: its id, so that nothing else ever gets it. The slug is free again. Minutes of its usage are sealed, and
 * go with it.
 */
export const buryTenant = defineQuery<BuryTenantParams, BuryTenantRow>('tenancy/lifecycle.bury_tenant', ['id', 'slug'], `with minutes as (delete from tenancy.usage_minutes m where m.tenant_id = $1)
update tenancy.tenants set state = 'erased', slug = $2, name = 'erased', updated = now() where id = $1 and state = 'erasing'
returning id, slug, name, state, created, placement`);

export type ListTransactionsParams = Record<string, never>;
export interface ListTransactionsRow {
  readonly transaction: string;
}
/**
 * Open transactions of the application in this database, as their own locks name them: those can be seen without a privilege.
 */
export const listTransactions = defineQuery<ListTransactionsParams, ListTransactionsRow>('tenancy/lifecycle.list_transactions', [], `select l.virtualtransaction as "transaction"
from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'virtualxid' and l.virtualxid = l.virtualtransaction and a.datname = current_database() and a.usename = 'plinth_app'`);

export interface ListUsersParams {
  readonly tenant_id: string;
}
export interface ListUsersRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created: Date;
  readonly deleted: Date | null;
}
/**
 * Everybody who is or was a member.
 */
export const listUsers = defineQuery<ListUsersParams, ListUsersRow>('tenancy/lifecycle.list_users', ['tenant_id'], `select u.id, u.email, u.name, u.created, u.deleted
from tenancy.users u where exists (select from tenancy.tenant_users m where m.tenant_id = $1 and m.user_id = u.id)
order by u.id`);

export interface FindOtherUserParams {
  readonly email: string;
  readonly id: string;
}
export interface FindOtherUserRow {
  readonly id: string;
}
/**
 * A live user with this address and another id.
 */
export const findOtherUser = defineQuery<FindOtherUserParams, FindOtherUserRow>('tenancy/lifecycle.find_other_user', ['email', 'id'], `select u.id from tenancy.users u where u.email = $1 and u.deleted is null and u.id <> $2`);

export interface InsertUserParams {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created: Date;
  readonly deleted: Date | null;
}
export type InsertUserRow = Record<string, never>;
export const insertUser = defineQuery<InsertUserParams, InsertUserRow>('tenancy/lifecycle.insert_user', ['id', 'email', 'name', 'created', 'deleted'], `insert into tenancy.users (id, email, name, created, deleted) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`);

export interface DeleteOnlyUsersParams {
  readonly tenant_id: string;
}
export type DeleteOnlyUsersRow = Record<string, never>;
/**
 * People who are and were members of this tenant alone, with their membership.
 */
export const deleteOnlyUsers = defineQuery<DeleteOnlyUsersParams, DeleteOnlyUsersRow>('tenancy/lifecycle.delete_only_users', ['tenant_id'], `delete from tenancy.users u
where exists (select from tenancy.tenant_users m where m.tenant_id = $1 and m.user_id = u.id)
  and not exists (select from tenancy.tenant_users m where m.tenant_id <> $1 and m.user_id = u.id)`);

export interface CountOnlyUsersParams {
  readonly tenant_id: string;
}
export interface CountOnlyUsersRow {
  readonly users: number;
}
export const countOnlyUsers = defineQuery<CountOnlyUsersParams, CountOnlyUsersRow>('tenancy/lifecycle.count_only_users', ['tenant_id'], `select count(*) as "users" from tenancy.users u
where exists (select from tenancy.tenant_users m where m.tenant_id = $1 and m.user_id = u.id)
  and not exists (select from tenancy.tenant_users m where m.tenant_id <> $1 and m.user_id = u.id)`);
