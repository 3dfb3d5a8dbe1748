import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { openMigrate } from '../../index.ts';
import { testRunner } from '../../test/harness.ts';
import { situation } from './situation.ts';

const rename = { template: 'rename-column', target: 'oltp.invoices', columns: ['due_at:due'] };
const retype = { template: 'retype-column', target: 'oltp.invoices', columns: ['amount:bigint'], flags: { into: 'amount_cents' } };
const renamed = 'invoices_rename_due_at_to_due';
const retyped = 'invoices_retype_amount_as_amount_cents';

test('[I35] old and new programs write what they know, and each finds the other right', async () => {
  await using run = await situation();
  await run.migrate.templates.create(retype);
  await run.migrate.up();
  const q = (sql: string) => run.client.query(sql);
  await q('insert into oltp.invoices (id, amount) values (5001, 11), (5002, 12)');
  await q('insert into oltp.invoices (id, amount_cents) values (5003, 13)');
  await q('insert into oltp.invoices (id) values (5004)');
  await q('insert into oltp.invoices (id, amount) values (5001, 21) on conflict (id) do update set amount = excluded.amount');
  await q(
    'insert into oltp.invoices (id, amount_cents) values (5002, 22) on conflict (id) do update set amount_cents = excluded.amount_cents',
  );
  await q('update oltp.invoices set amount = amount + 1 where id = 5003');
  await q('update oltp.invoices set amount_cents = amount_cents + 1 where id in (5003, 5004)');
  await q('update oltp.invoices set amount = 1, amount_cents = 99 where id = 1');
  await q("update oltp.invoices set number = 'x' where id = 2");
  const { rows } = await q('select id::int, amount, amount_cents::int from oltp.invoices where id > 5000 or id <= 2 order by id');
  expect(rows.map(({ id, amount, amount_cents }) => `${id} ${amount} ${amount_cents}`)).toEqual([
    '1 99 99',
    '2 2 2',
    '5001 21 21',
    '5002 22 22',
    '5003 15 15',
    '5004 8 8',
  ]);
});

test('[I35] from the first row to the last ring and to the end of the old side', async () => {
  await using run = await situation();
  const { groups } = run.migrate;
  await run.migrate.templates.create(rename);
  await run.migrate.up();
  expect(await groups.list()).toMatchObject([{ name: renamed, state: 'expanded', ring: 'none', tier: 'oltp' }]);
  await expect(groups.contract(renamed)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_GROUP_HELD' });
  await expect(groups.back(renamed)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_GROUP_AT_END' });

  expect(await groups.switch(renamed)).toMatchObject({ state: 'verified', ring: 'none' });
  expect((await run.client.query('select count(*)::int as n from oltp.invoices where due = due_at')).rows).toEqual([{ n: 1000 }]);
  const indexes = "select indexrelid::regclass::text as name from pg_index where indrelid = 'oltp.invoices'::regclass order by 1";
  expect((await run.client.query(indexes)).rows.map(({ name }) => name)).toEqual([
    'oltp.invoices_due_at_idx',
    'oltp.invoices_due_idx',
    'oltp.invoices_pk',
  ]);
  const canary = '00000000-0000-0000-0000-0000000000aa';
  expect(await groups.switch(renamed, { canaries: [canary] })).toMatchObject({ ring: 'canary', state: 'verified' });
  expect(await groups.readSide(renamed, canary)).toBe('new');
  expect(await groups.readSide(renamed, '00000000-0000-0000-0000-0000000000ab')).toBe('old');
  expect(await groups.switch(renamed, { to: 'all' })).toMatchObject({ ring: 'all', state: 'switched' });
  expect(await groups.back(renamed)).toMatchObject({ ring: '10 %', state: 'verified' });
  expect(await groups.switch(renamed)).toMatchObject({ ring: 'all', state: 'switched', hindrances: [] });

  expect(await groups.contract(renamed)).toHaveLength(2);
  await run.migrate.up();
  expect(await groups.list()).toMatchObject([{ state: 'contracted', ring: 'all', next: '' }]);
  const shape = (client: typeof run.client) =>
    client.query(`select a.attname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as value from pg_attribute a
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = 'oltp.invoices'::regclass and a.attnum > 0 and not a.attisdropped and a.attname not like 'trash_%'
      union all select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'oltp.invoices'::regclass
      union all select c.relname, i.indisvalid, null from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'oltp.invoices'::regclass
      union all select tgname, true, null from pg_trigger where tgrelid = 'oltp.invoices'::regclass order by 1, 3`);
  const { rows } = await shape(run.client);
  expect(rows.map(({ attname }) => attname)).not.toContain('due_at');
  expect(rows).toContainEqual({ attname: 'due', attnotnull: true, value: 'now()' });
  await expect(groups.switch(renamed)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_GROUP_AT_END' });

  // A database that is built from the files comes out the same; there is nothing to wait for in it.
  const fresh = await testDatabase();
  await run.files.write('migrations/oltp/20260101000000_base/up.sql', (await import('./situation.ts')).invoices(0));
  await using other = await testRunner(fresh.endpoint, [run.files.source]);
  await other.migrate.up();
  expect((await shape(fresh.client)).rows).toEqual(rows);
});

test('[I36] a difference takes the ring back and names the rows; corrected, it goes on', async () => {
  await using run = await situation();
  const { groups } = run.migrate;
  await run.migrate.templates.create(retype);
  await run.migrate.up();
  await groups.switch(retyped, { to: '10 %' });
  // Somebody writes around the trigger.
  await run.client.query(
    'set session_replication_role = replica; update oltp.invoices set amount_cents = -1 where id = 7; reset session_replication_role',
  );
  await expect(groups.switch(retyped)).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_GROUP_DIFFERS',
    message: expect.stringContaining('id 7'),
  });
  expect(await groups.status(retyped)).toMatchObject({ state: 'backfilling', ring: '1 %' });
  await run.client.query('update oltp.invoices set amount_cents = amount where id = 7');
  expect(await groups.switch(retyped, { to: 'all' })).toMatchObject({ state: 'switched', ring: 'all' });
});

test('[I36] a row that cannot be filled waits in quarantine, and nothing is switched', async () => {
  await using run = await situation();
  const { groups } = run.migrate;
  await run.client.query("update oltp.invoices set number = '0' where number is null; update oltp.invoices set number = 'x9' where id = 9");
  await run.migrate.templates.create({
    template: 'retype-column',
    target: 'oltp.invoices',
    columns: ['number:integer'],
    flags: { into: 'serial' },
  });
  await run.migrate.up();
  const name = 'invoices_retype_number_as_serial';
  await expect(groups.switch(name)).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_GROUP_NOT_FILLED',
    message: expect.stringContaining('x9'),
  });
  await run.client.query("update oltp.invoices set number = '9' where id = 9");
  expect(await groups.switch(name)).toMatchObject({ state: 'verified' });
});

