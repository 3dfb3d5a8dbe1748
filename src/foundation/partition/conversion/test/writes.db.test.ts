import type pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { connectTo, until } from '../../../../../tests/support/index.ts';
import { conversionFixture, plainTable } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, endpoint, conversions } = fixture;

const connected = () => connectTo(endpoint);

type Model = Map<number, { payload: string; created: number }>;

/** Writers that change rows of their own at random and know what there has to be. */
async function startWriters(table: string, count: number, model: Model, seed: number) {
  let isStopped = false;
  let isHeld = false;
  let idle = 0;
  const errors: unknown[] = [];
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const dayMs = 86_400_000;
  const someDay = () => Math.floor(Date.now() / 1000) * 1000 - Math.floor(random() * 150) * dayMs;
  const clients = await Promise.all(Array.from({ length: count }, connected));
  const write = async (one: pg.Client, writer: number, step: number) => {
    const own = [...model.keys()].filter((id) => id % count === writer);
    const id = own[Math.floor(random() * own.length)] ?? 0;
    const at = someDay();
    const choice = random();
    if (choice < 0.4 || own.length < 5) {
      const fresh = 1_000_000 + step * count + writer;
      await one.query(`insert into ${table} (id, payload, created) values ($1, $2, $3)`, [fresh, `w${step}`, new Date(at)]);
      model.set(fresh, { payload: `w${step}`, created: at });
    } else if (choice < 0.6) {
      await one.query(`update ${table} set payload = $2 where id = $1`, [id, `u${step}`]);
      model.set(id, { payload: `u${step}`, created: model.get(id)?.created ?? 0 });
    } else if (choice < 0.75) {
      await one.query(`update ${table} set created = $2 where id = $1`, [id, new Date(at)]);
      model.set(id, { payload: model.get(id)?.payload ?? '', created: at });
    } else if (choice < 0.85) {
      const next = 3_000_000 + step * count + writer;
      await one.query(`update ${table} set id = $2, created = $3 where id = $1`, [id, next, new Date(at)]);
      const row = model.get(id);
      model.delete(id);
      if (row) model.set(next, { payload: row.payload, created: at });
    } else {
      await one.query(`delete from ${table} where id = $1`, [id]);
      model.delete(id);
    }
  };
  const loops = clients.map(async (one, writer) => {
    for (let step = 0; !isStopped; step++) {
      if (isHeld) {
        idle++;
        await until(() => !isHeld || isStopped);
        idle--;
        continue;
      }
      await write(one, writer, step).catch((error) => {
        errors.push(error);
        isStopped = true;
      });
    }
    await one.end();
  });
  return {
    errors,
    /** Everybody holds still while `look` runs. */
    async between(look: () => Promise<void>) {
      isHeld = true;
      await until(() => idle === count || isStopped);
      await look();
      isHeld = false;
    },
    async stop() {
      isStopped = true;
      await Promise.all(loops);
    },
  };
}

for (const [route, end] of [
  ['rebuild', 'finish'],
  ['rebuild', 'undo'],
  ['adopt', 'finish'],
  ['adopt', 'undo'],
] as const) {
  test(`[I13] ${route}, then ${end}, while three clients write: the table is what they wrote after every step, and none of them fails`, async () => {
    const table = await plainTable(client, `written_${route}_${end}`, 2_000, 150);
    const found = (await client.query(`select id::int, payload, created from ${table}`)).rows;
    const model: Model = new Map(found.map((row) => [row.id, { payload: row.payload, created: row.created.getTime() }]));
    const expectModel = async () => {
      const { rows } = await client.query(`select id::int, payload, created from ${table} order by id`);
      expect(rows.map((row) => [row.id, row.payload, row.created.getTime()])).toEqual(
        [...model].sort(([a], [b]) => a - b).map(([id, row]) => [id, row.payload, row.created]),
      );
    };
    const writers = await startWriters(table, 3, model, 7);
    try {
      await conversions.convert({ table, key: 'created', every: 'month', route });
      await writers.between(expectModel);
      await conversions.verify(table);
      await conversions.swap(table);
      await writers.between(expectModel);
      await conversions[end](table);
      await writers.between(expectModel);
      if (end === 'finish') {
        const [part = ''] = (
          await client.query(
            'select inhrelid::regclass::text as p from pg_inherits where inhparent = $1::regclass order by pg_relation_size(inhrelid) desc limit 1',
            [table],
          )
        ).rows.map(({ p }) => p);
        await conversions.split(table, part.replace('shop.', ''), 'week');
        await conversions.swap(table);
        await writers.between(expectModel);
        await conversions.undo(table);
        await writers.between(expectModel);
      }
    } finally {
      await writers.stop();
    }
    expect(writers.errors).toEqual([]);
  });
}

