-- name: list_aggregates
-- What COMMENT and DROP take as the name, and the definition as CREATE AGGREGATE takes it.
select p.oid as "oid!",
       format('%I.%I(%s)', n.nspname, p.proname,
         case when a.aggkind = 'n' then coalesce(nullif(pg_catalog.oidvectortypes(p.proargtypes), ''), '*')
           else (select concat_ws(' ', string_agg(pg_catalog.format_type(t, null), ', ' order by i) filter (where i <= a.aggnumdirectargs), 'ORDER BY',
                                  string_agg(pg_catalog.format_type(t, null), ', ' order by i) filter (where i > a.aggnumdirectargs))
                   from unnest(p.proargtypes) with ordinality as u(t, i)) end) as "name!",
       pg_catalog.pg_get_userbyid(p.proowner) as "owner!", p.proacl::text[] as "acl?", d.description as "comment?",
       pg_catalog.pg_get_function_arguments(p.oid) as "arguments!",
       array_remove(array[
         'sfunc = ' || a.aggtransfn, 'stype = ' || pg_catalog.format_type(a.aggtranstype, null), 'sspace = ' || nullif(a.aggtransspace, 0),
         'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regproc, case when a.aggfinalextra then 'finalfunc_extra' end,
         'finalfunc_modify = ' || case when a.aggfinalfn::oid <> 0 then m.words end,
         'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regproc, 'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regproc,
         'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regproc, 'initcond = ' || quote_literal(a.agginitval),
         'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regproc, 'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
         'mstype = ' || case when a.aggmtranstype <> 0 then pg_catalog.format_type(a.aggmtranstype, null) end, 'msspace = ' || nullif(a.aggmtransspace, 0),
         'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regproc, case when a.aggmfinalextra then 'mfinalfunc_extra' end,
         'mfinalfunc_modify = ' || case when a.aggmfinalfn::oid <> 0 then mm.words end, 'minitcond = ' || quote_literal(a.aggminitval),
         'sortop = operator(' || so.name || ')', 'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
         case when a.aggkind = 'h' then 'hypothetical' end], null) as "definition!"
  from pg_catalog.pg_aggregate a
  join pg_catalog.pg_proc p on p.oid = a.aggfnoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  left join (values ('r', 'read_only'), ('s', 'shareable'), ('w', 'read_write')) as m(letter, words) on m.letter = a.aggfinalmodify::text
  left join (values ('r', 'read_only'), ('s', 'shareable'), ('w', 'read_write')) as mm(letter, words) on mm.letter = a.aggmfinalmodify::text
  left join (select o.oid, format('%I.%s', s.nspname, o.oprname) as name
               from pg_catalog.pg_operator o join pg_catalog.pg_namespace s on s.oid = o.oprnamespace) as so on so.oid = a.aggsortop
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_proc'::regclass and d.objoid = p.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'
 where p.pronamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_operators
-- One without a function is only announced by another's COMMUTATOR or NEGATOR.
select o.oid as "oid!",
       format('%I.%s (%s, %s)', n.nspname, o.oprname, case when o.oprleft = 0 then 'NONE' else pg_catalog.format_type(o.oprleft, null) end,
              pg_catalog.format_type(o.oprright, null)) as "name!",
       pg_catalog.pg_get_userbyid(o.oprowner) as "owner!", d.description as "comment?",
       format('%I.%s', n.nspname, o.oprname) as "symbol!",
       array_remove(array[
         'function = ' || o.oprcode, 'leftarg = ' || case when o.oprleft <> 0 then pg_catalog.format_type(o.oprleft, null) end,
         'rightarg = ' || pg_catalog.format_type(o.oprright, null), 'commutator = operator(' || c.name || ')', 'negator = operator(' || g.name || ')',
         'restrict = ' || nullif(o.oprrest::oid, 0)::regproc, 'join = ' || nullif(o.oprjoin::oid, 0)::regproc,
         case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end], null) as "definition!"
  from pg_catalog.pg_operator o
  join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
  left join (select x.oid, format('%I.%s', s.nspname, x.oprname) as name
               from pg_catalog.pg_operator x join pg_catalog.pg_namespace s on s.oid = x.oprnamespace) as c on c.oid = o.oprcom
  left join (select x.oid, format('%I.%s', s.nspname, x.oprname) as name
               from pg_catalog.pg_operator x join pg_catalog.pg_namespace s on s.oid = x.oprnamespace) as g on g.oid = o.oprnegate
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_operator'::regclass and d.objoid = o.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_operator'::regclass and e.objid = o.oid and e.deptype = 'e'
 where o.oprnamespace = any(:namespaces::oid[]) and o.oprcode::oid <> 0 and e.objid is null;

