import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { spawnScript, testPasswords } from '../../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Holds, LeavingPart } from '../../../../foundation/partition/index.ts';
import { defineOptions, type Manifest, Type, tiers } from '../../../../kernel/index.ts';
import { isGenuine, type Tenancy } from '../../../tenancy/index.ts';
import type { Privacy, Retention } from '../../index.ts';

let hold: ((part: LeavingPart) => string | undefined) | undefined;
const holds: Holds = { holdOn: async (part) => hold?.(part) };
const lawyer: Manifest = {
  name: 'lawyer',
  layer: 'product',
  requires: ['privacy'],
  tiers: [],
  options: defineOptions('lawyer', Type.Object({})),
  open: async () => ({ async [Symbol.asyncDispose]() {} }),
  fills: { 'partition.Holds': () => holds },
};

let platform: TestPlatform;
let retention: Retention;
let careful: string;
let other: string;

const query = async (text: string, values: unknown[] = []) => (await platform.databases.oltp.client.query(text, values)).rows;
const rows = async (table: string) => Number((await query(`select count(*) as n from shop.${table}`))[0].n);

beforeAll(async () => {
  platform = await testPlatform({ product: lawyer });
  const privacy = platform.use<Privacy>('privacy');
  retention = privacy.retention;
  const tenancy = platform.use<Tenancy>('tenancy');
  [careful, other] = [(await tenancy.create({ slug: 'careful' })).id, (await tenancy.create({ slug: 'other' })).id];
  await query(`set role plinth_owner;
    create schema shop;
    create table shop.orders (tenant_id uuid not null, id uuid not null default uuidv7(), buyer text not null, placed timestamptz,
      constraint orders_tenant_id_id_pk primary key (tenant_id, id));
    create table shop.returns (id int constraint returns_id_pk primary key, tenant_id uuid not null, order_id uuid not null,
      constraint returns_order_id_fk foreign key (tenant_id, order_id) references shop.orders (tenant_id, id));
    create table shop.hits (day date not null, page text not null) partition by range (day);
    create table shop.hits_old partition of shop.hits for values from (minvalue) to ('2025-01-01');
    create table shop.hits_new partition of shop.hits for values from ('2025-01-01') to (maxvalue);
    select privacy.retain('oltp', 'shop.orders', 'placed', 'commercial law', keep => '10 years');
    select privacy.retain('oltp', 'shop.orders', 'placed', 'contract of the tenant', keep => '2 years', tenant_id => '${careful}');
    select privacy.retain('oltp', 'shop.hits', 'day', 'classification');
    reset role`);
  await privacy.registry.classify({
    place: { tier: 'oltp', schema: 'shop', table: 'hits' },
    level: 'confidential',
    retentionYears: 3,
    reason: 'test',
  });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

beforeEach(async () => {
  hold = undefined;
  await query('truncate shop.orders, shop.returns, shop.hits');
  for (const tenant of [careful, other]) {
    await query(
      `insert into shop.orders (tenant_id, buyer, placed) select $1, 'somebody', now() - a * interval '1 year' from unnest('{1,3,5,12,15}'::int[]) a`,
      [tenant],
    );
  }
  await query(`insert into shop.orders (tenant_id, buyer) values ('${other}', 'of unknown age')`);
  await query(`insert into shop.hits select (now() - a * interval '1 year')::date, 'p' from generate_series(0, 6) a`);
});

const short = (steps: readonly { place: string; tenantId?: string; rows: number; keptBy?: string }[]) =>
  steps.map(({ place, tenantId, rows, keptBy }) => [place, tenantId ?? 'all', rows, keptBy]).sort();

it('[I30] plans by table, tenant and classification, for now and for a day to come, and changes nothing', async () => {
  expect(short(await retention.plan())).toEqual(
    [
      ['oltp:shop.hits', 'all', 4, undefined],
      ['oltp:shop.orders', 'all', 2, undefined],
      ['oltp:shop.orders', careful, 4, undefined],
    ].sort(),
  );
  const later = await retention.plan({ on: new Date(Date.now() + 6 * 365.25 * 86_400_000) });
  expect(later.find(({ tenantId, place }) => place === 'oltp:shop.orders' && tenantId === undefined)?.rows).toBe(3);
  expect(await rows('orders')).toBe(11);
});

it('[I31] does what the plan showed, and signs it', async () => {
  const certificate = await retention.run();
  expect(isGenuine(certificate)).toBe(true);
  expect(short(certificate.steps)).toEqual(
    [
      ['oltp:shop.hits', 'all', 4, undefined],
      ['oltp:shop.orders', 'all', 2, undefined],
      ['oltp:shop.orders', careful, 4, undefined],
    ].sort(),
  );
  expect([await rows('orders'), await rows('hits')]).toEqual([5, 3]);
  expect(short(await retention.plan()).map(([, , due]) => due)).toEqual([0, 0, 0]);
});

it('[I32] keeps what a hold covers, and what other rows refer to, and says so', async () => {
  hold = ({ table }) => (table === 'shop.hits' ? 'matter 9' : undefined);
  await query(
    `insert into shop.returns select 1, tenant_id, id from shop.orders where tenant_id = '${other}' and placed < now() - interval '11 years' limit 1`,
  );
  const { steps } = await retention.run();
  expect(steps.find(({ place }) => place === 'oltp:shop.hits')).toMatchObject({ keptBy: 'matter 9', rows: 4 });
  expect(steps.find(({ place, tenantId }) => place === 'oltp:shop.orders' && !tenantId)?.keptBy).toMatch(/other rows refer to them/);
  expect(await rows('hits')).toBe(7);
});

it('[I33] goes on after a kill with its own moment, and ends with one certificate', { timeout: 120_000 }, async () => {
  await query(
    `insert into shop.orders (tenant_id, buyer, placed) select '${other}', 'b', now() - interval '11 years' from generate_series(1, 7000)`,
  );
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, platform.databases[tier].url]));
  const options = JSON.stringify({ platform: { onBoot: 'verify' }, cluster: { engine: 'attached', ...urls }, access: testPasswords });
  await using child = spawnScript(new URL('retention-child.ts', import.meta.url), { args: [options], cwd: tmpdir() });
  await child.line(/orders: 2000 of 7002/);
  await child.kill9();
  const [begun] = await query('select id, due from privacy.retention_runs where completed is null');
  await expect
    .poll(async () => (await retention.run().catch((error) => error.code)) as unknown, { timeout: 20_000 })
    .toMatchObject({ run: begun.id, due: begun.due.toISOString() });
  const [{ certificate }] = await query('select certificate from privacy.retention_runs where id = $1', [begun.id]);
  expect(certificate.steps).toContainEqual(expect.objectContaining({ place: 'oltp:shop.orders', rows: 7002 }));
  expect(isGenuine(certificate)).toBe(true);
});

