import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { Partition } from '../../../../foundation/partition/index.ts';
import { nilUuid, silentLog, systemClock } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import { openUpkeep } from '../index.ts';
import { heldLead, loopOf, type UpkeepFixture, upkeepFixture } from './fixture.ts';

let fixture: UpkeepFixture;
beforeAll(async () => {
  fixture = await upkeepFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['jobs', 'ready', 'delayed', 'parked', 'leases', 'results', 'logs', 'limits', 'limit_holds'])
    await fixture.sql(`delete from queue.${table === 'jobs' ? table : `job_${table}`}`);
  await fixture.sql('delete from queue.tenant_runs');
  await fixture.sql('delete from queue.dead_letter_jobs');
});

/** The first round of a leader, which does all there is. */
const cleanOnce = () => {
  const upkeep = openUpkeep({ connect: fixture.connect, clock: systemClock, log: silentLog });
  return loopOf({ upkeep }, 'queue.clean').run(heldLead(fixture.connect));
};
const statesOf = async (ids: readonly string[]) => {
  const rows = await fixture.sql('select id, state from queue.job_states where id = any($1)', ids);
  return ids.map((id) => rows.find((row) => row.id === id)?.state);
};

test('[I20] a batch whose worker was lost goes back without those that ended, and each has a line about it', async () => {
  const ids = await fixture.jobs(4);
  const lease = await fixture.claim(ids, -1);
  const alive = await fixture.claim(await fixture.jobs(1), 30);
  await fixture.finish(lease, ids.slice(0, 2));
  expect(await statesOf(ids)).toEqual(['completed', 'completed', 'running', 'running']);

  await fixture.round('queue.rescue');
  expect(await fixture.sql('select id, attempt, crash_count from queue.job_ready order by id')).toEqual(
    ids.slice(2).map((id) => ({ id, attempt: 0, crash_count: 1 })),
  );
  expect(await fixture.sql('select job_id, attempt, line from queue.job_logs order by job_id')).toEqual(
    ids.slice(2).map((job_id) => ({ job_id, attempt: 1, line: -1 })),
  );
  // What the lost worker would repeat finds no place, and the lease of the living one is as it was.
  const leases = await fixture.sql(`select id, finished is null as is_open,
    array(select i.id from unnest(items) with ordinality i(t, id, d, b, y, a, c, place) order by place) as jobs from queue.job_leases order by id`);
  expect(leases).toEqual([
    { id: lease, is_open: false, jobs: [ids[0], ids[1], null, null] },
    { id: alive, is_open: true, jobs: [expect.any(String)] },
  ]);
  await fixture.round('queue.fold');
  expect(await statesOf(ids)).toEqual(['completed', 'completed', 'waiting', 'waiting']);
  expect(await fixture.places()).toEqual({ ready: 2, leased: 1 });
});

test('[I21] a job that three workers were lost by is a dead letter, and its neighbours go on', async () => {
  const ids = await fixture.jobs(4);
  // One that is suspected runs in a lease of its own: in one with others it has not begun.
  await fixture.sql('update queue.job_ready set crash_count = 2 where id = any($1)', [ids[1], ids[3]]);
  await fixture.claim(ids.slice(1, 2), -1);
  await fixture.claim([...ids.slice(0, 1), ...ids.slice(2)], -1);
  await fixture.round('queue.rescue');
  await fixture.round('queue.rescue');
  await fixture.round('queue.fold');
  expect(await statesOf(ids)).toEqual(['waiting', 'dead', 'waiting', 'waiting']);
  expect(await fixture.sql('select job_id, reason from queue.dead_letter_jobs')).toEqual([{ job_id: ids[1], reason: 'crash_loop' }]);
  expect(await fixture.sql('select status, completed is not null as has_ended from queue.jobs where id = $1', ids[1])).toEqual([
    { status: 'dead', has_ended: true },
  ]);
  expect(await fixture.sql('select crash_count from queue.job_ready order by id')).toEqual(
    [1, 1, 2].map((crash_count) => ({ crash_count })),
  );
  expect(await fixture.places()).toEqual({ ready: 3 });
});

