import { expect, test } from 'vitest';
import { startLoad } from '../../groups/test/load.ts';
import { invoices, situation } from '../../groups/test/situation.ts';

const rows = 5_000;
const request = { template: 'split-table', target: 'oltp.invoices', columns: ['number', 'amount'], flags: { into: 'oltp.bills' } };
const group = 'invoices_split_bills';

test('[I62] old and new programs write the same rows at once without an error, and both find what the other wrote', async () => {
  await using run = await situation(invoices(rows));
  // Few rows, so that both sides meet on them all the time.
  const some = (n: number) => (n % 7) + 1;
  const old = await startLoad(run.endpoint, (n) => {
    const kinds = [
      `insert into oltp.invoices (id, number, amount) values (${1e6 + n}, 'old', ${n})`,
      `update oltp.invoices set amount = ${n} where id = ${some(n)}`,
      `delete from oltp.invoices where id = ${1e6 + n - 2}`,
      `update oltp.invoices set number = 'old', due_at = now() where id = ${some(n + 3)}`,
    ];
    return kinds[n % kinds.length] ?? '';
  });
  await run.migrate.templates.create(request);
  await run.migrate.up();
  const fresh = await startLoad(run.endpoint, (n) => {
    const kinds = [
      `insert into oltp.invoices (id) values (${2e6 + n}); insert into oltp.bills (id, number) values (${2e6 + n}, 'new')`,
      `update oltp.bills set amount = ${n} where id = ${some(n)}`,
      `update oltp.bills set number = 'new' where id = ${some(n + 3)}; update oltp.invoices set due_at = now() where id = ${some(n + 3)}`,
      `delete from oltp.bills where id = ${2e6 + n - 3}`,
    ];
    return kinds[n % kinds.length] ?? '';
  });
  await run.migrate.groups.switch(group, { to: 'all' });
  await fresh.stop();
  await old.stop();
  expect([...old.errors, ...fresh.errors]).toEqual([]);
  expect(fresh.statements).toBeGreaterThan(10);
  const { rows: different } = await run.client.query(
    'select from oltp.invoices i full join oltp.bills b using (id) where row(i.number, i.amount) is distinct from row(b.number, b.amount)',
  );
  expect(different).toEqual([]);
  const { rows: untouched } = await run.client.query('select number, amount from oltp.bills where id = 2000');
  expect(untouched).toEqual([{ number: '2000', amount: 0 }]);
});

test('[I62] the view says what it cannot do', async () => {
  await using run = await situation(invoices(10));
  await run.migrate.templates.create(request);
  await run.migrate.up();
  const q = (sql: string) => run.client.query(sql);
  await expect(q("insert into oltp.bills (id, number) values (99, 'x')")).rejects.toMatchObject({ code: '23503' });
  await q('insert into oltp.invoices (id) values (99); insert into oltp.bills (id) values (99)');
  await expect(q('update oltp.bills set id = 100 where id = 99')).rejects.toMatchObject({ code: '0A000' });
  await q('update oltp.invoices set id = 100 where id = 99');
  expect((await q('select id::int, number, amount from oltp.bills where id >= 99')).rows).toEqual([{ id: 100, number: null, amount: 7 }]);
});

test('[I62] at the end of the old side the view is a table with all rows, and the old columns are gone', async () => {
  await using run = await situation(invoices(rows));
  await run.migrate.templates.create(request);
  await run.migrate.up();
  await run.migrate.groups.switch(group, { to: 'all' });
  await run.migrate.groups.contract(group);
  await run.migrate.up();
  const { rows: found } = await run.client.query(
    "select count(*)::int as count, sum(amount)::int as sum, (select relkind from pg_class where oid = 'oltp.bills'::regclass) as kind from oltp.bills",
  );
  expect(found).toEqual([{ count: rows, sum: (rows / 1_000) * 499_500, kind: 'r' }]);
  await run.client.query("insert into oltp.invoices (id) values (9999); insert into oltp.bills (id, number) values (9999, 'x')");
  await expect(run.client.query('select number from oltp.invoices')).rejects.toMatchObject({ code: '42703' });
});

test('[I62] what one side could not write is refused', async () => {
  await using run = await situation(
    invoices(1).replace('due_at timestamptz not null default now()', 'due_at timestamptz not null default now(), code text'),
  );
  const attempt = (columns: readonly string[], target = 'oltp.invoices') => run.migrate.templates.create({ ...request, target, columns });
  const refused = { code: 'PLINTH_MIGRATE_TEMPLATE_REFUSED' };
  await expect(attempt(['id'])).rejects.toMatchObject(refused);
  await run.client.query(
    'alter table oltp.invoices add column must text; update oltp.invoices set must = 1; alter table oltp.invoices alter must set not null',
  );
  await expect(attempt(['must'])).rejects.toMatchObject({ ...refused, message: expect.stringContaining('give it a default') });
  await run.client.query('create table oltp.heap (n int)');
  await expect(attempt(['n'], 'oltp.heap')).rejects.toMatchObject(refused);
});
