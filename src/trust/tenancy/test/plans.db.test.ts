import { afterAll, expect, test } from 'vitest';
import { tenancyFixture } from './fixture.ts';

const { tenancy, owner, databases, ...fixture } = await tenancyFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const tenantCount = 2_000;
// The first tenant has 20,000 rows, each other one twenty.
await owner(
  'oltp',
  `insert into tenancy.tenants (id, slug, name, state) select uuidv7(), 'tenant-' || g, 'T', 'active' from generate_series(1, ${tenantCount}) g`,
  'create schema shop',
  'grant usage on schema shop to plinth_app',
  'create table shop.orders (tenant_id uuid not null references tenancy.tenants (id) on delete cascade, id int not null, day int not null, constraint orders_pk primary key (tenant_id, id))',
  'create table shop.events (tenant_id uuid not null, id int not null, constraint events_pk primary key (tenant_id, id)) partition by hash (tenant_id)',
  ...[0, 1, 2, 3].map((part) => `create table shop.events_${part} partition of shop.events for values with (modulus 4, remainder ${part})`),
  "select tenancy.protect('shop.orders'), tenancy.protect('shop.events')",
  "insert into shop.orders select t.id, g, g % 365 from tenancy.tenants t, generate_series(1, case t.slug when 'tenant-1' then 20000 else 20 end) g where t.slug <> 'system'",
  'insert into shop.events select tenant_id, id from shop.orders',
);
await databases.oltp.client.query('vacuum analyze shop.orders, shop.events');

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Node[];
}
const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

async function planOf(slug: string, text: string, settings: readonly string[] = []): Promise<Node[]> {
  const { id } = await tenancy.find(slug);
  const { rows } = await tenancy.run({ tenantId: id }, { tier: 'oltp', tag: 'test.plan' }, async (tx) => {
    for (const setting of settings) await tx.query({ text: `set local ${setting}` });
    return tx.query({ text: `explain (analyze, format json) ${text}` });
  });
  return flatten(rows[0]['QUERY PLAN'][0].Plan);
}

test.each(['tenant-1', 'tenant-2000'])('[I12] the largest and the smallest tenant are read by the tenant’s index (%s)', async (slug) => {
  for (const text of [
    'select * from shop.orders where id = 7',
    'select count(*) from shop.orders',
    'select * from shop.orders order by id limit 10',
  ]) {
    const plan = await planOf(slug, text);
    expect(plan.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(plan.map((node) => node['Index Name'])).toContain('orders_pk');
  }
});

test('[I12] the tenant’s partition alone is read', async () => {
  const plan = await planOf('tenant-2000', 'select * from shop.events where id = 7');
  const read = plan.filter((node) => node['Relation Name']?.startsWith('events_') && node['Actual Loops'] > 0);
  expect(read).toHaveLength(1);
});

test('[I12] a scan under the policy can run in parallel, with the same result', async () => {
  const parallel = [
    'min_parallel_table_scan_size',
    'parallel_setup_cost',
    'parallel_tuple_cost',
    'enable_indexscan',
    'enable_bitmapscan',
  ].map((name) => `${name} = 0`);
  // A machine with few cores is configured without parallel plans.
  parallel.push('max_parallel_workers_per_gather = 2');
  const plan = await planOf('tenant-1', 'select sum(day) from shop.orders where day > 3', parallel);
  expect(plan.map((node) => node['Node Type'])).toContain('Gather');
  const { id } = await tenancy.find('tenant-1');
  const count = (settings: readonly string[]) =>
    tenancy.run({ tenantId: id }, { tier: 'oltp', tag: 'test.count' }, async (tx) => {
      for (const setting of settings) await tx.query({ text: `set local ${setting}` });
      return (await tx.query({ text: 'select count(*) as n from shop.orders where day > 3' })).rows[0].n;
    });
  expect(await count([...parallel, 'parallel_leader_participation = off'])).toBe(await count([]));
});
