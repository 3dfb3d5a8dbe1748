-- name: describe_table
-- What decides whether and how a table can be converted; no row when there is no such relation.
select c.oid::int8 as "oid!", n.nspname::text as "schema!", c.relname::text as "name!", c.relkind::text as "kind!",
       c.relpersistence::text as "persistence!", pg_catalog.pg_get_userbyid(c.relowner)::text as "owner!", c.relispartition as "is_partition!",
       exists (select from pg_catalog.pg_inherits i where c.oid in (i.inhrelid, i.inhparent)) as "is_inherited!",
       (select e.extname::text from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
         where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') as extension,
       pg_catalog.pg_total_relation_size(c.oid) as "size_bytes!", greatest(c.reltuples, 0)::int8 as "rows!",
       coalesce((select array_agg(a.attname::text order by k.position)
                   from pg_catalog.pg_constraint p, unnest(p.conkey) with ordinality as k(attnum, position), pg_catalog.pg_attribute a
                  where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.attnum), '{}') as "primary_key!",
       (select p.conname::text from pg_catalog.pg_constraint p where p.conrelid = c.oid and p.contype = 'p') as primary_key_name,
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as "columns!",
       array(select a.attname::text from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
              order by a.attnum) as "settable!",
       coalesce(c.reloptions, '{}') as "options!",
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
       (select a.attname::text from pg_catalog.pg_partitioned_table k join pg_catalog.pg_attribute a on a.attrelid = k.partrelid and a.attnum = k.partattrs[0]
         where k.partrelid = c.oid and k.partnatts = 1) as partition_column,
       coalesce(pg_catalog.pg_get_partition_constraintdef(c.oid), 'true') as "condition!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.oid = pg_catalog.to_regclass(:table);

-- name: describe_key
select pg_catalog.format_type(a.atttypid, a.atttypmod) as "type!", a.attnotnull as "is_not_null!", a.attgenerated <> '' as "is_generated!"
  from pg_catalog.pg_attribute a
 where a.attrelid = pg_catalog.to_regclass(:table) and a.attname = :column and not a.attisdropped;

-- name: list_obstacles
-- What a partitioned table cannot have, or what would stay with the old table, in words for people.
with t as (select c.oid, c.reltype from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(:table)),
     key as (select a.attnum from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attname = :column)
select 'unique index ' || i.indexrelid::regclass || ' does not contain ' || quote_ident(:column)
         || ': the uniqueness would end at each partition; ask for claims (--unique), drop it, or cut by a column that it contains' as "obstacle!"
  from t, key, pg_catalog.pg_index i
 where i.indrelid = t.oid and i.indisunique and not i.indisprimary and not (key.attnum = any (i.indkey[0:i.indnkeyatts - 1]))
   and (select x.relname from pg_catalog.pg_class x where x.oid = i.indexrelid) <> all (:claimed::text[])
union all
select 'exclusion constraint ' || quote_ident(x.conname) || ' holds across the whole table; drop it first'
  from t, pg_catalog.pg_constraint x where x.conrelid = t.oid and x.contype = 'x'
union all
select 'foreign key ' || quote_ident(f.conname) || ' of ' || f.conrelid::regclass || ' points at columns without ' || quote_ident(:column)
         || ', which cannot be unique in a table cut by it; cut by a column of that key (uuid7, id), or drop the foreign key'
  from t, key, pg_catalog.pg_constraint f
 where f.confrelid = t.oid and f.contype = 'f' and f.conparentid = 0 and f.conrelid <> t.oid and not (key.attnum = any (f.confkey))
union all
select 'foreign key ' || quote_ident(f.conname) || ' points from the table to itself; drop it first'
  from t, pg_catalog.pg_constraint f where f.confrelid = t.oid and f.conrelid = t.oid and f.contype = 'f' and f.conparentid = 0
union all
select 'publication ' || quote_ident(b.pubname) || ' would send changes under the names of partitions; run "alter publication '
         || quote_ident(b.pubname) || ' set (publish_via_partition_root = true)" first'
  from t, pg_catalog.pg_publication_rel r join pg_catalog.pg_publication b on b.oid = r.prpubid
 where r.prrelid = t.oid and not b.pubviaroot
union all
select 'rule ' || quote_ident(r.rulename) || ' belongs to this very table; replace it by a trigger'
  from t, pg_catalog.pg_rewrite r where r.ev_class = t.oid and r.rulename <> '_RETURN'
union all
select 'trigger ' || quote_ident(g.tgname) || ' is for each row and has transition tables, which partitions cannot have; make it for each statement'
  from t, pg_catalog.pg_trigger g
 where g.tgrelid = t.oid and not g.tgisinternal and g.tgtype & 1 = 1 and (g.tgoldtable is not null or g.tgnewtable is not null)
union all
select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) || ' uses the row type of the table and would keep the old one; drop it first'
  from t, pg_catalog.pg_depend d
 where d.refclassid = 'pg_catalog.pg_type'::regclass and d.deptype = 'n'
   and d.refobjid in (t.reltype, (select y.typarray from pg_catalog.pg_type y where y.oid = t.reltype))
