import { afterAll, describe, expect, test } from 'vitest';
import { type Manifest, PlinthError, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { type IsolationProbe, isGenuine } from '../index.ts';
import { tenancyFixture } from './fixture.ts';

let probe: IsolationProbe['probe'] = async () => {};
const routes: RouteDescriptor[] = [];
const filled = {
  probes: () => [{ by: 'shop', value: { path: 'shop', probe: (scene) => probe(scene) } satisfies IsolationProbe }],
  routes: {
    manifests: [{ name: 'shop', routes } as unknown as Manifest],
    use: <T>(name: string): T => {
      throw new Error(`${name} is not open`);
    },
  },
};
const { tenancy, owner, databases, ...fixture } = await tenancyFixture({ filled });
afterAll(() => fixture[Symbol.asyncDispose]());

await owner(
  'content',
  'create schema shop',
  'grant usage on schema shop to plinth_app',
  `create table shop.customers (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id uuid not null, kind text not null,
     digest bytea not null, age int not null, constraint customers_pk primary key (tenant_id, id),
     constraint customers_kind_check check (kind in ('person', 'company')), constraint customers_digest_check check (length(digest) = 20),
     constraint customers_age_check check (age > 17))`,
  `create table shop.orders (tenant_id uuid not null, id uuid not null default uuidv7(), customer_id uuid not null, total numeric generated always as (1) stored,
     constraint orders_pk primary key (tenant_id, id),
     constraint orders_customer_fk foreign key (tenant_id, customer_id) references shop.customers (tenant_id, id) on delete cascade)`,
  "select tenancy.protect('shop.orders'), tenancy.protect('shop.customers')",
  'create view shop.big_orders with (security_invoker = true) as select * from shop.orders',
  'grant select on shop.big_orders to plinth_app',
  'create table shop.countries (code text primary key)',
  'grant select on shop.countries to plinth_app',
);

const problemsOf = async (table: string) => (await tenancy.coverage()).find((found) => found.table === table)?.problems;

/** Does something to the schema, looks, and undoes it. */
async function during<T>(change: string, undo: string, look: () => Promise<T>): Promise<T> {
  await owner('content', change);
  try {
    return await look();
  } finally {
    await owner('content', undo);
  }
}

describe('check', () => {
  test('[I8] what was protected has no problem, on every tier', async () => {
    const tables = await tenancy.coverage();
    expect(tables.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(tables.find(({ table }) => table === 'shop.orders')).toEqual({
      tier: 'content',
      table: 'shop.orders',
      isEnabled: true,
      isForced: true,
      verbs: { select: true, insert: true, update: true, delete: true },
      problems: [],
      accepted: [],
      rowEstimate: null,
    });
    expect(tables.map(({ table }) => table)).toContain('tenancy.users');
    expect(tables.map(({ table }) => table)).not.toContain('shop.countries');
  });

  test('[I8] a table that nobody reaches needs no protection; open to its owner it does', async () => {
    const sealed = 'create table shop.aside (tenant_id uuid); alter table shop.aside enable row level security, force row level security';
    await during(sealed, 'drop table shop.aside', async () => {
      expect(await problemsOf('shop.aside')).toBeUndefined();
      await owner('content', 'alter table shop.aside no force row level security');
      expect(await problemsOf('shop.aside')).toContainEqual(expect.stringContaining('not protected'));
    });
  });

  test.each([
    [
      'row security is off',
      'alter table shop.orders disable row level security',
      'alter table shop.orders enable row level security',
      'shop.orders',
    ],
    [
      'not forced',
      'alter table shop.orders no force row level security',
      'alter table shop.orders force row level security',
      'shop.orders',
    ],
    [
      'every row with true',
      'create policy open on shop.orders for select to public using (true)',
      'drop policy open on shop.orders',
      'shop.orders',
    ],
    ['no policy for delete', 'drop policy orders_delete on shop.orders', "select tenancy.protect('shop.orders')", 'shop.orders'],
    [
      'not only what viewer',
      'alter policy orders_select on shop.orders using (tenant_id is not null)',
      "select tenancy.protect('shop.orders')",
      'shop.orders',
    ],
    ['truncate', 'grant truncate on shop.orders to plinth_app', 'revoke truncate on shop.orders from plinth_app', 'shop.orders'],
    [
      'not protected',
      'create table shop.loose (tenant_id uuid not null, id uuid, primary key (tenant_id, id))',
      'drop table shop.loose',
      'shop.loose',
    ],
    [
      'does not begin with tenant_id',
      "create table shop.loose (tenant_id uuid not null, id uuid primary key); select tenancy.protect('shop.loose')",
      'drop table shop.loose',
      'shop.loose',
    ],
    [
      'a tenant learns what another one has',
      'create unique index loose on shop.customers (digest)',
      'drop index shop.loose',
      'shop.customers',
    ],
    [
      'it can point to a row of another tenant',
      'alter table shop.orders add column other_id uuid; alter table shop.customers add constraint loose unique (id); alter table shop.orders add constraint loose_fk foreign key (other_id) references shop.customers (id)',
      'alter table shop.orders drop column other_id; alter table shop.customers drop constraint loose',
      'shop.orders',
    ],
    [
      'rights of its owner',
      'create view shop.loose as table shop.orders; grant select on shop.loose to plinth_app',
      'drop view shop.loose',
      'shop.loose',
    ],
    [
      'materialised view',
      'create materialized view shop.loose as table shop.orders; grant select on shop.loose to plinth_app',
      'drop materialized view shop.loose',
      'shop.loose',
    ],
    [
      'has no tenant_id',
      'create table shop.loose (id int); grant insert on shop.loose to plinth_app',
      'drop table shop.loose',
      'shop.loose',
    ],
    [
      'security definer',
      "create function shop.loose() returns bigint language sql security definer as 'select count(*) from shop.orders'",
      'drop function shop.loose',
      'shop.loose()',
    ],
    [
      'declared closed',
      'select tenancy.protect(\'shop.orders\', \'{"update": "none"}\'); grant update on shop.orders to plinth_app',
      "select tenancy.protect('shop.orders')",
      'shop.orders',
    ],
  ])('[I8] "%s" is found and named', async (problem, change, undo, table) => {
    expect((await during(change, undo, () => problemsOf(table)))?.join('; ')).toContain(problem);
    expect(await problemsOf(table)).toEqual(table.includes('loose') ? undefined : []);
  });

  test('[I8] a declaration can narrow, and cannot be misspelt', async () => {
    const narrowed = during(
      `select tenancy.protect('shop.orders', '{"select": "admin", "insert": "service", "delete": "none"}')`,
      "select tenancy.protect('shop.orders')",
      () => problemsOf('shop.orders'),
    );
    expect(await narrowed).toEqual([]);
    await expect(owner('content', `select tenancy.protect('shop.orders', '{"remove": "none"}')`)).rejects.toThrow('is not understood');
    await expect(owner('content', `select tenancy.protect('shop.orders', '{"delete": "nobody"}')`)).rejects.toThrow('is not understood');
    await expect(owner('content', "select tenancy.protect('shop.countries')")).rejects.toThrow('no column tenant_id');
  });
});

describe('certify', () => {
  const left = async () => {
    const ask = (tier: 'oltp' | 'content', text: string) => databases[tier].client.query(text).then(({ rows }) => rows[0].n);
    return [
      await ask('oltp', "select count(*)::int as n from tenancy.tenants where slug <> 'system'"),
      await ask('oltp', 'select count(*)::int as n from tenancy.users'),
      await ask('content', 'select count(*)::int as n from shop.orders'),
    ];
  };

  test('[I9] a sound schema has no leak on any table, verb and role; nothing is left behind, and a changed verdict is noticed', async () => {
    const certificate = await tenancy.certify();
    expect(certificate.attempts.filter(({ verdict }) => verdict === 'leak')).toEqual([]);
    const tried = (target: string) => certificate.attempts.filter((attempt) => attempt.target === target);
    for (const target of ['shop.orders', 'shop.customers', 'shop.big_orders', 'tenancy.tenant_users', 'tenancy.security_events']) {
      expect(tried(target).filter(({ verdict }) => verdict === 'not proven')).toEqual([]);
      expect(new Set(tried(target).map(({ role }) => role))).toEqual(new Set(['owner', 'admin', 'member', 'viewer', 'service']));
    }
    expect(new Set(tried('shop.orders').map(({ path }) => path)).size).toBe(13);
    // What the server tells of all tenants together is said, and no leak.
    expect(tried('shop.orders').find(({ path }) => path === 'explain')).toMatchObject({ verdict: 'figures only' });
    expect(tried('tenancy.export')).toEqual([expect.objectContaining({ path: 'export', verdict: 'own rows only' })]);
    expect(tried('(path)').map(({ path, verdict }) => [path, verdict])).toEqual(
      ['rest', 'graphql', 'sync', 'queue', 'cache', 'search'].map((path) => [path, 'not proven']),
    );
    expect(await left()).toEqual([0, 0, 0]);

    const read = JSON.parse(JSON.stringify(certificate));
    expect(isGenuine(read)).toBe(true);
    read.attempts[0].verdict = 'leak';
    expect(isGenuine(read)).toBe(false);
  });

  test.each([
    ['an open policy', 'create policy open on shop.orders for select to public using (true)', 'drop policy open on shop.orders'],
    [
      'a view of the owner',
      'alter view shop.big_orders set (security_invoker = false)',
      'alter view shop.big_orders set (security_invoker = true)',
    ],
    ['row security off', 'alter table shop.customers disable row level security', 'alter table shop.customers enable row level security'],
    ['truncate', 'grant truncate on shop.orders to plinth_app', 'revoke truncate on shop.orders from plinth_app'],
    [
      'an open insert',
      'create policy open on shop.customers for insert to plinth_app with check (true)',
      'drop policy open on shop.customers',
    ],
  ])('[I9] %s is a leak, shown with its statement', async (_, change, undo) => {
    const certificate = await during(change, undo, () => tenancy.certify());
    const leak = certificate.attempts.find(({ verdict }) => verdict === 'leak');
    expect(leak?.statement).toMatch(/"shop"\./);
    expect(await left()).toEqual([0, 0, 0]);
  });

  test('[I9] a way above SQL is judged by what it answers, refuses and says; nobody’s answer proves anything', async () => {
    const refusal = (text: string) => new PlinthError({ code: 'PLINTH_TEST', message: text, httpStatus: 404 });
    probe = async ({ attempt, notProven, rows, secret, subjects }) => {
      const theirs = String(rows.get('shop.orders')?.id);
      const ways: Readonly<Record<string, () => Promise<unknown>>> = {
        refused: () => Promise.reject(refusal(`there is no ${theirs}`)),
        empty: async () => ({ orders: [] }),
        'told by refusal': () => Promise.reject(refusal(`taken by ${rows.get('shop.customers')?.id}`)),
        'an id': async () => [{ customer: rows.get('shop.customers')?.id }],
        bytes: async () => ({
          stream: (async function* () {
            yield Buffer.from(`…${secret}…`);
          })(),
        }),
        broken: () => Promise.reject(new TypeError('no such thing')),
      };
      for (const [target, reach] of Object.entries(ways))
        await attempt({ target, role: subjects[0]?.role ?? '', statement: `${target} ${theirs}` }, reach);
      notProven('later', 'there is none yet');
    };
    const { attempts } = await tenancy.certify();
    expect(attempts.filter(({ path }) => path === 'shop').map(({ target, verdict }) => [target, verdict])).toEqual([
      ['refused', 'closed'],
      ['empty', 'own rows only'],
      ['told by refusal', 'leak'],
      ['an id', 'leak'],
      ['bytes', 'leak'],
      ['broken', 'not proven'],
      ['later', 'not proven'],
    ]);
    probe = async () => {};
    expect(await left()).toEqual([0, 0, 0]);
  });

  test('[I9] a route that shows what is in a tenant’s rows to somebody without a grant is a leak, whether the tenant is named or left out', async () => {
    const read = async (column: string, tenant: unknown) => {
      const text = `select ${column} as found from shop.customers where tenant_id = coalesce($1, tenant_id)`;
      return (await databases.content.client.query(text, [tenant ?? null])).rows.map(({ found }) => String(found));
    };
    const get = (path: string, handler: RouteDescriptor['handler'], query?: object) =>
      routes.push({ method: 'GET', path, summary: '', role: 'viewer', handler, ...(query && { query: Type.Object(query as never) }) });
    get('/shop/:tenant/digests', ({ params }) => read('digest::text', params.tenant));
    get('/shop/ids', ({ query }) => read('id', query.tenant), { tenant: Type.Optional(Type.String()) });
    get('/shop/all', ({ query }) => (query.tenant ? Promise.resolve([]) : read('digest::text', null)), {
      tenant: Type.Optional(Type.String()),
    });
    get('/shop/:tenant/orders/:id', ({ params, use }) => use<{ get(id: string): Promise<unknown> }>('shop').get(params.id ?? ''));
    get('/shop/countries', async () => []);
    const { attempts } = await tenancy.certify();
    routes.length = 0;
    const found = attempts.filter(({ path }) => path === 'routes').map(({ target, verdict }) => [target, verdict]);
    expect(found).toEqual([
      ['GET /shop/:tenant/digests', 'leak'],
      // Which rows there are, operators see.
      ['GET /shop/ids', 'own rows only'],
      ['GET /shop/ids', 'own rows only'],
      ['GET /shop/all', 'own rows only'],
      ['GET /shop/all', 'leak'],
      ['GET /shop/:tenant/orders/:id', 'not proven'],
    ]);
  });
});
