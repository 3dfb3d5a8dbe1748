import type { Case } from './case.ts';

export const changeCases: readonly Case[] = [
  {
    rule: 'L27',
    bad: 'alter table app.items drop column code;',
    good: '-- plinth:allow L27, L71 unread since release 2.4\nalter table app.items drop column code;',
  },
  { rule: 'L28', bad: 'alter table app.items rename column code to sku;', good: 'alter table app.items add column sku text;' },
  {
    rule: 'L29',
    bad: 'alter table app.notes rename to remarks;',
    good: 'alter table app.notes rename to remarks;\ncreate view app.notes with (security_invoker) as select * from app.remarks;',
  },
  { rule: 'L30', bad: 'alter schema app rename to shop;', good: 'create schema shop;' },
  { rule: 'L31', bad: "alter type app.mood rename value 'sad' to 'blue';", good: "alter type app.mood add value 'blue' after 'sad';" },
  { rule: 'L32', bad: "alter type app.mood add value 'calm';", good: "alter type app.mood add value 'calm' before 'glad';" },
  {
    rule: 'L33',
    bad: "alter type app.mood add value 'calm' before 'glad';\ninsert into app.moods values ('calm');",
    good: "alter type app.mood add value 'calm' before 'glad';",
  },
  {
    rule: 'L34',
    bad: "alter table app.items alter column label set default 'none';",
    good: "alter table app.items alter column state set default 'open';",
  },
  {
    rule: 'L36',
    bad: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not valid;',
    good: 'alter table app.items add constraint items_parent_fk foreign key (parent_id) references app.parents (id) not valid;',
  },
  {
    rule: 'L41',
    bad: 'alter table app.items add constraint items_parent_fk foreign key (parent_id) references app.parents (id) on delete cascade not valid;',
    good: 'alter table app.items add constraint items_parent_fk foreign key (parent_id) references app.parents (id) not valid;',
  },
  {
    rule: 'L53',
    bad: 'drop table app.notes;',
    good: 'alter table app.notes set schema trash;\ncreate view app.notes with (security_invoker) as select * from trash.notes;',
  },
  { rule: 'L54', bad: 'truncate app.notes;', good: 'delete from app.notes where id between 1 and 1000;' },
  { rule: 'L55', bad: 'drop view app.names cascade;', good: 'drop view app.names;' },
  {
    rule: 'L59',
    bad: 'create view app.codes as select id, code from app.items;',
    good: 'create view app.codes with (security_invoker = true) as select id, code from app.items;',
  },
  { rule: 'L64', bad: "set lock_timeout = '1min';", good: "set local timezone = 'UTC';" },
  { rule: 'L65', bad: 'commit;', good: 'savepoint before_notes;' },
  { rule: 'L66', bad: 'alter table items add column weight integer;', good: 'alter table app.items add column weight integer;' },
  {
    rule: 'L67',
    bad: "do $$ begin execute 'alter table app.items add column weight integer'; end $$;",
    good: 'alter table app.items add column weight integer;',
  },
  {
    rule: 'L68',
    bad: 'create table app.order (id bigint constraint order_pk primary key, sent_at timestamptz);',
    good: "create table app.orders (id bigint constraint orders_pk primary key, sent timestamptz);\ncomment on table app.orders is 'What was asked for.';\ncomment on column app.orders.id is 'Its number.';\ncomment on column app.orders.sent is 'When it left.';",
  },
  { rule: 'L69', bad: 'alter table app.items add column paid money;', good: 'alter table app.items add column paid_cents bigint;' },
  {
    rule: 'L70',
    bad: 'create table app.orders (id bigint, tenant_id uuid not null);',
    good: "create table app.orders (tenant_id uuid not null, id uuid not null, constraint orders_pk primary key (tenant_id, id));\nselect tenancy.protect('app.orders');",
  },
  {
    rule: 'L71',
    bad: 'drop table app.notes;',
    good: '-- plinth:allow L53, L71 empty since release 2.4, checked on 3 May\ndrop table app.notes;',
  },
  {
    rule: 'L73',
    bad: 'create table app.notes (id bigint constraint notes_pk primary key);',
    good: 'create table app.remarks (id bigint constraint remarks_pk primary key);',
  },
  {
    rule: 'L75',
    bad: 'insert into app.items (id) select id from app.notes where id > 0;\ntruncate app.notes;',
    good: 'insert into app.items (id) select id from app.notes where id > 0;',
  },
  {
    rule: 'L76',
    bad: '--! tx: none\ncreate index concurrently items_seen_idx on app.items (id) where seen < now();',
    good: '--! tx: none\ncreate index concurrently items_seen_idx on app.items (seen);',
  },
  {
    rule: 'L77',
    bad: "update app.orders set state = 'open' where id = 7;",
    good: "insert into app.parents (id, name) values (1, 'first');",
    after:
      'create table app.orders (id bigint constraint orders_pk primary key, state text);\nalter table app.orders enable row level security, force row level security;',
  },
  {
    rule: 'L78',
    bad: "create or replace function app.price_of(item bigint, day date) returns numeric language sql stable set search_path = '' as 'select 1';",
    good: "drop function app.price_of(bigint);\ncreate function app.price_of(item bigint, day date) returns numeric language sql stable set search_path = '' as 'select 1';",
  },
  {
    rule: 'L79',
    bad: 'alter table app.items add column if not exists weight integer;',
    good: 'alter table app.items add column weight integer;',
  },
  { rule: 'W00', bad: 'alter table app.items add colum weight integer,;', good: 'alter table app.items add column weight integer;' },
  {
    rule: 'W01',
    bad: '-- plinth:allow L27\nalter table app.items drop column code;',
    good: '-- plinth:allow L27, L71 unread since release 2.4\nalter table app.items drop column code;',
  },
  {
    rule: 'W02',
    bad: '-- plinth:allow L99 for a reason\nalter table app.items add column weight integer;',
    good: 'alter table app.items add column weight integer;',
  },
  {
    rule: 'W03',
    bad: '-- plinth:allow L01 for a reason\nalter table app.items add column weight integer;',
    good: 'alter table app.items add column weight integer;',
  },
];
