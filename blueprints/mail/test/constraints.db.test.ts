import type { Content } from 'plinth/content';
import { uuidv7 } from 'plinth/kernel';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { mail } from '../index.ts';
import { asParent, type Row, validRows, violations } from './violating-rows.ts';

interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly kind: 'check' | 'foreign' | 'primary' | 'unique' | 'not null';
  readonly columns: readonly string[];
  /** Of a table cut by this column: there is no partition for null, and that is noticed first. */
  readonly isCutBy: boolean;
}

let platform: TestPlatform;
let constraints: Constraint[];
const known: Row = {};
const sql = (text: string, values: unknown[] = []) => platform.databases.oltp.client.query(text, values);

// Every constraint of the product's tables, and the unique indexes that are none.
const catalog = `
  select n.nspname || '.' || c.relname as "table", k.conname as name,
    case k.contype when 'c' then 'check' when 'f' then 'foreign' when 'p' then 'primary' when 'u' then 'unique' else 'not null' end as kind,
    array(select a.attname::text from unnest(k.conkey) with ordinality as p (number, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = p.number
      order by p.place) as columns,
    k.contype = 'n' and exists (select from pg_partitioned_table t where t.partrelid = c.oid and k.conkey[1] = any (t.partattrs)) as "isCutBy"
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where k.contype in ('c', 'f', 'p', 'u', 'n') and n.nspname || '.' || c.relname = any ($1)
  union all
  select n.nspname || '.' || c.relname, i.relname, 'unique', array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (x.indkey)), false
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
   where x.indisunique and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u'))
     and n.nspname || '.' || c.relname = any ($1)`;

const productTables = `
  select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and not c.relispartition and (n.nspname in ('oltp', 'olap') or (n.nspname = 'content' and c.relname ~ '^(email_|content_objects$)')
     or (n.nspname = 'queue' and c.relname ~ '_details$'))`;

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
  const tenant = await platform.use<Tenancy>('tenancy').create({ slug: 'broken' });
  known.tenant = tenant.id;
  known.user = (await platform.use<Tenancy>('tenancy').addUser({ tenantId: tenant.id, email: 'a@example.com', role: 'member' })).userId;
  const stored = await platform.use<Content>('content').put({ tenantId: tenant.id }, { kind: 'body' }, Buffer.from('x'));
  known.object = stored.id;
  // Upkeep makes the months to come; the rows here are of an earlier one.
  await sql(`select partition.ensure(table_name::regclass, '2026-01-01', '2026-02-01') from partition.sets where table_name like 'olap.%'`);
  constraints = (await sql(catalog, [Object.keys(validRows)])).rows;
});
afterAll(() => platform?.[Symbol.asyncDispose]());

/** A row that would be accepted, with its parents; made anew each time, so that nothing in it was used before. */
async function fresh(table: string): Promise<Row> {
  const row: Row = {
    tenant_id: known.tenant,
    ...(table === 'olap.fact_cursors' ? {} : { [table.startsWith('queue.') ? 'job_id' : 'id']: uuidv7() }),
  };
  if (table === 'oltp.plans') delete row.tenant_id;
  for (const [column, value] of Object.entries(validRows[table] ?? {})) {
    row[column] = typeof value === 'function' ? value(uuidv7()) : value;
    if (typeof value !== 'string' || !value.startsWith('->')) continue;
    const target = value.slice(2);
    if (target === 'user') row[column] = known.user;
    else if (target === 'object') row[column] = await newObject();
    else {
      const parent = { ...(await fresh(target)), ...asParent[target] };
      await insert(target, parent);
      row[column] = parent.id;
    }
  }
  return row;
}

async function newObject(): Promise<string> {
  const id = uuidv7();
  const text =
    'insert into content.objects (tenant_id, id, kind, blob_id, created) select tenant_id, $2, kind, blob_id, created from content.objects where id = $1';
  await sql(text, [known.object, id]);
  return id;
}

