import { expect, test } from 'vitest';
import { spawnScript } from '../../../../../tests/support/index.ts';
import { invoices, situation } from './situation.ts';

const name = 'invoices_rename_due_at_to_due';
const script = new URL('./run-switch.ts', import.meta.url);

test('[I36] killed at any point, the same command goes on to the same end', async () => {
  for (const killAt of ['rows', 'create-index', 'add-constraint', 'validate', 'ring "1 %"', 'ring "all"']) {
    await using run = await situation(invoices(3_000));
    await run.migrate.templates.create({ template: 'rename-column', target: 'oltp.invoices', columns: ['due_at:due'] });
    await run.migrate.up();
    const argument = { endpoint: run.endpoint, sources: [run.files.source], name, killAt };
    await using child = spawnScript(script, { args: [JSON.stringify(argument)] });
    expect(await child.exit(), `${killAt}: ${child.output()}`).toMatchObject({ signal: 'SIGKILL' });
    const [before] = await run.migrate.groups.list();
    const after = before?.state === 'switched' ? before : await run.migrate.groups.switch(name, { to: 'all' });
    expect(after).toMatchObject({ state: 'switched', ring: 'all' });
    const { rows } = await run.client.query(`
      select (select count(*)::int from oltp.invoices where due is distinct from due_at) as different,
             (select count(*)::int from pg_index where indrelid = 'oltp.invoices'::regclass and indisvalid) as indexes,
             (select count(*)::int from pg_constraint where conrelid = 'oltp.invoices'::regclass and convalidated and pg_get_constraintdef(oid) ~ '\\mdue\\M') as rules`);
    expect(rows, killAt).toEqual([{ different: 0, indexes: 3, rules: 2 }]);
  }
});
