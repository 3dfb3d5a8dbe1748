import type { TenancyFixture } from '../../test/fixture.ts';

const tenant = 'tenant_id uuid not null references tenancy.tenants (id) on delete cascade';

/**
 * A product in two databases with what makes copying hard: keys between tables, to itself and in a circle, bytes, an identity, a generated
 * column, months, and a table that came without protection.
 */
export async function makeShop(owner: TenancyFixture['owner'], change: { readonly later?: string } = {}): Promise<void> {
  await owner(
    'oltp',
    'create schema shop',
    'grant usage on schema shop to plinth_app',
    `create table shop.orders (${tenant}, id bigint generated always as identity, customer_id uuid not null, note text not null,
       words int generated always as (length(note)) stored, replaces bigint, primary key (tenant_id, id),
       foreign key (tenant_id, replaces) references shop.orders (tenant_id, id))`,
    `create table shop.customers (${tenant}, id uuid not null default uuidv7(), name text not null, favourite bigint,
       primary key (tenant_id, id), unique (tenant_id, name))`,
    'create index on shop.orders (replaces)',
    'create index on shop.orders (customer_id)',
    'alter table shop.orders add foreign key (tenant_id, customer_id) references shop.customers (tenant_id, id)',
    'alter table shop.customers add foreign key (tenant_id, favourite) references shop.orders (tenant_id, id) deferrable',
    `create table shop.members (${tenant}, user_id uuid not null, theme text not null, primary key (tenant_id, user_id),
       foreign key (tenant_id, user_id) references tenancy.tenant_users (tenant_id, user_id))`,
    `create table shop.visits (${tenant}, day date not null, visits int not null, primary key (tenant_id, day)) partition by range (day)`,
    `select partition.manage('shop.visits', '{"by": "time", "key": "day", "every": "month"}')`,
    ...['orders', 'customers', 'members', 'visits'].map((table) => `select tenancy.protect('shop.${table}')`),
    ...(change.later ? [change.later] : []),
  );
  await owner(
    'content',
    'create schema shop',
    'grant usage on schema shop to plinth_app',
    `create table shop.pictures (${tenant}, id uuid not null default uuidv7(), bytes bytea not null, primary key (tenant_id, id))`,
    "select tenancy.protect('shop.pictures')",
  );
}

/** Rows of a tenant; more than 5,000 orders go in more than one batch. */
export async function fillShop(owner: TenancyFixture['owner'], id: string, userId: string, orders = 12_000): Promise<void> {
  await owner(
    'oltp',
    `insert into shop.customers (tenant_id, name) select '${id}', e'o\\'\\\\ \\t\\n' || n from generate_series(1, 5) n`,
    `insert into shop.orders (tenant_id, customer_id, note) select '${id}', (array_agg(c.id))[1 + n % 5], repeat('ü', 1 + n % 50)
       from shop.customers c, generate_series(1, ${orders}) n where c.tenant_id = '${id}' group by n`,
    `update shop.orders set replaces = id - 1 where tenant_id = '${id}' and id % 3 = 2 and id > (select min(o.id) from shop.orders o where o.tenant_id = '${id}')`,
    `update shop.customers c set favourite = (select max(o.id) from shop.orders o where o.tenant_id = c.tenant_id and o.customer_id = c.id) where c.tenant_id = '${id}'`,
    'analyze shop.orders, shop.customers',
    `insert into shop.members values ('${id}', '${userId}', 'dark')`,
    `select partition.ensure('shop.visits', '2019-05-01', '2019-08-01')`,
    `insert into shop.visits select '${id}', d, 7 from generate_series('2019-05-03'::date, '2019-07-20'::date, '1 day') d`,
  );
  await owner(
    'content',
    `insert into shop.pictures (tenant_id, bytes) select '${id}', sha512(n::text::bytea) || decode(repeat('00ff', 1000), 'hex') from generate_series(1, 300) n`,
  );
}

const tables = {
  oltp: ['shop.orders', 'shop.customers', 'shop.members', 'shop.visits', 'tenancy.tenant_users'],
  content: ['shop.pictures'],
} as const;

/** A hash of all rows of a tenant, table by table. */
export async function hashShop(databases: TenancyFixture['databases'], tenantId: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const tier of ['oltp', 'content'] as const) {
    for (const table of tables[tier]) {
      const text = `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text collate "C")), '') as hash from ${table} t where tenant_id = $1`;
      found[table] = (await databases[tier].client.query(text, [tenantId])).rows[0].hash;
    }
  }
  return found;
}

/** Every table of every database that has a row of a tenant; asked of the catalog, with whatever kind of column. */
export async function rowsAnywhere(databases: TenancyFixture['databases'], tenantId: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, client } of new Set(Object.values(databases))) {
    const { rows } = await client.query(
      `select format('%I.%I', n.nspname, c.relname) as name, format('select count(*)::int as n from %I.%I t where t::text like $1', n.nspname, c.relname) as text
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
    );
    for (const table of rows as { name: string; text: string }[]) {
      const counted = await client.query<{ n: number }>(table.text, [`%${tenantId}%`]);
      if (counted.rows.some(({ n }) => n > 0)) found.push(`${name} ${table.name}`);
    }
  }
  return found;
}
