-- name: read_encryption
-- How the server encrypts; ciphers_13 is empty where the server leaves them to OpenSSL or cannot choose.
select
  current_setting('ssl')::bool as "is_on!",
  current_setting('ssl_min_protocol_version') as "oldest!",
  current_setting('ssl_ciphers') as "ciphers!",
  coalesce(current_setting('ssl_tls13_ciphers', true), '') as "ciphers_13!";

-- name: list_plain_copies
-- Sessions that stream the server's data over the network without encryption: standbys and backups.
select r.pid as "pid!", r.usename as "user!", r.application_name as "application!", pg_catalog.host(r.client_addr) as "address!"
from pg_catalog.pg_stat_replication as r
left join pg_catalog.pg_stat_ssl as s on s.pid = r.pid
where r.client_addr is not null and s.ssl is not true
order by r.pid;