test('[I37] the old side stays until it is old enough and nobody of the old version is there', async () => {
  await using run = await situation();
  await using attached = openMigrate(run.context, { ...run.context.options, needsWindow: true });
  const { groups } = attached;
  await run.migrate.templates.create({ ...rename, flags: { oldSessions: 'shop/1.%' } });
  await run.migrate.up();
  await groups.switch(renamed, { to: 'all' });
  await expect(groups.contract(renamed)).rejects.toMatchObject({ message: expect.stringContaining('less than 7 days ago') });
  await run.client.query("update migrate.groups set switched = now() - interval '8 days'");
  await run.client.query("set application_name = 'shop/1.4'");
  await expect(groups.contract(renamed)).rejects.toMatchObject({
    message: expect.stringContaining('a session of the old version was seen'),
  });
  await run.client.query("set application_name = 'shop/2.0'");
  await run.client.query("update migrate.groups set seen = now() - interval '25 hours'");
  const folders = await groups.contract(renamed);
  // The migration asks again where it is applied.
  await run.client.query("update migrate.groups set looked = now() - interval '2 hours'");
  await expect(run.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_VIOLATED',
    message: expect.stringContaining('nobody has looked'),
  });
  await groups.status(renamed);
  expect((await run.migrate.up()).applied).toHaveLength(folders.length);
});

test('[I35] a rule is filled and proved in one step', async () => {
  await using run = await situation();
  await run.migrate.templates.create({ template: 'set-not-null', target: 'oltp.invoices', columns: ['number'], flags: { fill: "'none'" } });
  await run.migrate.up();
  await expect(run.client.query('insert into oltp.invoices (id) values (9001)')).rejects.toMatchObject({ code: '23502' });
  expect(await run.migrate.groups.switch('require_invoices_number')).toMatchObject({ state: 'switched', ring: 'all' });
  const { rows } = await run.client.query("select convalidated from pg_constraint where conname = 'invoices_number_not_null'");
  expect(rows).toEqual([{ convalidated: true }]);
  expect((await run.client.query("select from oltp.invoices where number = 'none'")).rowCount).toBe(333);
});
