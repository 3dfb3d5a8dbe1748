import type { Case } from './case.ts';

export const lockCases: readonly Case[] = [
  {
    rule: 'L01',
    bad: 'create index items_state_idx on app.items (state);',
    good: '--! tx: none\ncreate index concurrently items_state_idx on app.items (state);',
  },
  {
    rule: 'L02',
    bad: 'create index concurrently items_state_idx on app.items (state);',
    good: '--! tx: none\ncreate index concurrently items_state_idx on app.items (state);',
  },
  {
    rule: 'L03',
    bad: '--! tx: none\ncreate index concurrently if not exists items_state_idx on app.items (state);',
    good: '--! tx: none\ncreate index concurrently items_state_idx on app.items (state);',
  },
  { rule: 'L04', bad: 'drop index app.items_parent_id_idx;', good: '--! tx: none\ndrop index concurrently app.items_parent_id_idx;' },
  { rule: 'L05', bad: 'reindex table app.items;', good: '--! tx: none\nreindex table concurrently app.items;' },
  {
    rule: 'L06',
    bad: 'create index events_item_id_idx on app.events (item_id);',
    good: 'create index events_item_id_idx on only app.events (item_id);',
  },
  {
    rule: 'L07',
    bad: 'alter table app.items add check (quantity > 0) not valid;',
    good: 'alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;',
  },
  {
    rule: 'L08',
    bad: '--! tx: none\ncreate index concurrently items_parent_idx on app.items (parent_id);',
    good: '--! tx: none\ncreate index concurrently items_parent_id_state_idx on app.items (parent_id, state);',
  },
  {
    rule: 'L09',
    bad: '--! tx: none\ncreate index concurrently items_code_idx on app.items using hash (code);',
    good: '--! tx: none\ncreate index concurrently items_code_idx on app.items (code);',
  },
  {
    rule: 'L10',
    bad: 'alter table app.items add column token uuid default gen_random_uuid();',
    good: 'alter table app.items add column token uuid;\nalter table app.items alter column token set default gen_random_uuid();',
  },
  {
    rule: 'L11',
    bad: 'alter table app.items add column number bigint generated always as identity;',
    good: "create sequence app.items_number_seq;\nalter table app.items add column number bigint;\nalter table app.items alter column number set default nextval('app.items_number_seq');",
  },
  {
    rule: 'L12',
    bad: 'alter table app.items add column total numeric generated always as (price * quantity) stored;',
    good: 'alter table app.items add column total numeric generated always as (price * quantity) virtual;',
  },
  {
    rule: 'L13',
    bad: 'alter table app.items add column weight integer not null;',
    good: 'alter table app.items add column weight integer not null default 0;',
  },
  { rule: 'L14', bad: 'alter table app.items add column weight app.positive;', good: 'alter table app.items add column weight integer;' },
  {
    rule: 'L15',
    bad: 'alter table app.items add column weight integer constraint items_weight_check check (weight > 0);',
    good: 'alter table app.items add column weight integer;\nalter table app.items add constraint items_weight_check check (weight > 0) not valid;',
  },
  {
    rule: 'L16',
    bad: 'alter table app.items add column slug text constraint items_slug_key unique;',
    good: '--! tx: none\ncreate unique index concurrently items_slug_key on app.items (slug);',
    after: 'alter table app.items add column slug text;',
  },
  {
    rule: 'L17',
    bad: 'alter table app.notes add column parent_id bigint constraint notes_parent_id_fk references app.parents (id);',
    good: 'alter table app.notes add column parent_id bigint;',
  },
  { rule: 'L18', bad: 'alter table app.items add column custom json;', good: 'alter table app.items add column custom jsonb;' },
  {
    rule: 'L19',
    bad: 'alter table app.items alter column state set not null;',
    good: 'alter table app.items add constraint items_state_present not null state not valid;',
  },
  {
    rule: 'L20',
    bad: 'alter table app.items alter column state set not null;',
    good: 'alter table app.items validate constraint items_state_present;',
    after: 'alter table app.items add constraint items_state_present not null state not valid;',
  },
  {
    rule: 'L21',
    bad: 'alter table app.items alter column label drop not null;',
    good: "alter table app.items alter column label set default '-';",
  },
  {
    rule: 'L22',
    bad: 'alter table app.items alter column quantity type bigint;',
    good: 'alter table app.items alter column label type text;',
  },
  {
    rule: 'L23',
    bad: 'alter table app.items alter column label type varchar(40);',
    good: 'alter table app.items alter column label type varchar(20);',
  },
  {
    rule: 'L24',
    bad: 'alter table app.items alter column label type varchar(20) collate "C";',
    good: 'alter table app.items add column folded text collate "C";',
  },
  {
    rule: 'L25',
    bad: 'alter table app.items alter column code type varchar(99);',
    good: 'alter table app.items alter column label type text;',
  },
  {
    rule: 'L26',
    bad: 'alter table app.sums alter column total set expression as (a + b + 1);',
    good: 'alter table app.sums alter column shown set expression as (a + b + 1);',
    after:
      'create table app.sums (id bigint constraint sums_pk primary key, a integer, b integer, total integer generated always as (a + b) stored, shown integer generated always as (a + b) virtual);',
  },
  {
    rule: 'L35',
    bad: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id);',
    good: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not valid;',
  },
  {
    rule: 'L37',
    bad: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not valid;\nalter table app.items add constraint items_quantity_fk foreign key (quantity) references app.parents (id) not valid;',
    good: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not valid;',
  },
  {
    rule: 'L38',
    bad: 'alter table app.items add column weight integer;\ncreate table app.tags (id bigint constraint tags_pk primary key, item_id bigint constraint tags_item_id_fk references app.items (id));',
    good: 'create table app.tags (id bigint constraint tags_pk primary key, item_id bigint constraint tags_item_id_fk references app.items (id));',
  },
  {
    rule: 'L39',
    bad: 'alter table app.notes add column item bigint;\nalter table app.items drop constraint items_parent_id_fk;',
    good: 'alter table app.items drop constraint items_parent_id_fk;',
  },
  {
    rule: 'L40',
    bad: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not enforced;',
    good: 'alter table app.notes add constraint notes_item_id_fk foreign key (item_id) references app.items (id) not valid;',
  },
  {
    rule: 'L42',
    bad: 'alter table app.items add constraint items_quantity_check check (quantity > 0);',
    good: 'alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;',
  },
  {
    rule: 'L43',
    bad: 'alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;\nalter table app.items validate constraint items_quantity_check;',
    good: 'alter table app.items validate constraint items_quantity_check;',
    after: 'alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;',
  },
  {
    rule: 'L44',
    bad: 'alter table app.items validate constraint items_quantity_check, add column weight integer;',
    good: 'alter table app.items validate constraint items_quantity_check;',
    after: 'alter table app.items add constraint items_quantity_check check (quantity > 0) not valid;',
  },
  {
    rule: 'L46',
    bad: 'alter table app.items add constraint items_code_key unique (code);',
    good: 'alter table app.items add constraint items_code_key unique using index items_code_key;',
    after: 'create unique index concurrently items_code_key on app.items (code);',
  },
  {
    rule: 'L47',
    bad: 'alter table app.items add constraint items_label_excl exclude (label with =);',
    good: 'create table app.bookings (id bigint constraint bookings_pk primary key, room bigint, constraint bookings_room_excl exclude (room with =));',
  },
  {
    rule: 'L48',
    bad: 'alter domain app.positive add constraint positive_limit check (value < 1000);',
    good: 'alter domain app.positive add constraint positive_limit check (value < 1000) not valid;',
  },
  {
    rule: 'L49',
    bad: "alter table app.events attach partition app.events_2027 for values from ('2027-01-01') to ('2028-01-01');",
    good: "alter table app.events attach partition app.events_2028 for values from ('2028-01-01') to ('2029-01-01');",
  },
  {
    rule: 'L50',
    bad: "create table app.events_2029 partition of app.events for values from ('2029-01-01') to ('2030-01-01');",
    good: "create table app.events_2029 (like app.events including all);\nalter table app.events attach partition app.events_2029 for values from ('2029-01-01') to ('2030-01-01');",
  },
  {
    rule: 'L51',
    bad: 'alter table app.events detach partition app.events_2026;',
    good: '--! tx: none\nalter table app.events detach partition app.events_2026 concurrently;',
  },
  {
    rule: 'L52',
    bad: 'drop table app.events_2026;',
    good: 'drop table app.events_2027;',
  },
  { rule: 'L56', bad: '--! tx: none\nvacuum full app.items;', good: '--! tx: none\nvacuum app.items;' },
  {
    rule: 'L57',
    bad: 'alter table app.notes add column changed timestamptz;\ncreate trigger items_touch before update on app.items for each row execute function app.touch();',
    good: 'create trigger items_touch before update on app.items for each row execute function app.touch();',
  },
  {
    rule: 'L58',
    bad: 'alter table app.items enable row level security;',
    good: 'create policy items_all on app.items using (true);\nalter table app.items enable row level security;',
  },
  {
    rule: 'L60',
    bad: 'refresh materialized view app.totals;',
    good: 'create unique index totals_quantity_key on app.totals (quantity);',
  },
  { rule: 'L61', bad: 'lock table app.items;', good: 'alter table app.items add column weight integer;' },
  {
    rule: 'L62',
    bad: "update app.items set state = 'open';",
    good: "update app.items set state = 'open' where id = 7;",
  },
  {
    rule: 'L63',
    bad: 'alter table app.items add column weight integer;\nalter table app.notes add column weight integer;',
    good: 'alter table app.items add column weight integer;\nalter table app.items add column height integer;',
  },
];
