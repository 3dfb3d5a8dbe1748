-- name: list_hashes
-- The latest first.
select h.hash from access.password_history h where h.role_name = :role_name order by h.given desc limit :kept::int;

-- name: insert_hash
insert into access.password_history (role_name, given, hash) values (:role_name, clock_timestamp(), :hash);

-- name: forget_hashes
delete from access.password_history h
 where h.role_name = :role_name
   and h.given < (select k.given from access.password_history k where k.role_name = :role_name order by k.given desc offset :kept::int - 1 limit 1);

-- name: retire_credentials
update access.credentials set retired = now() where role_name = :role_name and retired is null;

-- name: insert_credential
insert into access.credentials (role_name, purpose, fingerprint, expires) values (:role_name, :purpose, :fingerprint, :expires);

-- name: list_credentials
select c.role_name, c.purpose, c.fingerprint, c.created, c.expires, c.retired from access.credentials c order by c.created desc, c.id desc limit 500;

-- name: has_role
select exists (select from pg_catalog.pg_roles r where r.rolname = :role_name) as "exists!";

-- name: has_ledger
select pg_catalog.to_regclass('access.credentials') is not null as "exists!";
