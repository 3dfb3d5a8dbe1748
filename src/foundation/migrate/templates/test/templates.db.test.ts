import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import type { MigrationSource } from '../../../../kernel/index.ts';
import { reservedWords } from '../../model/sql-text.ts';
import { parseFile } from '../../parse/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';
import type { NewRequest } from '../templates.ts';

const partition: MigrationSource = {
  name: 'partition',
  dir: join(import.meta.dirname, '../../../partition/sql'),
  layout: 'capability',
  tiers: ['oltp'],
};
const tenancy: MigrationSource = {
  name: 'tenancy',
  dir: join(import.meta.dirname, '../../../../trust/tenancy/sql'),
  layout: 'capability',
  tiers: ['oltp'],
};

const base = `create schema oltp;
create type oltp.mood as enum ('glad', 'cross');
create table oltp.customers (
  tenant_id uuid not null, id uuid not null default uuidv7(), full_name text not null default '', mood oltp.mood not null default 'glad',
  constraint customers_pk primary key (tenant_id, id));
create table oltp.old_customers (tenant_id uuid not null, id uuid not null, full_name text, constraint old_customers_pk primary key (tenant_id, id));
create table oltp.plans (id int constraint plans_pk primary key, code text not null, constraint plans_code_key unique (code));
create table oltp.invoices (
  tenant_id uuid not null, id uuid not null default uuidv7(), customer_id uuid, number text, amount integer not null default 0,
  due_at timestamptz not null default now(),
  constraint invoices_pk primary key (tenant_id, id),
  constraint invoices_due_at_check check (due_at > '2000-01-01'));
create unique index invoices_due_at_key on oltp.invoices (tenant_id, due_at) where amount > 0;
create table oltp.parts (id int not null, day date not null, constraint parts_pk primary key (id, day)) partition by range (day);
create table oltp.parts_a partition of oltp.parts for values from ('2026-01-01') to ('2026-02-01');
select tenancy.protect('oltp.customers'), tenancy.protect('oltp.old_customers'), tenancy.protect('oltp.invoices');
insert into oltp.customers (tenant_id, id, full_name) values ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000001', 'Ada Lovelace');
insert into oltp.old_customers select * from (values ('00000000-0000-0000-0000-000000000000'::uuid, '00000000-0000-0000-0000-000000000002'::uuid, 'Grace Hopper')) v;
insert into oltp.invoices (tenant_id, customer_id, number, amount)
  select '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000001', n::text, 0 from generate_series(1, 20) n;`;