union all
select pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' is written down against this very table; make its body a string, or drop it first'
  from t, pg_catalog.pg_depend d
 where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.deptype = 'n' and d.classid = 'pg_catalog.pg_proc'::regclass
 group by d.classid, d.objid
 order by 1;

-- name: find_unique_index
-- The unique index over exactly these columns, in any order, without a condition; no row when there is none.
select x.relname::text as "index!", exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype = 'u') as "is_constraint!"
  from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
 where i.indrelid = pg_catalog.to_regclass(:table) and i.indisunique and i.indisvalid and not i.indisprimary and i.indpred is null
   and i.indexprs is null and not i.indnullsnotdistinct
   and array(select a.attname::text from pg_catalog.pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1]) order by 1)
     = array(select c from unnest(:columns::text[]) c order by 1)
 order by 1 limit 1;

-- name: list_clone_statements
-- Everything about one table that `like` does not bring along and that may stand on the other before it is in use, in order.
-- The other has the same columns. From step 70 on they say who may do what with it. Triggers, publications and what points at the table follow at the swap: see list_followers.
with s as (
  select c.*, c.oid::regclass::text as own, quote_ident(:target_schema) as place
    from pg_catalog.pg_class c where c.oid = :source::int8::oid
), t as (select s.*, s.place || '.' || quote_ident(:target_name) as target from s),
keys as (
  select x.oid, x.conname, x.contype, x.conindid, x.condeferrable, x.condeferred,
         (select string_agg(quote_ident(a.attname), ', ' order by k.position)
            from unnest(x.conkey) with ordinality as k(attnum, position) join pg_catalog.pg_attribute a on a.attrelid = x.conrelid and a.attnum = k.attnum
           where k.attnum <> all (coalesce((select i.indkey[i.indnkeyatts:] from pg_catalog.pg_index i where i.indexrelid = x.conindid), '{}'))) as columns,
         pg_catalog.pg_get_constraintdef(x.oid) as definition,
         (select a.attnum = any (x.conkey) from pg_catalog.pg_attribute a where a.attrelid = x.conrelid and a.attname = :key_column) as has_key
    from t join pg_catalog.pg_constraint x on x.conrelid = t.oid
   where x.contype in ('p', 'u', 'f')
     -- Not the shadows that a key to a partitioned table casts, one for each of its partitions.
     and not exists (select from pg_catalog.pg_constraint y where y.oid = x.conparentid and y.conrelid = x.conrelid)
)
select statement as "statement!" from (
  select 10 as step, '' as name, format('alter table %s owner to %I', target, pg_catalog.pg_get_userbyid(relowner)) as statement from t
  union all
  select 20, conname, format('alter table %s add constraint %I primary key (%s, %I)', target, conname, columns, :key_column)
    from t, keys where contype = 'p' and not has_key
  union all
  select 21, conname, format('alter table %s add constraint %I %s', target, conname, definition) from t, keys where contype in ('p', 'u') and has_key
  union all
  select 30, i.indexrelid::regclass::text,
         format('create %sindex %I on %s %s', case when i.indisunique then 'unique ' else '' end, x.relname, target,
           substr(pg_catalog.pg_get_indexdef(i.indexrelid),
             strpos(pg_catalog.pg_get_indexdef(i.indexrelid), ' ' || t.own || ' USING ') + length(t.own) + 2))
    from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
   where not exists (select from pg_catalog.pg_constraint p where p.conindid = i.indexrelid and p.contype in ('p', 'u', 'x'))
     and i.indisvalid and x.relname <> all (:skip_indexes::text[])
  union all
  select 31, x.relname, format('comment on index %s.%I is %L', t.place, x.relname, d.description)
    from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid and x.relname <> all (:skip_indexes::text[])
         join pg_catalog.pg_description d on d.objoid = x.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
  union all
  select 40, conname, format('alter table %s add constraint %I %s', target, conname, definition) from t, keys where contype = 'f'
  union all
  select 41, x.conname, format('comment on constraint %I on %s is %L', x.conname, t.target, d.description)
    from t join pg_catalog.pg_constraint x on x.conrelid = t.oid and x.contype in ('p', 'u', 'f') and x.conname <> all (:skip_indexes::text[])
         join pg_catalog.pg_description d on d.objoid = x.oid and d.classoid = 'pg_catalog.pg_constraint'::regclass
  union all
  select 50, e.stxname, format('create statistics %s.%I%s on %s from %s', t.place, e.stxname,
           case when cardinality(e.stxkind) > 0 and e.stxkind <> '{d,f,m}' and not (e.stxkind @> '{e}' and cardinality(e.stxkind) in (1, 4)) then
             ' (' || array_to_string(array(select case k::text when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end
                                             from unnest(e.stxkind) k where k <> 'e'), ', ') || ')' else '' end,
           pg_catalog.pg_get_statisticsobjdef_columns(e.oid), t.target)
    from t join pg_catalog.pg_statistic_ext e on e.stxrelid = t.oid
  union all
  select 51, e.stxname, format('comment on statistics %s.%I is %L', t.place, e.stxname, d.description)
    from t join pg_catalog.pg_statistic_ext e on e.stxrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = e.oid and d.classoid = 'pg_catalog.pg_statistic_ext'::regclass
  union all
  select 60, '', format('comment on %s %s is %L', case when relkind = 'm' then 'materialized view' else 'table' end, target, d.description)
    from t join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
  union all
  select 61, a.attname, format('comment on column %s.%I is %L', t.target, a.attname, d.description)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = a.attnum
   where t.relkind = 'm'
  union all
  select 61, '', format('alter table %s replica identity %s', target, case relreplident when 'f' then 'full' else 'nothing' end)
    from t where relreplident in ('f', 'n') and relkind <> 'm'
  union all
  select 70, '', format('alter table %s %s row level security, %s force row level security', target,
           case when relrowsecurity then 'enable' else 'disable' end, case when relforcerowsecurity then '' else 'no' end) from t
   where relkind <> 'm'
  union all
  select 72, p.polname, format('create policy %I on %s as %s for %s to %s', p.polname, t.target,
           case when p.polpermissive then 'permissive' else 'restrictive' end,
           case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
           array_to_string(array(select case when r = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(r)) end from unnest(p.polroles) r), ', '))
         || coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
         || coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
    from t join pg_catalog.pg_policy p on p.polrelid = t.oid
  union all
  select 73, p.polname, format('comment on policy %I on %s is %L', p.polname, t.target, d.description)
    from t join pg_catalog.pg_policy p on p.polrelid = t.oid
         join pg_catalog.pg_description d on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_policy'::regclass
  union all
  -- What default privileges have given the new table goes first.
  select 80, '', format('revoke all on %s from public%s', target,
           coalesce((select string_agg(distinct ', ' || quote_ident(r.rolname), '') from pg_catalog.pg_default_acl f, aclexplode(f.defaclacl) g
                      join pg_catalog.pg_roles r on r.oid = g.grantee where f.defaclobjtype = 'r' and r.oid <> t.relowner), '')) from t
  union all
  select 81, g.grantee::text || g.privilege_type, format('grant %s on %s to %s%s', g.privilege_type, t.target,
           case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
           case when g.is_grantable then ' with grant option' else '' end)
    from t, aclexplode(t.relacl) g where g.grantee <> t.relowner
  union all
  select 82, a.attname || g.grantee || g.privilege_type, format('grant %s (%I) on %s to %s%s', g.privilege_type, a.attname, t.target,
           case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
           case when g.is_grantable then ' with grant option' else '' end)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and not a.attisdropped, aclexplode(a.attacl) g
  union all
  select 90, a.attname, format('alter table %s alter %I set (%s)', t.target, a.attname, array_to_string(a.attoptions, ', '))
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attoptions is not null and not a.attisdropped
  union all
  select 91, a.attname, format('alter table %s alter %I set statistics %s', t.target, a.attname, a.attstattarget)
    from t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attstattarget is not null and a.attnum > 0 and not a.attisdropped
) all_of_them
where step between :from_step and :to_step
order by step, name;

