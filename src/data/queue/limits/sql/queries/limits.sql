-- name: take_units
select queue.take_units(:worker_id::uuid, :lease_id::uuid, :tenants::uuid[], :names::text[], :keys::text[], :mosts::integer[],
  array_replace(:pers::text[], '', null), array_replace(:zones::text[], '', null), array_replace(:per_mss::bigint[], 0, null), :units::integer[], :places::integer[], :limits::integer[],
  :unsaid::integer[], :unsaid_limits::jsonb[]) as "refused!";

-- name: refill_limits
select r.released as "released!", r.next_ms from queue.refill(:keys_at_once::integer) r;
