-- name: has_groups
select pg_catalog.to_regclass('migrate.groups') is not null as "exists!";

-- name: list_groups
-- With what stands in the way of dropping the old side, as a contracting migration would see it.
select g.name, g.recipe, g.definition, g.state, g.ring, g.canaries, g.is_born_empty, g.expanded, g.verified, g.switched, g.contracted, g.looked, g.seen,
       array(select h.hindrance from migrate.group_hindrances(g.name) h) as "hindrances!"
  from migrate.groups g
 where :name::text = '' or g.name = :name
 order by g.expanded, g.name;

-- name: find_ring
select name, ring, canaries from migrate.groups where name = :name;

-- name: move_group
-- A guarded move; no row when the state does not allow it. `verified` is the time of the comparison that led here.
update migrate.groups
   set state = :state, ring = :ring, canaries = :canaries::uuid[],
       verified = case when :is_verified then now() else verified end,
       switched = case when :state = 'switched' then coalesce(switched, now()) when :state in ('verified', 'backfilling') then null else switched end,
       minimum_age = case when :state = 'switched' then make_interval(secs => :minimum_age_s) else minimum_age end,
       minimum_quiet = case when :state = 'switched' then make_interval(secs => :minimum_quiet_s) else minimum_quiet end
 where name = :name and state = any(:allowed::text[]) and ring = :ring_before
returning name;

-- name: look_for_old_sessions
-- Notes when a session of the old version was last there: by its name where one is known, else any that is older than the switch.
update migrate.groups g
   set looked = now(),
       seen = case when exists (
                select from pg_catalog.pg_stat_activity a
                 where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
                   and case when g.definition ? 'oldSessions' then a.application_name like g.definition ->> 'oldSessions'
                            else a.backend_start < g.switched end)
              then now() else g.seen end
 where g.state = 'switched';

-- name: list_key
-- The columns of the primary key, quoted; none where there is no key.
select quote_ident(a.attname) as "column!"
  from pg_catalog.pg_constraint k, unnest(k.conkey) with ordinality u(attnum, place), pg_catalog.pg_attribute a
 where k.conrelid = pg_catalog.to_regclass(:table) and k.contype = 'p' and a.attrelid = k.conrelid and a.attnum = u.attnum
 order by u.place;
