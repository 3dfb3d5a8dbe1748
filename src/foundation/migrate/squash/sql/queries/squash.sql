-- name: list_holders
-- Tables and sequences, as SQL spells them: rows are counted one by one, a sequence says how far it is. Of the ledger only what
-- migrations themselves write.
select format('%I.%I', n.nspname, c.relname) as "name!", c.relkind = 'S' as "is_sequence!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'S') and not c.relispartition and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
   and (n.nspname <> 'migrate' or c.relname in ('backfills', 'groups', 'moves', 'trash'))
 order by 1;
