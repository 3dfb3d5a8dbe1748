import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectiveBand, effectivePriority } from '../../claim/model/claim-order.ts';
import { type QueueFixture, queueFixture } from '../../dead/test/fixture.ts';
import { queueProbe } from '../../isolation-probe.ts';
import { bandBases, bands } from '../../model/bands.ts';

let fixture: QueueFixture;
let acme: string;
let globex: string;
const by = 'ada';
beforeAll(async () => {
  fixture = await queueFixture();
  await fixture.sql(`insert into queue.job_queues (name) values ('slow')`);
  acme = await fixture.tenant('acme');
  globex = await fixture.tenant('globex');
});
afterAll(() => fixture[Symbol.asyncDispose]());

const stateOf = async (id: string) => (await fixture.queue.control.show(id)).state;
const actionsOn = async (id: string) =>
  (await fixture.sql('select action, acted_by from queue.job_audits where $1 = any(job_ids) order by id', [id])).map(
    ({ action }) => action,
  );

test('[I55] a job is cancelled wherever it waits, and a running one is marked for its worker', async () => {
  const { control } = fixture.queue;
  for (const place of ['ready', 'delayed', 'parked'] as const) {
    const id = await fixture.job({ tenantId: acme, place });
    expect(await control.cancel({ ids: [id] }, { by })).toEqual({ cancelled: 1, requested: 0 });
    expect(await stateOf(id)).toBe('cancelled');
    expect(await actionsOn(id)).toEqual(['cancel']);
    expect(await control.cancel({ ids: [id] }, { by })).toEqual({ cancelled: 0, requested: 0 });
  }
  const id = await fixture.job({ tenantId: acme, place: 'running' });
  expect(await control.cancel({ ids: [id] }, { by })).toEqual({ cancelled: 0, requested: 1 });
  expect(await control.show(id)).toMatchObject({ state: 'running', running: { isCancelled: true } });
});

test('[I56] a handler that does not end in its grace time loses its job, and its neighbours stay', async () => {
  const [stubborn, neighbour] = [
    await fixture.job({ tenantId: acme, place: 'running' }),
    await fixture.job({ tenantId: acme, place: 'nowhere' }),
  ];
  await fixture.sql(
    `update queue.job_leases set items = items || row($2::uuid, $1::uuid, now(), 2, 1, 0, 0)::queue.leased_job where (items[1]).id = $3`,
    [neighbour, acme, stubborn],
  );
  await fixture.queue.control.cancel({ ids: [stubborn] }, { by });
  const revoke = async (grace: string) => (await fixture.sql('select queue.revoke_cancelled($1::interval) as count', [grace]))[0]?.count;
  expect(await revoke('30 s')).toBe(0);
  expect(await revoke('0 s')).toBeGreaterThanOrEqual(1);
  expect([await stateOf(stubborn), await stateOf(neighbour)]).toEqual(['cancelled', 'running']);
  const [lease] = await fixture.sql(
    `select cancelled, (select count(i.id)::int from unnest(items) i) as jobs from queue.job_leases where (items[2]).id = $1`,
    [neighbour],
  );
  expect(lease).toEqual({ cancelled: null, jobs: 1 });
});

test('[I57] by filter: counted first, then done to those alone', async () => {
  const { control } = fixture.queue;
  const [mine, other] = [await fixture.job({ tenantId: acme, type: 'bounce' }), await fixture.job({ tenantId: globex, type: 'bounce' })];
  const later = await fixture.job({ tenantId: acme, type: 'bounce', place: 'delayed' });
  const filter = { tenantId: acme, type: 'bounce' };
  expect(await control.count(filter)).toMatchObject({ waiting: 1, scheduled: 1, running: 0, cancelled: 0 });
  expect(await control.promote(filter, { by })).toEqual({ promoted: 1 });
  expect(await stateOf(later)).toBe('waiting');
  expect(await control.move(filter, 'slow', { by })).toEqual({ moved: 2 });
  expect(await control.show(mine)).toMatchObject({ queue: 'slow', state: 'waiting' });
  const due = new Date(Date.now() + 3_600_000);
  expect(await control.reschedule(filter, due, { by })).toEqual({ rescheduled: 2 });
  expect(await control.show(mine)).toMatchObject({ state: 'scheduled', nextDue: due });
  expect(await control.delete(filter, { by })).toEqual({ deleted: 2, running: 0 });
  await expect(control.show(mine)).rejects.toMatchObject({ code: 'PLINTH_QUEUE_UNKNOWN_JOB' });
  expect(await stateOf(other)).toBe('waiting');
  await expect(control.cancel({}, { by })).rejects.toMatchObject({ code: 'PLINTH_QUEUE_NO_FILTER' });
  await expect(control.cancel({ queue: 'mali' }, { by })).rejects.toMatchObject({ code: 'PLINTH_QUEUE_UNKNOWN_QUEUE' });
});

