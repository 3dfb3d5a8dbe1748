-- What the statements of cases.sql work on. Every table holds rows.
create schema app;

create type app.mood as enum ('sad', 'glad');
create type app.address as (street text, city text);
create domain app.positive as integer constraint positive_check check (value > 0);
create domain app.plain as integer;
create sequence app.numbers;
create function app.touch() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create function app.double(n integer) returns integer language sql immutable set search_path = '' as 'select n * 2';

create table app.parents (
  id bigint constraint parents_pk primary key,
  code text not null constraint parents_code_key unique,
  label text
);
insert into app.parents select n, 'p' || n, 'label ' || n from generate_series(1, 20) n;

create table app.items (
  id bigint constraint items_pk primary key,
  parent_id bigint,
  quantity integer,
  label character varying(20),
  note text,
  price numeric(10, 2),
  drawn timestamp,
  seen timestamptz default now(),
  document json,
  network cidr,
  span interval(0),
  code character(3),
  state text not null default 'open',
  mood app.mood,
  twice integer generated always as (quantity * 2) stored,
  thrice integer generated always as (quantity * 3) virtual
);
insert into app.items (id, parent_id, quantity, label, note, price, drawn, document, network, span, code, mood)
select n, n, n, 'l' || n, 'n' || n, n, now(), '{}', '10.0.0.0/8', '1 hour', 'abc', 'sad' from generate_series(1, 20) n;
create index items_label_idx on app.items (label);
create index items_parent_id_idx on app.items (parent_id);
create unique index items_note_idx on app.items (note);

-- Types that change, with nothing in their way.
create table app.notes (
  id bigint constraint notes_pk primary key,
  quantity integer,
  label character varying(20),
  word character varying(20),
  plain text
);
insert into app.notes select n, n, 'l' || n, 'w' || n, 't' || n from generate_series(1, 20) n;
create index notes_label_idx on app.notes (label);

-- Constraints in every state.
create table app.children (
  id bigint constraint children_pk primary key,
  parent_id bigint constraint children_parent_id_fk references app.parents (id),
  other_id bigint,
  loose_id bigint,
  quantity integer constraint children_quantity_check check (quantity > 0),
  weight integer,
  height integer,
  amount app.positive,
  count app.plain,
  label character varying(20)
);
insert into app.children select n, n, n, n, n, n, n, n, n, 'l' || n from generate_series(1, 20) n;
alter table app.children add constraint children_other_id_fk foreign key (other_id) references app.parents (id) not valid;
alter table app.children add constraint children_loose_id_fk foreign key (loose_id) references app.parents (id) not enforced;
alter table app.children add constraint children_weight_check check (weight > 0) not valid;
alter table app.children add constraint children_weight_present not null weight not valid;
alter table app.children add constraint children_height_check check (height is not null);
alter domain app.positive add constraint positive_limit check (value < 1000) not valid;
create trigger children_touch before update on app.children for each row execute function app.touch();
create policy children_own on app.children using (true);

-- Partitions in every state.
create table app.events (
  id bigint not null,
  day date not null,
  item_id bigint,
  note text,
  constraint events_pk primary key (id, day)
) partition by range (day);
create table app.events_2025 partition of app.events for values from ('2025-01-01') to ('2026-01-01');
create table app.events_2026 partition of app.events for values from ('2026-01-01') to ('2027-01-01');
create table app.events_default partition of app.events default;
insert into app.events select n, date '2025-12-20' + n, n, 'n' from generate_series(1, 20) n;
insert into app.events values (100, '2024-01-01', 1, 'n');
create table app.events_2027 (like app.events including defaults, constraint events_2027_pk primary key (id, day));
create table app.events_2028 (like app.events including defaults, constraint events_2028_pk primary key (id, day),
  constraint events_2028_day_check check (day >= '2028-01-01' and day < '2029-01-01'));
create table app.events_list (like app.events including defaults, constraint events_list_pk primary key (id, day));

create table app.readings (id bigint not null, day date not null, constraint readings_pk primary key (id, day)) partition by range (day);
create table app.readings_2026 partition of app.readings for values from ('2026-01-01') to ('2027-01-01');
insert into app.readings values (1, '2026-05-05');
create table app.readings_2027 (id bigint not null, day date not null, constraint readings_2027_pk primary key (id, day));
insert into app.readings_2027 values (1, '2027-05-05');

create view app.names as select id, label from app.items;
create materialized view app.totals as select quantity, count(*) as total from app.items group by quantity;
create unique index totals_quantity_idx on app.totals (quantity);
create statistics app.items_statistics on quantity, price from app.items;
create publication lock_truth for table app.parents;
analyze;
