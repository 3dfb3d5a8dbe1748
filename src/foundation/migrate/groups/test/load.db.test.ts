import { expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { NewRequest } from '../../templates/index.ts';
import { longReader, startLoad } from './load.ts';
import { invoices, situation } from './situation.ts';

const rows = 20_000;
const id = (n: number, base: number) => base + n;
const some = (n: number) => (n * 7919) % rows || 1;

interface Recipe {
  readonly request: NewRequest;
  readonly group?: string;
  /** What the old program does, before, during and after. */
  older(n: number): string;
  /** What the new program does, once the new side is there. */
  newer(n: number): string;
  /** Returns rows that show that something is wrong. */
  readonly wrong: string;
}

const either = (n: number, ...statements: readonly string[]) => statements[n % statements.length] ?? '';

const recipes: Readonly<Record<string, Recipe>> = {
  rename: {
    request: { template: 'rename-column', target: 'oltp.invoices', columns: ['due_at:due'] },
    group: 'invoices_rename_due_at_to_due',
    older: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, due_at) values (${id(n, 1e6)}, now())`,
        `update oltp.invoices set due_at = now() where id = ${some(n)}`,
        `select due_at from oltp.invoices where id = ${some(n)}`,
      ),
    newer: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, due) values (${id(n, 2e6)}, now())`,
        `update oltp.invoices set due = now() where id = ${some(n)}`,
        `select due from oltp.invoices where id = ${some(n)}`,
      ),
    wrong: 'select from oltp.invoices where due is distinct from due_at',
  },
  retype: {
    request: { template: 'retype-column', target: 'oltp.invoices', columns: ['amount:bigint'], flags: { into: 'amount_cents' } },
    group: 'invoices_retype_amount_as_amount_cents',
    older: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, amount) values (${id(n, 1e6)}, ${n})`,
        `update oltp.invoices set amount = amount + 1 where id = ${some(n)}`,
        `select amount from oltp.invoices where id = ${some(n)}`,
      ),
    newer: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, amount_cents) values (${id(n, 2e6)}, ${n})`,
        `update oltp.invoices set amount_cents = ${n} where id = ${some(n)}`,
        `select amount_cents from oltp.invoices where id = ${some(n)}`,
      ),
    wrong: 'select from oltp.invoices where amount_cents is distinct from amount',
  },
  'not null': {
    request: { template: 'set-not-null', target: 'oltp.invoices', columns: ['number'], flags: { fill: "'none'" } },
    group: 'require_invoices_number',
    older: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, number) values (${id(n, 1e6)}, 'n')`,
        `update oltp.invoices set amount = amount + 1, number = 'x' where id = ${some(n)}`,
      ),
    newer: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, number) values (${id(n, 2e6)}, 'n')`,
        `select number from oltp.invoices where id = ${some(n)}`,
      ),
    wrong:
      "select from oltp.invoices where number is null union all select from pg_constraint where conname = 'invoices_number_not_null' and not convalidated",
  },
  'foreign key': {
    request: { template: 'add-fk', target: 'oltp.invoices', columns: ['customer_id'], flags: { references: 'oltp.customers' } },
    older: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, customer_id) values (${id(n, 1e6)}, ${(n % 100) + 1})`,
        `insert into oltp.customers values (${id(n, 1e6)})`,
      ),
    newer: (n) =>
      either(
        n,
        `update oltp.invoices set customer_id = ${(n % 100) + 1} where id = ${some(n)}`,
        `select from oltp.invoices join oltp.customers c on c.id = customer_id limit 1`,
      ),
    wrong: "select from pg_constraint where conname = 'invoices_customer_id_fk' and not convalidated",
  },
  unique: {
    request: { template: 'add-unique', target: 'oltp.invoices', columns: ['id', 'number'] },
    older: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, number) values (${id(n, 1e6)}, '${n}')`,
        `update oltp.invoices set number = '${n}' where id = ${some(n)}`,
      ),
    newer: (n) =>
      either(
        n,
        `insert into oltp.invoices (id, number) values (${id(n, 2e6)}, '${n}')`,
        `select number from oltp.invoices where id = ${some(n)}`,
      ),
    wrong: "select from (select) where not exists (select from pg_constraint where conname = 'invoices_id_number_key' and convalidated)",
  },
};

for (const [name, recipe] of Object.entries(recipes)) {
  test(`[I35] ${name}: no error in the old program nor the new one, with somebody reading for long`, async () => {
    await using run = await situation(invoices(rows));
    const old = await startLoad(run.endpoint, recipe.older);
    const reader = await longReader(run.endpoint, 'oltp.invoices');
    await run.migrate.templates.create(recipe.request);
    // The reader stays until somebody has had to wait for it.
    const isMet = async () => {
      const { rowCount } = await run.client.query(
        "select from pg_stat_activity where datname = current_database() and application_name like 'plinth migrate%' and wait_event_type = 'Lock'",
      );
      return (rowCount ?? 0) > 0;
    };
    const met = until(isMet, { timeoutMs: 60_000, what: 'the runner waits for the reader' }).finally(() => reader.end());
    await run.migrate.up();
    await met;
    const fresh = await startLoad(run.endpoint, recipe.newer);
    if (recipe.group) await run.migrate.groups.switch(recipe.group, { to: 'all' });
    await fresh.stop();
    await old.stop();
    expect([...old.errors, ...fresh.errors]).toEqual([]);
    expect(old.statements).toBeGreaterThan(10);
    expect((await run.client.query(recipe.wrong)).rowCount).toBe(0);
  });
}