test('a job that has ended runs again as a new one, and says in whose place', async () => {
  const id = await fixture.job({ tenantId: acme });
  await fixture.queue.control.cancel({ ids: [id] }, { by });
  const { again } = await fixture.queue.control.retry({ ids: [id] }, { by });
  expect(again).toHaveLength(1);
  expect(await fixture.queue.control.show(again[0]?.as ?? '')).toMatchObject({ state: 'waiting', originId: id });
});

test('pages of one tenant go on where the last one ended', async () => {
  const made = new Set<string>();
  for (let index = 0; index < 5; index++) made.add(await fixture.job({ tenantId: globex }));
  const seen: string[] = [];
  for (let before: string | undefined; ; ) {
    const page = await fixture.queue.control.list({ tenantId: globex, type: 'send' }, { limit: 2, ...(before && { before }) });
    seen.push(...page.jobs.map(({ id }) => id));
    before = page.next;
    if (!before) break;
  }
  expect(seen).toEqual([...made].reverse());
});

test('a queue and a job type are paused and resumed, weights are set, and it is on record', async () => {
  const { control } = fixture.queue;
  await control.pause({ queue: 'slow' }, { by });
  await control.drain('slow', { by });
  await control.setWeights('slow', [50, 20, 15, 10, 5], { by });
  expect((await control.queues()).find(({ name }) => name === 'slow')).toMatchObject({ isPaused: true, weights: [50, 20, 15, 10, 5] });
  await control.resume({ queue: 'slow' }, { by });
  await control.pause({ type: 'bounce' }, { by });
  expect((await control.types()).find(({ name }) => name === 'bounce')).toMatchObject({ isPaused: true });
  await expect(control.setWeights('slow', [50, 20], { by })).rejects.toMatchObject({ code: 'PLINTH_QUEUE_BAD_WEIGHTS' });
  expect(
    (await fixture.sql(`select action from queue.job_audits where target in ('slow', 'bounce') order by id`)).map((row) => row.action),
  ).toEqual(['pause', 'pause', 'weights', 'resume', 'pause']);
  await expect(fixture.sql(`update queue.job_audits set acted_by = 'eve'`)).rejects.toThrow('takes rows and changes none');
});

test('[I58] another tenant’s job is not there, by id, by filter and in lists, whatever the filter says', async () => {
  const { control, dead } = fixture.queue;
  const theirs = await fixture.job({ tenantId: globex });
  const unknown = { code: 'PLINTH_QUEUE_UNKNOWN_JOB' };
  await expect(control.show(theirs, acme)).rejects.toMatchObject(unknown);
  await expect(control.cancel({ ids: [theirs], tenantId: acme }, { by })).rejects.toMatchObject(unknown);
  await fixture.tenancy.run({ tenantId: acme }, { tier: 'queue', tag: 'test' }, async (tx) => {
    await expect(control.show(theirs)).rejects.toMatchObject(unknown);
    for (const act of [control.cancel, control.retry, control.promote, control.delete]) {
      await expect(act({ ids: [theirs] }, { by })).rejects.toMatchObject(unknown);
      await expect(act({ ids: [theirs], tenantId: globex }, { by })).rejects.toMatchObject(unknown);
    }
    expect((await control.list({ tenantId: globex })).jobs.map(({ id }) => id)).not.toContain(theirs);
    expect((await dead.list({ tenantId: globex })).letters).toEqual([]);
    // What the application itself can read, of every table and view of the schema that it may read at all.
    const { rows } = await tx.query({
      text: `select c.oid::regclass::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
             where c.relnamespace = 'queue'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition and has_table_privilege(c.oid, 'select')`,
    });
    expect(rows.length).toBeGreaterThan(8);
    for (const { name } of rows as { name: string }[]) {
      const found = await tx.query({ text: `select 1 from ${name} where tenant_id = '${globex}'` });
      expect([name, found.rows]).toEqual([name, []]);
    }
  });
  expect(await stateOf(theirs)).toBe('waiting');
});

