import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner, testSource } from './harness.ts';

const base = `create schema shop;
create table shop.parents (id bigint constraint parents_pk primary key);
create table shop.items (id bigint generated always as identity constraint items_pk primary key, parent_id bigint, price int,
  doubled int generated always as (price * 2) virtual, constraint items_price_check check (price < 1000));
create index items_parent_id_idx on shop.items (parent_id);`;

const steps = [
  "create table shop.notes (id bigint not null, body text default 'none', item_id bigint, constraint notes_pk primary key (id), constraint notes_item_id_fk foreign key (item_id) references shop.items (id), constraint notes_id_fk foreign key (id) references shop.notes (id))",
  "alter table shop.items add column state text not null default lower('OPEN')",
  "alter table shop.items add constraint items_state_check check (state in ('open', 'closed')) not valid",
  'alter table shop.items add constraint items_parent_id_fk foreign key (parent_id) references shop.parents (id) on delete cascade not valid',
  'alter table shop.items add constraint items_price_not_null not null price not valid',
  'alter table shop.items validate constraint items_state_check',
];
const file = `--! tx: none\n${steps.map((step) => `${step};\n`).join('')}`;

async function setUp() {
  const { client, endpoint } = await testDatabase();
  const files = await testSource({ 'migrations/0001_base.sql': base });
  const runner = await testRunner(endpoint, [files.source]);
  await runner.migrate.up();
  await files.write('migrations/0002_steps.sql', file);
  return {
    client,
    migrate: runner.migrate,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

test('[I5] what somebody made already, exactly so, is recorded and not made again', async () => {
  await using run = await setUp();
  for (const step of steps) await run.client.query(step);
  expect((await run.migrate.up()).applied).toEqual(['oltp:shop/0002_steps']);
  const { rows } = await run.client.query("select count(*)::int as n from pg_namespace where nspname = 'plinth_shadow'");
  expect(rows).toEqual([{ n: 0 }]);
});

test('[I5] what is there but different stops the run with the difference', async () => {
  const others: readonly (readonly [number, string, string])[] = [
    [0, steps[0]?.replace("'none'", "'some'") ?? '', 'shop"."notes'],
    [0, steps[0]?.replace('id bigint not null', 'id int not null') ?? '', 'shop"."notes'],
    [1, "alter table shop.items add column state varchar(9) not null default lower('OPEN')", '"state" of'],
    [1, "alter table shop.items add column state text default lower('OPEN')", '"state" of'],
    [2, "alter table shop.items add constraint items_state_check check (state in ('open')) not valid", '"items_state_check" of'],
    [3, 'alter table shop.items add constraint items_parent_id_fk foreign key (parent_id) references shop.parents (id)', 'CASCADE'],
    [4, 'alter table shop.items add constraint items_price_not_null not null id', '"items_price_not_null" of'],
  ];
  for (const [number, other, named] of others) {
    await using run = await setUp();
    for (const step of steps.slice(0, number)) await run.client.query(step);
    await run.client.query(other.replace('not null id', 'check (price is not null)'));
    await expect(run.migrate.up(), other).rejects.toMatchObject({
      code: 'PLINTH_MIGRATE_OBJECT_DIFFERS',
      message: expect.stringContaining(named),
    });
  }
});
