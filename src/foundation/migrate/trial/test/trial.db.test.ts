import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';

const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}`;
const id = (n: number) => `shop/2026010100000${n}_m${n}`;
const items = {
  [`${at(1)}/up.sql`]: 'create table public.items (id int, price int, constraint items_id_pk primary key (id));',
  [`${at(1)}/down.sql`]: 'drop table public.items;',
};

async function trialsOf(files: Readonly<Record<string, string>>) {
  const { endpoint } = await testDatabase();
  await using source = await testSource({ ...items, ...files }, { layout: 'product' });
  await using runner = await testRunner(endpoint, [source.source]);
  await runner.migrate.up({ tier: 'content' });
  const trials = await runner.migrate.trials.run();
  await runner.migrate.up();
  return {
    trials: new Map(trials.map((trial) => [trial.migration, trial])),
    migrate: runner.migrate,
    again: await runner.migrate.trials.run({ ids: [id(1)] }),
    recorded: await runner.migrate.trials.recorded(),
  };
}

test('[I16] the way back must restore the schema and keep the rows, and the way forward must end the same twice', async () => {
  const { trials, again, recorded } = await trialsOf({
    // Good, with rows.
    [`${at(2)}/up.sql`]: 'alter table public.items add column note text;',
    [`${at(2)}/down.sql`]: 'alter table public.items drop column note;',
    [`${at(2)}/seed.sql`]: 'insert into public.items (id, price) values (1, 10), (2, 20);',
    // Leaves an index behind.
    [`${at(3)}/up.sql`]:
      'create index items_price_idx on public.items (price); create table public.notes (id int, constraint notes_id_pk primary key (id));',
    [`${at(3)}/down.sql`]: 'drop table public.notes;',
    // Loses rows on the way back.
    [`${at(4)}/up.sql`]: 'alter table public.items add column size int;',
    [`${at(4)}/down.sql`]: 'alter table public.items drop column size; delete from public.items where id = 1;',
    [`${at(4)}/seed.sql`]: 'insert into public.items (id, price) values (1, 10), (2, 20);',
    // Says itself that there is no way.
    [`${at(5)}/up.sql`]: 'update public.items set price = 0;',
    [`${at(5)}/meta.json`]: '{"irreversible": "prices are gone"}',
    // Nobody thought of the way back.
    [`${at(6)}/up.sql`]: 'alter table public.items add column weight int;',
    // Statement by statement, with probes.
    [`${at(7)}/up.sql`]: 'create index concurrently items_id_idx on public.items (id desc);',
    [`${at(7)}/down.sql`]: 'drop index concurrently public.items_id_idx;',
    [`${at(7)}/meta.json`]: '{"tx": "none"}',
    // Statement by statement, without: on top of itself it does everything twice.
    [`${at(8)}/up.sql`]: '-- @idempotent\ninsert into public.items (id) select coalesce(max(id), 0) + 1 from public.items;',
    [`${at(8)}/down.sql`]: '-- @idempotent\ndelete from public.items where price is null;',
    [`${at(8)}/meta.json`]: '{"tx": "none"}',
    // In one transaction, and it says what is not so.
    [`${at(9)}/up.sql`]: '-- @idempotent\ninsert into public.items (id, price) select coalesce(max(id), 0) + 1, -9 from public.items;',
    [`${at(9)}/down.sql`]: 'delete from public.items where price = -9;',
    [`${at(9)}/meta.json`]: '{"probed": true}',
  });
  const told = (n: number) => [trials.get(id(n))?.outcome, trials.get(id(n))?.findings];
  expect(told(1)).toEqual(['reversible', []]);
  expect(told(2)).toEqual(['reversible', []]);
  expect(trials.get(id(2))?.isSeeded).toBe(true);
  expect(told(3)).toEqual([
    'failed',
    ['after the way back: index public.items_price_idx added', expect.stringContaining('already exists')],
  ]);
  expect(told(4)).toEqual([
    'failed',
    [expect.stringMatching(/after the way back: public.items has 1 row\(s\) instead of 2/), expect.stringContaining('again')],
  ]);
  expect(told(5)).toEqual(['irreversible', ['prices are gone']]);
  expect(told(6)).toEqual(['failed', [expect.stringContaining('has no down.sql')]]);
  expect(told(7)).toEqual(['reversible', []]);
  expect(told(8)).toEqual(['failed', [expect.stringContaining('applied on top of itself: public.items')]]);
  expect(told(9)).toEqual(['failed', [expect.stringContaining('applied on top of itself: public.items')]]);
  // Asked for by name, also what is applied already; only that is in a ledger to record it in.
  expect(again).toMatchObject([{ migration: id(1), outcome: 'reversible' }]);
  expect(recorded).toMatchObject([{ migration: id(1), outcome: 'reversible', checksumDown: expect.stringMatching(/^v1:sha256:/) }]);
});
