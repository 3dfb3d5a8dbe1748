-- Changes that take days: two shapes side by side, moved from one to the other while both are used.

create table migrate.groups (
  id uuid not null default uuidv7(),
  name text not null,
  recipe text not null,
  definition jsonb not null,
  state text not null default 'expanded',
  ring text not null default 'none',
  canaries uuid[] not null default '{}',
  is_born_empty boolean not null,
  minimum_age interval not null default '7 days',
  minimum_quiet interval not null default '24 hours',
  expanded timestamptz not null default now(),
  verified timestamptz,
  switched timestamptz,
  contracted timestamptz,
  looked timestamptz,
  seen timestamptz,
  constraint groups_id_pk primary key (id),
  constraint groups_name_key unique (name),
  constraint groups_state_check check (state in ('expanded', 'backfilling', 'verified', 'switched', 'contracted')),
  constraint groups_ring_check check (ring in ('none', 'canary', '1 %', '10 %', 'all')),
  constraint groups_switched_check check (state in ('switched', 'contracted') or ring <> 'all')
);
comment on table migrate.groups is 'Expand and contract: one row per change that keeps an old and a new shape of the same data for a while.';
comment on column migrate.groups.id is 'uuid v7.';
comment on column migrate.groups.name is 'What commands and the application call it; unique in this database.';
comment on column migrate.groups.recipe is 'Which template made it.';
comment on column migrate.groups.definition is 'The two sides and the SQL that fills, completes, compares and ends them; written by the migration that expands.';
comment on column migrate.groups.state is 'Moved by guarded updates only, along the table in groups/model/states.ts.';
comment on column migrate.groups.ring is 'Who reads the new side already; each ring holds the ones before it.';
comment on column migrate.groups.canaries is 'Tenants of the first ring.';
comment on column migrate.groups.is_born_empty is 'The table had no rows when it was expanded: a new database, where nothing has to be waited for.';
comment on column migrate.groups.minimum_age is 'How long everybody reads the new side before the old one may be dropped.';
comment on column migrate.groups.minimum_quiet is 'How long no session of the old version may have been seen before.';
comment on column migrate.groups.expanded is 'When both sides were there.';
comment on column migrate.groups.verified is 'When the two sides were last found equal.';
comment on column migrate.groups.switched is 'When the last ring began to read the new side.';
comment on column migrate.groups.contracted is 'When the old side was dropped.';
comment on column migrate.groups.looked is 'When sessions of the old version were last looked for.';
comment on column migrate.groups.seen is 'When one was last found.';

create function migrate.group_hindrances(group_name text) returns table (hindrance text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select 'there is no group ' || group_name || ' in this database'
   where not exists (select from migrate.groups g where g.name = group_name)
  union all
  select h.text
    from migrate.groups g,
         lateral (
           values
             (g.state = 'contracted', 'it is contracted already'),
             (g.verified is null, 'its two sides were never verified to be equal'),
             (g.state not in ('switched', 'contracted'), 'it is ' || g.state || ', not switched: not everybody reads the new side'),
             (g.switched + g.minimum_age > now(), 'it was switched less than ' || justify_hours(g.minimum_age) || ' ago, on ' || g.switched),
             (g.state = 'switched' and g.minimum_quiet > '0' and coalesce(g.looked, '-infinity') < now() - interval '1 hour',
              'nobody has looked for sessions of the old version within the last hour (plinth migrate group status ' || g.name || ')'),
             (g.seen + g.minimum_quiet > now(), 'a session of the old version was seen less than ' || justify_hours(g.minimum_quiet) || ' ago, on ' || g.seen)
         ) as h(holds, text)
   where g.name = group_name and h.holds and (g.state = 'contracted' or not g.is_born_empty);
end;
comment on function migrate.group_hindrances(text) is
  'What stands in the way of dropping the old side of a group; no row when nothing does. The pre.sql of every contracting migration.';
