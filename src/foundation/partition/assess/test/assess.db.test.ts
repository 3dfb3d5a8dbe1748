import { afterAll, expect, test } from 'vitest';
import { openShop } from '../../test/fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, partition } = shop;

test('[I22] what is there is measured, what is not known is said, and a small table is told no with reasons', async () => {
  await client.query(`create table shop.orders (id bigint generated always as identity primary key, customer uuid, created timestamptz not null default now(), email text unique);
    create table shop.items (order_id bigint constraint items_order_fk references shop.orders);
    insert into shop.orders (created, email) select now() - n * interval '1 minute', 'a' || n from generate_series(1, 5000) n;
    analyze shop.orders`);
  const found = await partition.assess('shop.orders');
  expect(found).toMatchObject({
    tier: 'oltp',
    table: 'shop.orders',
    isWorthIt: false,
    rows: 5000,
    inbound: ['items_order_fk of shop.items'],
    outbound: [],
  });
  expect(found.reasons).toEqual([expect.stringContaining('not more than 100 GiB')]);
  expect(found.keys).toEqual([
    {
      column: 'id',
      type: 'bigint',
      strategy: 'id',
      correlation: 1,
      distinct: 5000,
      problems: [expect.stringContaining('orders_email_key')],
    },
    {
      column: 'created',
      type: 'timestamp with time zone',
      strategy: 'time',
      correlation: -1,
      distinct: 5000,
      problems: expect.arrayContaining([expect.stringContaining('(id) does not contain created')]),
    },
  ]);
  expect(found.unknown).toContainEqual(expect.stringContaining('pg_stat_statements is not installed'));
  await expect(partition.assess('shop.nothing')).rejects.toMatchObject({ code: 'PLINTH_PARTITION_NO_TABLE' });
});
