import { expect, test } from 'vitest';
import { testDatabase, until } from '../../../../../tests/support/index.ts';
import { connectTo, testRunner, testSource } from '../../test/harness.ts';

/** A table with everything that hangs on one, and its neighbours. */
const schema = `
  create schema shop;
  create table shop.customers (id bigint constraint customers_pk primary key);
  create table shop.orders (id bigint generated always as identity constraint orders_pk primary key,
    customer_id bigint not null constraint orders_customer_id_fk references shop.customers (id), parent_id bigint constraint orders_parent_id_fk references shop.orders (id),
    note text not null default '' constraint orders_note_check check (length(note) < 100), total numeric(10, 2));
  create index orders_note_idx on shop.orders (note);
  alter table shop.orders enable row level security; alter table shop.orders force row level security;
  create policy orders_own on shop.orders for select to plinth_app using (id > 0);
  grant usage on schema shop to plinth_app; grant select, insert on shop.orders to plinth_app; grant update (note) on shop.orders to plinth_app;
  create function shop.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touch before update on shop.orders for each row execute function shop.touch();
  create publication shop_changes for table shop.orders (id, total) where (total > 1), shop.customers with (publish = 'insert');
  insert into shop.customers select generate_series(1, 10);
  insert into shop.orders (customer_id, note, total) select 1 + i % 10, 'n' || i, i from generate_series(1, 500) i`;

