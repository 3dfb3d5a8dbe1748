-- name: server_at_rest
-- What the server says of its own storage; null where this role may not see it.
select (select setting from pg_catalog.pg_settings where name = 'data_checksums') as data_checksums,
       (select setting from pg_catalog.pg_settings where name = 'archive_mode') as archive_mode,
       (select setting from pg_catalog.pg_settings where name = 'data_directory') as data_directory,
       extract(epoch from pg_catalog.pg_postmaster_start_time())::int8 as "started_epoch_s!";
