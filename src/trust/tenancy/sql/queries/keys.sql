-- name: lock_seal_keys
-- Serialises those that make keys; readers go on.
lock table tenancy.seal_keys in share row exclusive mode;

-- name: newest_seal_key
-- The key that signs, its age, and the server's clock, by which a seal expires.
select k.id, k.inner_block, k.outer_block, extract(epoch from now() - k.created)::float8 as "age_s!", extract(epoch from clock_timestamp())::float8 as "epoch_s!"
from tenancy.seal_keys k
order by k.created desc, k.id
limit 1;

-- name: insert_seal_key
insert into tenancy.seal_keys (id, inner_block, outer_block, created) values (:id, :inner_block, :outer_block, clock_timestamp());

-- name: delete_spent_seal_keys
-- All but the two newest.
delete from tenancy.seal_keys where id not in (select k.id from tenancy.seal_keys k order by k.created desc, k.id limit 2);
