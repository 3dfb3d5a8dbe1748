-- name: read_relations
-- Tables and views that have a tenant's rows or that the application may reach. Partitions count only if granted by themselves.
with granted as (
  select c.oid, array(
    select lower(p) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
    where has_table_privilege('plinth_app', c.oid, p)
      or (p in ('SELECT', 'INSERT', 'UPDATE') and has_any_column_privilege('plinth_app', c.oid, p))
  ) as verbs
  from pg_class c
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.relnamespace not in (select n.oid from pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema')
)
select n.nspname as schema_name, c.relname as table_name, c.relkind::text as "kind!",
  -- reltuples is -1 until the first vacuum or analyze: unknown is not zero.
  nullif(c.reltuples, -1)::float8 as "row_estimate?",
  c.relrowsecurity as is_enabled, c.relforcerowsecurity as is_forced,
  coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false) as "is_invoker!",
  (select a.attnotnull and a.atttypid = 'uuid'::regtype from pg_attribute a
    where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as "is_tenant_key?",
  g.verbs as "granted!",
  to_jsonb(d) as "declared?",
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', p.polname, 'verb', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
    from pg_policy p
    where p.polrelid = c.oid and p.polpermissive and (0 = any(p.polroles) or 'plinth_app'::regrole = any(p.polroles))), '[]') as "policies!",
  coalesce((select jsonb_agg(jsonb_build_object('name', i.indexrelid::regclass::text, 'isPrimary', i.indisprimary, 'columns', array(
      select a.attname from unnest(i.indkey) with ordinality k(attnum, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      order by k.place)) order by i.indexrelid)
    from pg_index i where i.indrelid = c.oid and i.indisunique), '[]') as "keys!",
  coalesce((select jsonb_agg(jsonb_build_object(
      'name', f.conname, 'target', tn.nspname || '.' || t.relname,
      'isTenantTable', exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped),
      'pairs', array(select a.attname || '=' || b.attname from unnest(f.conkey, f.confkey) k(own, other)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other)) order by f.conname)
    from pg_constraint f join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '[]') as "foreign_keys!"
from granted g
join pg_class c on c.oid = g.oid
join pg_namespace n on n.oid = c.relnamespace
left join tenancy.protected_tables d on d.schema_name = n.nspname and d.table_name = c.relname
where (not c.relispartition or g.verbs <> '{}')
  and (g.verbs <> '{}' or d.table_name is not null
    or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      -- Sealed: row security that nobody passes, such as of a partition that was detached.
      and not (c.relrowsecurity and c.relforcerowsecurity and not exists (select from pg_policy p where p.polrelid = c.oid)))
order by 1, 2;

-- name: read_definer_functions
-- Functions that run with their owner's rights, which row security does not hold, and that the application may call.
select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as "signature!"
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prosecdef and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tenancy')
  and has_function_privilege('plinth_app', p.oid, 'execute') and has_schema_privilege('plinth_app', n.oid, 'usage')
order by 1;
