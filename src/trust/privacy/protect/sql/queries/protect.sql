-- name: describe_column
-- What the database knows of a column, and what would be in the way of dropping it.
select c.relkind::text as "kind!", format_type(a.atttypid, a.atttypmod) as "type!", a.attnotnull as "is_required!",
       a.atthasdef and a.attgenerated = '' as "has_default!", a.attgenerated <> '' as "is_generated!",
       exists (select from pg_catalog.pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and t.atttypid = 'uuid'::regtype and t.attnotnull)
         as "is_tenants!",
       exists (select from pg_catalog.pg_constraint p, unnest(p.conkey) k (attnum) join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = k.attnum
                where p.conrelid = c.oid and p.contype = 'p' and t.attname <> 'tenant_id') as "has_key!",
       array(select i.indexrelid::regclass::text from pg_catalog.pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey) and not i.indisprimary order by 1)
         as "indexes!",
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)) as "is_unique!",
       -- Unique by itself or within the tenant, and nothing more to it.
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and not i.indisprimary and i.indpred is null and i.indexprs is null
                  and a.attnum = any (i.indkey)
                  and not exists (select from unnest(i.indkey[0:i.indnkeyatts - 1]) k (attnum) join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = k.attnum
                                   where t.attnum <> a.attnum and t.attname <> 'tenant_id')) as "is_unique_alone!",
       array(select pg_describe_object(d.classid, d.objid, d.objsubid) from pg_catalog.pg_depend d
              where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid = a.attnum
                and (d.deptype = 'n' or d.classid = 'pg_catalog.pg_constraint'::regclass
                     and (select k.contype in ('p', 'f', 'x') from pg_catalog.pg_constraint k where k.oid = d.objid)
                     or d.classid = 'pg_catalog.pg_attrdef'::regclass
                     and (select f.adnum <> a.attnum from pg_catalog.pg_attrdef f where f.oid = d.objid))
              order by 1) as "dependents!",
       array(select t.attname::text from pg_catalog.pg_attribute t where t.attrelid = c.oid and t.attname = any (:wanted::text[]) and not t.attisdropped)
         as "taken!"
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = :schema
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = :column and a.attnum > 0 and not a.attisdropped
 where c.relname = :table;

-- name: list_protections
select p.group_name, p.tier, p.schema_name, p.table_name, p.column_name, p.sealed_column, p.reason, p.begun, p.purged
  from privacy.protections p order by p.tier, p.schema_name, p.table_name, p.column_name;

-- name: begin_protection
insert into privacy.protections as p (tier, group_name, schema_name, table_name, column_name, sealed_column, reason)
values (:tier, :group_name, :schema, :table, :column, :sealed_column, :reason)
on conflict on constraint protections_tier_group_name_pk do update
set sealed_column = excluded.sealed_column, reason = excluded.reason, begun = now(), purged = null;

-- name: note_purge
update privacy.protections set purged = :purged where tier = :tier and group_name = :group_name;

-- name: list_clear_columns
-- Those of the places (schema, table, column) that are columns of tables and no bytes.
select n.nspname::text as "schema!", c.relname::text as "table!", a.attname::text as "column!"
  from jsonb_to_recordset(:places::jsonb) as p (schema text, "table" text, "column" text)
  join pg_catalog.pg_namespace n on n.nspname = p.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.table and c.relkind in ('r', 'p')
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = p.column and a.attnum > 0 and not a.attisdropped
 where a.atttypid <> 'bytea'::regtype
 order by 1, 2, 3;
