-- name: export_settings
-- What is written has to be read alike anywhere and at any time.
select concat(set_config('row_security', 'off', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
       set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('search_path', 'pg_catalog, pg_temp', true)) as settings;

-- name: find_archivable
select p.id as "part_id!", p.set_id as "set_id!", s.table_name as "set_name!", p.table_name as "part!", p.state as "state!", p.lower_bound, p.upper_bound,
       p.group_name, c.relname::text as "relation!", s.declaration -> 'archive' ->> 'tier' as to_tier
  from partition.parts p join partition.sets s on s.id = p.set_id join pg_catalog.pg_class c on c.oid = to_regclass(p.table_name)
 where p.id = :part_id and p.state in ('detached', 'archived');

-- name: list_columns
-- Columns whose values are kept; generated ones are computed again.
select a.attname::text as "name!", format_type(a.atttypid, a.atttypmod) as "type!", a.attgenerated <> '' as "is_generated!"
  from pg_catalog.pg_attribute a where a.attrelid = to_regclass(:table_name) and a.attnum > 0 and not a.attisdropped order by a.attnum;

-- name: hash_rows
select h.row_count as "row_count!", h.content_hash as "content_hash!" from partition.content_hash(to_regclass(:table_name), :columns::text) h;

-- name: insert_archive
-- What lay in the same place was a copy of the same partition, from before it was restored.
with gone as (delete from partition.archives where part_id = :part_id and location = :location)
insert into partition.archives (id, part_id, location, manifest, row_count, size_bytes, sha256, content_hash)
values (:id, :part_id, :location, :manifest, :row_count, :size_bytes, :sha256?, :content_hash);

-- name: note_verified
with proven as (update partition.archives set verified = clock_timestamp() where id = :id returning part_id),
  moved as (update partition.parts p set state = 'archived', archived = clock_timestamp(), blocked_by = null
    from proven where p.id = proven.part_id and p.state = 'detached' returning p.set_id, p.table_name)
insert into partition.actions (set_id, table_name, action, duration_ms) select set_id, table_name, 'archive', :took_ms::int from moved;

-- name: note_unverified
update partition.archives set verified = null where id = :id;

-- name: list_archives
select a.id as "id!", s.table_name as "set_name!", p.table_name as "part!", p.lower_bound, p.upper_bound, p.state as "state!", a.location as "location!",
       a.row_count as "row_count!", a.size_bytes as "size_bytes!", a.archived as "archived!", a.verified, a.restored
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id order by a.archived;

-- name: find_archive
select a.id as "id!", a.part_id as "part_id!", a.manifest as "manifest!", a.location as "location!", s.table_name as "set_name!", p.state as "state!",
       p.table_name as "part!"
  from partition.archives a join partition.parts p on p.id = a.part_id join partition.sets s on s.id = p.set_id where a.id = :id;

-- name: note_restored
with restored as (update partition.archives set restored = clock_timestamp() where id = :id returning part_id),
  back as (update partition.parts p set state = 'detached', detached = clock_timestamp(), dropped = null, table_name = :table_name
    from restored where p.id = restored.part_id returning p.set_id, p.table_name)
insert into partition.actions (set_id, table_name, action, duration_ms) select set_id, table_name, 'restore', :took_ms::int from back;

-- name: dress_part
select partition.dress(to_regclass(:part), to_regclass(:parent));

-- name: seal_table
select partition.seal(to_regclass(:table_name), to_regclass(:table_name));

-- name: size_table
select pg_total_relation_size(to_regclass(:table_name)) as "size_bytes!";

-- name: exists_table
select to_regclass(:table_name) is not null as "exists!";

-- name: print_name
-- As all other names in the tables of this schema are written.
select to_regclass(:table_name)::text as "name!";
