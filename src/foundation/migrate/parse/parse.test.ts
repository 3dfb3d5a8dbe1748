import { expect, test } from 'vitest';
import { checkMigration, parseFile, shadowOf, stepOf, touchedTables } from './index.ts';

const parse = (text: string) => parseFile('/x/up.sql', text);
const first = async (text: string) => {
  const [statement] = (await parse(text)).statements;
  if (!statement) throw new Error('no statement');
  return statement;
};
const refused = async (text: string, isTransactional = true) => {
  try {
    checkMigration({ path: '/x/up.sql', up: text }, await parse(text), { isTransactional });
    return undefined;
  } catch (error) {
    return error as { code: string; message: string };
  }
};

test('[I4] statements are cut by bytes, also behind text beyond ASCII, with the comments before each', async () => {
  const { statements } = await parse("-- é😀\nselect 'é😀;';  -- @idempotent\n  -- @probe select true\nvacuum public.a;\n");
  expect(statements.map(({ sql, comments }) => ({ sql, comments }))).toEqual([
    { sql: "select 'é😀;'", comments: ['é😀'] },
    { sql: 'vacuum public.a', comments: ['@idempotent', '@probe select true'] },
  ]);
});

test('[I4] a parse error has file, line and a caret under the place', async () => {
  const error = await parse("select 'é😀';\n\tselect 'ü😀' fro x y;\n").catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_MIGRATE_PARSE', details: { path: '/x/up.sql', line: 2 } });
  const [code = '', caret = ''] = error.details.excerpt.split('\n');
  expect(Array.from(code).slice(caret.indexOf('^')).join('')).toMatch(/^x y/);
});

test('[I4] psql commands and COPY data are named, with the alternative', async () => {
  await expect(parse('select 1;\n\\d accounts\n')).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_META_COMMAND',
    details: { command: '\\d', line: 2 },
  });
  await expect(parse('copy public.a from stdin;\n1\tx\n\\.\n')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_COPY_DATA' });
  expect(await refused('copy public.a from stdin;')).toMatchObject({ code: 'PLINTH_MIGRATE_COPY_DATA' });
});

test('[I4] what cannot work in a transaction, or opens its own, is refused before anything starts', async () => {
  for (const sql of ['begin', 'commit', 'rollback', 'start transaction']) {
    expect(await refused(`select 1; ${sql};`)).toMatchObject({ code: 'PLINTH_MIGRATE_OWN_TRANSACTION' });
  }
  expect(await refused('savepoint a; rollback to a; release a')).toBeUndefined();
  for (const sql of [
    'create index concurrently i on s.t (a)',
    'drop index concurrently s.i',
    'reindex index concurrently s.i',
    'alter table s.p detach partition s.c concurrently',
    'vacuum s.t',
    'create database d',
  ]) {
    expect(await refused(sql), sql).toMatchObject({ code: 'PLINTH_MIGRATE_NEEDS_NO_TRANSACTION' });
    expect(await refused(sql, false), sql).toBeUndefined();
  }
  expect(await refused('create index concurrently on s.t (a)', false)).toMatchObject({ code: 'PLINTH_MIGRATE_UNNAMED_INDEX' });
});

test('[I3] the tree is the same when comments, case and layout differ, and another one when a literal does', async () => {
  const hash = async (text: string) => (await parse(text)).treeSha256;
  const original = await hash('create table s.t (a int default 1); insert into s.t values (\'"location":12\')');
  expect(await hash('-- why\nCREATE TABLE s.t (\n  a integer DEFAULT 1\n);\n\nINSERT INTO s.t VALUES (\'"location":12\');\n')).toBe(
    original,
  );
  expect(await hash('create table s.t (a int default 1); insert into s.t values (\'"location":13\')')).not.toBe(original);
  expect(await hash('create table s.t (a int default 2); insert into s.t values (\'"location":12\')')).not.toBe(original);
});

test('[I5] each kind of step is known with its target', async () => {
  const target = async (sql: string) => {
    const { kind, schema, table, name, detail } = stepOf(await first(sql));
    return [kind, schema, table, name, detail].filter((part) => part !== undefined);
  };
  expect(await target('create unique index concurrently "I x" on s."T" (a)')).toEqual(['create-index', 's', 'T', 'I x']);
  expect(await target('drop index concurrently if exists s.i')).toEqual(['drop-index', 's', 'i']);
  expect(await target('reindex table concurrently s.t')).toEqual(['reindex', 's', 't', 't']);
  expect(await target('reindex (verbose, concurrently) index s.i')).toEqual(['reindex', 's', 'i', 'i']);
  expect(await target('alter table s.p detach partition r.c concurrently')).toEqual(['detach', 's', 'p', 'c', 'r']);
  expect(await target('alter table s.t validate constraint c')).toEqual(['validate', 's', 't', 'c']);
  expect(await target("alter type s.e add value 'v' before 'w'")).toEqual(['add-enum-value', 's', 'e', 'v']);
  for (const sql of ['alter table s.t validate constraint c, add d int', 'vacuum s.t', "alter type s.e rename value 'a' to 'b'"]) {
    expect((await target(sql))[0], sql).toBe('other');
  }
});

test('[I5] the index for comparison is the same statement on an empty copy', async () => {
  expect(
    await shadowOf(
      await first(
        'create unique index /* é */ concurrently if not exists "on" on only s."T" using btree (lower(a), b desc) include (c) where a > 0',
      ),
    ),
  ).toBe('create unique index plinth_shadow_index on pg_temp.plinth_shadow using btree (lower(a), b desc) include (c) where a > 0');
  expect(await shadowOf(await first('create index concurrently i on s.t(a)'))).toBe(
    'create index plinth_shadow_index on pg_temp.plinth_shadow(a)',
  );
});

test('[I11] tables that are made or changed are known, with what the file allows', async () => {
  const parsed =
    await parse(`create table s.a (x int); create temp table z (x int); alter table s.b add constraint c check (x > 0) not valid;
    -- plinth:allow primary-key s.a a log that is only appended to
    create index i on s.c (x);`);
  expect(touchedTables(parsed)).toEqual({
    born: ['"s"."a"'],
    touched: ['"s"."a"', '"s"."b"', '"s"."c"'],
    notValid: ['c'],
    allowed: ['primary-key s.a'],
  });
});
