-- name: promote
select p.promoted as "promoted!", p.next_ms from queue.promote(:most) p;

-- name: rescue
select r.last, r.leases as "leases!", r.returned as "returned!", r.buried as "buried!" from queue.rescue(:after, :most) r;

-- name: fold
select f.last, f.leases as "leases!", f.jobs as "jobs!", f.oldest_ms from queue.fold(:after, :most) f;

-- name: is_busy
-- Whether any job could be run now.
select exists (select from queue.job_ready r where r.due <= pg_catalog.clock_timestamp()) as "is_busy!";

-- name: verify
select queue.verify(:most) as "report!";

-- name: list_slots
-- What the statistics say of the slots of job_ready, and which takes new rows.
select p.slot::smallint as "slot!", p.slot = s.slot as "is_current!", coalesce(t.n_dead_tup, 0) as "dead_rows!",
       coalesce(t.n_live_tup, 0) as "live_rows!", pg_catalog.pg_relation_size(format('queue.job_ready_%s', p.slot)::regclass) as "size_bytes!"
  from queue.ready_slots s cross join pg_catalog.generate_series(0, 2) p(slot)
    left join pg_catalog.pg_stat_all_tables t on t.relid = format('queue.job_ready_%s', p.slot)::regclass
 order by p.slot;

-- name: horizon_holder
select h.kind as "kind!", h.name as "name!", h.age as "age!", h.held_ms from queue.horizon_holder() h;

-- name: rotate
select queue.rotate(:from_slot, :to_slot, :held_by) as "has_moved!";

-- name: empty_slot
select queue.empty_slot(:slot) as "is_emptied!";

-- name: park_tenants
select queue.park_tenants(:most) as "parked!";

-- name: unpark_tenants
select queue.unpark_tenants(:most) as "unparked!";

-- name: running_of
select queue.running_of(:tenant_id) as "running!";

-- name: revoke_tenant
select queue.revoke_tenant(:tenant_id) as "revoked!";

-- name: list_runs
select r.tenant_id, r.runs from queue.tenant_runs r where r.hour = :hour;

-- name: forget_runs
delete from queue.tenant_runs r where r.hour < pg_catalog.now() - interval '2 days';

-- name: list_history
-- Jobs of a tenant with all that is known of them, in the order in which they were enqueued.
select j.id, queue.history_of(j.tenant_id, j.id) as "job!"
-- plinth:allow unpruned all that is known of a tenant, of all months
from queue.jobs j
where j.tenant_id = :tenant_id and j.id > :after
order by j.id
limit 200;

-- name: list_tenant_tables
-- Tables of the queue with rows of tenants; the record of jobs comes last, so that what was interrupted is found again.
select format('%I.%I', n.nspname, c.relname) as "name!"
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where n.nspname = 'queue' and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname = 'jobs', c.relname;

-- name: sweep_unique
select queue.sweep_unique(:most::integer) as "gone!";

-- name: recount_limits
select queue.recount_limits() as "corrected!";

-- name: forget_limits
select queue.forget_limits(:most::integer) as "gone!";

-- name: forget_workers
delete from queue.queue_workers w where w.seen < pg_catalog.now() - interval '1 hour';
