-- name: has_moves
select pg_catalog.to_regclass('migrate.moves') is not null as "exists!";

-- name: find_table
-- A table with its key and its columns in order; no row when there is none. Collations by name, the database's own for the default.
select greatest(c.reltuples, 0)::int8 as "rows!", pg_catalog.pg_table_size(c.oid) as "bytes!", k.names as "key_names!", k.types as "key_types!",
       k.collations as "key_collations!",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as "columns!",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> '') as "generated!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       join pg_catalog.pg_database d on d.datname = pg_catalog.current_database(), lateral (
         select coalesce(array_agg(a.attname::text order by i.position), '{}') as names,
                coalesce(array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by i.position), '{}') as types,
                coalesce(array_agg(case a.attcollation when 0 then '' when 100 then d.datcollate || ' ' || d.datlocprovider::text else o.collname::text end
                                   order by i.position), '{}') as collations
           from pg_catalog.pg_constraint p cross join unnest(p.conkey) with ordinality i(attnum, position)
                join pg_catalog.pg_attribute a on a.attrelid = p.conrelid and a.attnum = i.attnum
                left join pg_catalog.pg_collation o on o.oid = a.attcollation
          where p.conrelid = c.oid and p.contype = 'p') k
 where n.nspname = :schema and c.relname = :name and c.relkind in ('r', 'p');

-- name: add_move
insert into migrate.moves (id, name, tier, definition, batch_rows, rows_total)
values (:id, :name, :tier, :definition::jsonb, :batch_rows, :rows_total)
on conflict on constraint moves_name_key do nothing;

-- name: list_moves
select id, name, tier, definition, state, cursor, upper_bound, batch_rows, rows_copied, rows_applied, rows_total, discrepancies, pause_ms,
       started, verified, switched
  from migrate.moves order by started, name;

-- name: begin_copying
-- Also begins again, after everything may have changed.
update migrate.moves set state = 'copying', cursor = null, upper_bound = :upper_bound?::jsonb, rows_copied = 0
 where id = :id and state <> 'switched';

-- name: advance_copy
-- Only from where this range began: whoever copied it meanwhile wins.
update migrate.moves set cursor = :cursor::jsonb, rows_copied = rows_copied + :rows, batch_rows = :batch_rows
 where id = :id and state = 'copying' and cursor is not distinct from :from?::jsonb;

-- name: follow
update migrate.moves set state = 'following' where id = :id and state = 'copying';

-- name: add_applied
update migrate.moves set rows_applied = rows_applied + :rows where id = :id;

-- name: record_comparison
update migrate.moves set verified = clock_timestamp(), discrepancies = :discrepancies where id = :id;

-- name: switch_move
update migrate.moves set state = 'switched', switched = clock_timestamp(), pause_ms = :pause_ms? where id = :id and state = 'following';

-- name: find_move
select state, cursor, upper_bound, batch_rows, rows_copied, rows_total from migrate.moves where id = :id;

-- name: has_trigger
select exists (select from pg_catalog.pg_trigger t where t.tgrelid = pg_catalog.to_regclass(:relation) and t.tgname = :name) as "exists!";
