import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root, sqlFolders } from '../scripts/queries/capabilities.ts';
import { generateQueries } from '../scripts/queries/generate.ts';
import { readStatements } from '../scripts/queries/statements.ts';
import { testDatabase } from './support/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth queries '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the generated files of the repository are what the database says now', async () => {
  const { client } = await testDatabase();
  const { files, problems } = await generateQueries(client, sqlFolders());
  expect(problems.map(({ file, line, message }) => `${relative(root, file)}:${line}: ${message}`)).toEqual([]);
  const differing = files.filter(({ folder: { generated }, text }) => !existsSync(generated) || readFileSync(generated, 'utf8') !== text);
  expect(differing.map((file) => relative(root, file.folder.generated))).toEqual([]);
});

describe('types', async () => {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'src/data/things/sql/migrations/0001_create_things.sql',
    `create schema things;
create table things.things (
  id uuid primary key default uuidv7(), data bytea not null, size_bytes int8 not null, meta jsonb, tags text[] not null,
  created timestamptz not null, price numeric, ends date, span interval, kind text not null check (kind in ('a', 'b')));
create table things.parts (id uuid primary key, thing_id uuid references things.things, name text not null);
create view things.names as select name from things.parts;`,
  );
  write(
    'src/data/things/sql/queries/things.sql',
    `-- name: all_types
select * from (select id, data, size_bytes, meta, tags, created, price, ends, kind from things.things) as t;
-- name: joined
-- Left, and what it does
-- to nulls.
select t.kind, p.name, p.name as "stated!", t.id as "doubted?" from things.things t left join things.parts p on p.thing_id = t.id;
-- name: full_join
select t.kind, p.name from things.things t full join things.parts p on p.thing_id = t.id;
-- name: through_cte
with named as (select p.thing_id, p.name from things.parts p) select t.kind, n.name from things.things t left join named n on n.thing_id = t.id;
-- name: expressions
select count(*) as n, exists (select 1) as has, max(price) as top, coalesce(max(price), 0) as sure, 1 as one, null::text as none, kind is null as known from things.things group by kind;
-- name: through_view
select name, name as "sure!" from things.names;
-- name: put
insert into things.things (data, size_bytes, meta, tags, created, kind, price)
values (:data, :size_bytes, :meta, :tags, :created, :kind, :price?) returning id, old.kind as before;
-- name: not_params
select ':no' as a, "kind" as b, 1::int8 as c, $q$ :no $q$ as d, tags[1:2] as e, tags[:low:2] as f, E'\\':no' as g -- :no
from things.things where kind = :kind /* :no */ and kind <> 'é' || :kind and :a::text is not null;`,
  );
  write(
    'src/data/broken/sql/queries/broken.sql',
    '-- name: fine\nselect 1 as one;\n-- name: broken\nselect 1,\n  nope from things.things;\n-- name: broken_span\nselect span from things.things;',
  );
  write('src/data/wrong/sql/migrations/0001_wrong.sql', 'create schema wrong;\ncreate table wrong.t (id nonsense);\n');

  const { client } = await testDatabase();
  const { files, problems } = await generateQueries(client, sqlFolders(folder), folder);
  const text = files.find((file) => file.folder.name === 'things')?.text ?? '';
  // The members of a generated interface or the right side of a generated type, on one line.
  const type = (name: string) => {
    const found = new RegExp(`interface ${name} (\\{[^}]*)|type ${name} = (.*);`).exec(text);
    return (found?.[1] ?? found?.[2])?.replaceAll(/\s+/g, ' ').replaceAll('readonly ', '').trim();
  };

  test('of columns', () => {
    expect(type('AllTypesRow')).toBe(
      '{ id: string; data: Buffer; size_bytes: number; meta: unknown; tags: string[]; created: Date; price: string | null; ends: string | null; kind: string;',
    );
    expect(type('AllTypesParams')).toBe('Record<string, never>');
  });

  test('outer joins make null possible, also through a CTE; the author has the last word', () => {
    expect(type('JoinedRow')).toBe('{ kind: string; name: string | null; stated: string; doubted: string | null;');
    expect(type('FullJoinRow')).toBe('{ kind: string | null; name: string | null;');
    expect(type('ThroughCteRow')).toBe('{ kind: string; name: string | null;');
    expect(type('ThroughViewRow')).toBe('{ name: string | null; sure: string;');
  });

  test('of expressions', () => {
    expect(type('ExpressionsRow')).toBe(
      '{ n: number; has: boolean; top: string | null; sure: string; one: number; none: string | null; known: boolean;',
    );
  });

  test('of parameters and returning', () => {
    expect(type('PutParams')).toBe(
      '{ data: Buffer; size_bytes: number; meta: string; tags: string[]; created: Date; kind: string; price: string | null;',
    );
    expect(type('PutRow')).toBe('{ id: string; before: string | null;');
    expect(text).toContain("'things.put', ['data', 'size_bytes', 'meta', 'tags', 'created', 'kind', 'price'], `insert into things.things");
  });

  test('only parameters become parameters', () => {
    expect(type('NotParamsParams')).toBe('{ low: number; kind: string; a: string;');
    expect(text).toContain(
      "tags[1:2] as e, tags[$1:2] as f, E'\\\\':no' as g -- :no\nfrom things.things where kind = $2 /* :no */ and kind <> 'é' || $2 and $3::text",
    );
  });

  test('comments below the name become the doc comment', () => {
    expect(text).toContain('/**\n * Left, and what it does\n * to nulls.\n */\nexport const joined =');
  });

  test('a problem names file, line and reason, and keeps nobody else from their file', () => {
    expect(problems.map(({ file, line, message }) => `${relative(folder, file)}:${line}: ${message}`)).toEqual([
      expect.stringMatching(/^src\/data\/wrong\/sql\/migrations\/0001_wrong\.sql:2: type "nonsense" does not exist/),
      'src/data/broken/sql/queries/broken.sql:5: broken: column "nope" does not exist',
      expect.stringContaining('broken.sql:7: broken_span: column span: interval arrives as an object of the driver'),
    ]);
    expect(files.find((file) => file.folder.name === 'broken')?.text).toBeUndefined();
    expect(text).not.toBe('');
  });
});

test.each([
  ['select 1;', 1, 'SQL stands before'],
  ['-- name: Two Words\nselect 1;', 1, 'is not snake_case'],
  ['-- name: a\n-- nothing', 1, 'a has no statement'],
  ['-- name: a\nselect 1;\nselect 2;', 2, 'a holds more than one statement'],
])('a file like %j is refused', async (source, line, message) => {
  await expect(readStatements('x.sql', source)).rejects.toMatchObject({ line, message: expect.stringContaining(message) });
});
