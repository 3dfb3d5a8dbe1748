import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlinthError } from '../../../kernel/index.ts';
import { readTruths } from '../rehearse/lock-truth/cases.ts';
import { cases, given } from './cases/index.ts';
import { lintText } from './cases/lint-text.ts';

/** Whatever the text, there are findings at places that exist, or the parser's refusal with a place. */
async function survives(text: string, isTransactional: boolean) {
  const lines = text.split('\n');
  try {
    for (const { line, column, excerpt, message } of await lintText(text, { isTransactional, server: 18 })) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      expect(excerpt).toMatch(/\^$/);
      expect(message).not.toMatch(/undefined|\[object/);
    }
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    expect(error.code).toMatch(/^PLINTH_MIGRATE_(PARSE|COPY_DATA|META_COMMAND)$/);
  }
}

const name = fc.constantFrom('items', 'notes', '"Größe"', '"a""b"', '"☃ 𝒢"', 'x');
const table = fc.tuple(fc.constantFrom('app.', '"Über".', ''), name).map((parts) => parts.join(''));
const type = fc.constantFrom(
  'int',
  'bigint',
  'text',
  'varchar(20)',
  'numeric(10,2)',
  'json',
  'serial',
  'app.positive',
  'timestamptz',
  'int[]',
  'char(3)',
  'interval(3)',
  '"Ü"."T"',
);
const value = fc.constantFrom(
  '1',
  "'x'",
  'now()',
  'gen_random_uuid()',
  'null',
  'app.f(1)',
  'current_user',
  "'1'::int",
  'x + 1',
  "coalesce(x, 'é')",
);
const list = (item: fc.Arbitrary<string>, separator = ', ') =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(separator));
const words = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(' '));
const maybe = (...texts: string[]) => fc.constantFrom('', ...texts);
const key = fc.oneof(
  words('primary key (', list(name), ')'),
  words('unique', maybe('nulls not distinct'), '(', list(name), ')'),
  words('check (', name, '>', value, ')', maybe('not valid', 'not enforced', 'no inherit')),
  words('foreign key (', list(name), ') references', table, maybe('(id)'), maybe('on delete cascade', 'not valid', 'not enforced')),
  words('exclude using gist (', name, 'with =)'),
  words('not null', name, maybe('not valid')),
);
const constraint = words(fc.oneof(fc.constant(''), words('constraint', name)), key);
const clause = fc.oneof(
  words(maybe('not null', 'null', 'primary key', 'unique')),
  words('default', value),
  words('check (', value, 'is not null )'),
  words('references', table),
  words('generated always as (', value, ')', maybe('stored', 'virtual')),
  fc.constant('generated always as identity'),
  words('collate "C"'),
);
const column = words(
  name,
  type,
  fc.array(clause, { maxLength: 2 }).map((clauses) => clauses.join(' ')),
);
const command = fc.oneof(
  words('add column', maybe('if not exists'), column),
  words('add', constraint),
  words('drop column', name, maybe('cascade')),
  words('drop constraint', name, maybe('cascade')),
  words(
    'alter',
    name,
    fc.oneof(
      words('type', type, maybe('using x::int', 'collate "C"')),
      words('set default', value),
      words('set not null'),
      words('drop not null'),
      words('drop default'),
      words('set expression as (', value, ')'),
    ),
  ),
  words('validate constraint', name),
  words('alter constraint', name, maybe('enforced', 'not enforced', 'deferrable')),
  words('attach partition', table, maybe('default', 'for values in (1)')),
  words('detach partition', table, maybe('concurrently', 'finalize')),
  words(maybe('enable', 'force', 'disable', 'no force'), 'row level security'),
  words('set', maybe('logged', 'unlogged', '(fillfactor = 90)', 'tablespace x', 'access method heap')),
  words('replica identity', maybe('full', 'default')),
  words('owner to', name),
);
const statement = fc.oneof(
  words('alter table', maybe('only', 'if exists'), table, list(command)),
  words(
    'create',
    maybe('temp', 'unlogged'),
    'table',
    maybe('if not exists'),
    table,
    '(',
    list(fc.oneof(column, constraint, words('like', table, 'including all'))),
    ')',
    maybe('partition by range (x)'),
  ),
  words('create table', table, 'partition of', table, maybe('default', 'for values in (1)')),
  words(
    'create',
    maybe('unique'),
    'index',
    maybe('concurrently'),
    maybe('if not exists i', 'i'),
    'on',
    maybe('only'),
    table,
    maybe('using hash', 'using gin'),
    '(',
    list(name),
    ')',
    fc.oneof(fc.constant(''), words('where x <', value)),
  ),
  words(
    'drop',
    maybe('table', 'index', 'view', 'schema', 'function', 'domain', 'type', 'trigger x on', 'policy x on', 'index concurrently'),
    list(table),
    maybe('cascade'),
  ),
  words(
    'alter',
    maybe('table', 'index', 'schema', 'view'),
    table,
    fc.oneof(words('rename to', name), words('rename column x to', name), words('set schema', name), words('rename constraint x to y')),
  ),
  words('truncate', list(table), maybe('cascade')),
  words('update', table, 'set x =', value, maybe('where x = 1')),
  words('insert into', table, fc.oneof(words('values (', value, ')'), words('select * from', table))),
  words('delete from', table),
  words(
    'create',
    maybe('or replace'),
    'view',
    table,
    maybe('with (security_invoker)', 'with (security_invoker = off)'),
    'as with c as (select 1) select',
    value,
    'as x from',
    table,
    ', c',
  ),
  words('create materialized view', table, 'as select * from', table, maybe('with no data')),
  words('create', maybe('or replace'), 'function', table, '(a', type, ') returns', type, "language sql as 'select 1'"),
  words('create policy x on', table, 'using (true)'),
  words('create trigger x before update on', table, 'for each row execute function app.touch()'),
  words('comment on', maybe('table', 'column', 'schema'), table, "is 'é'"),
  words('select tenancy.protect(', value, ')'),
  words('alter domain', table, maybe('add check (value > 0)', 'set not null', 'validate constraint x', 'drop constraint x')),
  words('alter type', table, maybe("add value 'a'", "rename value 'a' to 'b'", 'drop attribute x', 'add attribute x int')),
  words(
    maybe(
      'begin',
      'commit',
      'vacuum full',
      'cluster',
      'analyze',
      'reset all',
      "set x = 'y'",
      'do $$ begin end $$',
      'lock table',
      'savepoint s',
      'reindex table',
      'refresh materialized view',
      'drop owned by',
    ),
    maybe('app.items', 'x'),
  ),
  words('-- plinth:allow', maybe('L01', 'L27, L28', 'L999', 'primary-key app.items'), maybe('because', 'é'), '\nselect 1'),
);
const script = fc.array(statement, { minLength: 1, maxLength: 6 }).map((statements) => statements.join(';\n'));

test('[I20] lint never fails on SQL of any shape', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.boolean(), (text, isTransactional) => survives(text, isTransactional)),
    { numRuns: 600 },
  );
}, 60_000);

test('[I20] nor on real SQL with a piece cut, doubled or exchanged', async () => {
  const real = [given, ...cases.flatMap(({ bad, good }) => [bad, good]), ...readTruths().cases.map((one) => one.statement)];
  const cut = fc.record({
    text: fc.constantFrom(...real),
    other: fc.constantFrom(...real),
    from: fc.nat(),
    length: fc.nat(40),
    kind: fc.constantFrom('cut', 'double', 'exchange'),
  });
  await fc.assert(
    fc.asyncProperty(cut, fc.boolean(), async ({ text, other, from, length, kind }, isTransactional) => {
      const at = from % (text.length + 1);
      const piece =
        kind === 'cut'
          ? ''
          : kind === 'double'
            ? text.slice(at, at + length).repeat(2)
            : other.slice(at % (other.length + 1), (at % (other.length + 1)) + length);
      await survives(text.slice(0, at) + piece + text.slice(at + length), isTransactional);
    }),
    { numRuns: 600 },
  );
}, 60_000);
