import { afterAll, expect, test } from 'vitest';
import { compareSnapshots, takeSnapshot } from '../../../migrate/index.ts';
import { conversionFixture } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions } = fixture;

/** A table with everything that can hang on one; `key` is the primary key, as foreign keys point at it. */
async function busyTable(name: string) {
  await client.query(`
    create function shop.${name}_touch() returns trigger language plpgsql set search_path = pg_catalog as 'begin new.note := new.note || ''.''; return new; end';
    create function shop.${name}_watch() returns trigger language plpgsql set search_path = pg_catalog as 'begin insert into shop.${name}_log values (tg_op); return null; end';
    create table shop.${name}_log (what text);
    create table shop.${name}_owners (id int primary key);
    insert into shop.${name}_owners select generate_series(1, 10);
    create table shop.${name} (
      id uuid not null default uuidv7(), number bigint generated always as identity (start with 10 increment by 5), serial bigserial,
      owner_id int constraint ${name}_owner_id_fk references shop.${name}_owners on delete cascade,
      amount numeric(12, 2) not null default 1.5, doubled numeric generated always as (amount * 2) stored, tripled numeric generated always as (amount * 3) virtual,
      note text collate "C" constraint ${name}_note_nn not null default 'x', tags text[] default '{}', created timestamptz not null default now(),
      constraint ${name}_pk primary key (id), constraint ${name}_amount_check check (amount > 0));
    create index ${name}_note_idx on shop.${name} (lower(note)) include (amount) where amount > 1;
    create unique index ${name}_id_number_key on shop.${name} (id, number);
    create statistics shop.${name}_stats (dependencies) on owner_id, amount from shop.${name};
    alter table shop.${name} alter amount set statistics 250, alter note set storage external, alter owner_id set (n_distinct = 10), set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
    comment on table shop.${name} is 'Busy.'; comment on column shop.${name}.amount is 'In cents.'; comment on constraint ${name}_amount_check on shop.${name} is 'Positive.';
    comment on index shop.${name}_note_idx is 'For search.'; comment on constraint ${name}_owner_id_fk on shop.${name} is 'Whose.';
    alter table shop.${name} enable row level security, force row level security;
    create policy mine on shop.${name} for select to plinth_app using (owner_id = current_setting('shop.owner', true)::int);
    create policy insert_mine on shop.${name} as restrictive for insert to public with check (amount < 1000000);
    comment on policy mine on shop.${name} is 'Own rows only.';
    grant select, insert on shop.${name} to plinth_app; grant update (amount, note) on shop.${name} to plinth_app with grant option;
    create trigger touch before update on shop.${name} for each row execute function shop.${name}_touch();
    create trigger watch after insert or delete on shop.${name} for each statement execute function shop.${name}_watch();
    create trigger off after insert on shop.${name} for each row when (new.amount > 100) execute function shop.${name}_watch();
    alter table shop.${name} disable trigger off; comment on trigger touch on shop.${name} is 'Leaves a mark.';
    create view shop.${name}_open with (security_invoker = true) as select id, amount, note from shop.${name} where amount > 1;
    create view shop.${name}_open_notes as select note from shop.${name}_open; grant select on shop.${name}_open to plinth_app;
    create view shop.${name}_all as select * from shop.${name}; comment on view shop.${name}_all is 'All.';
    create materialized view shop.${name}_totals as select owner_id, sum(amount) as total from shop.${name} group by owner_id;
    create unique index ${name}_totals_owner_id_key on shop.${name}_totals (owner_id); comment on materialized view shop.${name}_totals is 'Totals.';
    comment on column shop.${name}_totals.total is 'Sum.'; grant select on shop.${name}_totals to plinth_app;
    create view shop.${name}_top as select max(total) as top from shop.${name}_totals;
    create table shop.${name}_items (id int primary key, ${name}_id uuid constraint ${name}_items_fk references shop.${name} on delete cascade deferrable);
    comment on constraint ${name}_items_fk on shop.${name}_items is 'Part of.';
    create publication ${name}_feed for table shop.${name} (id, amount, created) where (id is not null) with (publish_via_partition_root = true);
    insert into shop.${name} (id, owner_id, amount, created) select uuidv7(make_interval(days => -n)), 1 + n % 10, n, now() - n * interval '1 day' from generate_series(1, 120) n;
    insert into shop.${name}_items select row_number() over (), id from shop.${name};
    refresh materialized view shop.${name}_totals;
    analyze shop.${name}`);
  return `shop.${name}`;
}

