-- What is cut how, which partitions there were, and where archived ones lie. Bounds of what is attached are read from the
-- catalog; these tables are the declaration and the history.

create schema partition;
comment on schema partition is 'Tables cut by time, list or both: declarations, upkeep, retention and archives.';
grant usage on schema partition to plinth_app;

create schema partition_detached;
comment on schema partition_detached is 'Partitions behind the retention line, for the days in which they can still be attached again. Nobody but the owner sees it.';

create table partition.sets (
  id uuid not null default uuidv7(),
  table_name text not null,
  strategy text not null,
  key_column text not null,
  interval_unit text,
  sub_strategy text,
  sub_key text,
  declaration jsonb not null,
  guard text not null,
  ahead_count integer not null,
  keep text,
  archive_mode text not null,
  is_paused boolean not null default false,
  blocked_by text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  maintained timestamptz,
  retained timestamptz,
  constraint sets_id_pk primary key (id),
  constraint sets_table_name_key unique (table_name),
  constraint sets_strategy_check check (strategy in ('time', 'uuid7', 'id', 'list', 'hash')),
  constraint sets_sub_strategy_check check (sub_strategy in ('time', 'list', 'hash')),
  constraint sets_guard_check check (guard in ('refuse', 'overflow')),
  constraint sets_ahead_count_check check (ahead_count between 0 and 1000),
  constraint sets_archive_mode_check check (archive_mode in ('none', 'table', 'file'))
);
comment on table partition.sets is 'One row per table that is looked after, as declared with partition.manage().';
comment on column partition.sets.id is 'Identity of the row.';
comment on column partition.sets.table_name is 'The partitioned table, qualified and quoted as regclass prints it.';
comment on column partition.sets.strategy is 'How the table itself is cut.';
comment on column partition.sets.key_column is 'The column it is cut by.';
comment on column partition.sets.interval_unit is 'hour, day, week, month, quarter, year; the width of a range of bigints; the modulus of a hash. Null for a list.';
comment on column partition.sets.sub_strategy is 'How each partition is cut once more; null when it is not.';
comment on column partition.sets.sub_key is 'The column of the second level.';
comment on column partition.sets.declaration is 'As declared, with defaults filled in.';
comment on column partition.sets.guard is 'What happens to a row outside all ranges: refused, or kept in one of two open-ended partitions.';
comment on column partition.sets.ahead_count is 'Partitions that are ready beyond the current one.';
comment on column partition.sets.keep is 'Age of the upper bound as an interval, or a number of partitions; null for ever.';
comment on column partition.sets.archive_mode is 'What becomes of a partition after its grace: none, stays as a table, or a verified file.';
comment on column partition.sets.is_paused is 'Upkeep and retention leave it alone.';
comment on column partition.sets.blocked_by is 'Why upkeep could not make it ready when it last tried; null when it could.';
comment on column partition.sets.created is 'When it was declared.';
comment on column partition.sets.updated is 'When its declaration last changed.';
comment on column partition.sets.maintained is 'When upkeep last looked at it.';
comment on column partition.sets.retained is 'When retention last looked at it.';

create table partition.groups (
  set_id uuid not null,
  name text not null,
  list_values text[] not null,
  is_catch_all boolean not null,
  constraint groups_set_id_name_pk primary key (set_id, name),
  constraint groups_set_id_fk foreign key (set_id) references partition.sets (id) on delete cascade,
  constraint groups_list_values_check check (is_catch_all = (cardinality(list_values) = 0))
);
comment on table partition.groups is 'Named groups of values of a list level.';
comment on column partition.groups.set_id is 'The set.';
comment on column partition.groups.name is 'Part of the names of its partitions.';
comment on column partition.groups.list_values is 'Values it takes; empty for the one that takes what no other does.';
comment on column partition.groups.is_catch_all is 'Whether it takes all other values.';