test('[I100] what was cancelled before its worker was lost, or its tenant suspended, ends as cancelled and its neighbours go on', async () => {
  const tenancy = fixture.platform.use<Tenancy>('tenancy');
  const { id: tenantId } = await tenancy.create({ slug: 'hasty' });
  const [cancelled, done, neighbour] = (await fixture.jobs(3)) as [string, string, string];
  const [held, heldBack] = (await fixture.jobs(2, tenantId)) as [string, string];
  const lost = await fixture.claim([cancelled, done, neighbour], -1);
  await fixture.claim([held, heldBack], 60);
  await fixture.finish(lost, [done]);
  expect(await fixture.queue.control.cancel({ ids: [cancelled, held] }, { by: 'ada' })).toEqual({ cancelled: 0, requested: 2 });

  await fixture.round('queue.rescue');
  await fixture.sql('select queue.revoke_tenant($1)', tenantId);
  await fixture.round('queue.fold');
  expect(await statesOf([cancelled, done, neighbour, held, heldBack])).toEqual([
    'cancelled',
    'completed',
    'waiting',
    'cancelled',
    'waiting',
  ]);
  expect(await fixture.sql(`select status from queue.jobs where status = 'cancelled'`)).toHaveLength(2);
  expect(await fixture.sql('select crash_count from queue.job_ready order by id')).toEqual([{ crash_count: 1 }, { crash_count: 0 }]);
  expect(await fixture.places()).toEqual({ ready: 2 });
});

test('[I22] what ended is written into its job, a run that is tried again is not, and runs are counted once', async () => {
  const ids = await fixture.jobs(130);
  const lease = await fixture.claim(ids, 30);
  await fixture.finish(lease, ids.slice(2));
  await fixture.finish(lease, ids.slice(0, 1), 'failed');
  await fixture.finish(lease, ids.slice(1, 2), 'cancelled');
  await fixture.round('queue.fold');
  expect(await fixture.sql(`select from queue.jobs where status <> 'open'`)).toEqual([]);
  await fixture.sql(`update queue.job_leases set finished = now()`);
  await fixture.sql(
    `insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band, attempt, reason)
    select now() + interval '1 hour', $1, $2, t.queue_id, t.id, 2, 1, 'retry' from queue.job_types t`,
    ids[0],
    nilUuid,
  );
  await fixture.round('queue.fold');
  await fixture.round('queue.fold');
  expect(await fixture.sql('select status, count(*)::int from queue.jobs group by 1 order by 1')).toEqual([
    { status: 'cancelled', count: 1 },
    { status: 'completed', count: 128 },
    { status: 'open', count: 1 },
  ]);
  expect(await statesOf(ids.slice(0, 3))).toEqual(['retrying', 'cancelled', 'completed']);
  expect(await fixture.sql('select from queue.job_leases')).toEqual([]);
  const [measure] = fixture.queue.upkeep.measures;
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
  expect(await measure?.read(hour, new AbortController().signal)).toEqual(new Map([[nilUuid, 130]]));
  expect(await fixture.places()).toEqual({ delayed: 1 });
});

test('[I23] a delayed job is ready when it is due, with the age it is to have, and its queue is woken', async () => {
  await using listening = await fixture.connect.session({ tier: 'queue', tag: 'test.listen' });
  const woken: string[] = [];
  listening.onNotification((_, payload) => woken.push(payload));
  await listening.query({ text: 'listen plinth_queue' });
  const ids = await fixture.jobs(3);
  await fixture.sql(
    `with gone as (delete from queue.job_ready returning *)
    insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band, attempt, keep_due)
    select case when id = $3 then now() + interval '1 hour' else now() + interval '150 ms' end, id, tenant_id, queue_id, type_id, band, 3,
      case when id = $1 then timestamptz '2026-01-01' end from gone where id = any($2)`,
    ids[0],
    ids,
    ids[2],
  );
  const [promoter] = fixture.queue.upkeep.services;
  promoter?.start();
  try {
    await until(async () => (await fixture.sql('select from queue.job_ready')).length === 2);
  } finally {
    await promoter?.stop();
  }
  const ready = await fixture.sql(
    `select id, attempt, due = '2026-01-01' as is_aged, due > now() - interval '1 min' as is_new from queue.job_ready order by id`,
  );
  expect(ready).toEqual([
    { id: ids[0], attempt: 3, is_aged: true, is_new: false },
    { id: ids[1], attempt: 3, is_aged: false, is_new: true },
  ]);
  await until(() => woken.length > 0);
  expect(await fixture.places()).toEqual({ ready: 2, delayed: 1 });
});