async function snapshot() {
  await client.query('begin isolation level repeatable read');
  const taken = await takeSnapshot({ query: (statement) => client.query(statement) }, {});
  await client.query('rollback');
  return taken;
}

/** What the conversion of a table may change in the catalog: partitions, the cut, storage options. */
const isOfTheCut = (name: string) => (difference: { readonly identity: string; readonly path?: string; readonly on?: string }) => {
  const { identity, path } = difference;
  if (/_history$| on .*_history$/.test(identity) || new RegExp(`${name}_(2\\d{3}_\\d\\d|overflow)`).test(identity)) return true;
  if (new RegExp(`^constraint ${name}_items_fk_\\d+ on`).test(identity)) return true;
  if (identity === `table shop.${name}`) return path === 'partitionKey' || path === 'options';
  // How the server prints indexes of partitioned tables, and publications by them.
  return path === 'definition' && identity.startsWith('index ');
};

for (const route of ['adopt', 'rebuild'] as const) {
  test(`[I14] after ${route} the catalog is what it was but for the cut, and after undo it is what it was`, async () => {
    const name = route === 'adopt' ? 'busy' : 'hectic';
    const table = await busyTable(name);
    const before = await snapshot();
    const rows = (
      await client.query(`select id, number, serial, owner_id, amount, doubled, tripled, note, created from ${table} order by id`)
    ).rows;
    await conversions.convert({ table, key: 'id', every: 'month', route });
    await conversions.swap(table);
    const undone = await (async () => {
      await client.query(
        `insert into ${table} (owner_id, amount, note) values (1, 7, 'new'); update ${table} set note = 'changed' where amount = 3`,
      );
      expect((await client.query(`select note from ${table} where amount = 3`)).rows).toEqual([{ note: 'changed.' }]);
      expect((await client.query(`select what from shop.${name}_log`)).rows).toHaveLength(2);
      await conversions.undo(table);
      return snapshot();
    })();
    expect(compareSnapshots(before, undone)).toEqual([]);
    expect((await client.query(`select note from ${table} where amount = 3`)).rows).toEqual([{ note: 'changed.' }]);
    await client.query(
      `delete from ${table} where note = 'new'; alter table ${table} disable trigger touch; update ${table} set note = 'x' where amount = 3; alter table ${table} enable trigger touch; delete from shop.${name}_log`,
    );

    await conversions.convert({ table, key: 'id', every: 'month', route });
    await conversions.swap(table);
    await conversions.finish(table);
    const differences = compareSnapshots(before, await snapshot()).filter((difference) => !isOfTheCut(name)(difference));
    expect(differences).toEqual([]);
    expect(
      (await client.query(`select id, number, serial, owner_id, amount, doubled, tripled, note, created from ${table} order by id`)).rows,
    ).toEqual(rows);
    await client.query(`insert into ${table} (owner_id) values (2)`);
    const { rows: last } = await client.query(`select number, serial from ${table} order by number desc limit 1`);
    expect(Number(last[0].number)).toBe(10 + 121 * 5);
    expect(Number(last[0].serial)).toBe(122);
    await client.query(`refresh materialized view concurrently shop.${name}_totals`);
    expect((await client.query(`select count(*)::int as n from shop.${name}_all`)).rows[0].n).toBe(121);
    await client.query(`delete from ${table} where amount = 5`);
    expect((await client.query(`select count(*)::int as n from shop.${name}_items`)).rows[0].n).toBe(119);
  });
}
