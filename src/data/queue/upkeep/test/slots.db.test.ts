import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo } from '../../../../../tests/support/connect-to.ts';
import { fakeClock, until } from '../../../../../tests/support/index.ts';
import { silentLog } from '../../../../kernel/index.ts';
import { slotKeeper } from '../index.ts';
import { heldLead, type UpkeepFixture, upkeepFixture } from './fixture.ts';

let fixture: UpkeepFixture;
beforeAll(async () => {
  fixture = await upkeepFixture();
  // It would count, and take away, what is counted here.
  for (const slot of [0, 1]) await fixture.sql(`alter table queue.job_ready_${slot} set (autovacuum_enabled = off)`);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const keeper = () => {
  const clock = fakeClock();
  const loop = slotKeeper({ connect: fixture.connect, clock, log: silentLog }, { vacuumAt: 100, rotateAt: 500 });
  return { clock, round: () => loop.run(heldLead(fixture.connect)) };
};
const slots = async () => {
  const rows = await fixture.sql(
    `select pg_relation_size('queue.job_ready_0') = 0 as is_0_empty, s.slot, s.held_by from queue.ready_slots s`,
  );
  return rows[0];
};
/** Rows come and go, as claims make them, and the statistics know. */
const churn = async (count: number) => {
  await fixture.jobs(count);
  await fixture.sql('delete from queue.job_ready');
  await fixture.sql('delete from queue.jobs');
  await fixture.sql('select pg_stat_force_next_flush()');
  await fixture.sql('select 1');
};
const deadRows = async () => {
  const [row] = await fixture.sql(`select n_dead_tup::int as dead from pg_stat_all_tables where relid = 'queue.job_ready_0'::regclass`);
  return row?.dead;
};

test('[I28] dead rows that nobody holds are vacuumed, and rows go where they went', async () => {
  const { round } = keeper();
  await churn(700);
  expect(await deadRows()).toBe(700);
  // Any backend of this database may hold a view for a moment, as an analyze of the server's own: then a round removes nothing, and waits.
  await until(async () => {
    await round();
    return (await deadRows()) === 0;
  });
  expect(await slots()).toMatchObject({ slot: 0, held_by: null });
});

test('[I28] while somebody holds an old view rows go to another slot, and the one before is truncated as soon as it is empty', async () => {
  const { clock, round } = keeper();
  await using holder = await connectTo(fixture.platform.databases.queue.endpoint, 'a long report');
  await holder.query('begin isolation level repeatable read; select from queue.job_ready');
  await churn(700);
  await round();
  await clock.advance(5_000);
  await round();
  expect(await slots()).toMatchObject({
    slot: 1,
    held_by: expect.stringMatching(/^transaction a long report \(pid \d+, idle in transaction\)$/),
  });

  // Somebody who read the slot before it changed comes late.
  const [late] = await fixture.jobs(1);
  expect(await fixture.sql('select slot from queue.job_ready')).toEqual([{ slot: 1 }]);
  await fixture.sql('update queue.job_ready set slot = 0 where id = $1', late);
  await round();
  expect(await slots()).toMatchObject({ slot: 1, is_0_empty: false });
  await fixture.sql('delete from queue.job_ready where id = $1', late);
  // The one with the old view has read the table, too: it is not waited for longer than 200 ms.
  await round();
  expect(await slots()).toMatchObject({ is_0_empty: false });
  await holder.query('commit; begin isolation level repeatable read; select from queue.jobs');
  await until(async () => {
    await round();
    return (await slots())?.is_0_empty;
  });
  expect(await slots()).toMatchObject({ slot: 1 });
});
