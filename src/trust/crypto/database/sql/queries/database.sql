-- name: find_pgcrypto
-- Whether pgcrypto is installed in this database, and whether it could be.
select exists (select from pg_catalog.pg_extension where extname = 'pgcrypto') as "is_installed!",
       exists (select from pg_catalog.pg_available_extensions where name = 'pgcrypto') as "is_available!";

-- name: logging_settings
-- Settings by which parameters of statements reach the server's log; none where they do not.
with s as (select name, setting from pg_catalog.pg_settings)
select s.name || ' = ' || s.setting as "setting!"
  from s
 where (s.name = 'log_statement' and s.setting = 'all'
        or s.name in ('log_min_duration_statement', 'log_min_duration_sample') and s.setting <> '-1'
        or s.name = 'log_transaction_sample_rate' and s.setting <> '0')
       and exists (select from s m where m.name = 'log_parameter_max_length' and m.setting <> '0')
    or s.name = 'log_parameter_max_length_on_error' and s.setting <> '0'
    or s.name = 'auto_explain.log_min_duration' and s.setting <> '-1'
       and exists (select from s m where m.name = 'auto_explain.log_parameter_max_length' and m.setting <> '0')
    or s.name = 'pgaudit.log_parameter' and s.setting = 'on'
 order by s.name;

-- name: provide_key
select pg_catalog.set_config('app.encryption_key', :key, true) is not null as "is_set!";
