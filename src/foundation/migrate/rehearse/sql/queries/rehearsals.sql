-- name: has_proof_tables
select pg_catalog.to_regclass('migrate.approvals') is not null as "exists!";

-- name: save_rehearsal
insert into migrate.rehearsals (id, plan_hash, digest, body, taken)
values (:id, :plan_hash, :digest, :body, :taken);

-- name: find_last_rehearsal
select body from migrate.rehearsals order by taken desc, id desc limit 1;

-- name: find_rehearsal
-- The last one of a plan.
select body from migrate.rehearsals where plan_hash = :plan_hash order by taken desc, id desc limit 1;
