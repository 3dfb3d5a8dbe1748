-- name: read_columns
-- The columns of all tables with tenants' rows, for making rows up; `literals` are those of the checks on the column.
select n.nspname as schema_name, c.relname as table_name, a.attname as name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as "type!",
  a.attnotnull as is_required, a.atthasdef or a.attidentity <> '' as "has_default!", a.attgenerated <> '' as "is_generated!",
  array(select m[1] from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''::text', 'g') m
    where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey)) as "literals!",
  array(select k.conname::text from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey)) as "checks!"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p') and not c.relispartition
  and exists (select from tenancy.protected_tables d where d.schema_name = n.nspname and d.table_name = c.relname)
order by n.nspname, c.relname, a.attnum;

-- name: delete_user
delete from tenancy.users where id = :id;

-- name: forget_operation_steps
-- What was done with a tenant that only `certify` made.
delete from tenancy.operation_steps where tenant_id = :tenant_id;

-- name: forget_operations
delete from tenancy.operations where tenant_id = :tenant_id;
