-- name: find_table
select n.nspname as schema_name, c.relname as table_name, c.relrowsecurity as is_enabled,
  (select a.attnotnull from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "has_tenant?",
  coalesce((select array_agg(a.attname::text order by k.place)
    from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attnum = k.attnum
    where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attname <> 'tenant_id'), '{}') as "key_columns!",
  has_schema_privilege('plinth_app', n.oid, 'usage') as "may_use_schema!",
  has_table_privilege('plinth_app', c.oid, :verb) as "may_verb!",
  to_jsonb(d) ->> (:verb || '_role') as "declared_role?",
  coalesce((select jsonb_agg(jsonb_build_object('name', p.polname, 'text', coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
      'isPermissive', p.polpermissive) order by p.polname)
    from pg_policy p
    where p.polrelid = c.oid and (0 = any (p.polroles) or 'plinth_app'::regrole = any (p.polroles))
      and p.polcmd in ('*', case :verb when 'select' then 'r' when 'insert' then 'a' when 'update' then 'w' else 'd' end)), '[]') as "policies!"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join tenancy.protected_tables d on d.schema_name = n.nspname and d.table_name = c.relname
where n.nspname = :schema_name and c.relname = :table_name and c.relkind in ('r', 'p');

-- name: find_member
-- A user by id or address, and their membership, ended ones included.
select u.id, u.email, u.deleted as user_deleted, m.role as "role?", m.deleted as "deleted?"
from tenancy.users u left join tenancy.tenant_users m on m.user_id = u.id and m.tenant_id = :tenant_id
where u.id::text = :key or u.email = lower(:key)
order by u.deleted nulls first limit 1;
