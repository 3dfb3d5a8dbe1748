import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { compareSnapshots, type Snapshot, takeSnapshot } from '../index.ts';

const schema = `create schema s;
create type s.mood as enum ('low', 'high'); create type s.pair as (x int, y text); create type s.span as range (subtype = int8);
create domain s.email as text constraint has_at check (value like '%@%');
create sequence s.counter;
create function s.twice(n int) returns int language sql immutable as 'select n * 2';
create function s.touch() returns trigger language plpgsql as 'begin return new; end';
create procedure s.work() language plpgsql as 'begin end';
create table s.people (id int, constraint people_pk primary key (id));
create table s.items (id bigint generated always as identity, price int not null default 1, name text, doubled int generated always as (price * 2) stored, owner int, mail s.email, places int[],
  constraint items_pk primary key (id), constraint items_key unique (name), constraint items_check check (price > 0), constraint items_fk foreign key (owner) references s.people);
create table s.loose (id int);
create index items_idx on s.items (price); create index items_lower_idx on s.items (lower(name));
create statistics s.sums on price, name from s.items;
create trigger touched before insert on s.items for each row execute function s.touch();
alter table s.items enable row level security; create policy own on s.items for select using (id > 0);
create view s.seen as select id, price from s.items; create materialized view s.stored as select id from s.items;
create rule quiet as on delete to s.people do instead nothing;
create table s.events (id int, happened date not null) partition by range (happened);
create table s.events_1 partition of s.events for values from ('2020-01-01') to ('2021-01-01');
create index events_idx on s.events (id);
create publication news for table s.people;
create function s.watch() returns event_trigger language plpgsql as 'begin end';
create event trigger watched on ddl_command_end execute function s.watch();
alter default privileges in schema s grant select on tables to plinth_app;
create collation s.german (provider = icu, locale = 'de');
create aggregate s.total(n int) (sfunc = int4pl, stype = int);
create operator s.=== (leftarg = int, rightarg = int, function = int4eq);
create operator family s.ways using btree;
create operator class s.upwards for type int using btree family s.ways as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
create function s.box(n int) returns s.pair language sql as $$ select row(n, '')::s.pair $$;
create cast (int as s.pair) with function s.box(int);
create text search dictionary s.words (template = snowball, language = 'english');
create text search configuration s.search (parser = pg_catalog."default"); alter text search configuration s.search add mapping for word with s.words;
create foreign data wrapper nowhere options (mode 'a');
create server far version '1' foreign data wrapper nowhere options (host 'a', auth_token 'one');
create user mapping for plinth_app server far options (user 'x', password 'one', password_required 'true');
create foreign table s.distant (id int options (name 'number'), note text) server far options (path 'a');`;

