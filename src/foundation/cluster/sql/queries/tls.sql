-- name: faulty_rules
-- Lines of pg_hba.conf and pg_ident.conf, as they are on the disk now, that the server could not use.
select r.file_name as "file!", r.line_number as "line!", r.error as "fault!"
from pg_catalog.pg_hba_file_rules as r
where r.error is not null
union all
select m.file_name, m.line_number, m.error
from pg_catalog.pg_ident_file_mappings as m
where m.error is not null;

-- name: overruling_settings
-- Lines of configuration files that name other certificates than our file, or switch them off, and win over it.
select f.name as "name!", f.sourcefile as "file!", f.sourceline as "line!"
from pg_catalog.pg_file_settings as f
where f.name in ('ssl', 'ssl_cert_file', 'ssl_key_file') and f.applied and f.sourcefile not like :ours::text;

-- name: read_load_time
-- When the server last read its configuration.
select pg_catalog.pg_conf_load_time() as "loaded!";