test('[I24] verify names a job in two places, in none, one that waits though it ended or was never there, and details of nobody', async () => {
  const [twice, nowhere, ended, ghost] = (await fixture.jobs(4)) as [string, string, string, string];
  expect(await fixture.places()).toEqual({ ready: 4 });
  await fixture.sql(
    `insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band) select due, id, tenant_id, queue_id, type_id, band
    from queue.job_ready where id = $1`,
    twice,
  );
  await fixture.sql('delete from queue.job_ready where id = $1', nowhere);
  await fixture.sql(`update queue.jobs set status = 'completed', completed = now() where id = $1`, ended);
  await fixture.sql('delete from queue.jobs where id = $1', ghost);
  await fixture.sql(
    `insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message) values ($1, $2, 1, 1, now(), 'info', 'x')`,
    nilUuid,
    ghost,
  );
  const { problems, examples, counts } = await fixture.queue.upkeep.verify();
  expect(counts).toEqual({ ready: 3, delayed: 1 });
  expect(problems).toEqual({
    'in two places': 1,
    'in no place': 1,
    'waits though it ended': 1,
    'waits without a job': 1,
    'details without a job': 1,
  });
  expect(examples.find(({ jobId }) => jobId === twice)).toEqual({
    problem: 'in two places',
    tenantId: nilUuid,
    jobId: twice,
    where: 'delayed, ready',
  });
});

test('[I101] a month of what belongs to jobs, or to a flow, stays as long as one of it is open', async () => {
  const ofJobs = ['job_results', 'job_logs', 'job_effects', 'job_progress', 'dead_letter_jobs'];
  const tables = ['jobs', ...ofJobs, 'job_batches', 'job_dependencies'].map((table) => `queue.${table}`);
  for (const table of tables) await fixture.sql(`select partition.ensure('${table}', '2024-01-01', '2024-03-01')`);
  const [leaf] = await fixture.sql(`select reloptions from pg_class where relname = 'jobs_email_2024_01'`);
  expect(leaf).toEqual({ reloptions: ['fillfactor=85'] });
  await fixture.sql(
    `with made as (
       insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
       select $1, partition.uuid_floor('2024-01-20'), 'mail', 'send', 2, 20, '{}', now() returning tenant_id, id)
     insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band) select now(), m.id, m.tenant_id, t.queue_id, t.id, 2
       from made m, queue.job_types t`,
    nilUuid,
  );
  await fixture.sql(
    `insert into queue.job_batches (tenant_id, id, kind, total) values ($1, partition.uuid_floor('2024-01-20'), 'flow', 1)`,
    nilUuid,
  );
  const partition = fixture.platform.use<Partition>('partition');
  const leaving = async () => {
    const steps = await Promise.all(tables.map((table) => partition.retain({ table, isDryRun: true })));
    return steps.flat().map(({ table, gate }) => `${table.replace(/^queue./, '')}: ${gate ?? 'leaves'}`);
  };
  const before = await leaving();
  expect(before.filter((line) => line.includes('2024_01'))).toEqual([
    "jobs_2024_01: rows with status = 'open'",
    ...ofJobs.map((table) => expect.stringMatching(new RegExp(`^${table}_2024_01: 1 jobs of it have not ended, the oldest is`))),
    "job_batches_2024_01: rows with state = 'open'",
    expect.stringMatching(/^job_dependencies_2024_01: 1 batches or flows of it have not ended, the oldest is/),
  ]);
  expect(before.filter((line) => line.includes('2024_02')).map((line) => line.split(': ')[1])).toEqual(tables.map(() => 'leaves'));
  await fixture.sql('delete from queue.job_delayed');
  await fixture.sql(`update queue.jobs set status = 'completed', completed = now()`);
  await fixture.sql(`update queue.job_batches set state = 'completed', ended = now()`);
  expect((await leaving()).filter((line) => !line.endsWith(': leaves'))).toEqual([]);
});

test('[I102] units that a killed worker left taken, or never took, are recounted, and who waits goes on', async () => {
  const limit = { name: 'once', key: 'a', most: 1 };
  const ids = (await fixture.jobs(4)) as [string, string, string, string];
  await fixture.sql(`update queue.jobs set follow = jsonb_build_object('limits', jsonb_build_array($1::jsonb))`, JSON.stringify(limit));
  const limits = (values: string) =>
    fixture.sql(`insert into queue.job_limits (tenant_id, name, key, kind, most, used, parked) values ('${nilUuid}', ${values})`);
  await limits(`'once', 'a', 'concurrency', 1, 1, 1`);
  await limits(`'drained', 'a', 'concurrency', 1, 0, 9`);
  await fixture.sql(
    `with gone as (delete from queue.job_ready where id = $1 returning *)
     insert into queue.job_parked (tenant_id, key, due, id, queue_id, type_id, band)
     select tenant_id, queue.limit_key(tenant_id, 'once', 'a'), due, id, queue_id, type_id, band from gone`,
    ids[0],
  );
  const counts = async () =>
    (await fixture.sql('select used, parked from queue.job_limits order by name desc')).map(({ used, parked }) => [used, parked]);

  // Nobody runs: the unit is given to the one that waits.
  await fixture.round('queue.clean');
  expect(await fixture.places()).toEqual({ ready: 4 });
  expect(await fixture.sql('select job_id from queue.job_limit_holds')).toEqual([{ job_id: ids[0] }]);
  expect(await counts()).toEqual([[1, 0]]);

  // One runs; the worker of another was lost before it took its unit.
  await fixture.sql('delete from queue.job_limit_holds');
  const running = await fixture.claim(ids.slice(0, 1), 60);
  await fixture.claim(ids.slice(1, 2), 60);
  await fixture.sql('update queue.job_leases set has_units = true where id = $1', running);
  for (const used of [2, 1, 0]) {
    await fixture.sql('update queue.job_limits set used = $1', used);
    await fixture.round('queue.clean');
    expect(await counts()).toEqual([[1, 0]]);
  }
});

