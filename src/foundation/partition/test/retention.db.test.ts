import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import type { Migrate } from '../../migrate/index.ts';
import { directorySink } from '../archive/index.ts';
import { openPartition, partitionOptions } from '../index.ts';
import { connectAgain, openShop } from './fixture.ts';

const shop = await openShop();
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, value } = shop;

/** A table with the months from January to April 2024 and a row in each, all long behind the line. */
async function oldTable(name: string, more: object = {}): Promise<void> {
  await client.query(`create table shop.${name} (id uuid not null default uuidv7(), created timestamptz not null, state text not null default 'done', born timestamptz,
    constraint ${name}_pk primary key (id, created)) partition by range (created)`);
  await manage(`shop.${name}`, { by: 'time', key: 'created', every: 'month', keep: '90 days', ...more });
  await partition.ensure(`shop.${name}`, '2024-01-01', '2024-05-01');
  await client.query(
    `insert into shop.${name} (created) select make_timestamptz(2024, m, 15, 12, 0, 0, 'UTC') from generate_series(1, 4) m`,
  );
}
const table = async (name: string, isDryRun = false) =>
  (await partition.retain({ table: `shop.${name}`, isDryRun })).map(({ table: part, step, gate, isDone }) => ({
    part,
    step,
    gate,
    isDone,
  }));
const months = ['01', '02', '03', '04'];

test('[I7] a dry run says what would happen; a round detaches, and drops what has passed its days of grace', async () => {
  await oldTable('plain');
  expect(await table('plain', true)).toEqual(
    months.map((month) => ({ part: `shop.plain_2024_${month}`, step: 'detach', gate: undefined, isDone: false })),
  );
  expect(await value('select count(*)::int from shop.plain')).toBe(4);
  const first = await table('plain');
  expect(first.filter(({ step }) => step === 'detach')).toHaveLength(4);
  expect(await value('select count(*)::int from shop.plain')).toBe(0);
  expect(await table('plain')).toEqual([]);
  await client.query("update partition.parts set detached = now() - interval '8 days' where table_name like '%plain_2024%'");
  expect((await table('plain')).map(({ step, isDone }) => ({ step, isDone }))).toEqual(months.map(() => ({ step: 'drop', isDone: true })));
  expect(await value("select count(*)::int from pg_class where relname like 'plain_2024%'")).toBe(0);
  const { rows } = await client.query(
    "select action, count(*)::int as n from partition.actions where table_name like '%plain_2024%' group by 1 order by 1",
  );
  expect(rows).toEqual([
    { action: 'attach', n: 4 },
    { action: 'detach', n: 4 },
    { action: 'drop', n: 4 },
  ]);
});

test('[I7] the next round of upkeep analyses the table anew, and only once', async () => {
  await oldTable('counted_anew');
  const analyzed = () => value("select pg_stat_get_last_analyze_time('shop.counted_anew'::regclass)") as Promise<Date>;
  const upkeep = () => client.query("call partition.run_maintenance('shop.counted_anew')");
  await upkeep();
  const before = await analyzed();
  await partition.retain({ table: 'shop.counted_anew' });
  expect(await analyzed()).toEqual(before);
  await upkeep();
  const after = await analyzed();
  expect(after.getTime()).toBeGreaterThan(before.getTime());
  await upkeep();
  expect(await analyzed()).toEqual(after);
});

test('[I7] by count: the newest are kept', async () => {
  await oldTable('counted', { keep: 3 });
  const steps = await table('counted', true);
  expect(steps.map(({ part }) => part)).toEqual(['shop.counted_2024_01', 'shop.counted_2024_02']);
});

test('[I8] each gate keeps its partition and is named; what cannot be evaluated keeps it too', async () => {
  await oldTable('gated', { release: { unless: "state <> 'done'" } });
  await client.query("update shop.gated set state = 'running' where created < '2024-02-01'");
  await client.query(
    `create table shop.notes (gated_id uuid, gated_created timestamptz, constraint notes_gated_fk foreign key (gated_id, gated_created) references shop.gated)`,
  );
  await client.query("insert into shop.notes select id, created from shop.gated where created between '2024-02-01' and '2024-03-01'");
  const steps = await table('gated');
  expect(steps.filter(({ step }) => step === 'detach')).toMatchObject([
    { part: 'shop.gated_2024_01', gate: "rows with state <> 'done'", isDone: false },
    { part: 'shop.gated_2024_02', gate: 'rows of it are referenced by notes_gated_fk of shop.notes', isDone: false },
    { part: 'shop.gated_2024_03', gate: undefined, isDone: true },
    { part: 'shop.gated_2024_04', gate: undefined, isDone: true },
  ]);
  expect((await partition.parts('shop.gated')).find(({ table: part }) => part === 'shop.gated_2024_01')?.blockedBy).toBe(
    "rows with state <> 'done'",
  );
  await client.query(
    "update partition.sets set declaration = jsonb_set(declaration, '{release,unless}', '\"no_such_column\"') where table_name = 'shop.gated'",
  );
  expect((await table('gated')).filter(({ step }) => step === 'detach').map(({ gate }) => gate)).toEqual([
    expect.stringMatching(/^cannot be evaluated: column "no_such_column"/),
    expect.stringMatching(/^cannot be evaluated/),
  ]);
  expect(await value('select count(*)::int from shop.gated')).toBe(2);
});

