-- name: find_index
-- The index of that name with all that makes two indexes the same, and whether it is on that table.
select i.indrelid::regclass::text as "table!", coalesce(i.indrelid = pg_catalog.to_regclass(nullif(:table, '')), false) as is_on_table, (i.indisvalid and i.indisready and i.indislive) as "is_valid!",
       jsonb_build_object(
         'unique', i.indisunique, 'nulls not distinct', i.indnullsnotdistinct, 'method', m.amname, 'key columns', i.indnkeyatts,
         'columns', (select jsonb_agg(jsonb_build_object(
                        'is', pg_catalog.pg_get_indexdef(c.oid, n, true),
                        'operators', i.indclass[n - 1]::int8, 'collation', i.indcollation[n - 1]::int8, 'order', i.indoption[n - 1]) order by n)
                       from generate_series(1, i.indnatts::int4) n),
         'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'options', c.reloptions)::text as "definition!"
  from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid join pg_catalog.pg_am m on m.oid = c.relam
 where c.oid = pg_catalog.to_regclass(:index);

-- name: find_leftovers
-- Invalid copies that an interrupted REINDEX CONCURRENTLY left on a table or the table of an index.
select format('%I.%I', n.nspname, c.relname) as "index!"
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where not i.indisvalid and c.relname ~ '_cc(new|old)\d*$'
   and i.indrelid = coalesce((select x.indrelid from pg_catalog.pg_index x where x.indexrelid = pg_catalog.to_regclass(:relation)),
                             pg_catalog.to_regclass(:relation)::oid);

-- name: find_partition
select h.inhdetachpending as "is_pending!" from pg_catalog.pg_inherits h
 where h.inhparent = pg_catalog.to_regclass(:parent) and h.inhrelid = pg_catalog.to_regclass(:partition);

-- name: find_constraint
select convalidated as "is_valid!", contype::text as "kind!" from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass(:table) and conname = :name;

-- name: has_enum_value
select exists (select from pg_catalog.pg_enum where enumtypid = pg_catalog.to_regtype(:type) and enumlabel = :value) as "exists!";

-- name: resolve_objects
-- Objects by what DROP calls them; no row for one that does not exist. Arrays run in parallel.
select t.target as "target!", o.classid as "classid!", o.objid as "objid!"
  from unnest(:targets::text[], :kinds::text[], :names::text[], :relations::text[]) as t(target, kind, name, relation),
       lateral (
         select 'pg_catalog.pg_class'::regclass::oid, pg_catalog.to_regclass(t.name)::oid where t.kind = 'view'
         union all
         select 'pg_catalog.pg_proc'::regclass::oid, pg_catalog.to_regprocedure(t.name)::oid where t.kind in ('function', 'procedure')
         union all
         select 'pg_catalog.pg_trigger'::regclass::oid, g.oid from pg_catalog.pg_trigger g
          where t.kind = 'trigger' and g.tgrelid = pg_catalog.to_regclass(t.relation) and format('"%s"', replace(g.tgname, '"', '""')) = t.name
         union all
         select 'pg_catalog.pg_policy'::regclass::oid, p.oid from pg_catalog.pg_policy p
          where t.kind = 'policy' and p.polrelid = pg_catalog.to_regclass(t.relation) and format('"%s"', replace(p.polname, '"', '""')) = t.name
       ) as o(classid, objid)
 where o.objid is not null;

-- name: list_dependants
-- An object (depth 0) and all that has to be dropped with it and made again after it, by the longest way from it. `definition` is null
-- for what cannot be made again from the catalog (defaults, constraints, indexes, materialised views …). `adornments` are the grants,
-- comments, owner and switches that a new object does not have by itself.
with recursive found (classid, objid, depth) as (
  select :classid::oid, :objid::oid, 0
  union
  select n.classid, n.objid, f.depth + 1
    from found f
    join pg_catalog.pg_depend d on d.refclassid = f.classid and d.refobjid = f.objid and d.deptype in ('n', 'a', 'i')
    left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid,
         lateral (select case when r.oid is null then d.classid else 'pg_catalog.pg_class'::regclass end, coalesce(r.ev_class, d.objid))
           as n(classid, objid)
   where (n.classid, n.objid) <> (f.classid, f.objid)
), objects as (
  select classid, objid, max(depth) as depth from found where classid <> 'pg_catalog.pg_type'::regclass group by classid, objid
), described as (
  select o.classid, o.objid, o.depth, 'view ' || v.oid::regclass as words, 'table ' || v.oid::regclass as grant_words, v.relacl as acl, v.relowner as owner,
         format('create view %s%s as %s', v.oid::regclass, ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_catalog.pg_get_viewdef(v.oid)) as definition,
         null::text as switch
    from objects o join pg_catalog.pg_class v on o.classid = 'pg_catalog.pg_class'::regclass and v.oid = o.objid and v.relkind = 'v'
  union all
  select o.classid, o.objid, o.depth, case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure, 'routine ' || p.oid::regprocedure,
         p.proacl, p.proowner, pg_catalog.pg_get_functiondef(p.oid), null
    from objects o join pg_catalog.pg_proc p on o.classid = 'pg_catalog.pg_proc'::regclass and p.oid = o.objid and p.prokind <> 'a'
  union all
  select o.classid, o.objid, o.depth, format('trigger %I on %s', g.tgname, g.tgrelid::regclass), null, null, null, pg_catalog.pg_get_triggerdef(g.oid),
         case when g.tgenabled <> 'O' then
           format('alter table %s %s trigger %I', g.tgrelid::regclass,
                  case g.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, g.tgname)
         end
    from objects o join pg_catalog.pg_trigger g on o.classid = 'pg_catalog.pg_trigger'::regclass and g.oid = o.objid and not g.tgisinternal
  union all
  select o.classid, o.objid, o.depth, format('policy %I on %s', p.polname, p.polrelid::regclass), null, null, null,
         format('create policy %I on %s as %s for %s to %s', p.polname, p.polrelid::regclass,
                case when p.polpermissive then 'permissive' else 'restrictive' end,
                case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                (select string_agg(case r when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r))
           || coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''), null
    from objects o join pg_catalog.pg_policy p on o.classid = 'pg_catalog.pg_policy'::regclass and p.oid = o.objid
)
select o.classid as "classid!", o.objid as "objid!", o.depth as "depth!",
       coalesce(d.words, pg_catalog.pg_describe_object(o.classid, o.objid, 0)) as "words!", d.definition,
       array(
         select a.sql from (
           select 1 as rank, format('alter %s owner to %I', d.words, pg_catalog.pg_get_userbyid(d.owner)) as sql where d.owner <> current_user::regrole::oid
           union all
           select 2, format('revoke all on %s from public', d.grant_words) where d.acl is not null
           union all
           select 3, format('grant %s on %s to %s%s', x.privilege_type, d.grant_words,
                            case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end,
                            case when x.is_grantable then ' with grant option' else '' end)
             from pg_catalog.aclexplode(d.acl) x where x.grantee <> d.owner
           union all
           select 4, format('grant %s (%I) on %s to %s', x.privilege_type, c.attname, d.grant_words,
                            case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end)
             from pg_catalog.pg_attribute c, pg_catalog.aclexplode(c.attacl) x
            where o.classid = 'pg_catalog.pg_class'::regclass and c.attrelid = o.objid
           union all
           select 5, format('comment on %s is %L', d.words, m.description) from pg_catalog.pg_description m
            where m.classoid = o.classid and m.objoid = o.objid and m.objsubid = 0
           union all
           select 6, format('comment on column %s.%I is %L', o.objid::regclass, c.attname, m.description)
             from pg_catalog.pg_description m join pg_catalog.pg_attribute c on c.attrelid = m.objoid and c.attnum = m.objsubid
            where o.classid = 'pg_catalog.pg_class'::regclass and m.classoid = o.classid and m.objoid = o.objid and m.objsubid > 0
           union all
           select 7, d.switch where d.switch is not null
         ) a order by a.rank, a.sql) as "adornments!"
  from objects o left join described d on d.classid = o.classid and d.objid = o.objid
 order by o.depth;

-- name: describe_column
-- All that makes two columns the same; no row where there is none.
select jsonb_build_object(
         'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull, 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
         'generated', a.attgenerated, 'identity', a.attidentity, 'collation', a.attcollation::int8)::text as "definition!"
  from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = pg_catalog.to_regclass(:table) and a.attname = :name and a.attnum > 0 and not a.attisdropped;

-- name: describe_constraint
-- The same for a constraint. Whether it is validated is not part of it: that is another step.
select regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '') as "definition!"
  from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass(:table) and conname = :name;

