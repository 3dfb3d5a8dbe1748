-- name: take_units
select queue.take_units(:worker_id::uuid, :lease_id::uuid, :places::integer[], :follows::jsonb[], :unsaid::integer[]) as "refused!";

-- name: refill_limits
select r.released as "released!", r.next_ms from queue.refill(:keys_at_once::integer) r;
