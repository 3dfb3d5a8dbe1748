import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { Audit } from '../../../trust/audit/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { type Console, openConsole } from '../index.ts';

let platform: TestPlatform;
let console: Console;
const tenants: Record<string, string> = {};
const signal = new AbortController().signal;

beforeAll(async () => {
  platform = await testPlatform({ isApart: true });
  const tenancy = platform.use<Tenancy>('tenancy');
  const audit = platform.use<Audit>('audit');
  console = openConsole({ connect: platform.use<Connect>('connect'), tenancy, audit, capabilities: ['console'] });
  await platform.databases.oltp.client.query(`
    create schema shop;
    grant usage on schema shop to plinth_app;
    create table shop.orders (
      tenant_id uuid not null references tenancy.tenants (id) on delete cascade,
      id int not null,
      "odd ""name" text,
      picture bytea,
      primary key (tenant_id, id)
    );
    comment on table shop.orders is 'What was bought.';
    comment on column shop.orders.picture is 'How it looks.';
    create table shop.parted (id int, made date) partition by range (made);
    create table shop.parted_2026 partition of shop.parted for values from ('2026-01-01') to ('2027-01-01');
    insert into shop.parted values (1, '2026-05-05');
    select tenancy.protect('shop.orders')`);
  for (const slug of ['one', 'two']) {
    const { id } = await tenancy.create({ slug });
    tenants[slug] = id;
    await platform.databases.oltp.client.query(
      `insert into shop.orders select $1, n, repeat($2, 500), '\\x0102' from generate_series(1, 150) as n`,
      [id, slug],
    );
  }
  await platform.databases.oltp.client.query('analyze shop.orders');
});
afterAll(() => platform[Symbol.asyncDispose]());

const orders = { tier: 'oltp', schema: 'shop', table: 'orders' } as const;

test('[I1] every table once, with its size; partitions under their table; unknown is not zero', async () => {
  const tables = (await console.listTables(signal)).filter((table) => table.schema === 'shop');
  expect(tables).toMatchObject([
    { ...orders, comment: 'What was bought.', rowEstimate: 300, hasTenants: true, isPartitioned: false },
    { tier: 'oltp', schema: 'shop', table: 'parted', rowEstimate: null, hasTenants: false, isPartitioned: true },
  ]);
  for (const { sizeBytes } of tables) expect(sizeBytes).toBeGreaterThanOrEqual(8192);
});

test('[I2] rows are those of the tenant that was asked for, and none without one', async () => {
  for (const slug of ['one', 'two']) {
    const { rows, columns } = await console.describeTable(orders, tenants[slug], signal);
    expect(columns.map((column) => column.name)).toEqual(['tenant_id', 'id', 'odd "name', 'picture']);
    expect(rows).toHaveLength(100);
    expect(new Set(rows?.map((row) => row[0]))).toEqual(new Set([tenants[slug]]));
    expect(rows?.[0]).toEqual([tenants[slug], '1', slug.repeat(500).slice(0, 300), '2 bytes']);
  }
  expect(await console.describeTable(orders, undefined, signal)).toMatchObject({ rows: null, rowsNote: expect.stringContaining('tenant') });
});

test('[I2] what the application role may not read is not shown', async () => {
  const accounts = await console.describeTable({ tier: 'oltp', schema: 'http', table: 'accounts' }, undefined, signal);
  expect(accounts).toMatchObject({ rows: null, rowsNote: expect.stringContaining('application role') });
  expect(accounts.columns.find((column) => column.name === 'password_verifier')).toBeDefined();
});

test('[I1] a table is described as the catalog has it', async () => {
  const table = await console.describeTable(orders, undefined, signal);
  expect(table).toMatchObject({ isRowSecurityEnabled: true, isRowSecurityForced: true, hasTenants: true });
  expect(table.columns[3]).toEqual({ name: 'picture', type: 'bytea', isNullable: true, default: null, comment: 'How it looks.' });
  expect(table.indexes[0]?.sizeBytes).toBeGreaterThan(0);
  expect(table.indexes).toMatchObject([{ name: 'orders_pkey', isPrimary: true, isUnique: true, isValid: true }]);
  expect(table.constraints.map((constraint) => constraint.kind)).toEqual(['p', 'f']);
  expect(table.policies.map((policy) => policy.verb).sort()).toEqual(['a', 'd', 'r', 'w']);
});

test('[I3] a name that is no table is refused, also one that would be SQL', async () => {
  for (const table of ['nothing', 'orders; drop table shop.orders', 'pg_class']) {
    await expect(console.describeTable({ ...orders, table }, undefined, signal)).rejects.toMatchObject({
      code: 'PLINTH_CONSOLE_UNKNOWN_TABLE',
    });
  }
  await expect(console.describeTable({ ...orders, schema: 'pg_catalog', table: 'pg_authid' }, undefined, signal)).rejects.toMatchObject({
    code: 'PLINTH_CONSOLE_UNKNOWN_TABLE',
  });
});