test('[I102] keys that have expired, limits that nobody uses and workers that are long gone are removed', async () => {
  await fixture.sql(
    `insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires)
    select $1, uuidv7(), uuidv7(), 'time', now() + n * interval '1 hour' from unnest(array[-1, 1]) n`,
    nilUuid,
  );
  await fixture.sql(`insert into queue.queue_workers (id, pool, host, pid, version, types, slots, seen)
    select uuidv7(), 'default', 'here', n, '', '{}', 1, now() - n * interval '1 min' from unnest(array[1, 59, 61]) n`);
  await fixture.sql(
    `insert into queue.job_limits (tenant_id, name, key, kind, most, used, per, zone, per_ms, window_started, window_ends) values
    ($1, 'day', 'over', 'window', 9, 9, 'day', 'UTC', null, now() - interval '2 days', now() - interval '1 day'),
    ($1, 'day', 'begun', 'window', 9, 9, 'day', 'UTC', null, now() - interval '1 hour', now() + interval '1 hour'),
    ($1, 'bucket', 'full', 'bucket', 9, 0, null, null, 1000, now() - interval '1 s', now() - interval '1 s'),
    ($1, 'bucket', 'spent', 'bucket', 9, 0, null, null, 1000, now() + interval '1 hour', now() - interval '1 s')`,
    nilUuid,
  );
  await cleanOnce();
  expect(await fixture.sql('select expires > now() as is_kept from queue.job_unique_keys')).toEqual([{ is_kept: true }]);
  expect(await fixture.sql('select pid from queue.queue_workers order by pid')).toEqual([{ pid: 1 }, { pid: 59 }]);
  expect(await fixture.sql('select key from queue.job_limits order by key')).toEqual([{ key: 'begun' }, { key: 'spent' }]);
});

test('[I25] jobs of a suspended tenant are parked, also those that come back later, and are ready again when it is active', async () => {
  const tenancy = fixture.platform.use<Tenancy>('tenancy');
  const { id: tenantId } = await tenancy.create({ slug: 'acme' });
  const others = await fixture.jobs(1);
  const ids = await fixture.jobs(3, tenantId);
  const lease = await fixture.claim(ids.slice(2), -1);
  await fixture.finish(lease, ids.slice(2), 'failed');
  await tenancy.lifecycle.suspend(tenantId);
  expect(await statesOf([...ids, ...others])).toEqual(['parked', 'parked', 'running', 'waiting']);
  await fixture.sql(`update queue.job_ready set due = due`);
  const [late] = await fixture.jobs(1, tenantId);
  await fixture.round('queue.tenants');
  expect(await statesOf([late ?? ''])).toEqual(['parked']);
  await tenancy.lifecycle.resume(tenantId);
  expect(await statesOf(ids.slice(0, 2))).toEqual(['waiting', 'waiting']);
});

test('[I29] what a tenant had in the queue is exported with its history, and an erased one leaves nothing, not in a lease either', async () => {
  const tenancy = fixture.platform.use<Tenancy>('tenancy');
  const { id: tenantId } = await tenancy.create({ slug: 'gone' });
  const ids = await fixture.jobs(3, tenantId);
  const others = await fixture.jobs(1);
  const lease = await fixture.claim([...ids.slice(0, 2), ...others], 60);
  await fixture.finish(lease, ids.slice(0, 1));
  await fixture.sql(
    `insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message) values ($1, $2, 1, 1, now(), 'info', 'said')`,
    tenantId,
    ids[0],
  );
  const pieces = await Array.fromAsync(fixture.queue.upkeep.tenantData.export?.(tenantId, undefined) ?? []);
  const lines = Buffer.concat(await Array.fromAsync(pieces[0]?.bytes ?? []))
    .toString()
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { id: ids[0], state: 'completed', results: [{ status: 'completed' }], logs: [{ message: 'said' }] },
    { id: ids[1], state: 'running', results: null },
    { id: ids[2], state: 'waiting' },
  ]);

  await fixture.queue.upkeep.tenantData.erase?.(tenantId, undefined);
  const tables = await fixture.sql(`select format('queue.%I', c.relname) as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'queue'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'tenant_id'`);
  for (const { name } of tables) expect(await fixture.sql(`select from ${name} where tenant_id = $1`, tenantId), `${name}`).toEqual([]);
  expect(await fixture.sql('select from queue.job_leases l, unnest(l.items) i where i.tenant_id = $1', tenantId)).toEqual([]);
  expect(await statesOf(others)).toEqual(['running']);
});