it('[I34] refuses a rule that cannot be followed', async () => {
  await query(`select privacy.retain('oltp', 'shop.returns', 'id', 'test', keep => '1 year')`);
  await expect(retention.plan()).rejects.toMatchObject({
    code: 'PLINTH_PRIVACY_BAD_RETENTION',
    message: expect.stringContaining('id is integer'),
  });
  await query(`select privacy.retain('oltp', 'shop.returns', 'gone', 'test', keep => '1 year')`);
  await expect(retention.plan()).rejects.toThrow('no column gone');
  await query(`delete from privacy.retention_rules where table_name = 'returns'`);
  await query(`select privacy.retain('oltp', 'shop.orders', 'placed', 'test')`);
  await expect(retention.plan()).rejects.toThrow('neither it nor a classification says how long');
  await query(`select privacy.retain('oltp', 'shop.orders', 'placed', 'commercial law', keep => '10 years')`);
});

it('[I40] keeps a tenant’s rows for as long as its policy says, whatever a migration said for it', async () => {
  const { policies } = platform.use<Tenancy>('tenancy');
  await policies.set(careful, 'privacy.retention', 'oltp:shop.orders 4 years', 'ann');
  await policies.set(other, 'privacy.retention', 'oltp:shop.orders 13 years', 'ann');
  expect(short(await retention.plan()).filter(([place]) => place === 'oltp:shop.orders')).toEqual(
    [
      ['oltp:shop.orders', 'all', 0, undefined],
      ['oltp:shop.orders', careful, 3, undefined],
      ['oltp:shop.orders', other, 1, undefined],
    ].sort(),
  );
  await retention.run();
  expect(await rows('orders')).toBe(7);
  // Of a table without tenants nothing is one tenant's, and what has no rule has no age.
  await policies.set(careful, 'privacy.retention', 'oltp:shop.hits 1 year', 'ann');
  await expect(retention.plan()).rejects.toThrow('it has no tenant_id');
  await policies.set(careful, 'privacy.retention', 'oltp:shop.returns 1 year', 'ann');
  await expect(retention.plan()).rejects.toThrow(`tenant ${careful} has a policy for it, but no rule`);
  await expect(policies.set(careful, 'privacy.retention', 'for ever', 'ann')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_SETTING' });
  for (const tenant of [careful, other]) await policies.set(tenant, 'privacy.retention', undefined, 'ann');
});