-- name: list_followers
-- What points at a table and has to point at the one that takes its name, each with how it leaves and how it comes back.
-- Leaving may be nothing; both are run with an empty search_path, so names are qualified.
with t as (select c.oid, c.oid::regclass::text as own from pg_catalog.pg_class c where c.oid = :table::int8::oid)
select kind as "kind!", name as "name!", of_table, leave as "leave!", come as "come!" from (

  select 1 as step, 'trigger' as kind, g.tgname::text as name, null::text as of_table,
         format('drop trigger %I on %s', g.tgname, t.own) as leave,
         pg_catalog.pg_get_triggerdef(g.oid)
         || case g.tgenabled when 'O' then '' else format('; alter table %s %s trigger %I', t.own,
              case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, g.tgname) end
         || coalesce(format('; comment on trigger %I on %s is %L', g.tgname, t.own, d.description), '') as come
    from t join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgparentid = 0 and not starts_with(g.tgname, 'plinth_sync_')
         left join pg_catalog.pg_description d on d.objoid = g.oid and d.classoid = 'pg_catalog.pg_trigger'::regclass
  union all
  select 2, 'foreign key', f.conname, f.conrelid::regclass::text, format('alter table %s drop constraint %I', f.conrelid::regclass, f.conname),
         format('alter table %s add constraint %I %s%s', f.conrelid::regclass, f.conname, pg_catalog.pg_get_constraintdef(f.oid),
           case when f.convalidated then ' not valid' else '' end)
         || coalesce(format('; comment on constraint %I on %s is %L', f.conname, f.conrelid::regclass, d.description), '')
    from t join pg_catalog.pg_constraint f on f.confrelid = t.oid and f.contype = 'f' and f.conparentid = 0
         left join pg_catalog.pg_description d on d.objoid = f.oid and d.classoid = 'pg_catalog.pg_constraint'::regclass
  union all
  select 3, 'publication', p.pubname, null, format('alter publication %I drop table only %s', p.pubname, t.own),
         format('alter publication %I add table only %s%s%s', p.pubname, t.own,
           case when r.prattrs is null then '' else (select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
             from pg_catalog.pg_attribute a where a.attrelid = t.oid and a.attnum = any (r.prattrs)) end,
           coalesce(' where (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', ''))
    from t join pg_catalog.pg_publication_rel r on r.prrelid = t.oid join pg_catalog.pg_publication p on p.oid = r.prpubid
  union all
  select 4, 'sequence', d.objid::regclass::text, null, format('alter sequence %s owned by none', d.objid::regclass),
         format('alter sequence %s owned by %s.%I', d.objid::regclass, t.own, a.attname)
    from t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
              and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'a'
         join pg_catalog.pg_class q on q.oid = d.objid and q.relkind = 'S'
         join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  union all
  select distinct 5, 'view', v.oid::regclass::text, null, '',
         format('create or replace view %s%s as %s', v.oid::regclass,
           coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', ''), pg_catalog.pg_get_viewdef(v.oid))
    from t join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
         join pg_catalog.pg_rewrite r on r.oid = d.objid and r.rulename = '_RETURN' join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind = 'v'
) all_of_them
where :kinds?::text[] is null or kind = any (:kinds?::text[])
order by step, name;

-- name: list_relations_around
-- The table with its partitions, what reads it through views, and what points at it with a key, a policy or a column of its rows: where a swap
-- can change anything. Names as SQL takes them.
with recursive tables as (
  select :table::int8::oid as oid union select t.relid::oid from pg_catalog.pg_partition_tree(:table::int8::oid) t
), reading as (
  select oid from tables
  union
  select w.ev_class from reading r
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite w on w.oid = d.objid
)
select format('%I.%I', n.nspname, c.relname) as "name!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.oid in (
   select oid from reading
   union select f.conrelid from pg_catalog.pg_constraint f where f.contype = 'f' and f.confrelid in (select oid from tables)
   union select p.polrelid from pg_catalog.pg_depend d join pg_catalog.pg_policy p on p.oid = d.objid
          where d.classid = 'pg_catalog.pg_policy'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid in (select oid from tables)
   union select a.attrelid from pg_catalog.pg_attribute a join pg_catalog.pg_type t on a.atttypid in (t.oid, t.typarray)
          where t.typrelid in (select oid from tables) and a.attnum > 0 and not a.attisdropped
 )
 order by 1;