create table partition.parts (
  id uuid not null default uuidv7(),
  set_id uuid not null,
  table_name text not null,
  lower_bound text,
  upper_bound text,
  group_name text,
  state text not null,
  row_count bigint,
  size_bytes bigint,
  blocked_by text,
  created timestamptz not null default now(),
  detached timestamptz,
  archived timestamptz,
  dropped timestamptz,
  constraint parts_id_pk primary key (id),
  constraint parts_set_id_fk foreign key (set_id) references partition.sets (id),
  constraint parts_state_check check (state in ('attached', 'detach_pending', 'detached', 'archived', 'dropped'))
);
create unique index parts_table_name_key on partition.parts (table_name) where state <> 'dropped';
create index parts_set_id_idx on partition.parts (set_id);
comment on table partition.parts is 'Every partition there is or was; what became of it is never deleted.';
comment on column partition.parts.id is 'Identity of the row.';
comment on column partition.parts.set_id is 'The set it belongs or belonged to.';
comment on column partition.parts.table_name is 'Qualified and quoted as regclass prints it; in partition_detached once it is detached.';
comment on column partition.parts.lower_bound is 'First value it takes, as a literal; null without one.';
comment on column partition.parts.upper_bound is 'First value it does not take, as a literal; null without one.';
comment on column partition.parts.group_name is 'The group of a list whose partitions are cut by time.';
comment on column partition.parts.state is 'attached → detach_pending → detached → archived → dropped; back to attached from detached.';
comment on column partition.parts.row_count is 'Rows when it was detached, counted; null before.';
comment on column partition.parts.size_bytes is 'Bytes with indexes when it was detached; null before.';
comment on column partition.parts.blocked_by is 'The gate that keeps it past its retention line; null when none does.';
comment on column partition.parts.created is 'When it was made or first seen.';
comment on column partition.parts.detached is 'When it left its table.';
comment on column partition.parts.archived is 'When an archive of it was read back and found equal.';
comment on column partition.parts.dropped is 'When it was dropped.';

create table partition.archives (
  id uuid not null default uuidv7(),
  part_id uuid not null,
  location text not null,
  manifest jsonb not null,
  row_count bigint not null,
  size_bytes bigint not null,
  sha256 text not null,
  content_hash text not null,
  archived timestamptz not null default now(),
  verified timestamptz,
  restored timestamptz,
  constraint archives_id_pk primary key (id),
  constraint archives_part_id_fk foreign key (part_id) references partition.parts (id)
);
create index archives_part_id_idx on partition.archives (part_id);
comment on table partition.archives is 'Files with the rows of partitions.';
comment on column partition.archives.id is 'Identity; name of its place in the sink.';
comment on column partition.archives.part_id is 'What was archived.';
comment on column partition.archives.location is 'Where the sink says it lies.';
comment on column partition.archives.manifest is 'Columns, types, bounds, chunks and versions, as written beside the chunks.';
comment on column partition.archives.row_count is 'Rows in it.';
comment on column partition.archives.size_bytes is 'Compressed.';
comment on column partition.archives.sha256 is 'Of all compressed chunks in order.';
comment on column partition.archives.content_hash is 'Of the rows, whatever their order; see partition.content_hash().';
comment on column partition.archives.archived is 'When it was written.';
comment on column partition.archives.verified is 'When it was last fetched, loaded and found equal; without it the partition is not dropped.';
comment on column partition.archives.restored is 'When it was last restored.';

create table partition.actions (
  id uuid not null default uuidv7(),
  set_id uuid not null,
  table_name text not null,
  action text not null,
  actor text not null default session_user,
  lock_wait_ms integer not null default 0,
  duration_ms integer not null,
  created timestamptz not null default now(),
  constraint actions_id_pk primary key (id),
  constraint actions_set_id_fk foreign key (set_id) references partition.sets (id),
  constraint actions_action_check check (action in ('attach', 'detach', 'reattach', 'archive', 'restore', 'drop', 'carry'))
);
create index actions_set_id_idx on partition.actions (set_id);
comment on table partition.actions is 'What was done to which partition, append-only.';
comment on column partition.actions.id is 'Identity, in order of time.';
comment on column partition.actions.set_id is 'The set.';
comment on column partition.actions.table_name is 'The partition.';
comment on column partition.actions.action is 'What was done.';
comment on column partition.actions.actor is 'Who did it, as the server knows him.';
comment on column partition.actions.lock_wait_ms is 'Time lost in attempts that did not get their locks, and in the pauses between them.';
comment on column partition.actions.duration_ms is 'Of the attempt that succeeded.';
comment on column partition.actions.created is 'When it was done.';
