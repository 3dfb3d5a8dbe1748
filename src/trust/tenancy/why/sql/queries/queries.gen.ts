// Made by `npm run generate` from why.sql; do not edit.
// sources: 78e0ce332c982396631eb9243a99569c
import { defineQuery } from '../../../../../kernel/index.ts';

export interface FindTableParams {
  readonly verb: string;
  readonly schema_name: string;
  readonly table_name: string;
}
export interface FindTableRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly is_enabled: boolean;
  readonly has_tenant: boolean | null;
  readonly key_columns: string[];
  readonly may_use_schema: boolean;
  readonly may_verb: boolean;
  readonly declared_role: string | null;
  readonly policies: unknown;
}
export const findTable = defineQuery<FindTableParams, FindTableRow>('tenancy/why.find_table', ['verb', 'schema_name', 'table_name'], `select n.nspname as schema_name, c.relname as table_name, c.relrowsecurity as is_enabled,
  (select a.attnotnull from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "has_tenant",
  coalesce((select array_agg(a.attname::text order by k.place)
    from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attnum = k.attnum
    where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attname <> 'tenant_id'), '{}') as "key_columns",
  has_schema_privilege('plinth_app', n.oid, 'usage') as "may_use_schema",
  has_table_privilege('plinth_app', c.oid, $1) as "may_verb",
  to_jsonb(d) ->> ($1 || '_role') as "declared_role",
  coalesce((select jsonb_agg(jsonb_build_object('name', p.polname, 'text', coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
      'isPermissive', p.polpermissive) order by p.polname)
    from pg_policy p
    where p.polrelid = c.oid and (0 = any (p.polroles) or 'plinth_app'::regrole = any (p.polroles))
      and p.polcmd in ('*', case $1 when 'select' then 'r' when 'insert' then 'a' when 'update' then 'w' else 'd' end)), '[]') as "policies"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join tenancy.protected_tables d on d.schema_name = n.nspname and d.table_name = c.relname
where n.nspname = $2 and c.relname = $3 and c.relkind in ('r', 'p')`);

export interface FindMemberParams {
  readonly tenant_id: string;
  readonly key: string;
}
export interface FindMemberRow {
  readonly id: string;
  readonly email: string;
  readonly user_deleted: Date | null;
  readonly role: string | null;
  readonly deleted: Date | null;
}
/**
 * A user by id or address, and their membership, ended ones included.
 */
export const findMember = defineQuery<FindMemberParams, FindMemberRow>('tenancy/why.find_member', ['tenant_id', 'key'], `select u.id, u.email, u.deleted as user_deleted, m.role as "role", m.deleted as "deleted"
from tenancy.users u left join tenancy.tenant_users m on m.user_id = u.id and m.tenant_id = $1
where u.id::text = $2 or u.email = lower($2)
order by u.deleted nulls first limit 1`);
