import fc from 'fast-check';

/** One choice for each thing that can vary; 0 is mostly "not there". */
const sizes = {
  mood: 4,
  pair: 4,
  email: 6,
  span: 3,
  counter: 5,
  twice: 6,
  touch: 3,
  total: 4,
  price: 7,
  name: 5,
  note: 4,
  state: 3,
  mail: 3,
  made: 5,
  doubled: 5,
  number: 5,
  place: 3,
  key: 4,
  check: 5,
  unique: 5,
  exclusion: 2,
  owner: 4,
  priceIndex: 5,
  nameIndex: 4,
  sums: 3,
  first: 6,
  second: 4,
  stored: 4,
  trigger: 5,
  policy: 6,
  secured: 4,
  rule: 3,
  options: 4,
  grants: 6,
  functionGrants: 3,
  comments: 3,
  events: 5,
  eventKey: 3,
  eventIndex: 4,
  eventParts: 5,
  eventCheck: 3,
  publication: 5,
  defaults: 3,
  extra: 4,
  owned: 3,
  replica: 3,
  collation: 4,
  aggregate: 6,
  operator: 6,
  cast: 4,
  search: 5,
  server: 7,
} as const;
type Feature = keyof typeof sizes;
export type Choices = Readonly<Record<Feature, number>>;

export const choices: fc.Arbitrary<Choices> = fc.record(
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, fc.nat({ max: size - 1 })])) as Record<
    Feature,
    fc.Arbitrary<number>
  >,
);

const pick = <T>(index: number, list: readonly T[]): T => list[index % list.length] as T;

