-- name: inspect_tables
-- What is to be known of tables before anything is kept there; none where there is no such table.
select g.name as "name!",
       exists (select from pg_catalog.pg_index i
                where i.indrelid = c.oid and i.indisprimary
                  and (select array_agg(a.attname::text order by k.place) from unnest(i.indkey) with ordinality k (attnum, place)
                         join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) = '{tenant_id,job_id}') as "is_keyed!",
       exists (select from tenancy.protected_tables p where p.schema_name = n.nspname and p.table_name = c.relname) as "is_protected!",
       exists (select from partition.sets s
                where s.table_name = format('%I.%I', n.nspname, c.relname) and s.strategy = 'uuid7' and s.key_column = 'job_id'
                  and s.declaration #>> '{release,heldBy}' = 'queue.open_in') as "is_cut!"
  from unnest(:names::text[]) g (name)
    join pg_catalog.pg_class c on c.oid = to_regclass(g.name) and c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace;

-- name: list_details
select d.kept_in as "table!", d.details as "row!" from queue.details_of(array[:tenant_id::uuid], array[:job_id::uuid]) d;
