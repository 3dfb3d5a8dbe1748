-- Tables that become partitioned, or are cut anew, while they are in use. A row of conversions says how far one is; each step commits
-- together with the move to the next state.

create table partition.conversions (
  id uuid not null default uuidv7(),
  table_name text not null,
  route text not null,
  state text not null,
  plan jsonb not null,
  is_paused boolean not null default false,
  snapshot_before text,
  snapshot_after text,
  error text,
  started timestamptz not null default now(),
  swapped timestamptz,
  finished timestamptz,
  undone timestamptz,
  constraint conversions_id_pk primary key (id),
  constraint conversions_route_check check (route in ('adopt', 'rebuild', 'exchange')),
  constraint conversions_state_check check (state in ('planned', 'prepared', 'copying', 'verified', 'swapped', 'finished', 'undone')),
  constraint conversions_finished_check check ((state = 'finished') = (finished is not null)),
  constraint conversions_undone_check check ((state = 'undone') = (undone is not null))
);
create unique index conversions_table_name_key on partition.conversions (table_name) where state not in ('finished', 'undone');
comment on table partition.conversions is 'Tables that were or are being converted; one at a time per table.';
comment on column partition.conversions.id is 'Identity; its first digits name the schema in which the other side stands.';
comment on column partition.conversions.table_name is 'The table, qualified and quoted as regclass prints it.';
comment on column partition.conversions.route is 'adopt: taken over without a copy; rebuild: copied into a new table; exchange: some partitions traded for others.';
comment on column partition.conversions.state is 'planned → prepared → copying → verified → swapped → finished, or undone from each but the last.';
comment on column partition.conversions.plan is 'What was decided at the start: cut, keys, names.';
comment on column partition.conversions.is_paused is 'Nothing is copied until it is resumed.';
comment on column partition.conversions.snapshot_before is 'Hash of the catalog around the table before the swap.';
comment on column partition.conversions.snapshot_after is 'The same after it.';
comment on column partition.conversions.error is 'Why the last attempt ended; null once a later one went further.';
comment on column partition.conversions.started is 'When it was asked for.';
comment on column partition.conversions.swapped is 'When the two sides changed places.';
comment on column partition.conversions.finished is 'When the old side was dropped.';
comment on column partition.conversions.undone is 'When it was given up, or taken back.';

create table partition.conversion_ranges (
  conversion_id uuid not null,
  number integer not null,
  lower_key text,
  upper_key text,
  rows_source bigint not null,
  rows_target bigint not null,
  hash_source text not null,
  hash_target text not null,
  least_key text,
  greatest_key text,
  state text not null,
  verified timestamptz not null default now(),
  constraint conversion_ranges_conversion_id_number_pk primary key (conversion_id, number),
  constraint conversion_ranges_conversion_id_fk foreign key (conversion_id) references partition.conversions (id),
  constraint conversion_ranges_state_check check (state in ('equal', 'different'))
);
comment on table partition.conversion_ranges is 'The last verification of a conversion, range by range, as one snapshot saw both sides.';
comment on column partition.conversion_ranges.conversion_id is 'The conversion.';
comment on column partition.conversion_ranges.number is 'In the order of keys, from 0.';
comment on column partition.conversion_ranges.lower_key is 'First key of the range; null without one.';
comment on column partition.conversion_ranges.upper_key is 'First key behind the range; null without one.';
comment on column partition.conversion_ranges.rows_source is 'Rows on the side that was in use.';
comment on column partition.conversion_ranges.rows_target is 'Rows on the other side.';
comment on column partition.conversion_ranges.hash_source is 'Hash of these rows, whatever their order.';
comment on column partition.conversion_ranges.hash_target is 'The same of the other side.';
comment on column partition.conversion_ranges.least_key is 'Least key found on the side in use; null without rows.';
comment on column partition.conversion_ranges.greatest_key is 'Greatest key found there.';
comment on column partition.conversion_ranges.state is 'Whether both sides were the same.';
comment on column partition.conversion_ranges.verified is 'When they were compared.';