/** A schema that a person might have written, with every kind of object somewhere. Valid for all choices. */
export function schemaOf(c: Choices): string {
  const sql: string[] = ['create schema shop', 'create schema "Odd ""one"'];
  const say = (...statements: (string | false | undefined)[]) =>
    sql.push(...statements.filter((one): one is string => typeof one === 'string' && one !== ''));
  const moods = pick(c.mood, ['', `'low', 'high'`, `'low', 'mid', 'high'`, `'none', 'low', 'mid', 'high', 'top'`]);
  say(moods && `create type shop.mood as enum (${moods})`);
  say(
    pick(c.pair, [
      '',
      'create type shop.pair as (x int, y text)',
      'create type shop.pair as (x int, y text collate "C", z date)',
      'create type shop.pair as (x bigint)',
    ]),
  );
  say(
    pick(c.email, [
      '',
      'create domain shop.email as text',
      `create domain shop.email as text default 'a@b' check (value like '%@%')`,
      `create domain shop.email as text not null constraint has_at check (value like '%@%') constraint is_short check (length(value) < 99)`,
      `create domain shop.email as text constraint has_at check (value like '%@_%')`,
      `create domain shop.email as text constraint has_at check (value like '%@%'); comment on constraint has_at on domain shop.email is 'An at.'`,
    ]),
  );
  say(
    pick(c.span, [
      '',
      'create type shop.span as range (subtype = int8)',
      'create type shop.span as range (subtype = text, collation = "C")',
    ]),
  );
  say(
    pick(c.counter, [
      '',
      'create sequence shop.counter',
      'create sequence shop.counter as int increment 5 cycle',
      'create unlogged sequence shop.counter start 7',
      'create sequence shop.counter maxvalue 1000 cache 9',
    ]),
  );
  say(
    ...pick(c.collation, [
      [],
      [`create collation shop.german (provider = icu, locale = 'de')`],
      [`create collation shop.german (provider = icu, locale = 'de')`, `comment on collation shop.german is 'As in a telephone book.'`],
      [`create collation shop.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false)`],
    ]),
  );
  const whole = (rest: string) => `create aggregate shop.whole(n int) (sfunc = int4pl, stype = int${rest})`;
  say(
    ...pick(c.aggregate, [
      [],
      [whole('')],
      [whole(`, initcond = '0'`), 'create view shop.wholes as select shop.whole(n) from (values (1)) v(n)'],
      [whole(', parallel = safe'), 'create view shop.wholes as select shop.whole(n) from (values (1)) v(n)'],
      [whole(''), 'revoke execute on function shop.whole(int) from public', `comment on aggregate shop.whole(int) is 'All.'`],
      [
        `create aggregate shop.whole(*) (sfunc = int8inc, stype = int8, initcond = '0')`,
        'grant execute on function shop.whole() to plinth_app',
      ],
    ]),
  );
  const alike = (rest = '') =>
    `create operator shop.=== (leftarg = int, rightarg = int, function = int4eq, commutator = operator(shop.===)${rest})`;
  const ordered = (rest = '') =>
    `create operator class shop.backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 ${rest}, operator 4 <=, operator 5 <, function 1 btint4cmp(int, int)`;
  say(
    ...pick(c.operator, [
      [],
      [alike()],
      [alike(', hashes, merges'), 'create view shop.alike as select 1 operator(shop.===) 2 as x'],
      [alike(), ordered('shop.===')],
      [alike(', restrict = eqsel'), ordered('='), `comment on operator class shop.backwards using btree is 'Downwards.'`],
      [`comment on operator shop.=== (int, int) is 'The same.'`].flatMap((one) => [alike(), one]),
    ]),
  );
  const boxed = [
    'create type shop.boxed as (n int)',
    'create function shop.box(n int) returns shop.boxed language sql as $$ select row(n)::shop.boxed $$',
  ];
  say(
    ...pick(c.cast, [
      [],
      [...boxed, 'create cast (int as shop.boxed) with function shop.box(int)'],
      [...boxed, 'create cast (int as shop.boxed) with function shop.box(int) as implicit'],
      [...boxed, 'create cast (int as shop.boxed) with inout', `comment on cast (int as shop.boxed) is 'As text.'`],
    ]),
  );
  const words = (options: string) => `create text search dictionary shop.words (template = snowball, ${options})`;
  const search = (kind: string) => [
    'create text search configuration shop.search (parser = pg_catalog."default")',
    `alter text search configuration shop.search add mapping for ${kind} with shop.words, simple`,
  ];
  say(
    ...pick(c.search, [
      [],
      [words(`language = 'english'`)],
      [words(`language = 'german'`), ...search('asciiword, word')],
      [words(`language = 'english', stopwords = 'english'`), ...search('asciiword')],
      [words(`language = 'german'`), ...search('word'), `comment on text search configuration shop.search is 'Of names.'`],
    ]),
  );
  const far = (options = '') => ['create foreign data wrapper nowhere', `create server far foreign data wrapper nowhere${options}`];
  say(
    ...pick(c.server, [
      [],
      ['create foreign data wrapper nowhere', 'grant usage on foreign data wrapper nowhere to plinth_app'],
      far(),
      [...far(` options (host 'a', "Port" '1')`), 'grant usage on foreign server far to plinth_app'],
      [...far(` options (host 'b')`), `create user mapping for plinth_app server far options (user 'x', password 'y')`],
      [
        ...far(` options (host 'a', keep 'yes')`),
        `create foreign table shop.distant (id int not null, name text default 'x') server far options (name 'd')`,
      ],
      [
        ...far(),
        `create foreign table shop.distant (id int options (name 'number'), name text, constraint positive check (id > 0)) server far`,
        'create view shop.seen_afar as select id from shop.distant',
        'grant select on shop.distant to plinth_app',
      ],
    ]),
  );
  const twice = pick(c.twice, [
    `create function shop.twice(n int) returns int language sql immutable as 'select n * 2'`,
    `create function shop.twice(n int) returns int language sql immutable strict parallel safe begin atomic; select n * 2; end`,
    `create function shop.twice(number int) returns int language plpgsql immutable set search_path to pg_catalog, shop as $$ begin return number * 2; end $$`,
    `create function shop.twice(n int) returns int language sql immutable set search_path = '' as 'select n * 3'`,
    `create function shop.twice(n int, m int default 2) returns int language sql immutable as 'select n * m'`,
    `create function shop.twice(n int) returns int language sql immutable security definer cost 7 set work_mem = '5MB' as 'select n + n'`,
    `create function shop.twice(n int) returns int language sql immutable leakproof as 'select n * 2 -- é $body$'`,
  ]);
  say(twice);

  const price = pick(c.price, [
    '',
    'price int',
    'price int not null',
    'price bigint default 7',
    'price int default shop.twice(3)',
    'price numeric(10,2) constraint priced not null',
    'price int default 5 not null',
  ]);
  const name = pick(c.name, [
    '',
    'name text',
    'name varchar(30) default $$x$$',
    'name text collate "C" not null',
    'name text compression pglz',
  ]);
  const hasInt = price.includes('int');
  const number = pick(c.number, [
    '',
    'number bigint generated always as identity',
    'number int generated by default as identity (start 100 increment 5)',
    'number bigserial',
    'number bigint',
  ]);
  const columns = [
    'id int',
    'kept text',
    price,
    name,
    pick(c.note, ['', 'note jsonb', 'note jsonb default $${}$$', 'note text']),
    moods && pick(c.state, ['', 'state shop.mood', `state shop.mood default 'low'`]),
    c.email > 0 && pick(c.mail, ['', 'mail shop.email', 'mail shop.email default $$c@d$$']),
    pick(c.made, [
      '',
      'made timestamptz default now()',
      `made timestamptz default '2020-02-03 00:00+00' not null`,
      'made date',
      'made timestamptz',
    ]),
    hasInt &&
      pick(c.doubled, [
        '',
        'doubled bigint generated always as (price * 2) stored',
        'doubled bigint generated always as (price * 2) virtual',
        'doubled bigint generated always as (price * 3) stored',
        'doubled bigint',
      ]),
    number,
    c.pair > 0 && pick(c.place, ['', 'place shop.pair', 'place shop.pair']),
  ].filter(Boolean);
  say(
    `create table shop.items (${columns.join(', ')})${pick(c.options, ['', ' with (fillfactor = 70)', ' with (autovacuum_enabled = false, fillfactor = 90)', ' with (toast.autovacuum_enabled = off)'])}`,
  );
  say(`create table shop.people (id int, boss int, constraint people_pk primary key (id))`);
  say(
    pick(c.key, [
      '',
      'alter table shop.items add constraint items_pk primary key (id)',
      'alter table shop.items add constraint items_pk primary key (id, kept)',
      'alter table shop.items add constraint items_key unique (id) include (kept)',
    ]),
  );
  say(
    price &&
      pick(c.check, [
        '',
        'alter table shop.items add constraint priced_check check (price > 0)',
        'alter table shop.items add constraint priced_check check (price > 0) not valid',
        'alter table shop.items add constraint priced_check check (price > 1)',
        'alter table shop.items add constraint priced_check check (price > 0) no inherit',
      ]),
  );
  say(
    name &&
      pick(c.unique, [
        '',
        'alter table shop.items add constraint named unique (name)',
        'alter table shop.items add constraint named unique nulls not distinct (name)',
        'alter table shop.items add constraint named unique (name) deferrable initially deferred',
        'alter table shop.items add constraint "Na,me(d" unique (name, id)',
      ]),
  );
  say(price && c.exclusion > 0 && 'alter table shop.items add constraint apart exclude using btree (price with =)');
  say(
    pick(c.owner, [
      '',
      'alter table shop.items add constraint owned foreign key (id) references shop.people on delete cascade',
      'alter table shop.items add constraint owned foreign key (id) references shop.people not valid',
      'alter table shop.people add constraint owned foreign key (boss) references shop.people deferrable',
    ]),
  );
  say(
    price &&
      pick(c.priceIndex, [
        '',
        'create index price_idx on shop.items (price)',
        'create index price_idx on shop.items (price desc) include (id) where price > 5',
        'create unique index price_idx on shop.items (price)',
        `create index price_idx on shop.items (price) with (fillfactor = 60); comment on index shop.price_idx is 'Prices.'`,
      ]),
  );
  say(
    name &&
      pick(c.nameIndex, [
        '',
        'create index name_idx on shop.items (lower(name))',
        'create index name_idx on shop.items (lower(name)); alter index shop.name_idx alter column 1 set statistics 500',
        'create index name_idx on shop.items using hash (name)',
      ]),
  );
  say(
    name &&
      price &&
      pick(c.sums, [
        '',
        'create statistics shop.sums on price, name from shop.items',
        'create statistics shop.sums (mcv) on price, name from shop.items; alter statistics shop.sums set statistics 50',
      ]),
  );
  const first = pick(c.first, [
    '',
    'create view shop.first as select id, kept from shop.items',
    'create view shop.first with (security_invoker = true) as select id, kept from shop.items where id > 5',
    'create view shop.first as select kept, id from shop.items',
    price
      ? 'create view shop.first as select id, kept, price from shop.items with local check option'
      : 'create view shop.first as select id from shop.items',
    c.twice === 3
      ? 'create view shop.first as select id from shop.items'
      : 'create view shop.first as select id, shop.twice(id) as kept from shop.items',
  ]);
  say(first);
  const second =
    first &&
    pick(c.second, [
      '',
      'create view shop.second as select id from shop.first',
      'create view shop.second with (security_barrier) as select id + 1 as id from shop.first',
      'create view shop.second as select f.id, p.boss from shop.first f join shop.people p on p.id = f.id',
    ]);
  say(second);
  const from = second ? 'second' : 'first';
  say(
    first &&
      pick(c.stored, [
        '',
        `create materialized view shop.stored as select id from shop.${from}`,
        `create materialized view shop.stored with (fillfactor = 50) as select id, 1 as one from shop.${from} with no data`,
        `create materialized view shop.stored as select id from shop.${from}; create unique index stored_idx on shop.stored (id)`,
      ]),
  );
  say(
    pick(c.touch, [
      `create function shop.touch() returns trigger language plpgsql as 'begin return new; end'`,
      `create function shop.touch() returns trigger language plpgsql as 'begin return null; end'`,
      `create function shop.touch() returns trigger language plpgsql security definer as 'begin return new; end'; comment on function shop.touch() is 'Touches.'`,
    ]),
  );
  say(
    pick(c.trigger, [
      '',
      'create trigger touched before insert on shop.items for each row execute function shop.touch()',
      'create trigger touched after update of kept on shop.items for each row when (old.kept is distinct from new.kept) execute function shop.touch()',
      'create trigger touched before insert on shop.items for each row execute function shop.touch(); alter table shop.items disable trigger touched',
      'create constraint trigger touched after insert on shop.items deferrable initially deferred for each row execute function shop.touch()',
    ]),
  );
  say(
    pick(c.total, [
      '',
      'create function shop.total() returns bigint language sql stable begin atomic; select sum(id) from shop.items; end',
      `create procedure shop.total() language plpgsql as 'begin end'`,
      'create function shop.total() returns table (id int, kept text) language sql rows 5 begin atomic; select id, kept from shop.items; end',
    ]),
  );
  say(
    pick(c.policy, [
      '',
      'create policy own on shop.items using (id > 0)',
      'create policy own on shop.items for insert to plinth_app with check (id > 0)',
      'create policy own on shop.items as restrictive to plinth_app, plinth_owner using (id > 0) with check (id > 1)',
      c.twice === 3
        ? 'create policy own on shop.items for select using (kept is not null)'
        : 'create policy own on shop.items for select using (shop.twice(id) > 0)',
      `create policy own on shop.items using (id > 1); comment on policy own on shop.items is 'Own.'`,
    ]),
  );
  say(
    pick(c.secured, [
      '',
      'alter table shop.items enable row level security',
      'alter table shop.items enable row level security, force row level security',
      'alter table shop.items force row level security',
    ]),
  );
  say(
    pick(c.rule, [
      '',
      'create rule quiet as on delete to shop.people do instead nothing',
      'create rule quiet as on delete to shop.people where old.id > 5 do instead nothing',
    ]),
  );
  say(
    pick(c.grants, [
      '',
      'grant select on shop.items to plinth_app',
      'grant select, insert on shop.items to plinth_app with grant option',
      'grant select (id, kept), update (kept) on shop.items to plinth_app',
      'grant all on shop.items to public; grant select (kept) on shop.items to plinth_app',
      'alter table shop.items owner to plinth_owner; revoke delete on shop.items from plinth_owner',
    ]),
  );
  const signature = `shop.twice(int${c.twice === 3 ? ', int' : ''})`;
  say(
    pick(c.functionGrants, [
      '',
      `revoke all on function ${signature} from public`,
      `revoke all on function ${signature} from public; grant execute on function ${signature} to plinth_app; alter function ${signature} owner to plinth_owner`,
    ]),
  );
  say(
    pick(c.comments, [
      '',
      `comment on table shop.items is 'It''s \\ an item.'; comment on column shop.items.kept is 'Kept.'`,
      `comment on table shop.items is 'Items.'; comment on schema shop is 'The shop.'; comment on constraint people_pk on shop.people is 'Key.'`,
    ]),
  );

  if (c.events > 0) {
    say(
      `create table shop.events (id int, kind int${c.events === 2 ? ' not null default 3' : ''}, happened date not null${c.events === 3 ? ', note text' : ''}) partition by ${c.events === 4 ? 'list (kind)' : 'range (happened)'}`,
    );
    const bounds =
      c.events === 4
        ? ['for values in (1)', 'for values in (2, 3)', 'default']
        : [`for values from ('2020-01-01') to ('2021-01-01')`, `for values from ('2021-01-01') to ('2022-01-01')`, 'default'];
    const parts = pick(c.eventParts, [[], [0], [0, 1], [1, 2], [0, 2]]);
    for (const part of parts) say(`create table shop.events_${part} partition of shop.events ${bounds[part]}`);
    const column = c.events === 4 ? 'kind' : 'happened';
    say(
      pick(c.eventKey, [
        '',
        `alter table shop.events add constraint events_pk primary key (id, ${column})`,
        `alter table shop.events add constraint events_key unique (${column}, id)`,
      ]),
    );
    say(
      pick(c.eventIndex, [
        '',
        'create index events_kind_idx on shop.events (kind)',
        'create index events_kind_idx on shop.events (kind desc) where kind > 1',
        parts.length > 0
          ? `create index odd_name on shop.events_${parts[0]} (kind); create index events_kind_idx on shop.events (kind)`
          : '',
      ]),
    );
    say(
      pick(c.eventCheck, [
        '',
        'alter table shop.events add constraint kind_check check (kind > 0)',
        'alter table shop.events add constraint person foreign key (id) references shop.people',
      ]),
    );
    if (c.trigger === 1) say('create trigger touched before insert on shop.events for each row execute function shop.touch()');
  }
  say(
    pick(c.publication, [
      '',
      'create publication news for table shop.people',
      'create publication news for all tables',
      `create publication news for table shop.people (id) where (id > 5) with (publish = 'insert')`,
      'create publication news for tables in schema shop',
    ]),
  );
  say(
    pick(c.defaults, [
      '',
      'alter default privileges in schema shop grant select on tables to plinth_app',
      'alter default privileges revoke execute on functions from public; alter default privileges in schema shop grant usage on sequences to plinth_app',
    ]),
  );
  say(
    pick(c.extra, [
      '',
      `create table shop.extra (id int primary key, "Odd ""Column" int default 1, self int references shop.extra)`,
      `create view shop.extra as select 1 as one`,
      'create table "Odd ""one"."Table" (id int, constraint "Odd key" primary key (id))',
    ]),
  );
  say(
    c.counter > 0 &&
      pick(c.owned, [
        '',
        'alter sequence shop.counter owned by shop.people.id',
        `alter table shop.people alter boss set default nextval('shop.counter')`,
      ]),
  );
  say(
    pick(c.replica, [
      '',
      'alter table shop.people replica identity full',
      'alter table shop.people replica identity using index people_pk',
    ]),
  );
  return sql.join(';\n');
}