-- name: describe_relation
-- The same for a table: its columns, its constraints, how it is partitioned.
select jsonb_build_object(
         'kind', c.relkind, 'persistence', c.relpersistence, 'partitioned', pg_catalog.pg_get_partkeydef(c.oid),
         'columns', (select jsonb_agg(jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                                        pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity) order by a.attname)
                       from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         'constraints', (select jsonb_agg(jsonb_build_array(k.conname, pg_catalog.pg_get_constraintdef(k.oid)) order by k.conname)
                           from pg_catalog.pg_constraint k where k.conrelid = c.oid))::text as "definition!"
  from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(:table);

-- name: estimate_index
-- About how large an index over these columns becomes: 16 bytes per row beside the values, pages nine tenths full. Where there are no
-- statistics, as large as the table. No row where there is no such table.
select greatest(0, case when c.reltuples <= 0 then pg_catalog.pg_table_size(c.oid)
              else c.reltuples * (16 + coalesce(w.bytes, pg_catalog.pg_table_size(c.oid) / c.reltuples)) / 0.9 end)::int8 as "bytes!"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
       lateral (select case when count(*) = cardinality(:columns::text[]) then sum(s.avg_width) end as bytes from pg_catalog.pg_stats s
                 where s.schemaname = n.nspname and s.tablename = c.relname and s.attname = any(:columns::text[]) and not s.inherited) w
 where c.oid = pg_catalog.to_regclass(:table);

