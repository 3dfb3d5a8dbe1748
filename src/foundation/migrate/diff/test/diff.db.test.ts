import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { startThrowaway, testRunner, testSource } from '../../test/harness.ts';

const schema = `create schema shop; create table shop.people (id int, mail text, constraint people_pk primary key (id));
insert into shop.people values (1, 'a@b');`;

// Each starts a server or two.
async function setUp() {
  const { endpoint, client, url } = await testDatabase();
  const files = await testSource(
    {
      'migrations/oltp/20200101000000_people/up.sql': schema,
      'migrations/oltp/20200101000000_people/down.sql': 'drop schema shop cascade;',
      'migrations/oltp/20200101000000_people/meta.json': '{}',
    },
    { layout: 'product' },
  );
  const desired = await testSource({});
  const runner = await testRunner(endpoint, [files.source], { throwaway: startThrowaway });
  await runner.migrate.up();
  return {
    client,
    url,
    desired,
    migrate: runner.migrate,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await desired[Symbol.asyncDispose]();
    },
  };
}

test('[I31] a plan is tried before it is shown, written as migrations, and leads there with the rows kept', async () => {
  await using run = await setUp();
  await run.desired.write(
    'shop.sql',
    `create schema shop;
    -- renamedFrom: column shop.people.mail to email
    create table shop.people (id int, email text not null, born date, constraint people_pk primary key (id));
    create index people_email_idx on shop.people (email);
    create view shop.emails with (security_invoker = true) as select email from shop.people;`,
  );
  const report = await run.migrate.diff.plan({ to: run.desired.path('.'), isWritten: true });
  expect(report.statements.map(({ sql, isAlone, isDestructive }) => [sql.split('\n')[0], isAlone, isDestructive])).toEqual([
    ['alter table shop.people rename column mail to email', false, false],
    ['alter table shop.people add constraint "people_email_not_null" not null email not valid', false, false],
    ['alter table shop.people validate constraint "people_email_not_null"', false, false],
    ['alter table shop.people add column born date', false, false],
    ['create index concurrently people_email_idx ON shop.people USING btree (email)', true, false],
    [`create or replace view shop.emails with (security_invoker = 'true') as SELECT email`, false, false],
  ]);
  expect(report.written).toHaveLength(3);
  await run.migrate.up();
  expect((await run.client.query('select email from shop.emails')).rows).toEqual([{ email: 'a@b' }]);
  expect((await run.migrate.diff.plan({ to: run.desired.path('.') })).statements).toEqual([]);
});

test('[I31] what loses rows is marked, what nobody can decide is refused by name, and so is a schema that does not run', async () => {
  await using run = await setUp();
  await run.desired.write(
    'shop.sql',
    'create schema shop; create table shop.people (id int, email text, constraint people_pk primary key (id));',
  );
  const { statements } = await run.migrate.diff.plan({ to: run.desired.path('.') });
  expect(statements.filter(({ isDestructive }) => isDestructive).map(({ sql }) => sql)).toEqual([
    'alter table shop.people drop column mail',
  ]);
  await run.desired.write(
    'shop.sql',
    'create schema shop; create table shop.people (id int, mail text, constraint people_pk primary key (id)) partition by range (id);',
  );
  await expect(run.migrate.diff.plan({ to: run.desired.path('.') })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_CANNOT_EXPRESS',
    details: { object: 'table shop.people' },
  });
  await run.desired.write('shop.sql', 'create table nowhere.people (id int)');
  await expect(run.migrate.diff.plan({ to: run.desired.path('.') })).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_BAD_DESIRED' });
});