async function insert(table: string, row: Row): Promise<void> {
  const columns = Object.keys(row);
  await sql(`insert into ${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`, Object.values(row));
}

/** The constraint of the table where that of a partition was broken. */
const ofTable = `
  select t.conname as name from pg_constraint k join pg_constraint t on t.oid = k.conparentid
   where k.conname = $1 and k.conrelid = to_regclass(format('%I.%I', $2::text, $3::text))`;

/** What the database says to a row, undone afterwards. Constraint checks that wait for commit are made at once. */
async function verdict(work: () => Promise<void>): Promise<string> {
  await sql('begin; set constraints all immediate');
  try {
    await work();
    return 'accepted';
  } catch (error) {
    const { code, constraint, column, schema, table } = error as Record<string, string>;
    await sql('rollback');
    const whole = constraint && (await sql(ofTable, [constraint, schema, table])).rows[0]?.name;
    return `${code} ${whole ?? constraint ?? column}`;
  } finally {
    await sql('rollback');
  }
}

async function breakIt({ table, name, kind, columns }: Constraint): Promise<string> {
  return verdict(async () => {
    const row = await fresh(table);
    if (kind === 'unique' || kind === 'primary') {
      await insert(table, row);
      const second = await fresh(table);
      for (const column of columns) second[column] = row[column];
      return insert(table, second);
    }
    if (kind === 'not null') return insert(table, { ...row, [columns[0] as string]: null });
    if (kind === 'foreign') {
      const column = columns.find((name) => name !== 'tenant_id') ?? 'tenant_id';
      return insert(table, { ...row, [column]: uuidv7() });
    }
    return insert(table, { ...row, ...violations[name] });
  });
}

test('[M10] every table of the product has a valid row here, and it is accepted', async () => {
  const { rows } = await sql(productTables);
  expect(Object.keys(validRows).sort()).toEqual(rows.map((row) => row.name).sort());
  const verdicts: Record<string, string> = {};
  for (const table of Object.keys(validRows)) verdicts[table] = await verdict(async () => insert(table, await fresh(table)));
  expect(verdicts).toEqual(Object.fromEntries(Object.keys(validRows).map((table) => [table, 'accepted'])));
});

test('[M10] every constraint is broken by a row that keeps all others', async () => {
  const states = { check: '23514', foreign: '23503', primary: '23505', unique: '23505', 'not null': '23502' };
  const wrong: string[] = [];
  for (const constraint of constraints) {
    const { table, name, kind, columns, isCutBy } = constraint;
    if (kind === 'check' && !violations[name]) wrong.push(`${table} ${name}: no violating row in violating-rows.ts`);
    else {
      const found = await breakIt(constraint);
      const expected = isCutBy ? '23514 undefined' : `${states[kind]} ${kind === 'not null' ? columns[0] : name}`;
      if (found !== expected) wrong.push(`${table} ${name}: ${found}`);
    }
  }
  expect(wrong).toEqual([]);
  const checks = new Set(constraints.filter(({ kind }) => kind === 'check').map(({ name }) => name));
  expect(Object.keys(violations).filter((name) => !checks.has(name))).toEqual([]);
});

test('[M10] as many tables and constraints as the specification asks for', () => {
  const count = (schema: string, kind: Constraint['kind']) =>
    constraints.filter((c) => c.table.startsWith(schema) && c.kind === kind).length;
  const withTenant = (schema: string) => constraints.filter((c) => c.table.startsWith(schema) && c.name.endsWith('_tenant_id_fk')).length;
  expect(withTenant('oltp')).toBeGreaterThanOrEqual(10);
  expect(withTenant('content')).toBeGreaterThanOrEqual(7);
  expect([count('oltp', 'check'), count('content', 'check')].map((found, i) => found >= (i === 0 ? 15 : 12))).toEqual([true, true]);
  expect([count('oltp', 'not null'), count('content', 'not null')].map((found, i) => found >= (i === 0 ? 25 : 16))).toEqual([true, true]);
});
