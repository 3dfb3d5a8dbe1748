import { afterAll, expect, test } from 'vitest';
import { mail } from '../blueprints/mail/index.ts';
import { testPlatform } from './support/platform.ts';

// What the naming and safety rules say about the database as it is, not as files say it should be.
const platform = await testPlatform({ product: mail });
afterAll(() => platform[Symbol.asyncDispose]());
const { client } = platform.databases.oltp;

const ours = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.objid = o.oid and d.deptype = 'e')`;
const names = async (sql: string) => (await client.query(sql)).rows.map((row) => row.name);

test('every table, column and function has a comment', async () => {
  expect(
    await names(`select o.oid::regclass::text as name from pg_class o join pg_namespace n on n.oid = o.relnamespace
      where ${ours} and o.relkind in ('r', 'p', 'v', 'm') and not o.relispartition and obj_description(o.oid, 'pg_class') is null order by 1`),
  ).toEqual([]);
  expect(
    await names(`select o.oid::regclass::text || '.' || a.attname as name from pg_class o join pg_namespace n on n.oid = o.relnamespace
      join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
      where ${ours} and o.relkind in ('r', 'p') and not o.relispartition and col_description(o.oid, a.attnum) is null order by 1`),
  ).toEqual([]);
  expect(
    await names(`select o.oid::regprocedure::text as name from pg_proc o join pg_namespace n on n.oid = o.pronamespace
      where ${ours} and obj_description(o.oid, 'pg_proc') is null order by 1`),
  ).toEqual([]);
});

test('functions set their search_path', async () => {
  // A body of `begin atomic` or `return` is bound to its objects when it is created. A procedure with settings cannot commit:
  // one that has to sets the path in each of its transactions.
  expect(
    await names(`select o.oid::regprocedure::text as name from pg_proc o join pg_namespace n on n.oid = o.pronamespace
      where ${ours} and o.prosqlbody is null and not coalesce(o.proconfig::text, '') ~ 'search_path'
        and not (o.prokind = 'p' and o.prosrc ~ 'set_config\\(''search_path''') order by 1`),
  ).toEqual([]);
});

test('constraints and indexes are named table_columns_kind', async () => {
  expect(
    await names(`select c.conname || ' on ' || o.oid::regclass::text as name from pg_constraint c join pg_class o on o.oid = c.conrelid
      join pg_namespace n on n.oid = o.relnamespace
      where ${ours} and c.contype <> 'n' and not o.relispartition and c.conname !~ ('^' || o.relname || '_(.+_)?' ||
        case c.contype when 'p' then 'pk' when 'f' then 'fk' when 'u' then 'key' when 'c' then 'check' when 'x' then 'excl' else '.*' end || '$') order by 1`),
  ).toEqual([]);
  expect(
    await names(`select i.relname || ' on ' || o.oid::regclass::text as name from pg_index x join pg_class i on i.oid = x.indexrelid
      join pg_class o on o.oid = x.indrelid join pg_namespace n on n.oid = o.relnamespace
      where ${ours} and not o.relispartition and i.relname !~ ('^' || o.relname || '_.*(pk|key|idx|excl)$') order by 1`),
  ).toEqual([]);
});

test('no enum types, no timestamp without time zone', async () => {
  expect(
    await names(`select o.typname as name from pg_type o join pg_namespace n on n.oid = o.typnamespace where ${ours} and o.typtype = 'e'`),
  ).toEqual([]);
  expect(
    await names(`select o.oid::regclass::text || '.' || a.attname as name from pg_class o join pg_namespace n on n.oid = o.relnamespace
      join pg_attribute a on a.attrelid = o.oid where ${ours} and o.relkind in ('r', 'p') and a.atttypid = 'timestamp'::regtype`),
  ).toEqual([]);
});

test('a table with tenants’ rows is forced under row security, and its first index column is the tenant', async () => {
  const tenants = `from pg_class o join pg_namespace n on n.oid = o.relnamespace
      join pg_attribute a on a.attrelid = o.oid and a.attname = 'tenant_id' where ${ours} and o.relkind in ('r', 'p') and not o.relispartition`;
  expect(await names(`select o.oid::regclass::text as name ${tenants}`)).not.toEqual([]);
  expect(
    await names(`select o.oid::regclass::text as name ${tenants} and not (o.relrowsecurity and o.relforcerowsecurity) order by 1`),
  ).toEqual([]);
  expect(await names(`select o.oid::regclass::text as name ${tenants} and not a.attnotnull order by 1`)).toEqual([]);
  expect(
    await names(`select o.oid::regclass::text as name ${tenants}
      and not exists (select from pg_index x where x.indrelid = o.oid and x.indkey[0] = a.attnum) order by 1`),
    // Read by the engine alone: by lanes, and in the order of time.
  ).toEqual(['queue.job_delayed', 'queue.job_ready']);
});
