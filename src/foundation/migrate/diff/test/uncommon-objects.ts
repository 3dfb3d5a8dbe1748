import { type Choices, pick } from './choices.ts';

/** Objects that few schemas have, in the schema `shop` or of the whole database. Valid for all choices. */
export function uncommonObjects(c: Choices): readonly string[] {
  const sql: string[] = [];
  const say = (...statements: string[]) => sql.push(...statements);
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
  return sql;
}