-- name: size_of_indexes
-- Of an index, or of all indexes of a table.
select coalesce(sum(pg_catalog.pg_relation_size(i.indexrelid)), 0)::int8 as "bytes!" from pg_catalog.pg_index i
 where pg_catalog.to_regclass(:relation)::oid in (i.indexrelid, i.indrelid);

-- name: describe_trigger
select pg_catalog.pg_get_triggerdef(oid) as "definition!" from pg_catalog.pg_trigger
 where tgrelid = pg_catalog.to_regclass(:table) and tgname = :name and not tgisinternal;

-- name: describe_policy
select jsonb_build_object(
         'permissive', polpermissive, 'command', polcmd, 'roles', (select jsonb_agg(r::regrole::text order by 1) from unnest(polroles) r),
         'using', pg_catalog.pg_get_expr(polqual, polrelid), 'with check', pg_catalog.pg_get_expr(polwithcheck, polrelid))::text as "definition!"
  from pg_catalog.pg_policy where polrelid = pg_catalog.to_regclass(:table) and polname = :name;

-- name: describe_view
-- What has the name of a view; of something else, only what it is.
select jsonb_build_object('kind', relkind, 'options', reloptions,
         'query', case when relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(oid) end)::text as "definition!"
  from pg_catalog.pg_class where oid = pg_catalog.to_regclass(:view);

-- name: list_functions
-- All that have the name, each with the types of its arguments.
select p.proargtypes::text as "arguments!", pg_catalog.pg_get_functiondef(p.oid) as "definition!"
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname = :schema and p.proname = :name and p.prokind in ('f', 'p');

-- name: describe_extension
select format('version %s in schema %s', e.extversion, n.nspname) as "definition!", n.nspname::text as "schema!", e.extversion as "version!"
  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = :name;

-- name: describe_enum
-- Its labels in order; no row where there is no type of that name.
select array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as "labels!"
  from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(:type);

-- name: has_object
-- `relation` is empty for what belongs to no table. Names are quoted where they are qualified, plain where they are not.
select coalesce(case :kind::text
         when 'relation' then pg_catalog.to_regclass(:name) is not null
         when 'function' then pg_catalog.to_regprocedure(:name || '()') is not null
         when 'name' then exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                                   where p.prokind in ('f', 'p') and format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(p.proname, '"', '""')) = :name)
         when 'type' then pg_catalog.to_regtype(:name) is not null
         when 'schema' then exists (select from pg_catalog.pg_namespace where nspname = :name)
         when 'extension' then exists (select from pg_catalog.pg_extension where extname = :name)
         when 'trigger' then exists (select from pg_catalog.pg_trigger where tgrelid = pg_catalog.to_regclass(:relation) and tgname = :name)
         when 'policy' then exists (select from pg_catalog.pg_policy where polrelid = pg_catalog.to_regclass(:relation) and polname = :name)
         when 'constraint' then exists (select from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass(:relation) and conname = :name)
         when 'column' then exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass(:relation) and attname = :name
                                       and attnum > 0 and not attisdropped)
       end, false) as "exists!";

-- name: find_kind
-- `pg_class.relkind`; no row where there is no such relation.
select relkind::text as "kind!" from pg_catalog.pg_class where oid = pg_catalog.to_regclass(:relation);
