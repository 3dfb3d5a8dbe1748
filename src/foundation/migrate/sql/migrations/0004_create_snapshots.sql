create table migrate.snapshots (
  id uuid not null,
  run_id uuid not null,
  format integer not null,
  root_sha256 text not null,
  body jsonb not null,
  taken timestamptz not null default now(),
  constraint snapshots_id_pk primary key (id)
);
create index snapshots_taken_idx on migrate.snapshots (taken);
comment on table migrate.snapshots is 'The schema as runs left it; drift is what differs from the last one.';
comment on column migrate.snapshots.id is 'Identity.';
comment on column migrate.snapshots.run_id is 'The run that left it so, or the adoption of what others did.';
comment on column migrate.snapshots.format is 'What a snapshot of that time said; those of different formats cannot be compared.';
comment on column migrate.snapshots.root_sha256 is 'Hash of all objects, without the order of columns.';
comment on column migrate.snapshots.body is 'The objects with their hashes.';
comment on column migrate.snapshots.taken is 'When; still under the lock of the run.';

create table migrate.drifts (
  id uuid not null,
  identity text not null,
  path text not null,
  change text not null,
  expected jsonb,
  actual jsonb,
  actor text,
  application text,
  found timestamptz not null default now(),
  resolved timestamptz,
  constraint drifts_id_pk primary key (id),
  constraint drifts_change_check check (change in ('added', 'removed', 'changed', 'reordered'))
);
create unique index drifts_open_key on migrate.drifts (identity, path) where resolved is null;
comment on table migrate.drifts is 'Differences between what runs left and what was found later.';
comment on column migrate.drifts.id is 'Identity.';
comment on column migrate.drifts.identity is 'The object, as in snapshots.';
comment on column migrate.drifts.path is 'The property; empty for an object that is there on one side only.';
comment on column migrate.drifts.change is 'Seen from what the runs left.';
comment on column migrate.drifts.expected is 'The value the runs left.';
comment on column migrate.drifts.actual is 'The value that was found.';
comment on column migrate.drifts.actor is 'The login that did it, where the trail knows.';
comment on column migrate.drifts.application is 'The application_name of its session, where the trail knows.';
comment on column migrate.drifts.found is 'When it was seen first.';
comment on column migrate.drifts.resolved is 'When it was seen no more: reverted, or adopted.';

create table migrate.ddl_events (
  id bigint generated always as identity,
  happened timestamptz not null default clock_timestamp(),
  actor text not null,
  application text not null,
  client_address text,
  command text not null,
  kind text not null,
  identity text not null,
  run_id uuid,
  constraint ddl_events_id_pk primary key (id)
);
create index ddl_events_identity_happened_idx on migrate.ddl_events (identity, happened);
create index ddl_events_happened_idx on migrate.ddl_events (happened);
comment on table migrate.ddl_events is 'Who changed the schema: written by event triggers where the server lets us have them.';
comment on column migrate.ddl_events.id is 'In the order of writing.';
comment on column migrate.ddl_events.happened is 'When the statement ended; it may have been rolled back with this row.';
comment on column migrate.ddl_events.actor is 'The login of the session.';
comment on column migrate.ddl_events.application is 'The application_name of the session: an ORM that synchronises by itself is known by it.';
comment on column migrate.ddl_events.client_address is 'Where the session came from; null on a socket.';
comment on column migrate.ddl_events.command is 'The command tag, e.g. CREATE INDEX.';
comment on column migrate.ddl_events.kind is 'What it was done to, in the words of the server.';
comment on column migrate.ddl_events.identity is 'The object, qualified; empty for grants, which the server does not name.';
comment on column migrate.ddl_events.run_id is 'The run that did it; null when it was somebody else.';

-- A trail that fails must not stand in the way of what it watches.
create function migrate.record_ddl() returns event_trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into migrate.ddl_events (actor, application, client_address, command, kind, identity, run_id)
  select session_user, current_setting('application_name'), host(inet_client_addr()), c.command_tag, c.object_type, coalesce(c.object_identity, ''),
         substring(current_setting('application_name') from '^plinth migrate ([0-9a-f-]{36})$')::uuid
    from pg_event_trigger_ddl_commands() c
   where c.schema_name is distinct from 'pg_temp' and not c.in_extension;
exception when others then
  raise warning 'the trail of schema changes is not written: %', sqlerrm;
end
$$;
revoke all on function migrate.record_ddl() from public;
comment on function migrate.record_ddl() is 'Writes what a statement made or changed into the trail.';

create function migrate.record_drop() returns event_trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into migrate.ddl_events (actor, application, client_address, command, kind, identity, run_id)
  select session_user, current_setting('application_name'), host(inet_client_addr()), tg_tag, d.object_type, d.object_identity,
         substring(current_setting('application_name') from '^plinth migrate ([0-9a-f-]{36})$')::uuid
    from pg_event_trigger_dropped_objects() d
   where d.original and not d.is_temporary;
exception when others then
  raise warning 'the trail of schema changes is not written: %', sqlerrm;
end
$$;
revoke all on function migrate.record_drop() from public;
comment on function migrate.record_drop() is 'Writes what a statement dropped into the trail.';
