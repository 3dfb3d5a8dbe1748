import { testDatabase } from '../../../../../tests/support/index.ts';
import { quickClock } from '../../../../../tests/support/quick-clock.ts';
import { testRunner, testSource } from '../../test/harness.ts';

/** `rows` invoices, a third of them without a number. */
export const invoices = (rows: number) => `create schema oltp;
create table oltp.customers (id bigint constraint customers_pk primary key);
insert into oltp.customers select generate_series(1, 100);
create table oltp.invoices (
  id bigint constraint invoices_pk primary key, customer_id bigint, number text, amount integer not null default 7,
  due_at timestamptz not null default now(),
  constraint invoices_due_at_check check (due_at > '2000-01-01'));
create index invoices_due_at_idx on oltp.invoices (due_at);
insert into oltp.invoices (id, customer_id, number, amount)
  select n, n % 100 + 1, case when n % 3 > 0 then n::text end, n % 1000 from generate_series(1, ${rows}) n;
analyze oltp.invoices;`;

/** A database of a product with one migration, and a runner on it. */
export async function situation(base = invoices(1_000), options: Parameters<typeof testRunner>[2] = {}) {
  const { client, endpoint } = await testDatabase();
  const files = await testSource({ 'migrations/oltp/20260101000000_base/up.sql': base }, { layout: 'product' });
  const runner = await testRunner(endpoint, [files.source], { clock: quickClock, lockDeadlineMs: 2_000_000, ...options });
  await runner.migrate.up();
  return {
    client,
    endpoint,
    files,
    ...runner,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}
