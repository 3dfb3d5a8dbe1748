-- name: has_placed_tenants
select pg_catalog.to_regclass('migrate.placed_tenants') is not null as "exists!";

-- name: list_placed_tenants
-- `is_at_work`: whether somebody brings placed tenants up to date right now.
select t.tenant, t.ring, t.state, t.version, t.error, t.duration_ms, t.updated,
       exists (
         select from pg_catalog.pg_locks l
          where l.locktype = 'advisory' and l.granted
            and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
            and l.classid = (:key::int8 >> 32)::oid and l.objid = (:key::int8 & 4294967295)::oid and l.objsubid = 1
       ) as "is_at_work!"
  from migrate.placed_tenants t
 order by array_position(array['canary', '1 %', 'rest'], t.ring), t.tenant;

-- name: forget_others
delete from migrate.placed_tenants where tenant <> all(:tenants::text[]);

-- name: plan_tenants
-- Arrays run in parallel. Who has this version already stays current until a look into the database says otherwise.
insert into migrate.placed_tenants as t (tenant, ring)
select n.tenant, n.ring from unnest(:tenants::text[], :rings::text[]) as n(tenant, ring)
on conflict (tenant) do update
   set ring = excluded.ring,
       state = case when t.state = 'current' and t.version = :version then 'current' else 'waiting' end,
       error = null, updated = clock_timestamp();

-- name: begin_tenant
update migrate.placed_tenants set state = 'running', error = null, updated = clock_timestamp() where tenant = :tenant;

-- name: end_current
-- Nothing is written where nothing is new.
update migrate.placed_tenants set state = 'current', version = :version, duration_ms = :duration_ms, error = null, updated = clock_timestamp()
 where tenant = :tenant and (state <> 'current' or version is distinct from :version);

-- name: end_failed
update migrate.placed_tenants set state = 'failed', error = :error, duration_ms = :duration_ms, updated = clock_timestamp() where tenant = :tenant;