async function situation() {
  const stack = new AsyncDisposableStack();
  const database = await testDatabase();
  const files = stack.use(await testSource({ 'migrations/0001_a.sql': 'select 1;' }));
  const runner = stack.use(await testRunner(database.endpoint, [files.source]));
  await runner.migrate.up();
  await database.client.query(schema);
  /** What the catalog says about the schema, without numbers. */
  const catalog = async () => {
    const { rows } = await database.client.query(`
      select 'relation' as kind, c.relname::text as name, c.relkind::text || c.relrowsecurity || c.relforcerowsecurity || coalesce(c.relacl::text, '') as fact
        from pg_class c where c.relnamespace = 'shop'::regnamespace
      union all select 'column', a.attrelid::regclass || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || a.attnotnull || coalesce(a.attacl::text, '')
        from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'shop'::regnamespace and a.attnum > 0 and not a.attisdropped
      union all select 'constraint', k.conname, pg_get_constraintdef(k.oid) from pg_constraint k where k.connamespace = 'shop'::regnamespace
      union all select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'shop'::regnamespace
      union all select 'policy', p.polname, pg_get_expr(p.polqual, p.polrelid) from pg_policy p
      union all select 'trigger', t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
      union all select 'publication', tablename, pubname || attnames::text || coalesce(rowfilter, '') from pg_publication_tables
      order by 1, 2, 3`);
    return rows;
  };
  const rows = async () => (await database.client.query('select o.* from shop.orders o order by id')).rows;
  return { ...database, migrate: runner.migrate, runner, catalog, rows, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('[I43] a table thrown away is out of everybody’s way and comes back whole', async () => {
  await using at = await situation();
  const before = { catalog: await at.catalog(), rows: await at.rows() };
  await at.client.query("select migrate.trash_table('shop.orders')");
  await expect(at.client.query('select from shop.orders')).rejects.toThrow('does not exist');
  // Its key does not hold its neighbour, its name is free, and the application cannot find it.
  await at.client.query('delete from shop.customers where id = 10; create table shop.orders_pk (id int)');
  const [item] = await at.migrate.trash.list();
  expect(item).toMatchObject({ kind: 'table', original: 'shop.orders', rows: 500, tier: 'oltp' });
  expect(Math.round(((item?.expires.getTime() ?? 0) - (item?.created.getTime() ?? 0)) / 86_400_000)).toBe(14);
  await expect(at.client.query(`set role plinth_app; select from migrate_trash_${item?.id.replaceAll('-', '')}.orders`)).rejects.toThrow(
    'permission denied',
  );
  await at.client.query('reset role; rollback');
  await expect(at.migrate.trash.restore('shop.orders')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_TRASH_IN_THE_WAY' });
  expect(await at.migrate.trash.list()).toHaveLength(1);
  await at.client.query('drop table shop.orders_pk; insert into shop.customers values (10)');
  expect(await at.migrate.trash.restore('shop.orders')).toEqual({ original: 'shop.orders', unproven: [] });
  expect({ catalog: await at.catalog(), rows: await at.rows() }).toEqual(before);
  expect(await at.migrate.trash.list()).toEqual([]);
  expect((await at.client.query("select from pg_namespace where nspname like 'migrate_trash%'")).rowCount).toBe(0);
});

test('[I43] what DROP TABLE would refuse is refused in the same words, and nothing has happened', async () => {
  await using at = await situation();
  const before = await at.catalog();
  await expect(at.client.query("select migrate.trash_table('shop.customers')")).rejects.toThrow('other objects depend on it');
  await at.client.query('create view shop.seen as select note from shop.orders');
  await expect(at.client.query("select migrate.trash_table('shop.orders')")).rejects.toThrow('other objects depend on it');
  await expect(at.client.query("select migrate.trash_column('shop.orders', 'note')")).rejects.toThrow('other objects depend on it');
  await expect(at.client.query("select migrate.trash_column('shop.orders', 'id')")).rejects.toThrow('primary key');
  await at.client.query('drop view shop.seen');
  expect(await at.catalog()).toEqual(before);
  expect(await at.migrate.trash.list()).toEqual([]);
});

test('[I43] a key that no longer holds comes back unproven and guards new rows', async () => {
  await using at = await situation();
  await at.client.query("select migrate.trash_table('shop.orders'); delete from shop.customers where id = 10");
  const { unproven } = await at.migrate.trash.restore('shop.orders');
  expect(unproven).toMatchObject([
    { table: 'shop.orders', name: 'orders_customer_id_fk', reason: expect.stringContaining('violates foreign key') },
  ]);
  expect(await at.rows()).toHaveLength(500);
  await expect(at.client.query('insert into shop.orders (customer_id) values (10)')).rejects.toThrow('orders_customer_id_fk');
});

test('[I43] a column thrown away does not refuse rows without it, and comes back with its values', async () => {
  await using at = await situation();
  const before = { catalog: await at.catalog(), rows: await at.rows() };
  await at.client.query("select migrate.trash_column('shop.orders', 'note')");
  await expect(at.client.query('select note from shop.orders')).rejects.toThrow('does not exist');
  expect(await at.migrate.trash.list()).toMatchObject([{ kind: 'column', original: 'shop.orders.note' }]);
  expect(await at.migrate.trash.restore('shop.orders.note')).toEqual({ original: 'shop.orders.note', unproven: [] });
  expect({ catalog: await at.catalog(), rows: await at.rows() }).toEqual(before);

  await at.client.query("select migrate.trash_column('shop.orders', 'customer_id'); insert into shop.orders (note) values ('without')");
  const { unproven } = await at.migrate.trash.restore('shop.orders.customer_id');
  expect(unproven.map(({ name }) => name)).toEqual(['orders_customer_id_not_null']);
  await at.client.query(
    "delete from shop.orders where note = 'without'; alter table shop.orders validate constraint orders_customer_id_not_null",
  );
  expect({ catalog: await at.catalog(), rows: await at.rows() }).toEqual(before);
});

test('[I43] a partitioned table goes and comes with its partitions', async () => {
  await using at = await situation();
  await at.client.query(`create schema parts; create table shop.log (id int, day date, constraint log_pk primary key (id, day)) partition by range (day);
    create table parts.log_2026 partition of shop.log for values from ('2026-01-01') to ('2027-01-01');
    create table shop.log_default partition of shop.log default; insert into shop.log values (1, '2026-05-05'), (2, '2030-01-01')`);
  const before = await at.catalog();
  await at.client.query("select migrate.trash_table('shop.log'); drop schema parts");
  await expect(at.migrate.trash.restore('shop.log')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_TRASH_IN_THE_WAY' });
  await at.client.query('create schema parts');
  await at.migrate.trash.restore('shop.log');
  expect(await at.catalog()).toEqual(before);
  expect((await at.client.query('select tableoid::regclass::text as part from shop.log order by id')).rows).toEqual([
    { part: 'parts.log_2026' },
    { part: 'shop.log_default' },
  ]);
});

test('[I43] nothing is dropped inside its window; what has expired is dropped once, a locked table later', async () => {
  await using at = await situation();
  await at.client.query("select migrate.trash_table('shop.orders'), migrate.trash_column('shop.customers', 'id') where false");
  await at.client.query(
    "alter table shop.customers add note text; select migrate.trash_table('shop.orders'); select migrate.trash_column('shop.customers', 'note')",
  );
  expect(await at.migrate.trash.sweep()).toEqual([]);
  expect(await at.migrate.trash.list()).toHaveLength(2);
  await at.client.query("update migrate.trash set expires = now() - interval '1 second'");
  await using reader = await connectTo(at.endpoint);
  await reader.query('begin; select count(*) from shop.customers');
  const sweeps = await Promise.all([at.migrate.trash.sweep(), at.migrate.trash.sweep()]);
  expect(sweeps.flat().map(({ original }) => original)).toEqual(['shop.orders']);
  await reader.query('commit');
  expect((await at.migrate.trash.sweep()).map(({ original }) => original)).toEqual(['shop.customers.note']);
  await expect(at.migrate.trash.restore('shop.orders')).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_TRASH_UNKNOWN' });
  expect((await at.client.query("select from pg_namespace where nspname like 'migrate_trash%'")).rowCount).toBe(0);
  expect((await at.client.query('select count(*)::int as n from migrate.trash where dropped is not null')).rows).toEqual([{ n: 2 }]);
});

test('[I43] killed while it is thrown away or brought back: all of it happened, or nothing', async () => {
  await using at = await situation();
  const before = { catalog: await at.catalog(), rows: await at.rows() };
  const killed = async (statement: string) => {
    await using other = await connectTo(at.endpoint);
    await other.query(`begin; ${statement}`);
    const { rows } = await other.query('select pg_backend_pid() as pid');
    await at.client.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await until(async () => (await at.client.query('select from pg_stat_activity where pid = $1', [rows[0].pid])).rowCount === 0);
  };
  await killed("select migrate.trash_table('shop.orders')");
  expect({ catalog: await at.catalog(), rows: await at.rows() }).toEqual(before);
  expect(await at.migrate.trash.list()).toEqual([]);
  await at.client.query("select migrate.trash_table('shop.orders')");
  const [item] = await at.migrate.trash.list();
  await killed(`select migrate.restore_trash('${item?.id}')`);
  expect(await at.migrate.trash.list()).toHaveLength(1);
  await at.migrate.trash.restore(item?.id ?? '');
  expect({ catalog: await at.catalog(), rows: await at.rows() }).toEqual(before);
});
