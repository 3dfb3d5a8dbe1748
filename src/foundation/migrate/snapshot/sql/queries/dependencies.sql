-- name: list_dependencies
-- What cannot be there without what, as catalog and number of either side. A view's rule is the view, a default is its column, a member of an
-- operator class is the class, the type of a table's rows is the table, an array's is that of its elements, a multirange's is the range.
select o.classid::regclass::text as "catalog!", o.objid as "oid!", o.part as "column!", o.is_default as "isDefault!",
       r.classid::regclass::text as "toCatalog!", r.objid as "toOid!", d.refobjsubid as "toColumn!"
  from pg_catalog.pg_depend d
  left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid and w.rulename = '_RETURN'
  left join pg_catalog.pg_attrdef f on d.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = d.objid
  left join pg_catalog.pg_depend c on d.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
        and c.classid = d.classid and c.objid = d.objid and c.refclassid in ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
  left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = d.refobjid
  left join pg_catalog.pg_range m on m.rngmultitypid = t.oid
  left join pg_catalog.pg_type e on e.oid = coalesce(m.rngtypid, case when t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then t.typelem else t.oid end)
 cross join lateral (select case when w.oid is not null or f.oid is not null then 'pg_catalog.pg_class'::regclass::oid else coalesce(c.refclassid, d.classid) end as classid,
                            coalesce(w.ev_class, f.adrelid, c.refobjid, d.objid) as objid, coalesce(f.adnum, d.objsubid)::int as part,
                            f.oid is not null as is_default) o
 cross join lateral (select case when e.typrelid <> 0 then 'pg_catalog.pg_class'::regclass::oid else d.refclassid end as classid,
                            coalesce(nullif(e.typrelid, 0), e.oid, d.refobjid) as objid) r
 where d.deptype in ('n', 'a', 'i', 'P', 'S') and d.objid >= 16384 and d.refobjid >= 16384 and ((o.classid, o.objid) <> (r.classid, r.objid) or f.adnum <> d.refobjsubid)
   and d.refclassid <> 'pg_catalog.pg_namespace'::regclass;

-- name: list_column_numbers
select a.attrelid as "relation!", a.attnum::int as "number!", quote_ident(a.attname) as "name!"
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
 where c.relkind in ('r', 'p', 'v', 'm', 'c', 'f') and c.relnamespace = any(:namespaces::oid[]) and a.attnum > 0 and not a.attisdropped;
