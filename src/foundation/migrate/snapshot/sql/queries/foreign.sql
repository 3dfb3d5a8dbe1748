-- Options may hold passwords. Those that could are kept as four digits of a hash: enough to see that one is another, too few to find it by
-- trying. The digits of such digits are the same ones, so that a database on which a plan is tried can have them in place of the secret.

-- name: list_foreign_data_wrappers
select w.oid as "oid!", quote_ident(w.fdwname) as "name!", pg_catalog.pg_get_userbyid(w.fdwowner) as "owner!", w.fdwacl::text[] as "acl?",
       d.description as "comment?", nullif(w.fdwhandler, 0)::regproc::text as "handler?", nullif(w.fdwvalidator, 0)::regproc::text as "validator?",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', w.fdwname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(w.fdwoptions) v) as o order by 1) as "options!"
  from pg_catalog.pg_foreign_data_wrapper w
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_foreign_data_wrapper'::regclass and d.objoid = w.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass and e.objid = w.oid and e.deptype = 'e'
 where e.objid is null;

-- name: list_servers
select s.oid as "oid!", quote_ident(s.srvname) as "name!", pg_catalog.pg_get_userbyid(s.srvowner) as "owner!", s.srvacl::text[] as "acl?",
       d.description as "comment?", quote_ident(w.fdwname) as "wrapper!", s.srvtype as "type?", s.srvversion as "version?",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', s.srvname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(s.srvoptions) v) as o order by 1) as "options!"
  from pg_catalog.pg_foreign_server s
  join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_foreign_server'::regclass and d.objoid = s.oid
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_foreign_server'::regclass and e.objid = s.oid and e.deptype = 'e'
 where e.objid is null;

-- name: list_user_mappings
-- Options only as far as the role may see them: its own, or those of its servers.
select m.umid as "oid!", format('for %s server %I', case when m.umuser = 0 then 'public' else quote_ident(m.usename) end, m.srvname) as "name!",
       array(select o.option || '=' || case when o.option !~* '^user(name)?$' and o.value !~* '^(true|false|on|off|yes|no)$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', m.srvname || ' ' || m.usename, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(m.umoptions) v) as o order by 1) as "options!"
  from pg_catalog.pg_user_mappings m;

-- name: list_foreign_tables
select c.oid as "oid!", format('%I.%I', n.nspname, c.relname) as "name!", pg_catalog.pg_get_userbyid(c.relowner) as "owner!", c.relacl::text[] as "acl?",
       d.description as "comment?", quote_ident(s.srvname) as "server!",
       array(select format('%I.%I', pn.nspname, p.relname)
               from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
              where i.inhrelid = c.oid order by i.inhseqno) as "parents!",
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "bound?",
       array(select o.option || '=' || case when o.option ~* 'pass(word|wd|phrase|code)?$|pwd|secret|token|cred|key$|conn|dsn|ur[il]$' and o.value !~ '^#[0-9a-f]{4}$'
                      then '#' || left(encode(sha256(convert_to(format('%s %s %s', c.relname, o.option, o.value), 'UTF8')), 'hex'), 4) else o.value end
               from (select split_part(v, '=', 1) as option, substr(v, strpos(v, '=') + 1) as value from unnest(f.ftoptions) v) as o order by 1) as "options!"
  from pg_catalog.pg_foreign_table f
  join pg_catalog.pg_class c on c.oid = f.ftrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
 where c.relnamespace = any(:namespaces::oid[]) and e.objid is null
   and (:relations?::oid[] is null or c.oid = any(:relations?::oid[]));
