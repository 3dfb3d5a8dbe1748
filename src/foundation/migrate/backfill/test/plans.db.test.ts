import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { workOn } from '../compose.ts';
import { batchSettings } from '../settings.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly Filter?: string;
  readonly Plans?: readonly Plan[];
}
const nodes = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

// Where the table has grown since it was analyzed, as large tables have at their end: there each estimate is one row, and one row by
// one row is a nested loop, which reads the whole batch again for each of its rows. That took seconds, under locks.
test.each([
  { key: { names: ['id'], types: ['bigint'] }, pk: 'id', after: ['10000'], upTo: ['30000'] },
  { key: { names: ['shop', 'id'], types: ['text', 'bigint'] }, pk: 'shop, id', after: ['a', '10000'], upTo: ['a', '30000'] },
])('[I39] a batch is never joined with itself row by row, even where statistics expect one row ($pk)', async ({ key, pk, after, upTo }) => {
  const { client } = await testDatabase();
  await client.query(`create table public.items (id bigint, shop text default 'a', n int not null default 0, constraint items_pk primary key (${pk})) with (autovacuum_enabled = off);
    insert into public.items (id) select generate_series(1, 10000); analyze public.items;
    insert into public.items (id) select generate_series(10001, 30000); insert into public.items (id) values (1000000000);`);
  const statement = { kind: 'update', table: { schema: 'public', name: 'items' }, head: 'n = n + 1', where: 'n < 5', tail: '' } as const;
  await client.query(`begin; ${batchSettings}`);
  const { text, values } = workOn(statement, key, { after, upTo });
  const { rows } = await client.query(`explain (format json) ${text}`, values);
  const all = nodes(rows[0]['QUERY PLAN'][0].Plan);
  expect(all.map((node) => node['Node Type'])).not.toContain('Nested Loop');
  expect(all.some(({ Filter }) => Filter?.includes('hashed'))).toBe(true);
});