// What is done, the object it is found at, and the property.
const mutations: readonly (readonly [string, string, string?])[] = [
  ['create schema other', 'schema other'],
  ['alter schema s owner to plinth_owner', 'schema s', 'owner'],
  ['grant usage on schema s to plinth_app', 'schema s', 'acl'],
  [`comment on schema s is 'x'`, 'schema s', 'comment'],
  [`alter type s.mood add value 'mid' before 'high'`, 'type s.mood', 'labels'],
  [`alter type s.mood rename value 'low' to 'least'`, 'type s.mood', 'labels'],
  ['alter type s.pair add attribute z int', 'type s.pair', 'columns.z'],
  ['alter type s.pair alter attribute x type bigint', 'type s.pair', 'columns.x.type'],
  ['drop type s.span; create type s.span as range (subtype = int4)', 'type s.span', 'range'],
  ['revoke usage on type s.mood from public', 'type s.mood', 'acl'],
  ['alter domain s.email set not null', 'domain s.email', 'isNotNull'],
  [`alter domain s.email set default 'a@b'`, 'domain s.email', 'default'],
  ['alter domain s.email drop constraint has_at', 'domain s.email', 'constraints'],
  ['alter domain s.email add constraint short check (length(value) < 9) not valid', 'domain s.email', 'constraints.short'],
  ['alter sequence s.counter increment 2', 'sequence s.counter', 'increment'],
  ['alter sequence s.counter start 5', 'sequence s.counter', 'start'],
  ['alter sequence s.counter maxvalue 50', 'sequence s.counter', 'maximum'],
  ['alter sequence s.counter minvalue -5', 'sequence s.counter', 'minimum'],
  ['alter sequence s.counter cache 9', 'sequence s.counter', 'cache'],
  ['alter sequence s.counter cycle', 'sequence s.counter', 'isCycling'],
  ['alter sequence s.counter as int', 'sequence s.counter', 'type'],
  ['alter sequence s.counter owned by s.people.id', 'sequence s.counter', 'ownedBy'],
  ['grant usage on sequence s.counter to plinth_app', 'sequence s.counter', 'acl'],
  [`create or replace function s.twice(n int) returns int language sql immutable as 'select n + n'`, 'function s.twice(integer)', 'body'],
  ['alter function s.twice(int) volatile', 'function s.twice(integer)', 'volatility'],
  ['alter function s.twice(int) strict', 'function s.twice(integer)', 'isStrict'],
  ['alter function s.twice(int) security definer', 'function s.twice(integer)', 'isSecurityDefiner'],
  ['alter function s.twice(int) leakproof', 'function s.twice(integer)', 'isLeakproof'],
  ['alter function s.twice(int) parallel safe', 'function s.twice(integer)', 'parallel'],
  ['alter function s.twice(int) cost 5', 'function s.twice(integer)', 'cost'],
  ['alter function s.twice(int) set search_path = s', 'function s.twice(integer)', 'settings'],
  ['revoke execute on function s.twice(int) from public', 'function s.twice(integer)', 'acl'],
  ['drop procedure s.work()', 'procedure s.work()'],
  ['alter table s.items owner to plinth_owner', 'table s.items', 'owner'],
  ['alter table s.items set (fillfactor = 50)', 'table s.items', 'options'],
  ['alter table s.items set (toast.autovacuum_enabled = false)', 'table s.items', 'options'],
  ['alter table s.loose set unlogged', 'table s.loose', 'isUnlogged'],
  ['alter table s.items disable row level security', 'table s.items', 'isRowSecured'],
  ['alter table s.items force row level security', 'table s.items', 'isRowSecurityForced'],
  ['alter table s.items replica identity full', 'table s.items', 'replicaIdentity'],
  ['grant select on s.items to plinth_app', 'table s.items', 'acl'],
  ['grant update (price) on s.items to plinth_app', 'table s.items', 'columns.price.acl'],
  [`comment on column s.items.price is 'x'`, 'table s.items', 'columns.price.comment'],
  ['alter table s.items alter owner type bigint', 'table s.items', 'columns.owner.type'],
  ['alter table s.items alter name type text collate "C"', 'table s.items', 'columns.name.collation'],
  ['alter table s.items alter price drop not null', 'table s.items', 'columns.price.isNotNull'],
  ['alter table s.items alter price set default 2', 'table s.items', 'columns.price.default'],
  ['alter table s.items alter doubled drop expression', 'table s.items', 'columns.doubled.generated'],
  ['alter table s.items alter id set generated by default', 'table s.items', 'columns.id.identity'],
  ['alter table s.items alter name set storage external', 'table s.items', 'columns.name.storage'],
  ['alter table s.items alter name set compression pglz', 'table s.items', 'columns.name.compression'],
  ['alter table s.items alter name set statistics 7', 'table s.items', 'columns.name.statistics'],
  ['alter table s.items alter name set (n_distinct = 5)', 'table s.items', 'columns.name.options'],
  ['alter table s.items rename constraint items_price_not_null to priced', 'table s.items', 'columns.price.notNullName'],
  ['alter table s.items add constraint named not null name not valid', 'table s.items', 'columns.name.isNotNullNotValid'],
  ['alter table s.items drop column places', 'table s.items', 'columns.places'],
  [
    'alter table s.items drop constraint items_check; alter table s.items add constraint items_check check (price > 0) not valid',
    'constraint items_check on s.items',
    'isNotValid',
  ],
  ['alter table s.items alter constraint items_fk not enforced', 'constraint items_fk on s.items', 'isNotEnforced'],
  ['alter table s.items alter constraint items_fk deferrable', 'constraint items_fk on s.items', 'definition'],
  [
    'alter table s.items drop constraint items_key; alter table s.items add constraint items_key unique nulls not distinct (name)',
    'constraint items_key on s.items',
    'definition',
  ],
  [`comment on constraint items_pk on s.items is 'x'`, 'constraint items_pk on s.items', 'comment'],
  ['drop index s.items_idx; create index items_idx on s.items (price) where price > 1', 'index s.items_idx', 'definition'],
  [`update pg_index set indisvalid = false where indexrelid = 's.items_idx'::regclass`, 'index s.items_idx', 'isInvalid'],
  ['alter table s.items cluster on items_idx', 'index s.items_idx', 'isClustered'],
  ['alter index s.items_lower_idx alter column 1 set statistics 9', 'index s.items_lower_idx', 'statistics'],
  ['alter index s.items_pk set (fillfactor = 50)', 'index s.items_pk', 'options'],
  ['alter statistics s.sums set statistics 9', 'statistics s.sums', 'target'],
  ['drop statistics s.sums; create statistics s.sums (mcv) on price, name from s.items', 'statistics s.sums', 'kinds'],
  ['alter table s.items disable trigger touched', 'trigger touched on s.items', 'firing'],
  [
    'create or replace trigger touched after insert on s.items for each row execute function s.touch()',
    'trigger touched on s.items',
    'definition',
  ],
  ['alter policy own on s.items to plinth_app', 'policy own on s.items', 'roles'],
  ['alter policy own on s.items using (id > 1)', 'policy own on s.items', 'using'],
  [
    'drop policy own on s.items; create policy own on s.items as restrictive for select using (id > 0)',
    'policy own on s.items',
    'isRestrictive',
  ],
  ['drop policy own on s.items; create policy own on s.items using (id > 0)', 'policy own on s.items', 'command'],
  ['create or replace view s.seen as select id, price from s.items where id > 1', 'view s.seen', 'definition'],
  ['alter view s.seen set (security_invoker = true)', 'view s.seen', 'options'],
  ['alter view s.seen alter price set default 3', 'view s.seen', 'columns.price.default'],
  ['refresh materialized view s.stored with no data', 'materialized view s.stored', 'isUnpopulated'],
  ['alter table s.people disable rule quiet', 'rule quiet on s.people', 'firing'],
  ['alter table s.events detach partition s.events_1', 'table s.events_1', 'bound'],
  ['alter table s.events_1 alter id set default 4', 'table s.events_1', 'columns.id.default'],
  ['alter publication news set (publish = insert)', 'publication news', 'publish'],
  ['alter publication news set table s.people (id) where (id > 5)', 'publication news', 'tables'],
  ['alter publication news set (publish_via_partition_root = true)', 'publication news', 'isViaRoot'],
  ['alter event trigger watched disable', 'event trigger watched', 'firing'],
  [
    'alter default privileges in schema s grant insert on tables to plinth_app',
    'default privileges on tables in schema s for $user',
    'acl.plinth_app',
  ],
  ['alter default privileges revoke execute on functions from public', 'default privileges on functions for $user'],
  ['drop collation s.german', 'collation s.german'],
  [`drop collation s.german; create collation s.german (provider = icu, locale = 'fr')`, 'collation s.german', 'locale'],
  [`drop collation s.german; create collation s.german (provider = libc, locale = 'C')`, 'collation s.german', 'provider'],
  [
    `drop collation s.german; create collation s.german (provider = icu, locale = 'de', deterministic = false)`,
    'collation s.german',
    'isNondeterministic',
  ],
  [`drop collation s.german; create collation s.german (provider = icu, locale = 'de', rules = '&V << w')`, 'collation s.german', 'rules'],
  [`comment on collation s.german is 'x'`, 'collation s.german', 'comment'],
  [`create or replace aggregate s.total(n int) (sfunc = int4pl, stype = int, initcond = '1')`, 'aggregate s.total(integer)', 'definition'],
  ['create or replace aggregate s.total(n int) (sfunc = int4mul, stype = int)', 'aggregate s.total(integer)', 'definition'],
  ['alter aggregate s.total(int) owner to plinth_owner', 'aggregate s.total(integer)', 'owner'],
  ['revoke execute on function s.total(int) from public', 'aggregate s.total(integer)', 'acl'],
  [`create aggregate s.count(*) (sfunc = int8inc, stype = int8, initcond = '0')`, 'aggregate s.count(*)'],
  ['alter operator s.=== (int, int) set (restrict = eqsel)', 'operator s.=== (integer, integer)', 'definition'],
  ['alter operator s.=== (int, int) owner to plinth_owner', 'operator s.=== (integer, integer)', 'owner'],
  ['drop operator s.=== (int, int)', 'operator s.=== (integer, integer)'],
  [
    'alter operator family s.ways using btree add operator 1 < (int, bigint), function 1 (int, bigint) btint48cmp(int, bigint)',
    'operator family s.ways USING btree',
    'members',
  ],
  ['alter operator class s.upwards using btree owner to plinth_owner', 'operator class s.upwards USING btree', 'owner'],
  [
    'drop operator class s.upwards using btree; create operator class s.upwards for type int using btree family s.ways as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint4cmp(int, int)',
    'operator class s.upwards USING btree',
    'members',
  ],
  ['drop cast (int as s.pair); create cast (int as s.pair) with inout', 'cast (integer AS s.pair)', 'method'],
  ['drop cast (int as s.pair); create cast (int as s.pair) with function s.box(int) as implicit', 'cast (integer AS s.pair)', 'context'],
  [`alter text search dictionary s.words (stopwords = 'english')`, 'text search dictionary s.words', 'options'],
  ['alter text search dictionary s.words owner to plinth_owner', 'text search dictionary s.words', 'owner'],
  ['alter text search configuration s.search alter mapping for word with simple', 'text search configuration s.search', 'mappings'],
  ['alter text search configuration s.search add mapping for email with simple', 'text search configuration s.search', 'mappings'],
  [`comment on text search configuration s.search is 'x'`, 'text search configuration s.search', 'comment'],
  [`alter foreign data wrapper nowhere options (set mode 'b')`, 'foreign data wrapper nowhere', 'options'],
  ['grant usage on foreign data wrapper nowhere to plinth_app', 'foreign data wrapper nowhere', 'acl'],
  [`alter server far options (set host 'b')`, 'server far', 'options'],
  [`alter server far options (set auth_token 'two')`, 'server far', 'options'],
  [`alter server far version '2'`, 'server far', 'version'],
  ['grant usage on foreign server far to plinth_app', 'server far', 'acl'],
  [`alter user mapping for plinth_app server far options (set password 'two')`, 'user mapping for plinth_app server far', 'options'],
  [
    `alter user mapping for plinth_app server far options (set password_required 'false')`,
    'user mapping for plinth_app server far',
    'options',
  ],
  ['create user mapping for public server far', 'user mapping for public server far'],
  [`alter foreign table s.distant options (set path 'b')`, 'foreign table s.distant', 'options'],
  ['alter foreign table s.distant alter id type bigint', 'foreign table s.distant', 'columns.id.type'],
  [`alter foreign table s.distant alter id options (set name 'n')`, 'foreign table s.distant', 'columns.id.foreignOptions'],
  ['alter foreign table s.distant add constraint positive check (id > 0)', 'constraint positive on s.distant'],
  ['grant insert on s.distant to plinth_app', 'foreign table s.distant', 'acl'],
  ['create extension pg_trgm', 'extension pg_trgm'],
];

const { client, endpoint } = await testDatabase();
let before: Snapshot;
beforeAll(async () => {
  await client.query(schema);
  await client.query('begin isolation level repeatable read');
  before = await takeSnapshot(client);
  await client.query('commit; begin');
});
afterAll(() => client.query('rollback'));

test.for(mutations)('[I32] one change is found, at its object and property: %s', async ([sql, identity, path]) => {
  await client.query('savepoint mutation');
  const after = await client
    .query(sql)
    .then(() => takeSnapshot(client))
    .finally(() => client.query('rollback to savepoint mutation; release savepoint mutation'));
  const differences = compareSnapshots(before, after);
  const found = differences.filter((one) => one.identity === identity.replace('$user', endpoint.user));
  expect(
    found.map((one) => one.path?.slice(0, path?.length)),
    JSON.stringify(differences),
  ).toContain(path);
});

test('[I29] no option that may be a secret is in a snapshot', () => {
  const text = JSON.stringify([...before.objects.values()]);
  expect(text).toMatch(/"password=#[0-9a-f]{4}","password_required=true","user=x"/);
  expect(text).toMatch(/"auth_token=#[0-9a-f]{4}","host=a"/);
  expect(text).not.toMatch(/(password|auth_token)=one/);
});