test('[I8] a function that knows what else belongs to the range keeps a partition, in its own words', async () => {
  const bounds = 'lower_bound timestamptz, upper_bound timestamptz';
  await client.query(`create function shop.open_orders(${bounds}) returns text language sql as
    $$ select 'an order is open' where timestamptz '2024-02-20' >= lower_bound and timestamptz '2024-02-20' < upper_bound $$`);
  await expect(oldTable('misheld', { release: { heldBy: 'shop.orders' } })).rejects.toThrow(/shop\.orders is no function/);
  await oldTable('held', { release: { unless: "state <> 'done'", heldBy: 'shop.open_orders' } });
  await client.query("update shop.held set state = 'running' where created < '2024-02-01'");
  expect((await table('held', true)).map(({ gate }) => gate)).toEqual([
    "rows with state <> 'done'",
    'an order is open',
    undefined,
    undefined,
  ]);
});

test('[I8] holds and those who still have to read forbid it too, and so does whoever cannot answer', async () => {
  await oldTable('asked');
  const answers: Record<string, () => Promise<string | undefined>> = {
    '2024-01': async () => 'hold of a court',
    '2024-02': async () => undefined,
    '2024-03': () => Promise.reject(new Error('the consumer is down')),
    '2024-04': async () => undefined,
  };
  const asking = openPartition(
    {
      connect: shop.platform.use<Connect>('connect'),
      backfills: shop.platform.use<Migrate>('migrate').backfills,
      clock: systemClock,
      log: silentLog,
      declared: [],
      holds: () => ({ holdOn: (part) => answers[part.from.slice(0, 7)]?.() ?? Promise.resolve(undefined) }),
      beforeDetach: () => ({ reasonToStay: async (part) => (part.from.startsWith('2024-04') ? 'a roll-up is not closed' : undefined) }),
      sink: () => directorySink(shop.platform.configuration.dataDir),
    },
    withDefaults(partitionOptions),
  );
  const steps = await asking.retain({ table: 'shop.asked' });
  expect(steps.map(({ table: part, gate }) => [part, gate])).toEqual([
    ['shop.asked_2024_01', 'hold of a court'],
    ['shop.asked_2024_02', undefined],
    ['shop.asked_2024_03', 'cannot be evaluated: the consumer is down'],
    ['shop.asked_2024_04', 'a roll-up is not closed'],
  ]);
  expect(await value('select count(*)::int from shop.asked')).toBe(3);
});

test('[I8] carry moves the leftovers to the current partition, keeps their time, and loses none', async () => {
  await oldTable('carried', { release: { unless: "state <> 'done'", atLatest: '1 day', otherwise: 'carry', original: 'born' } });
  await client.query("update shop.carried set state = 'running' where created > '2024-02-01' and created < '2024-04-01'");
  expect((await table('carried')).filter(({ isDone }) => isDone).map(({ step }) => step)).toEqual([
    'detach',
    'carry and detach',
    'carry and detach',
    'detach',
  ]);
  const { rows } = await client.query("select state, born, created > now() - interval '1 hour' as is_now from shop.carried order by born");
  expect(rows).toEqual([
    { state: 'running', born: new Date('2024-02-15T12:00:00Z'), is_now: true },
    { state: 'running', born: new Date('2024-03-15T12:00:00Z'), is_now: true },
  ]);
});

test('[I9] detached by hand and attached again: the rows are back, and the bound needs no second constraint', async () => {
  await oldTable('returning', { keep: null });
  const name = await partition.detach('shop.returning_2024_02');
  expect(name).toBe('partition_detached.returning_2024_02');
  expect(await value('select count(*)::int from shop.returning')).toBe(3);
  expect(await partition.reattach(name)).toBe('shop.returning_2024_02');
  expect(await value('select count(*)::int from shop.returning')).toBe(4);
  expect(await value("select count(*)::int from pg_constraint where conrelid = 'shop.returning_2024_02'::regclass and contype = 'c'")).toBe(
    0,
  );
  await expect(partition.detach('shop.nothing_2024_01')).rejects.toMatchObject({ code: 'PLINTH_PARTITION_UNKNOWN_PART' });
});

test('[I9] a detach that was cancelled leaves the rows invisible; whoever comes next finishes it first', async () => {
  await oldTable('torn');
  await using reader = await connectAgain(shop.platform);
  await reader.query('begin; select count(*) from shop.torn');
  await using other = await connectAgain(shop.platform);
  const id = await value("select id from partition.parts where table_name = 'shop.torn_2024_01'");
  await other.query('select partition.begin_detach($1)', [id]);
  await other.query("set lock_timeout = '500ms'");
  await expect(other.query('alter table shop.torn detach partition shop.torn_2024_01 concurrently')).rejects.toMatchObject({
    code: '55P03',
  });
  expect(await value("select inhdetachpending from pg_inherits where inhrelid = 'shop.torn_2024_01'::regclass")).toBe(true);
  await reader.query('commit');
  await table('torn');
  expect(
    await value("select count(*)::int from partition.parts where state <> 'attached' and table_name like 'partition_detached.torn_2024%'"),
  ).toBe(4);
  expect(await value('select count(*)::int from pg_inherits where inhdetachpending')).toBe(0);
});

test('[I9] an interrupted detach that had not begun is taken back; one that had ended is completed', async () => {
  await oldTable('halted', { keep: null });
  const idOf = (month: string) => value('select id from partition.parts where table_name = $1', [`shop.halted_2024_${month}`]);
  const [first, second] = [await idOf('01'), await idOf('02')];
  await client.query('select partition.begin_detach($1), partition.begin_detach($2)', [first, second]);
  await client.query('alter table shop.halted detach partition shop.halted_2024_02');
  await partition.retain({ table: 'shop.halted' });
  expect((await client.query('select state from partition.parts where id = any($1) order by created', [[first, second]])).rows).toEqual([
    { state: 'attached' },
    { state: 'detached' },
  ]);
});