test('[I58] the certificate tries each way into the jobs of another tenant, and finds it closed', async () => {
  const [own, other] = [await fixture.tenancy.find(acme), await fixture.tenancy.find(globex)];
  const told = new Set<string>();
  await queueProbe(fixture.queue, fixture).probe({
    own,
    other,
    subjects: [{ role: 'service', subject: { tenantId: acme } }],
    rows: new Map(),
    secret: 'zebra',
    notProven: (target) => void told.add(`${target}: not proven`),
    async attempt({ target }, reach) {
      const verdict = await reach().then(
        (answer) => (JSON.stringify(answer).includes('zebra') ? 'leak' : 'own rows only'),
        (error) => (error.httpStatus >= 400 && error.httpStatus < 500 ? 'closed' : 'not proven'),
      );
      told.add(`${target}: ${verdict}`);
      return verdict;
    },
  });
  const closed = ['show', 'count', 'promote', 'retry', 'reschedule', 'cancel', 'delete'];
  const ownRows = ['list', 'dead.list', 'enqueue', 'enqueueIn'];
  expect([...told].sort()).toEqual(
    [...closed.map((call) => `queue.${call}: closed`), ...ownRows.map((call) => `queue.${call}: own rows only`)].sort(),
  );
});

test('[I59] functions that reach all tenants are nobody’s but the owner’s', async () => {
  const open = await fixture.sql(
    `select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace = 'queue'::regnamespace and p.prosecdef and has_function_privilege('plinth_app', p.oid, 'execute')`,
  );
  expect(open.map(({ name }) => name).filter((name) => !/enqueue|finish_in_transaction|unique/.test(String(name)))).toEqual([]);
  await fixture.tenancy.run({ tenantId: acme }, { tier: 'queue', tag: 'test' }, async (tx) => {
    await expect(
      tx.savepoint(() => tx.query({ text: `select queue.redrive(null, '${globex}', null, null, null, null, 1, 1, 0)` })),
    ).rejects.toThrow('permission denied');
  });
});

test('[I31] what a job competes with by now is said by SQL as the model of the order has it', async () => {
  const waits = [0, 9, 10, 40, 50, 90, 130, 180, 240, -5].map((minutes) => minutes * 60_000);
  const cases = waits.flatMap((waitedMs) => bands.map((_, band) => ({ band, waitedMs })));
  const said = await fixture.sql(
    `select queue.effective_priority(band, at - waited * interval '1 ms', at) as priority, queue.effective_band(band, at - waited * interval '1 ms', at) as band
     from unnest($1::smallint[], $2::float8[]) with ordinality as c (band, waited, n), (select now() as at) t order by n`,
    [cases.map(({ band }) => band), cases.map(({ waitedMs }) => waitedMs)],
  );
  expect(said).toEqual(
    cases.map(({ band, waitedMs }) => ({
      priority: effectivePriority(band, waitedMs, bandBases),
      band: effectiveBand(band, waitedMs, bandBases),
    })),
  );
  const id = await fixture.job({ tenantId: acme });
  await fixture.sql(`update queue.job_ready set due = now() - interval '3 hours 1 minute', band = 4 where id = $1`, [id]);
  expect(await fixture.queue.control.show(id)).toMatchObject({ effective: { band: 'critical', priority: 18 } });
});

test('[I58] limits that are used or waited for are listed, for work of a tenant its own alone', async () => {
  const { control } = fixture.queue;
  await fixture.sql(
    `insert into queue.job_limits (tenant_id, name, key, kind, most, used, parked) values
       ($1, 'account', 'a', 'concurrency', 2, 2, 5), ($1, 'account', 'idle', 'concurrency', 2, 0, 0), ($2, 'account', 'b', 'concurrency', 4, 1, 0)`,
    [acme, globex],
  );
  const own = { tenantId: acme, name: 'account', key: 'a', kind: 'concurrency', most: 2, used: 2, waiting: 5, next: null };
  expect(await control.limits()).toEqual([own, { ...own, tenantId: globex, key: 'b', most: 4, used: 1, waiting: 0 }]);
  expect(await fixture.tenancy.within({ tenantId: acme }, () => control.limits())).toEqual([own]);
});
