-- name: try_lead
-- Never waits.
select pg_catalog.pg_try_advisory_lock(:key::int8) as "is_leader!";