-- name: list_grantees
-- Everybody but the owner who was granted anything on a table or its columns, as SQL calls them.
select distinct case when g.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end as "grantee!"
  from pg_catalog.pg_class c left join pg_catalog.pg_attribute a on a.attrelid = c.oid,
       lateral (select * from pg_catalog.aclexplode(c.relacl) union all select * from pg_catalog.aclexplode(a.attacl)) g
 where c.oid = :table::int8::oid and g.grantee <> c.relowner
 order by 1;

-- name: list_materialized_views
-- Those that read a table, and what it takes to have each again.
select v.oid::int8 as "oid!", n.nspname::text as "schema!", v.relname::text as "name!", pg_catalog.pg_get_viewdef(v.oid) as "definition!",
       v.relispopulated as "is_populated!"
  from pg_catalog.pg_class v join pg_catalog.pg_namespace n on n.oid = v.relnamespace
 where v.relkind = 'm'
   and exists (select from pg_catalog.pg_rewrite r join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
                where r.ev_class = v.oid and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = :table::int8::oid)
 order by 2, 3;

-- name: list_identities
-- Identity columns with their sequences.
select a.attname::text as "column!", case a.attidentity when 'a' then 'always' else 'by default' end as "generated!", pg_catalog.pg_get_serial_sequence(:table, a.attname) as "sequence!"
  from pg_catalog.pg_attribute a
 where a.attrelid = pg_catalog.to_regclass(:table) and a.attidentity <> '' and not a.attisdropped;