-- name: list_operator_families
-- Members that belong to no class: those that ALTER OPERATOR FAMILY added.
select f.oid as "oid!", format('%I.%I USING %I', n.nspname, f.opfname, m.amname) as "name!", pg_catalog.pg_get_userbyid(f.opfowner) as "owner!",
       d.description as "comment?",
       array(select format('operator %s %s', o.amopstrategy, o.amopopr::regoperator) || coalesce(' for order by ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), '')
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amop o on x.classid = 'pg_catalog.pg_amop'::regclass and o.oid = x.objid
               left join pg_catalog.pg_opfamily s on s.oid = o.amopsortfamily
               left join pg_catalog.pg_namespace sn on sn.oid = s.opfnamespace
              where x.refclassid = 'pg_catalog.pg_opfamily'::regclass and x.refobjid = f.oid
             union all
             select format('function %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, null),
                           pg_catalog.format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amproc p on x.classid = 'pg_catalog.pg_amproc'::regclass and p.oid = x.objid
              where x.refclassid = 'pg_catalog.pg_opfamily'::regclass and x.refobjid = f.oid
              order by 1) as "members!"
  from pg_catalog.pg_opfamily f
  join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
  join pg_catalog.pg_am m on m.oid = f.opfmethod
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_opfamily'::regclass and d.objoid = f.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_opfamily'::regclass and e.objid = f.oid and e.deptype = 'e'
 where f.opfnamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_operator_classes
select c.oid as "oid!", format('%I.%I USING %I', n.nspname, c.opcname, m.amname) as "name!", pg_catalog.pg_get_userbyid(c.opcowner) as "owner!",
       d.description as "comment?", pg_catalog.format_type(c.opcintype, null) as "type!", c.opcdefault as "isDefault!",
       format('%I.%I', fn.nspname, f.opfname) as "family!", case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end as "storage?",
       array(select format('operator %s %s', o.amopstrategy, o.amopopr::regoperator) || coalesce(' for order by ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), '')
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amop o on x.classid = 'pg_catalog.pg_amop'::regclass and o.oid = x.objid
               left join pg_catalog.pg_opfamily s on s.oid = o.amopsortfamily
               left join pg_catalog.pg_namespace sn on sn.oid = s.opfnamespace
              where x.refclassid = 'pg_catalog.pg_opclass'::regclass and x.refobjid = c.oid
             union all
             select format('function %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, null),
                           pg_catalog.format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)
               from pg_catalog.pg_depend x
               join pg_catalog.pg_amproc p on x.classid = 'pg_catalog.pg_amproc'::regclass and p.oid = x.objid
              where x.refclassid = 'pg_catalog.pg_opclass'::regclass and x.refobjid = c.oid
              order by 1) as "members!"
  from pg_catalog.pg_opclass c
  join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
  join pg_catalog.pg_am m on m.oid = c.opcmethod
  join pg_catalog.pg_opfamily f on f.oid = c.opcfamily
  join pg_catalog.pg_namespace fn on fn.oid = f.opfnamespace
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_opclass'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_opclass'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.opcnamespace = any(:namespaces::oid[]) and e.objid is null;

-- name: list_casts
select c.oid as "oid!", format('(%s AS %s)', pg_catalog.format_type(c.castsource, null), pg_catalog.format_type(c.casttarget, null)) as "name!",
       case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end as "method!",
       case c.castcontext when 'a' then 'assignment' when 'i' then 'implicit' end as "context?", d.description as "comment?"
  from pg_catalog.pg_cast c
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_cast'::regclass and d.objoid = c.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_cast'::regclass and e.objid = c.oid and e.deptype in ('e', 'i')
 where c.oid >= 16384 and e.objid is null;
