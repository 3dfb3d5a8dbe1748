import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { uuidv7 } from '../../../../kernel/index.ts';
import type { ClaimedJob } from '../index.ts';
import type { WaitingJob } from '../model/claim-order.ts';
import { type ClaimFixture, claimFixture, drain, requestOf } from './fixture.ts';

let fixture: ClaimFixture;
beforeAll(async () => {
  fixture = await claimFixture(100);
});
beforeEach(() => fixture.clear());
afterAll(() => fixture[Symbol.asyncDispose]());

const tenant = (n: number) => fixture.tenants[n] as string;
const jobsOf = (count: number, make: (n: number) => Partial<WaitingJob>): WaitingJob[] =>
  Array.from({ length: count }, (_, n) => ({ tenantId: tenant(n % 100), id: uuidv7(), band: n % 5, due: Date.now(), ...make(n) }));
const idsOf = (jobs: readonly { readonly id: string }[]) => jobs.map(({ id }) => id).sort();
const fresh = (wanted: number) => requestOf(wanted, Array(5).fill(new Date()));

test('[I30] a claim takes jobs out of the ready table into one lease, with their records', async () => {
  await using session = await fixture.session();
  const jobs = jobsOf(20, (n) => ({ band: 2, due: Date.now() - n }));
  await fixture.put(jobs, { isRecorded: true });
  const claim = await fixture.claimer().claim(session, fresh(50));
  expect(idsOf(claim?.jobs ?? [])).toEqual(idsOf(jobs));
  for (const { id, record, typeId, attempt } of claim?.jobs ?? []) {
    expect({ typeId, attempt, ...record }).toEqual({
      typeId: fixture.typeId,
      attempt: 0,
      maxAttempts: 20,
      payloadVersion: 1,
      payload: { id },
      follow: null,
      trace: null,
    });
  }
  const { client } = fixture.platform.databases.queue;
  const { rows: leases } = await client.query(
    `select l.id, extract(epoch from l.expires - l.leased)::integer as seconds, array(select i.id::text from unnest(l.items) i) as ids from queue.job_leases l`,
  );
  expect(leases).toEqual([{ id: claim?.leaseId, seconds: 30, ids: claim?.jobs.map(({ id }) => id) }]);
  const { rows: left } = await client.query('select id from queue.job_ready');
  expect(left).toEqual([]);
});

test('[I30] an empty queue gives nothing and writes nothing', async () => {
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  for (let n = 0; n < 3; n++) expect(await claimer.claim(session, fresh(n + 1))).toBeUndefined();
  const { rows } = await fixture.platform.databases.queue.client.query('select id from queue.job_leases');
  expect(rows).toEqual([]);
});

test('[I34] sixteen claimers at once take every job once', async () => {
  const jobs = jobsOf(4_000, (n) => (n % 3 === 0 ? { tenantId: tenant(0) } : {}));
  await fixture.put(jobs);
  const taken: ClaimedJob[] = [];
  await Promise.all(
    Array.from({ length: 16 }, async (_, n) => {
      await using session = await fixture.session();
      taken.push(...(await drain(fixture.claimer(), session, fresh(10 + 5 * n))));
    }),
  );
  // One that found another's rows locked may have left before that one gave them back; who comes later finds them.
  await using session = await fixture.session();
  taken.push(...(await drain(fixture.claimer(), session, fresh(50))));
  expect(idsOf(taken)).toEqual(idsOf(jobs));
});

test('[I35] a tenant with a deep lane does not make others wait: theirs are done in two rounds', async () => {
  const deep = jobsOf(5_000, () => ({ tenantId: tenant(0), band: 2, due: Date.now() - 60_000 }));
  const others = jobsOf(990, (n) => ({ tenantId: tenant(1 + (n % 99)), band: 2 }));
  await fixture.put([...deep, ...others]);
  await using session = await fixture.session();
  const order = await drain(fixture.claimer(), session, fresh(50));
  expect(order.length).toBe(5_990);
  const last = order.findLastIndex(({ tenantId }) => tenantId !== tenant(0));
  // Ten jobs of each of a hundred tenants are five turns; what the deep one gets beyond its turns is what a claim could not fill otherwise.
  expect(last).toBeLessThan(1_100);
  const lane = order.filter(({ tenantId }) => tenantId === tenant(0));
  expect(idsOf(lane)).toEqual(idsOf(deep));
});

test('[I35] one deep lane is taken in the order it was filled, and claims are full', async () => {
  const deep = jobsOf(2_000, (n) => ({ tenantId: tenant(7), band: 1, due: Date.now() - 100_000 + n }));
  await fixture.put(deep);
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  const claims = [];
  for (let claim = await claimer.claim(session, fresh(100)); claim; claim = await claimer.claim(session, fresh(100)))
    claims.push(claim.jobs);
  expect(claims.flat().map(({ id }) => id)).toEqual(deep.map(({ id }) => id));
  expect(claims.filter(({ length }) => length < 100).length).toBeLessThanOrEqual(2);
});

test('[I33] one job at a time, every band that is not empty has its turn', async () => {
  await fixture.put(jobsOf(500, () => ({})));
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  const bands = new Set<number>();
  for (let n = 0; n < 40; n++) for (const { effective } of (await claimer.claim(session, fresh(1)))?.jobs ?? []) bands.add(effective);
  expect([...bands].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('[I33] bands get their shares of time where the runs of one take fifty times as long', async () => {
  await fixture.put(jobsOf(6_000, () => ({})));
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  const runMs = [50, 1, 5, 10, 20];
  const spent = [0, 0, 0, 0, 0];
  for (let n = 0; n < 20; n++) {
    for (const job of (await claimer.claim(session, fresh(50)))?.jobs ?? []) {
      const ms = runMs[job.effective] ?? 0;
      spent[job.effective] = (spent[job.effective] ?? 0) + ms;
      claimer.ran(job, ms);
    }
  }
  const sum = spent.reduce((a, b) => a + b, 0);
  for (const [band, weight] of [40, 25, 20, 10, 5].entries())
    expect(Math.abs((spent[band] ?? 0) / sum / (weight / 100) - 1)).toBeLessThan(0.1);
});

test('[I36] what a worker has no handler for stays where it is', async () => {
  await fixture.put(jobsOf(10, () => ({})));
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  const without = { ...fresh(5), withoutTypes: [fixture.typeId] };
  for (let n = 0; n < 2; n++) expect(await claimer.claim(session, without)).toBeUndefined();
  expect((await drain(claimer, session, fresh(5))).length).toBe(10);
});

test('[I36] each slot is claimed from for itself', async () => {
  const slots = [0, 1, 2] as const;
  const jobs = slots.map(() => jobsOf(30, () => ({})));
  for (const slot of slots) await fixture.put(jobs[slot] ?? [], { slot });
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  for (const slot of slots) expect(idsOf(await drain(claimer, session, { ...fresh(20), slot }))).toEqual(idsOf(jobs[slot] ?? []));
});

test('[I37] a job put before the point up to which its lane was taken is found within a second', async () => {
  const due = Date.now() - 100_000;
  await fixture.put(jobsOf(600, (n) => ({ tenantId: tenant(3), band: 0, due: due + n })));
  await using session = await fixture.session();
  const claimer = fixture.claimer();
  for (let n = 0; n < 3; n++) await claimer.claim(session, fresh(100));
  const [late] = jobsOf(1, () => ({ tenantId: tenant(3), band: 0, due: due - 1 })) as [WaitingJob];
  await fixture.put([late]);
  expect(idsOf(await drain(claimer, session, fresh(100)))).toContain(late.id);
});