-- name: list_children
-- Partitions of a table with their bounds, and the condition that a row of each meets.
select c.oid::int8 as "oid!", n.nspname::text as "schema!", c.relname::text as "name!", c.relkind::text as "kind!",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound!", coalesce(pg_catalog.pg_get_partition_constraintdef(c.oid), 'true') as "condition!",
       pg_catalog.pg_total_relation_size(c.oid) as "size_bytes!"
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where i.inhparent = pg_catalog.to_regclass(:table)
 order by 2, 3;

-- name: has_index
-- A valid index of that name, or an invalid leftover; no row for neither.
select i.indisvalid as "is_valid!" from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass(:index);

-- name: has_check
select x.convalidated as "is_valid!", pg_catalog.pg_get_constraintdef(x.oid) as "definition!"
  from pg_catalog.pg_constraint x where x.conrelid = pg_catalog.to_regclass(:table) and x.conname = :name;

-- name: list_own_names
-- Indexes and extended statistics of a table: what needs another name when another table takes its own.
select 'index' as "kind!", n.nspname::text as "schema!", x.relname::text as "name!"
  from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = x.relnamespace
 where i.indrelid = :table::int8::oid
union all
select 'statistics', n.nspname::text, e.stxname::text
  from pg_catalog.pg_statistic_ext e join pg_catalog.pg_namespace n on n.oid = e.stxnamespace where e.stxrelid = :table::int8::oid
 order by 1, 3;

-- name: list_policies
select p.polname::text as "name!" from pg_catalog.pg_policy p where p.polrelid = :table::int8::oid order by 1;

-- name: list_referenced
-- Tables this one has foreign keys to: dropping, attaching and detaching lock them too.
select distinct x.confrelid::regclass::text as "table!" from pg_catalog.pg_constraint x
 where x.conrelid = :table::int8::oid and x.contype = 'f' and x.confrelid <> x.conrelid order by 1;

-- name: sequence_state
-- What another identity column has to be made like.
select c.relname::text as "name!", s.seqstart::text as "start!", s.seqincrement::text as "increment!", s.seqmin::text as "minimum!",
       s.seqmax::text as "maximum!", s.seqcache::text as "cache!",
       s.seqcycle as "is_cycling!"
  from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid
 where s.seqrelid = pg_catalog.to_regclass(:sequence);