test('[I13] a row deleted while it is being copied does not come back, whatever the isolation of who deletes', async () => {
  await client.query(`create table shop.ghosts (id uuid primary key default uuidv7(), n int);
    insert into shop.ghosts (id, n) select uuidv7(make_interval(days => -n)), n from generate_series(1, 100) n`);
  await using deleting = Object.assign(await connected(), { [Symbol.asyncDispose]: async () => {} });
  const reading = await connected();
  // One has deleted and not committed when the copy comes; the other has looked before the copy, and deletes after it.
  await reading.query('begin isolation level repeatable read; select count(*) from pg_class');
  const converted = conversions.convert(
    { table: 'shop.ghosts', key: 'id', every: 'month', route: 'rebuild' },
    {
      onProgress(line) {
        if (/: prepared/.test(line)) void deleting.query('begin; delete from shop.ghosts where n between 40 and 60');
      },
    },
  );
  await until(async () => (await conversions.list())[0]?.copied !== undefined);
  await deleting.query('commit').catch(() => {});
  await converted;
  const late = await reading.query('delete from shop.ghosts where n = 7').then(
    () => 'deleted',
    (error) => error.code,
  );
  expect(late).toBe('40001');
  await reading.query('rollback');
  await reading.query('begin isolation level repeatable read; delete from shop.ghosts where n = 8; commit');
  await reading.end();
  await deleting.end();
  await conversions.verify('shop.ghosts');
  await conversions.swap('shop.ghosts');
  const { rows } = await client.query('select count(*)::int as n from shop.ghosts where n between 40 and 60 or n = 8');
  expect(rows).toEqual([{ n: 0 }]);
});

test('[I13] keys that move along in one statement, and triggers that change a row once more, arrive as they are', async () => {
  const table = await plainTable(client, 'moving', 100, 60);
  await client.query(`alter table ${table} drop constraint moving_id_pk; alter table ${table} add constraint moving_id_pk primary key (id);
    create function shop.moving_touch() returns trigger language plpgsql set search_path = pg_catalog as
      'begin if new.payload not like ''%!'' then update shop.moving set payload = new.payload || ''!'' where id = new.id; end if; return null; end';
    create trigger a_touch after update of payload on ${table} for each row execute function shop.moving_touch()`);
  await conversions.convert({ table, key: 'created', every: 'month', route: 'rebuild' });
  await client.query(
    `update ${table} set payload = 'touched' where id < 20; update ${table} set id = id + 1000 where id > 50; delete from ${table} where id = 3`,
  );
  await conversions.verify(table);
  await conversions.swap(table);
  const { rows } = await client.query(
    `select count(*)::int as n, count(*) filter (where payload = 'touched!')::int as touched from ${table}`,
  );
  expect(rows).toEqual([{ n: 99, touched: 18 }]);
});

test('[I16] the application reads its own rows through the table only, before, during and after; partitions are closed to it', async () => {
  await client.query(`create table shop.tenanted (id uuid primary key default uuidv7(), tenant int not null, note text);
    alter table shop.tenanted enable row level security, force row level security;
    create policy own on shop.tenanted to plinth_app using (tenant = current_setting('shop.tenant')::int) with check (tenant = current_setting('shop.tenant')::int);
    grant select, insert, update, delete on shop.tenanted to plinth_app;
    alter default privileges in schema shop grant all on tables to plinth_app;
    insert into shop.tenanted (id, tenant) select uuidv7(make_interval(days => -n)), n % 2 from generate_series(1, 60) n`);
  const app = await connected();
  await app.query("set role plinth_app; set shop.tenant = '1'");
  const own = async () => (await app.query('select count(*)::int as n from shop.tenanted')).rows[0].n;
  const write = () =>
    app.query("insert into shop.tenanted (tenant, note) values (1, 'new'); update shop.tenanted set note = 'changed' where tenant = 1");
  const refused = async () => {
    const { rows } = await client.query(
      `select c.oid::regclass::text as part from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and c.relname like 'tenanted%' and c.oid <> 'shop.tenanted'::regclass`,
    );
    for (const { part } of rows) await expect(app.query(`select * from ${part}`), part).rejects.toThrow(/permission denied/);
    return rows.length;
  };
  for (const route of ['rebuild', 'adopt'] as const) {
    const before = await own();
    await conversions.convert({ table: 'shop.tenanted', key: 'id', every: 'month', route });
    await write();
    expect(await refused()).toBeGreaterThan(2);
    await conversions.swap('shop.tenanted');
    await write();
    expect(await own()).toBe(before + 2);
    expect(await refused()).toBeGreaterThan(2);
    await expect(app.query('insert into shop.tenanted (tenant) values (0)')).rejects.toThrow(/row-level security/);
    await conversions.undo('shop.tenanted');
    expect(await own()).toBe(before + 2);
  }
  await app.end();
});
