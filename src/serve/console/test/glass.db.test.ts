import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { RouteRequest } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import { openConsole } from '../index.ts';
import { routes } from '../surface/routes.ts';

let platform: TestPlatform;
let tenancy: Tenancy;

beforeAll(async () => {
  platform = await testPlatform();
  tenancy = platform.use('tenancy');
  const { id } = await tenancy.create({ slug: 'acme' });
  await platform.databases.oltp.client.query(`
    create schema shop;
    grant usage on schema shop to plinth_app;
    create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, primary key (tenant_id, id));
    select tenancy.protect('shop.orders');
    insert into shop.orders values ('${id}', 7), ('${id}', 8)`);
});
afterAll(() => platform[Symbol.asyncDispose]());

const ask = (query: Record<string, unknown>, account: RouteRequest['account'] = { name: 'ann', role: 'viewer' }) => {
  const route = routes.find(({ path }) => path.endsWith('/:table'));
  const console = openConsole({ connect: platform.use('connect'), tenancy, audit: platform.use('audit'), capabilities: [] });
  const use = (name: string) => (name === 'console' ? console : platform.use(name));
  const params = { tier: 'oltp', schema: 'shop', table: 'orders' };
  return route?.handler({ params, query, body: undefined, account, signal: new AbortController().signal, use: use as never });
};

test('[I2] rows of a tenant are shown to staff with a running grant, and each answer is in the trail with its keys', async () => {
  expect(await ask({})).toMatchObject({ rows: null });
  await expect(ask({ tenant: 'acme' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED', httpStatus: 403 });
  const request = { staff: 'ann', tenant: 'acme', reason: 'ticket 4711: an order is missing', minutes: 5 };
  await expect(tenancy.breakGlass.open(request)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NOT_STAFF' });
  await tenancy.breakGlass.addStaff({ account: 'ann' });
  const grant = await tenancy.breakGlass.open(request);
  expect(await ask({ tenant: 'acme' })).toMatchObject({
    rows: [
      [grant.tenantId, '7'],
      [grant.tenantId, '8'],
    ],
  });
  await expect(ask({ tenant: 'acme' }, { name: 'bob', role: 'admin' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
  const { rows } = await platform.databases.oltp.client.query(
    `select action, is_success, row_count::int as rows, keys, purpose from audit.events where action like 'tenancy.break-glass.%' order by id`,
  );
  expect(rows).toEqual([
    { action: 'tenancy.break-glass.open', is_success: false, rows: null, keys: null, purpose: request.reason },
    { action: 'tenancy.break-glass.open', is_success: true, rows: null, keys: null, purpose: request.reason },
    { action: 'tenancy.break-glass.access', is_success: true, rows: 2, keys: ['7', '8'], purpose: request.reason },
  ]);
  await tenancy.breakGlass.end(grant.id, 'test');
  await expect(ask({ tenant: 'acme' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_GLASS_NEEDED' });
});
