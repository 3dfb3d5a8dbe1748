import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { endpointOf, testDatabase } from '../../../../../tests/support/index.ts';
import { templateDatabases } from '../../../../../tests/support/template.ts';
import type { MigrationSource } from '../../../../kernel/index.ts';
import { reservedWords } from '../../model/sql-text.ts';
import { parseFile } from '../../parse/index.ts';
import { takeSnapshot } from '../../snapshot/index.ts';
import { type TestRunner, testRunner, testSource } from '../../test/harness.ts';
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
  'split-table': { template: 'split-table', target: 'oltp.customers', columns: ['full_name', 'mood'], flags: { into: 'oltp.profiles' } },
  'drop-table': { template: 'drop-table', target: 'oltp.parts' },
  'seed-rows': { template: 'seed-rows', target: 'oltp.plans', columns: ['id=7', "code='team'"], flags: { key: 'id' } },
  extension: { template: 'extension', target: 'citext', flags: { into: 'oltp' } },
};

const objectCases: Readonly<Record<string, NewRequest>> = {
  view: { template: 'view', target: 'oltp.open_invoices', flags: { as: 'select id, amount from oltp.invoices where amount > 0' } },
  trigger: { template: 'trigger', target: t, columns: ['trim'], flags: { as: 'new.number := trim(new.number)' } },
  policy: { template: 'policy', target: t, columns: ['invoices_paid'], flags: { using: 'amount >= 0' } },
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

/** Cloned for each case: what they start from takes longer to make than most cases do. */
const prepared = templateDatabases(inject('serverUrl'), { runId: inject('runId'), key: 'templates', count: 1 }, async ([url = '']) => {
  await using files = await baseFiles();
  await using runner = await testRunner(endpointOf(url), [partition, tenancy, files.source]);
  await runner.migrate.up();
});

function baseFiles() {
  return testSource({ 'migrations/oltp/20260101000000_base/up.sql': base }, { layout: 'product' });
}

async function setUp() {
  const [template = ''] = await prepared;
  const { client, endpoint } = await testDatabase({ template });
  const files = await baseFiles();
  const runner = await testRunner(endpoint, [partition, tenancy, files.source]);
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

/** As after a restore of the ledger alone: nothing is known of what the templates made. */
const forget = (client: pg.Client) =>
  client.query(`delete from migrate.steps;
    delete from migrate.migrations where source = 'shop' and name <> '20260101000000_base';
    delete from migrate.objects where identity like 'shop/%'`);

/** Of the whole catalog. */
const schemaHash = ({ connect }: Pick<TestRunner, 'connect'>): Promise<string> =>
  connect.transaction(
    { tier: 'oltp', as: 'owner', isolation: 'repeatable read', tag: 'test' },
    async (tx) => (await takeSnapshot(tx)).rootHash,
  );

/** Applies it all once more over what is there. */
async function expectFound(run: Awaited<ReturnType<typeof setUp>>, count: number): Promise<void> {
  const [hash, lines] = [await schemaHash(run), await catalog(run.client)];
  await forget(run.client);
  const { applied, objectsReplaced } = await run.migrate.up();
  expect(applied.length + objectsReplaced.length).toBe(count);
  expect(await schemaHash(run)).toBe(hash);
  expect(await catalog(run.client)).toEqual(lines);
}

describe('[I34] what a template writes is applied, found when it is there, taken back by its own way back, and applied again', () => {
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
      await expectFound(run, folders.length);
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

/** As somebody else may have made it by hand: of the same name, and not the same; with what takes it away again. */
const differences: Readonly<Record<string, readonly [sql: string, undo: string]>> = {
  'create-table': ['create table oltp.payments (id int)', 'drop table oltp.payments'],
  'create-table global': ['create table oltp.countries (id int)', 'drop table oltp.countries'],
  'create-table partitioned': ['create table oltp.visits (id int)', 'drop table oltp.visits'],
  'add-column': [`alter table ${t} add note int`, `alter table ${t} drop note`],
  'add-column with default': [`alter table ${t} add currency text`, `alter table ${t} drop currency`],
  'add-column with fill': [`alter table ${t} add token uuid default uuidv7()`, `alter table ${t} drop token`],
  'rename-column': [`alter table ${t} add due date`, `alter table ${t} drop due`],
  'retype-column': [`alter table ${t} add amount_cents int`, `alter table ${t} drop amount_cents`],
  'split-column': ['alter table oltp.customers add first_name int', 'alter table oltp.customers drop first_name'],
  'enum-to-text': ['alter table oltp.customers add temper oltp.mood', 'alter table oltp.customers drop temper'],
  'set-not-null': [
    `alter table ${t} add constraint invoices_number_not_null check (number <> '')`,
    `alter table ${t} drop constraint invoices_number_not_null`,
  ],
  'set-not-null with fill': [
    `alter table ${t} add constraint invoices_number_not_null check (number <> '')`,
    `alter table ${t} drop constraint invoices_number_not_null`,
  ],
  'add-index': [`create index invoices_tenant_id_number_idx on ${t} (number)`, 'drop index oltp.invoices_tenant_id_number_idx'],
  'add-index unique': [
    `create index invoices_tenant_id_number_key on ${t} (tenant_id, number)`,
    'drop index oltp.invoices_tenant_id_number_key',
  ],
  'add-index partitioned': ['create index parts_day_idx on only oltp.parts (id)', 'drop index oltp.parts_day_idx'],
  'add-unique': [`create unique index invoices_tenant_id_number_key on ${t} (number)`, 'drop index oltp.invoices_tenant_id_number_key'],
  'add-fk': [`create index invoices_customer_id_idx on ${t} (amount)`, 'drop index oltp.invoices_customer_id_idx'],
  'add-check': [
    `alter table ${t} add constraint invoices_amount_check check (amount >= -1)`,
    `alter table ${t} drop constraint invoices_amount_check`,
  ],
  constrain: ['create table oltp.invoice_violations (id int)', 'drop table oltp.invoice_violations'],
  'rename-table': ['create table oltp.bills (id int)', 'drop table oltp.bills'],
  'merge-table': ['create table oltp.old_customers_merged (id int)', 'drop table oltp.old_customers_merged'],
  'split-table': ['create table oltp.profiles_rows (id int)', 'drop table oltp.profiles_rows'],
  'seed-rows': ["insert into oltp.plans values (7, 'solo')", 'delete from oltp.plans'],
  extension: ['create extension citext with schema public', 'drop extension citext'],
};

test('[I60] what is there under the name and is something else stops, and nothing has happened', { timeout: 300_000 }, async () => {
  await using run = await setUp();
  for (const [name, request] of Object.entries(cases)) {
    // What is dropped is there or not; nothing can be in its place.
    if (request.template.startsWith('drop-')) continue;
    const [sql, undo] = differences[name] ?? ['', ''];
    const folders = await run.migrate.templates.create(request);
    await run.client.query(sql);
    const before = await catalog(run.client);
    const code = name === 'seed-rows' ? 'PLINTH_MIGRATE_VIOLATED' : 'PLINTH_MIGRATE_OBJECT_DIFFERS';
    await expect(run.migrate.up(), name).rejects.toMatchObject({ code });
    expect(await catalog(run.client)).toEqual(before);
    for (const folder of folders) rmSync(folder, { recursive: true });
    await run.client.query(undo);
    await forget(run.client);
  }
});

test('[I34] policies, triggers and views are files of objects', async () => {
  await using run = await setUp();
  for (const request of Object.values(objectCases)) await run.migrate.templates.create(request);
  expect((await run.migrate.up()).objectsReplaced).toEqual([
    'oltp:shop/objects/oltp/invoices_invoices_paid',
    'oltp:shop/objects/oltp/invoices_trim',
    'oltp:shop/objects/oltp/open_invoices',
  ]);
  await run.client.query("insert into oltp.invoices (tenant_id, number) values ('00000000-0000-0000-0000-000000000000', ' 9 ')");
  expect((await run.client.query("select from oltp.invoices where number = '9'")).rowCount).toBe(2);
  expect(await run.migrate.up()).toMatchObject({ applied: [], objectsReplaced: [] });
  await expectFound(run, 3);
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