const t = 'oltp.invoices';
const cases: Readonly<Record<string, NewRequest>> = {
  'create-table': {
    template: 'create-table',
    target: 'oltp.payments',
    columns: ['cents:bigint', "state:text='open'", 'paid:timestamptz?'],
  },
  'create-table global': { template: 'create-table', target: 'oltp.countries', columns: ['code:text'], flags: { global: true } },
  'create-table partitioned': {
    template: 'create-table',
    target: 'oltp.visits',
    columns: ['path:text'],
    flags: { partitionBy: 'created' },
  },
  'add-column': { template: 'add-column', target: t, columns: ['note:text'] },
  'add-column with default': { template: 'add-column', target: t, columns: ["currency:text='EUR'"] },
  'add-column with fill': { template: 'add-column', target: t, columns: ['token:uuid=uuidv4()'], flags: { fill: 'uuidv4()' } },
  'drop-column': { template: 'drop-column', target: t, columns: ['number'] },
  'rename-column': { template: 'rename-column', target: t, columns: ['due_at:due'] },
  'retype-column': { template: 'retype-column', target: t, columns: ['amount:bigint'], flags: { into: 'amount_cents' } },
  'split-column': {
    template: 'split-column',
    target: 'oltp.customers',
    columns: ['full_name', "first_name:text=split_part(full_name, ' ', 1)", "last_name:text=split_part(full_name, ' ', 2)"],
    flags: { back: "first_name || ' ' || last_name" },
  },
  'enum-to-text': { template: 'enum-to-text', target: 'oltp.customers', columns: ['mood'], flags: { into: 'temper' } },
  'set-not-null': { template: 'set-not-null', target: t, columns: ['number'] },
  'set-not-null with fill': { template: 'set-not-null', target: t, columns: ['number'], flags: { fill: "'unknown'" } },
  'add-index': { template: 'add-index', target: t, columns: ['tenant_id', 'number'], flags: { where: 'amount > 0' } },
  'add-index unique': { template: 'add-index', target: t, columns: ['tenant_id', 'number'], flags: { unique: true } },
  'add-index partitioned': { template: 'add-index', target: 'oltp.parts', columns: ['day'] },
  'add-unique': { template: 'add-unique', target: t, columns: ['tenant_id', 'number'] },
  'add-fk': { template: 'add-fk', target: t, columns: ['customer_id'], flags: { references: 'oltp.customers', onDelete: 'restrict' } },
  'add-check': { template: 'add-check', target: t, columns: ['amount'], flags: { check: 'amount >= 0' } },
  constrain: {
    template: 'constrain',
    target: t,
    columns: ['not-null:number', 'check:amount=amount >= 0', 'unique:tenant_id,number', 'fk:customer_id=oltp.customers'],
    flags: { into: 'oltp.invoice_violations' },
  },
  'rename-table': { template: 'rename-table', target: t, columns: ['bills'] },
  'merge-table': { template: 'merge-table', target: 'oltp.old_customers', flags: { into: 'oltp.customers', key: 'tenant_id,id' } },
  'drop-table': { template: 'drop-table', target: 'oltp.parts' },
  'seed-rows': { template: 'seed-rows', target: 'oltp.plans', columns: ['id=7', "code='team'"], flags: { key: 'id' } },
  extension: { template: 'extension', target: 'citext', flags: { into: 'oltp' } },
};