test('[I104] a person is found in the fields that say so, exported, and leaves with runs, logs, letters and running jobs', async () => {
  const tenancy = fixture.platform.use<Tenancy>('tenancy');
  const { id: tenantId } = await tenancy.create({ slug: 'shop' });
  const [waiting, running, ended, done, strange] = (await fixture.jobs(5, tenantId)) as [string, string, string, string, string];
  const [elsewhere] = (await fixture.jobs(1)) as [string];
  const send = { name: 'send', queue: 'mail' };
  expect(() => fixture.queue.define({ ...send, subjects: { to: 'E-Mail!' } })).toThrow('a field of the payload has a kind of identifier');
  fixture.queue.define({ ...send, subjects: { to: 'email', 'order.by': 'customer' } });
  await fixture.queue.definitions.sync();
  const payloads: Readonly<Record<string, object>> = {
    [waiting]: { to: ['x@b.de', 'Ada <Ada@b.de>'] },
    [running]: { to: 'ada@b.de' },
    [ended]: { order: { by: 'c-7' } },
    [done]: { to: ' ada@b.de ' },
    [strange]: { to: 'x@b.de', note: 'ada@b.de', order: null },
    [elsewhere]: { order: { by: 'c-7' } },
  };
  for (const [id, payload] of Object.entries(payloads))
    await fixture.sql('update queue.jobs set payload = $2 where id = $1', id, JSON.stringify(payload));
  // The folder has not come by for one; the other is a dead letter whose job has left with its month.
  await fixture.finish(await fixture.claim([done], 60), [done]);
  await fixture.sql('delete from queue.job_ready where id = $1', ended);
  await fixture.sql(`select queue.bury(array[$1::uuid], array[$2::uuid], '{exhausted}', '{v1}')`, tenantId, ended);
  await fixture.sql('delete from queue.jobs where id = $1', ended);
  const lease = await fixture.claim([running, strange], 60);
  await fixture.sql('update queue.job_leases set finished = now() where items[1].id = $1', done);

  const store = fixture.queue.upkeep.subjects;
  const person = {
    identifiers: [
      { kind: 'email', value: 'ada@b.de' },
      { kind: 'customer', value: 'c-7', tenantId },
    ],
    rows: () => Readable.from([]),
  };
  const bounds = { signal: new AbortController().signal, onProgress: () => {} };
  const [found, ...others] = await store.find(person, bounds);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ place: 'jobs', method: 'delete', count: 4 });
  expect(found?.tables.map(({ table }) => table.replace(/_\d.*/, '')).sort()).toEqual(['dead_letter_jobs', 'job_results', 'jobs_other']);
  const told: Record<string, unknown>[] = [];
  const sink = {
    file: () => Promise.reject(new Error('no files')),
    records: async (_: string, records: AsyncIterable<unknown>) => {
      for await (const record of records) told.push(record as Record<string, unknown>);
    },
  };
  await store.export(person, sink, bounds);
  expect(told.map(({ id }) => id).sort()).toEqual([waiting, running, ended, done].sort());
  expect(told.find(({ id }) => id === ended)).toMatchObject({ deadLetter: { payload: payloads[ended] } });

  // The worker hears of it, and ends; its neighbour goes on.
  const erasing = store.erase(person, bounds);
  await until(
    async () =>
      (await fixture.sql('select from queue.job_leases where id = $1 and cancelled = array[$2::uuid]', lease, running)).length > 0,
  );
  await fixture.finish(lease, [running], 'cancelled');
  await erasing;
  expect(await store.find(person, bounds)).toEqual([]);
  expect(await statesOf([waiting, running, ended, done, strange, elsewhere])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    'running',
    'waiting',
  ]);
  await fixture.round('queue.fold');
  expect(await fixture.places()).toEqual({ leased: 1, ready: 1 });
});
