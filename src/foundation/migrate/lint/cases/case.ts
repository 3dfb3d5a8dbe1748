/** One example for a rule: what it objects to, and what it wants instead. Read by the tests and by the reference page. */
export interface Case {
  readonly rule: string;
  readonly bad: string;
  readonly good: string;
  /** Migrations before it, beside `given`. */
  readonly after?: string;
}

/** What every example finds in the database. */
export const given = `
create schema app;
create table app.parents (id bigint constraint parents_pk primary key, name text not null);
create table app.items (
  id bigint constraint items_pk primary key,
  parent_id bigint,
  quantity integer not null,
  price numeric(10, 2),
  label varchar(20) not null default '',
  code text constraint items_code_check check (code <> ''),
  seen timestamptz default now(),
  state text
);
create index items_parent_id_idx on app.items (parent_id);
create unique index items_label_key on app.items (label);
alter table app.items add constraint items_parent_id_fk foreign key (parent_id) references app.parents (id);
create table app.notes (id bigint constraint notes_pk primary key, item_id bigint, text text);
create table app.events (id bigint, day date, item_id bigint, constraint events_pk primary key (id, day)) partition by range (day);
create table app.events_2026 partition of app.events for values from ('2026-01-01') to ('2027-01-01');
create table app.events_2027 (id bigint, day date, item_id bigint, constraint events_2027_pk primary key (id, day));
create table app.events_2028 (id bigint, day date, item_id bigint, constraint events_2028_pk primary key (id, day),
  constraint events_2028_day_check check (day >= '2028-01-01' and day < '2029-01-01'));
create domain app.positive as integer constraint positive_check check (value > 0);
create type app.mood as enum ('sad', 'glad');
create function app.price_of(item bigint) returns numeric language sql stable set search_path = '' as 'select 1';
create function app.touch() returns trigger language plpgsql set search_path = '' as 'begin return new; end';
create view app.names with (security_invoker) as select id, label from app.items;
create materialized view app.totals as select quantity from app.items;
`;