/** The catalog of what tests change, one line per object. */
async function catalog(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select line from (
      select format('column %s.%s %s %s %s %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)) as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relnamespace = 'oltp'::regnamespace and c.relkind in ('r', 'p', 'v')
      union all select format('index %s %s', pg_get_indexdef(i.indexrelid), i.indisvalid) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'oltp'::regnamespace
      union all select format('constraint %s %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) from pg_constraint k where k.connamespace = 'oltp'::regnamespace
      union all select format('trigger %s', pg_get_triggerdef(g.oid)) from pg_trigger g where not g.tgisinternal
      union all select format('routine %s', p.oid::regprocedure) from pg_proc p where p.pronamespace = 'oltp'::regnamespace
      union all select format('policy %s %s', p.polrelid::regclass, p.polname) from pg_policy p
      union all select format('grants %s %s %s', c.oid::regclass, c.relkind, c.relacl) from pg_class c where c.relnamespace = 'oltp'::regnamespace
      union all select format('group %s', g.name) from migrate.groups g
      union all select format('plan %s', p.code) from oltp.plans p) l order by 1`);
  return rows.map(({ line }) => line);
}

async function setUp() {
  const { client, endpoint } = await testDatabase();
  const files = await testSource({ 'migrations/oltp/20260101000000_base/up.sql': base }, { layout: 'product' });
  const runner = await testRunner(endpoint, [partition, tenancy, files.source]);
  await runner.migrate.up();
  return {
    client,
    ...runner,
    files,
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

describe('[I34] what a template writes is applied, taken back by its own way back, and applied again', () => {
  for (const [name, request] of Object.entries(cases)) {
    test(name, async () => {
      await using run = await setUp();
      const before = await catalog(run.client);
      const folders = await run.migrate.templates.create(request);
      expect((await run.migrate.up()).applied).toHaveLength(folders.length);
      const { findings } = await run.migrate.lint.findings();
      const ours = findings.filter(
        ({ migration, severity, waived }) => migration.includes('_base') === false && severity === 'error' && !waived,
      );
      expect(ours.map(({ id, migration, file, excerpt }) => `${id} ${migration} ${file.split('/').at(-1)} ${excerpt}`)).toEqual([]);
      const after = await catalog(run.client);
      expect(after).not.toEqual(before);
      if (request.template.startsWith('drop-')) {
        await run.migrate.trash.restore(request.columns ? 'oltp.invoices.number' : request.target);
        return;
      }
      for (const folder of folders.toReversed()) {
        const { statements } = await parseFile(folder, readFileSync(join(folder, 'down.sql'), 'utf8'));
        for (const { sql } of statements)
          await run.client.query(`set search_path = pg_catalog; ${sql}`.slice(sql.includes('concurrently') ? 29 : 0));
      }
      expect(await catalog(run.client)).toEqual(before);
      await run.client.query(
        "delete from migrate.steps; delete from migrate.migrations where source = 'shop' and name <> '20260101000000_base'",
      );
      expect((await run.migrate.up()).applied).toHaveLength(folders.length);
      expect(await catalog(run.client)).toEqual(after);
    });
  }
});

test('[I34] policies, triggers and views are files of objects', async () => {
  await using run = await setUp();
  const requests: NewRequest[] = [
    { template: 'view', target: 'oltp.open_invoices', flags: { as: 'select id, amount from oltp.invoices where amount > 0' } },
    { template: 'trigger', target: t, columns: ['trim'], flags: { as: 'new.number := trim(new.number)' } },
    { template: 'policy', target: t, columns: ['invoices_paid'], flags: { using: 'amount >= 0' } },
  ];
  for (const request of requests) await run.migrate.templates.create(request);
  expect((await run.migrate.up()).objectsReplaced).toEqual([
    'oltp:shop/objects/oltp/invoices_invoices_paid',
    'oltp:shop/objects/oltp/invoices_trim',
    'oltp:shop/objects/oltp/open_invoices',
  ]);
  await run.client.query("insert into oltp.invoices (tenant_id, number) values ('00000000-0000-0000-0000-000000000000', ' 9 ')");
  expect((await run.client.query("select from oltp.invoices where number = '9'")).rowCount).toBe(2);
  expect(await run.migrate.up()).toMatchObject({ applied: [], objectsReplaced: [] });
});

test('[I34] what cannot be done safely is refused with the reason', async () => {
  await using run = await setUp();
  const refused: readonly [NewRequest, string][] = [
    [{ template: 'add-colum', target: t }, 'TEMPLATE_UNKNOWN'],
    [{ template: 'add-column', target: t, columns: ['note'] }, 'TEMPLATE_USAGE'],
    [{ template: 'add-check', target: t, columns: ['amount'], flags: { check: 'amount >>' } }, 'TEMPLATE_USAGE'],
    [{ template: 'rename-column', target: 'oltp.nothing', columns: ['a:b'] }, 'TEMPLATE_NEEDS_TABLE'],
    [{ template: 'rename-column', target: t, columns: ['due:date'] }, 'TEMPLATE_NO_COLUMN'],
    [{ template: 'rename-column', target: t, columns: ['id:key'] }, 'TEMPLATE_REFUSED'],
    [{ template: 'add-unique', target: 'oltp.parts', columns: ['day'] }, 'TEMPLATE_REFUSED'],
  ];
  for (const [request, code] of refused) {
    await expect(run.migrate.templates.create(request), JSON.stringify(request)).rejects.toMatchObject({ code: `PLINTH_MIGRATE_${code}` });
  }
  expect(await run.migrate.plan()).toEqual([]);
});

test('[I34] the words that are quoted are those of the server', async () => {
  const { client } = await testDatabase();
  const { rows } = await client.query("select word from pg_get_keywords() where catcode in ('R', 'T') order by word");
  expect([...reservedWords].sort()).toEqual(rows.map(({ word }) => word));
});
